"""Entries by hand: one person proposes, another posts or refuses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from core import audit
from core.files import store_upload
from core.locks import for_update
from core.money import ZERO
from core.registry import own_money
from core.types import Actor
from ledger.enums import Journal, ManualState
from ledger.errors import (
    AccountNotByHand,
    DateTooOld,
    EntryOfDocument,
    FutureDate,
    ManualEntryDecided,
    OwnMoney,
    PeriodClosed,
    PersonNeeded,
    SecondPersonNeeded,
    UnbalancedEntry,
    WrongBearer,
)
from ledger.models import (
    Account,
    Budget,
    JournalEntry,
    JournalLine,
    LegalEntity,
    ManualEntry,
    Party,
    Period,
)
from ledger.services.posting import post_entry, reverse_entry
from ledger.types import NOT_BY_HAND, Entry, Line

SOURCE = "ledger.manualentry"
"""Source type of what was posted by hand."""

YEARS_BACK = 2
"""How many years before this one an entry by hand may be dated, where the month is open."""


@transaction.atomic
def propose_entry(
    *,
    entity: LegalEntity,
    on: date,
    text: str,
    reason: str,
    lines: Sequence[Line],
    today: date,
    actor: Actor,
    receipt: Any = None,
) -> ManualEntry:
    """Propose a balanced entry for a second person; nothing is posted yet. Each call proposes another one.

    Raises `PersonNeeded`, `UnbalancedEntry`, `AccountNotByHand`, `WrongBearer`, `FutureDate`, `DateTooOld`,
    `PeriodClosed`, and what an upload may be refused for; then nothing is written.
    """
    _check_person(actor)
    _check_date(entity, on, today)
    _check_lines(entity, lines, text)
    return _propose(
        actor,
        "ledger.manual_proposed",
        entity=entity,
        date=on,
        text=text[:140],
        reason=reason[:300],
        lines=[_written(line) for line in lines],
        receipt=store_upload(receipt) if receipt else None,
    )


@transaction.atomic
def propose_reversal(*, entry: JournalEntry, on: date, reason: str, today: date, actor: Actor) -> ManualEntry:
    """Propose to undo an entry that was posted by hand.

    Raises `PersonNeeded`, `EntryOfDocument` (also when it is undone, or somebody proposed it), `FutureDate`,
    `PeriodClosed`; then nothing is written.
    """
    _check_person(actor)
    if entry.source_type != SOURCE or entry.reverses_id is not None:
        raise EntryOfDocument
    _check_date(entry.entity, on, today)
    try:
        with transaction.atomic():
            return _propose(
                actor,
                "ledger.reversal_proposed",
                entity=entry.entity,
                date=on,
                text=f"Extourne : {entry.text}"[:140],
                reason=reason[:300],
                reverses=entry,
            )
    except IntegrityError as error:
        raise EntryOfDocument from error


@transaction.atomic
def approve_entry(*, manual_id: UUID, today: date, actor: Actor) -> ManualEntry:
    """Post what another person proposed, on the day that it names.

    Locks: the proposal, budgets. Raises `ManualEntryDecided` (also on a second call), `SecondPersonNeeded`,
    `OwnMoney`, `AccountNotByHand`, `WrongBearer`, `PeriodClosed`, `BudgetExceeded`; then nothing is written.
    """
    manual = _to_decide(manual_id, actor)
    _check_date(manual.entity, manual.date, today)
    if manual.reverses is not None:
        _check_own(
            actor, JournalLine.objects.filter(entry=manual.reverses).values_list("party_id", "budget_id")
        )
        entry_id = reverse_entry(manual.reverses, on=manual.date, kind="reversed", text=manual.text)
    else:
        lines = lines_of(manual)
        _check_lines(manual.entity, lines, manual.text)
        _check_own(actor, [(line.party, line.budget) for line in lines])
        entry_id = post_entry(
            Entry(
                entity=manual.entity_id,
                date=manual.date,
                journal=Journal.VARIOUS,
                source_type=SOURCE,
                source_id=manual.pk,
                kind="posted",
                text=manual.text,
                lines=tuple(lines),
            )
        )
    manual.entry_id = entry_id
    return _decided(manual, ManualState.POSTED, actor)


@transaction.atomic
def refuse_entry(*, manual_id: UUID, reason: str, actor: Actor) -> ManualEntry:
    """Refuse what another person proposed; the reason is kept. Raises as `approve_entry` does."""
    manual = _to_decide(manual_id, actor)
    manual.refusal = reason[:300]
    return _decided(manual, ManualState.REFUSED, actor)


@transaction.atomic
def withdraw_entry(*, manual_id: UUID, actor: Actor) -> ManualEntry:
    """Take an own proposal back. Raises `ManualEntryDecided`, `SecondPersonNeeded` for anybody else's."""
    manual = for_update(ManualEntry.objects.filter(pk=manual_id)).get()
    _check_waits(manual)
    if not proposed_by(manual, actor):
        raise SecondPersonNeeded
    return _decided(manual, ManualState.WITHDRAWN, actor)


