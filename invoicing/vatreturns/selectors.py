"""Reads of VAT returns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from core.errors import NoRateInForce
from core.locks import for_update
from core.rates import policy
from invoicing.models import IssuedDocument
from invoicing.vatreturns.enums import DECLARED, Paper, ReturnState, Rhythm
from invoicing.vatreturns.errors import NoVatForm
from invoicing.vatreturns.grids import form_of
from invoicing.vatreturns.models import VatFigure, VatReturn, VatVersion
from invoicing.vatreturns.periods import VatPeriod, due_day, period_of
from invoicing.vatreturns.types import OWN, VAT_ACCOUNTS
from ledger.enums import VatRegime
from ledger.models import JournalEntry, JournalLine, LegalEntity
from ledger.treasury.models import Payout

ENDED = (ReturnState.ACCEPTED, ReturnState.PAID)

RHYTHM = "vat_return_rhythm"
"""Policy: by code of the entity, `month` or `quarter`; `*` for every other one."""


def rhythm_of(entity: LegalEntity, on: date) -> Rhythm:
    """How an entity files its returns on a day. Raises `NoRateInForce`."""
    value = policy(RHYTHM, on=on).value
    return Rhythm(value.get(entity.code) or value["*"])


def returns() -> QuerySet[VatReturn]:
    """Every return and listing, the latest first."""
    return VatReturn.objects.select_related("entity").order_by("-last", "paper", "-pk")


def return_for_update(pk: UUID) -> VatReturn:
    """One return, locked."""
    return for_update(VatReturn.objects.filter(pk=pk)).select_related("entity").get()


def version_of(row: VatReturn) -> VatVersion:
    """The figures that a return holds now."""
    return VatVersion.objects.get(vat_return=row, number=row.version_number)


def versions_of(row: VatReturn) -> QuerySet[VatVersion]:
    """Every version, the latest first."""
    return VatVersion.objects.filter(vat_return=row).order_by("-number")


def figures_of(version: VatVersion, grid: str) -> QuerySet[VatFigure]:
    """What a grid is made of, in order of the day."""
    return VatFigure.objects.filter(version=version, grid=grid).order_by("date", "pk")


def declared_before(entity: LegalEntity, first: date) -> VatReturn | None:
    """The last declared return that ends before a day."""
    rows = VatReturn.objects.filter(entity=entity, paper=Paper.RETURN, state__in=DECLARED, last__lt=first)
    return rows.order_by("-last").first()


def missing_before(entity: LegalEntity, period: VatPeriod) -> VatPeriod | None:
    """The period right before, when earlier ones are declared and it is not."""
    latest = declared_before(entity, period.first)
    if latest is None or latest.last == period.first - timedelta(days=1):
        return None
    return period.before


@dataclass(frozen=True, slots=True)
class ToFile:
    """A paper of a period that is over: by which day it is filed, and the return if somebody prepared it."""

    entity: LegalEntity
    paper: Paper
    period: VatPeriod
    due_on: date
    row: VatReturn | None = None


MOST_PERIODS = 6
"""How many periods back the page looks for what nobody prepared."""


def papers_to_file(on: date) -> list[ToFile]:
    """What entities subject to VAT have to file for periods that ended before a day, from the first one in
    their books; the first due comes first. What the tax office accepted is left out.
    """
    begun = {
        (row.entity_id, row.paper, row.first, row.rhythm): row
        for row in VatReturn.objects.filter(last__lt=on).select_related("entity")
    }
    found = [
        ToFile(row.entity, Paper(row.paper), period_of(row.first, row.rhythm), row.due_on, row)
        for row in begun.values()
        if row.state not in ENDED
    ]
    for entity in LegalEntity.objects.filter(vat_regime=VatRegime.NORMAL).order_by("code"):
        for paper, period in _periods_over(entity, on):
            if (entity.pk, paper, period.first, period.rhythm) not in begun:
                found.append(ToFile(entity, paper, period, due_day(form_of(entity.country), period)))
    return sorted(found, key=lambda item: (item.due_on, item.entity.code, item.paper != Paper.RETURN))


def _periods_over(entity: LegalEntity, on: date) -> Iterator[tuple[Paper, VatPeriod]]:
    """The last periods that ended before a day, while the entity's books go back so far; none for a country
    whose return is not known, or where nobody said how entities file.
    """
    since = JournalEntry.objects.filter(entity=entity).order_by("date").values_list("date", flat=True).first()
    try:
        form_of(entity.country)
        period = period_of(on, rhythm_of(entity, on)).before
    except (NoVatForm, NoRateInForce):
        return
    if since is None:
        return
    for _ in range(MOST_PERIODS):
        if period.last < since:
            break
        yield Paper.RETURN, period
        yield Paper.INTRA, period
        period = period.before
    year = period_of(on, Rhythm.YEAR).before
    if year.last >= since:
        yield Paper.CLIENTS, year


def news_since(version: VatVersion, row: VatReturn) -> bool:
    """Whether documents of the period, or entries that move VAT, came after the figures were frozen: a hint
    for the page; approving counts all again.
    """
    documents = IssuedDocument.objects.filter(
        entity=row.entity,
        issued_on__gte=row.first,
        issued_on__lte=row.last,
        issued_at__gt=version.created_at,
    )
    entries = JournalEntry.objects.filter(
        entity=row.entity, date__gte=row.first, date__lte=row.last, posted_at__gt=version.created_at
    ).exclude(source_type=OWN)
    moves_vat = JournalLine.objects.filter(entry=OuterRef("pk"), account__in=VAT_ACCOUNTS)
    return documents.exists() or entries.filter(Exists(moves_vat)).exists()


def payout_of(row: VatReturn) -> Payout | None:
    """The payment of a return, if it was asked for."""
    return Payout.objects.filter(source_type=OWN, source_id=row.pk).order_by("-attempt").first()


def held_versions(states: Iterable[str]) -> QuerySet[VatVersion]:
    """The versions that returns in these states hold."""
    return VatVersion.objects.filter(vat_return__state__in=states, number=F("vat_return__version_number"))
