"""Figures are frozen by one person and approved by another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.money import ZERO
from core.outbox import publish
from core.types import Actor
from invoicing.vatreturns import figures as reading
from invoicing.vatreturns import selectors
from invoicing.vatreturns.enums import Paper, ReturnState, Rhythm
from invoicing.vatreturns.errors import (
    DifferenceUnexplained,
    EarlierReturnOpen,
    EntityExempt,
    PeriodNotOver,
    PeriodOverlaps,
    ReturnNotPrepared,
    ReturnStale,
    SecondPersonNeeded,
    VatWithoutGrid,
    WrongRhythm,
)
from invoicing.vatreturns.grids import Form, form_of
from invoicing.vatreturns.listings import clients_in_the_union, firms_of_the_year
from invoicing.vatreturns.models import ListedClient, VatReturn, VatVersion
from invoicing.vatreturns.periods import VatPeriod, due_day, period_of
from invoicing.vatreturns.types import OWN, VAT_ACCOUNTS, Figures, Listed
from ledger.enums import Journal, VatRegime
from ledger.errors import PersonNeeded
from ledger.models import LegalEntity
from ledger.services import post_entry
from ledger.types import Entry, Line, cr, dr, without_zeros


@transaction.atomic
def prepare_return(
    *, entity: LegalEntity, paper: str, period: VatPeriod, today: date, actor: Actor, explanation: str = ""
) -> VatReturn:
    """Freeze the figures of a period as a new version, with what each amount is made of.

    Prepared again while nothing changed, it keeps the version that stands and who made it. Locks: the return.
    Raises `PersonNeeded`, `EntityExempt`, `NoVatForm`, `NoRateInForce`, `WrongRhythm`, `PeriodNotOver`,
    `PeriodOverlaps`, `EarlierReturnOpen`, `ReturnNotPrepared`, `VatWithoutGrid`, `DifferenceUnexplained`,
    `ReturnStale` (something was posted meanwhile); then nothing is written.
    """
    if actor.kind != "user" or (actor.user_id is None and actor.person_id is None):
        raise PersonNeeded
    if entity.vat_regime != VatRegime.NORMAL:
        raise EntityExempt(entity=entity.name)
    form = form_of(entity.country)
    _check_period(entity, Paper(paper), period, today)
    row = _row_of(entity, Paper(paper), period, due_day(form, period))
    if row.state != ReturnState.PREPARED:
        raise ReturnNotPrepared(state=row.get_state_display())
    if paper == Paper.RETURN:
        figures = reading.compute(entity, form, period)
        _check_figures(figures, explanation)
        if not row.version_number or not _same(selectors.version_of(row), figures, explanation):
            _freeze_figures(row, form, period, figures, explanation, actor)
    else:
        clients = listed_clients(row, form)
        if not row.version_number or not _same_clients(selectors.version_of(row), clients):
            _freeze_clients(row, clients, actor)
    return row


@transaction.atomic
def approve_return(*, vat_return_id: UUID, today: date, actor: Actor) -> VatReturn:
    """A second person agrees: what the return holds is declared, and is in no other one from now on.

    The VAT accounts are netted, dated today: `Dr 451 / Cr 411, Cr 4118`, so that 451 keeps what is due (or
    411 what the State owes). Locks: the return. Raises `ReturnNotPrepared` (also on a second call),
    `PersonNeeded`, `SecondPersonNeeded`, `EarlierReturnOpen`, `ReturnStale`; then nothing is written.
    """
    row = selectors.return_for_update(vat_return_id)
    if row.state != ReturnState.PREPARED:
        raise ReturnNotPrepared(state=row.get_state_display())
    if actor.kind != "user" or (actor.user_id is None and actor.person_id is None):
        raise PersonNeeded
    version = selectors.version_of(row)
    if prepared_by(version, actor):
        raise SecondPersonNeeded
    form = form_of(row.entity.country)
    if is_stale(row, version, form):
        raise ReturnStale
    if row.paper == Paper.RETURN:
        _check_order(row.entity, period_of(row.first, row.rhythm))
        row.entry_id = _net(row, version, today)
    row.state = ReturnState.APPROVED
    row.approved_on = today
    row.approved_by = actor.label[:120]
    row.approved_by_user = actor.user_id
    row.approved_by_person = actor.person_id
    row.save()
    audit.record(actor, "vat.approved", row, version=version.number, **_balance(version))
    publish("vat_return.approved", row)
    return row


def prepared_by(version: VatVersion, actor: Actor) -> bool:
    """Whether the actor is who froze the figures, by account or as a person."""
    return (actor.user_id is not None and actor.user_id == version.created_by_user) or (
        actor.person_id is not None and actor.person_id == version.created_by_person
    )


def is_stale(row: VatReturn, version: VatVersion, form: Form) -> bool:
    """Whether documents or books of a prepared return have changed since it was frozen."""
    if row.paper == Paper.RETURN:
        figures = reading.compute(row.entity, form, period_of(row.first, row.rhythm))
        return not _same(version, figures, version.explanation)
    return not _same_clients(version, listed_clients(row, form))


def listed_clients(row: VatReturn, form: Form) -> list[Listed]:
    """The clients of a listing as they stand now. Raises `EarlierReturnOpen` where the return of the same
    period, from which the intra-Community listing is read, is not prepared.
    """
    period = period_of(row.first, row.rhythm)
    if row.paper == Paper.CLIENTS:
        return firms_of_the_year(row.entity, form, period)
    same = VatReturn.objects.filter(
        entity=row.entity, paper=Paper.RETURN, first=row.first, rhythm=row.rhythm, version_number__gt=0
    ).first()
    if same is None:
        raise EarlierReturnOpen(period=period.label)
    return clients_in_the_union(form, period, selectors.version_of(same))


def _check_period(entity: LegalEntity, paper: Paper, period: VatPeriod, today: date) -> None:
    rhythm = Rhythm.YEAR if paper == Paper.CLIENTS else selectors.rhythm_of(entity, period.last)
    if period.rhythm != rhythm:
        raise WrongRhythm(entity=entity.name, rhythm=rhythm.label)
    if today <= period.last:
        raise PeriodNotOver(last=f"{period.last:%d/%m/%Y}")
    other = (
        VatReturn.objects.filter(entity=entity, paper=paper, first__lte=period.last, last__gte=period.first)
        .exclude(first=period.first, rhythm=period.rhythm)
        .first()
    )
    if other is not None:
        raise PeriodOverlaps(period=period_of(other.first, other.rhythm).label)
    if paper == Paper.RETURN:
        _check_order(entity, period)


def _check_order(entity: LegalEntity, period: VatPeriod) -> None:
    missing = selectors.missing_before(entity, period)
    if missing is not None:
        raise EarlierReturnOpen(period=missing.label)


def _check_figures(figures: Figures, explanation: str) -> None:
    if figures.unknown:
        raise VatWithoutGrid(documents=", ".join(figures.unknown))
    if figures.difference and not explanation.strip():
        raise DifferenceUnexplained(difference=figures.difference)


def _row_of(entity: LegalEntity, paper: Paper, period: VatPeriod, due_on: date) -> VatReturn:
    """The return of a period, locked; made when it is the first time."""
    row, _ = VatReturn.objects.get_or_create(
        entity=entity,
        paper=paper,
        first=period.first,
        rhythm=period.rhythm,
        defaults={"last": period.last, "due_on": due_on},
    )
    return selectors.return_for_update(row.pk)


def accounts_of(figures: Figures) -> dict[str, dict[str, str]]:
    """VAT by account, as documents and books say it, as text."""
    declared, booked = figures.declared, figures.booked
    return {
        code: {"declared": f"{declared[code]:.2f}", "booked": f"{booked[code]:.2f}"} for code in VAT_ACCOUNTS
    }


def _written(grids: dict[str, Decimal]) -> dict[str, str]:
    return {grid: f"{amount:.2f}" for grid, amount in grids.items()}


def _same(version: VatVersion, figures: Figures, explanation: str) -> bool:
    return (
        version.lines == figures.lines
        and version.grids == _written(figures.grids)
        and version.accounts == accounts_of(figures)
        and version.explanation == explanation.strip()[:300]
    )


def _same_clients(version: VatVersion, clients: list[Listed]) -> bool:
    kept = ListedClient.objects.filter(version=version).order_by("vat_number", "code", "corrects_first")
    rows = [
        Listed(row.vat_number, row.name, row.amount, row.vat, row.code, row.corrects_first) for row in kept
    ]
    return sorted(map(_key, rows)) == sorted(map(_key, clients))


def _key(row: Listed) -> tuple[str, str, str, Decimal, Decimal]:
    return row.vat_number, row.code, str(row.corrects_first), row.amount, row.vat


def _next_version(row: VatReturn, actor: Actor, **fields: Any) -> VatVersion:
    row.version_number += 1
    row.save(update_fields=["version_number"])
    version = VatVersion.objects.create(
        vat_return=row,
        number=row.version_number,
        created_by=actor.label[:120],
        created_by_user=actor.user_id,
        created_by_person=actor.person_id,
        **fields,
    )
    audit.record(actor, "vat.prepared", row, version=version.number, **_balance(version))
    return version


def _freeze_figures(
    row: VatReturn, form: Form, period: VatPeriod, figures: Figures, explanation: str, actor: Actor
) -> None:
    version = _next_version(
        row,
        actor,
        grids=_written(figures.grids),
        accounts=accounts_of(figures),
        months={
            month.isoformat(): {code: f"{amount:.2f}" for code, amount in accounts.items() if amount}
            for month, accounts in figures.months.items()
        },
        explanation=explanation.strip()[:300],
        lines=figures.lines,
    )
    window = reading.window_of(row.entity, period)
    lines = reading.freeze_sales(version, row.entity, form, window)
    lines += reading.freeze_others(version, reading.other_figures(row.entity, form, window))
    if lines != figures.lines:
        raise ReturnStale


def _freeze_clients(row: VatReturn, clients: list[Listed], actor: Actor) -> None:
    sums = {
        "amount": f"{sum((client.amount for client in clients), ZERO):.2f}",
        "vat": f"{sum((client.vat for client in clients), ZERO):.2f}",
    }
    version = _next_version(row, actor, grids=sums, lines=len(clients))
    ListedClient.objects.bulk_create(
        [
            ListedClient(
                version=version,
                vat_number=client.vat_number[:20],
                name=client.name[:120],
                code=client.code,
                corrects_first=client.corrects_first,
                amount=client.amount,
                vat=client.vat,
            )
            for client in clients
        ],
        batch_size=2000,
    )


def _balance(version: VatVersion) -> dict[str, str]:
    return {f"grid_{grid}": version.grids[grid] for grid in ("71", "72") if grid in version.grids}


def _net(row: VatReturn, version: VatVersion, today: date) -> UUID | None:
    """Bring what was declared together: on 451 what is due, on 411 what the State owes."""
    lines = netting_lines({code: Decimal(sides["declared"]) for code, sides in version.accounts.items()})
    if not lines:
        return None
    return post_entry(
        Entry(
            entity=row.entity_id,
            date=today,
            journal=Journal.VARIOUS,
            source_type=OWN,
            source_id=row.pk,
            kind=f"netted:{version.number}",
            text=f"TVA {period_of(row.first, row.rhythm).code}",
            lines=lines,
        )
    )


def netting_lines(declared: dict[str, Decimal]) -> tuple[Line, ...]:
    """The entry that nets VAT accounts, from what was declared on each (a credit positive)."""
    due = declared["451"] + declared["411"] + declared["4118"]
    kept, claim = max(due, ZERO), max(-due, ZERO)
    return without_zeros(
        dr("451", declared["451"] - kept),
        cr("411", -declared["411"] - claim),
        cr("4118", -declared["4118"]),
    )