def proposed_by(manual: ManualEntry, actor: Actor) -> bool:
    """Whether the actor is who proposed it, by account or as a person."""
    return (actor.user_id is not None and actor.user_id == manual.created_by_user) or (
        actor.person_id is not None and actor.person_id == manual.created_by_person
    )


def lines_of(manual: ManualEntry) -> list[Line]:
    """The proposed lines."""
    return [
        Line(
            row["account"],
            Decimal(row["debit"]),
            Decimal(row["credit"]),
            UUID(row["budget"]) if row["budget"] else None,
            row["fund"] or None,
            UUID(row["party"]) if row["party"] else None,
        )
        for row in manual.lines
    ]


def _written(line: Line) -> dict[str, str]:
    return {
        "account": line.account,
        "debit": f"{line.debit:.2f}",
        "credit": f"{line.credit:.2f}",
        "budget": str(line.budget or ""),
        "fund": line.fund or "",
        "party": str(line.party or ""),
    }


def _propose(actor: Actor, action: str, **fields: Any) -> ManualEntry:
    manual = ManualEntry.objects.create(
        created_by=actor.label[:120],
        created_by_user=actor.user_id,
        created_by_person=actor.person_id,
        **fields,
    )
    audit.record(actor, action, manual, entity=manual.entity.code, on=manual.date.isoformat())
    return manual


def _to_decide(manual_id: UUID, actor: Actor) -> ManualEntry:
    manual = for_update(ManualEntry.objects.filter(pk=manual_id)).get()
    _check_waits(manual)
    if (
        actor.kind != "user"
        or (actor.user_id is None and actor.person_id is None)
        or proposed_by(manual, actor)
    ):
        raise SecondPersonNeeded
    return manual


def _decided(manual: ManualEntry, state: ManualState, actor: Actor) -> ManualEntry:
    manual.state = state
    manual.decided_at = timezone.now()
    manual.decided_by = actor.label[:120]
    manual.decided_by_user = actor.user_id
    manual.decided_by_person = actor.person_id
    manual.save()
    audit.record(actor, f"ledger.manual_{state}", manual, entity=manual.entity.code)
    return manual


def _check_waits(manual: ManualEntry) -> None:
    if manual.state != ManualState.PROPOSED:
        raise ManualEntryDecided(state=manual.get_state_display())


def _check_person(actor: Actor) -> None:
    if actor.kind != "user" or (actor.user_id is None and actor.person_id is None):
        raise PersonNeeded


def _check_own(actor: Actor, bearers: Any) -> None:
    if actor.person_id is None:
        return
    touched = {key for pair in bearers for key in pair if key is not None}
    if touched & own_money(actor.person_id):
        raise OwnMoney


def _check_date(entity: LegalEntity, on: date, today: date) -> None:
    if on > today:
        raise FutureDate(today=f"{today:%d/%m/%Y}")
    earliest = date(today.year - YEARS_BACK, 1, 1)
    if on < earliest:
        raise DateTooOld(earliest=f"{earliest:%d/%m/%Y}")
    closed = Period.objects.filter(entity=entity, year=on.year, month=on.month, closed_at__isnull=False)
    if closed.exists():
        raise PeriodClosed(month=f"{on:%Y-%m}")


def _check_lines(entity: LegalEntity, lines: Sequence[Line], text: str) -> None:
    """Two lines at least, balanced, on accounts open to hands, each with the bearer that
    its class asks for.
    """
    one_sided = all(
        (line.debit > 0) is not (line.credit > 0) and min(line.debit, line.credit) == 0 for line in lines
    )
    if len(lines) < 2 or not one_sided or sum((line.debit - line.credit for line in lines), ZERO) != 0:
        raise UnbalancedEntry(entry=text)
    open_accounts = set(Account.objects.filter(internal=False).values_list("code", flat=True)) - NOT_BY_HAND
    wanted = {line.budget for line in lines if line.budget}
    budgets = set(Budget.objects.filter(entity=entity, pk__in=wanted).values_list("pk", flat=True))
    parties = {line.party for line in lines if line.party}
    known = set(Party.objects.filter(pk__in=parties).values_list("pk", flat=True))
    for line in lines:
        if line.account not in open_accounts:
            raise AccountNotByHand(account=line.account)
        bearers = (line.budget is not None) + (line.fund is not None)
        carries = line.account[:1] in ("6", "7")
        if (
            bearers > 1
            or (carries and not bearers)
            or (bearers and not carries and line.account not in BEARING)
        ):
            raise WrongBearer(account=line.account)
        if (line.budget and line.budget not in budgets) or (line.party and line.party not in known):
            raise WrongBearer(account=line.account)


BEARING = frozenset({"4894", "493"})
"""Accounts of other classes whose lines may carry a budget: personal contributions, results carried over."""
