"""Balances that stay: found by what pay says, asked back, left, paid back, written off by two.

Locks: worker file, balance.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import translation

from core import audit
from core.identifiers import format_iban, format_structured_communication, make_structured_communication
from core.kit.formats import day as day_in_words
from core.kit.formats import money
from core.locks import for_update
from core.money import ZERO
from core.outbox import publish
from core.types import Actor
from core.uuid7 import uuid7
from ledger.enums import Fund, Journal
from ledger.models import LegalEntity
from ledger.services import post_entry, take_number
from ledger.types import Entry, cr, dr
from members.models import Person
from members.notices.services import notify
from payroll.balances import errors, selectors
from payroll.balances.enums import BalanceActKind, BalanceKind, BalanceState
from payroll.balances.models import Balance, BalanceAct
from payroll.balances.types import ACT, Measured
from payroll.engine.holiday import EXIT_HOLIDAY_ACCOUNT, HolidayHeld
from payroll.models import PayCarry, WorkerFile
from payroll.payable import NET_WAGES_ACCOUNT

PREFIX = 96
"""First two of the ten digits of a balance's structured communication: an invoice's are a year's, a share's
95.
"""

SERIES = "PAYBACK"
TERM = timedelta(days=30)
"""How long somebody has to pay back; a letter says the day."""

LONGEST_WAIT = timedelta(days=731)
ACCOUNTS = {BalanceKind.NET: NET_WAGES_ACCOUNT, BalanceKind.HOLIDAY: EXIT_HOLIDAY_ACCOUNT}
DONE = {
    BalanceActKind.WRITTEN_OFF: "Solde de paie abandonné",
    BalanceActKind.REPAID: "Solde de paie remboursé",
}


@transaction.atomic
def find_balances(*, on: date, people: Collection[UUID] | None = None) -> int:
    """Bring the list to what pay says, of these people or of everybody: new ones stand to look at, changed
    ones have their amount, those that later pay took are over. Answers how many rows changed; repeats change
    nothing. Locks: balances.
    """
    asked = selectors.suspects() if people is None else set(people)
    found = selectors.measure(asked)
    ends, works = selectors.last_ends(asked)
    rows = for_update(Balance.objects.filter(person_id__in=asked))
    known = {(row.person_id, row.entity_id, BalanceKind(row.kind)): row for row in rows}
    changed = 0
    for key in known.keys() | found.keys():
        person, entity, kind = key
        row = known.get(key) or Balance(person_id=person, entity_id=entity, kind=kind, amount=ZERO)
        group = (person, entity)
        changed += _bring(row, found.get(key), ends.get(group), group in works, on)
    return changed


@transaction.atomic
def ask_back(*, balance_id: UUID, on: date, actor: Actor) -> BalanceAct:
    """Write to the worker, in their language: how much, why, by when, to which account and with which
    communication. Asked again it is a reminder with the amount of that day. Posts nothing.

    Of exit holiday the net part is asked: contributions and tax never reached the worker. Raises, with
    nothing written: `BalanceNotFound`, `BalanceOver`, `OwnBalance`, `PayToCome`, `BalanceState` (a write-off
    waits), `NoAddress`, `BankAccountMissing`.
    """
    row = _held(balance_id, on, actor)
    if row.state == BalanceState.PROPOSED:
        raise errors.BalanceState(state=BalanceState(row.state).label)
    person = Person.objects.select_related("user").get(pk=row.person_id)
    entity = LegalEntity.objects.get(pk=row.entity_id)
    iban = selectors.account_of_entity(entity)
    if not person.email and person.user is None:
        raise errors.NoAddress
    if not iban:
        raise errors.BankAccountMissing(entity=entity.name)
    row.asked = row.amount if row.kind == BalanceKind.NET else selectors.net_of_holiday(row)
    if not row.asked:
        raise errors.BalanceOver
    row.communication = row.communication or _communication(entity, on)
    row.state, row.asked_on, row.due_on, row.wait_until = BalanceState.ASKED, on, on + TERM, None
    row.save()
    act = _note(row, BalanceActKind.ASKED, row.asked, on, actor, until=row.due_on)
    with translation.override(person.language):
        values = {
            "amount": money(row.asked),
            "entity": entity.name,
            "iban": format_iban(iban),
            "communication": format_structured_communication(row.communication),
            "due_on": day_in_words(row.due_on),
            "since": day_in_words(row.since),
        }
    notify(person=person, kind=f"balance_{BalanceKind(row.kind).value}", cause=act.pk, **values)
    audit.record(actor, "balances.asked_back", row, amount=str(row.asked))
    publish("balance.asked_back", row, person_id=str(row.person_id))
    return act


@transaction.atomic
def wait_for(*, balance_id: UUID, until: date, note: str, on: date, actor: Actor) -> BalanceAct:
    """Leave it until a day: the person is expected back, or pays in parts. Raises `BalanceNotFound`,
    `BalanceOver`, `OwnBalance`, `WaitUntilLater`, `BalanceState` (a write-off waits).
    """
    row = _held(balance_id, on, actor, to_come=True)
    if row.state == BalanceState.PROPOSED:
        raise errors.BalanceState(state=BalanceState(row.state).label)
    if not on < until <= on + LONGEST_WAIT:
        raise errors.WaitUntilLater
    row.state, row.wait_until = BalanceState.WAITING, until
    row.save(update_fields=["state", "wait_until"])
    act = _note(row, BalanceActKind.WAITED, row.amount, on, actor, note=note, until=until)
    audit.record(actor, "balances.left", row, until=until.isoformat())
    return act


@transaction.atomic
def propose_write_off(*, balance_id: UUID, because: str, on: date, actor: Actor) -> BalanceAct:
    """Propose to give it up; somebody of finance decides. Raises `BalanceNotFound`, `BalanceOver`,
    `OwnBalance`, `PayToCome`, `WhyMissing`, `BalanceState` (also on a second call).
    """
    row = _held(balance_id, on, actor)
    if row.state == BalanceState.PROPOSED:
        raise errors.BalanceState(state=BalanceState(row.state).label)
    if actor.person_id is None:
        raise errors.OwnBalance
    if not because.strip():
        raise errors.WhyMissing
    row.state, row.because, row.proposed_by_id = BalanceState.PROPOSED, because.strip()[:200], actor.person_id
    row.save(update_fields=["state", "because", "proposed_by"])
    act = _note(row, BalanceActKind.PROPOSED, row.amount, on, actor, note=row.because)
    audit.record(actor, "balances.write_off_proposed", row, amount=str(row.amount))
    publish("balance.write_off_proposed", row, person_id=str(row.person_id))
    return act


@transaction.atomic
def refuse_write_off(*, balance_id: UUID, answer: str, on: date, actor: Actor) -> BalanceAct:
    """It is not given up: to look at again. Raises `BalanceNotFound`, `BalanceOver`, `OwnBalance`,
    `WhyMissing`, `BalanceState`.
    """
    row = _decided(balance_id, on, actor)
    if not answer.strip():
        raise errors.WhyMissing
    row.state, row.because, row.proposed_by = BalanceState.OPEN, "", None
    row.save(update_fields=["state", "because", "proposed_by"])
    act = _note(row, BalanceActKind.REFUSED, row.amount, on, actor, note=answer)
    audit.record(actor, "balances.write_off_refused", row)
    return act


@transaction.atomic
def write_off(*, balance_id: UUID, on: date, actor: Actor) -> BalanceAct:
    """Give up what was proposed, by a second person: `Dr 634 [pot] / Cr 455` of the worker, or `Cr 4560` for
    exit holiday, at the amount of that day. The next pay, if ever one comes, is no longer lowered.

    Raises `BalanceNotFound`, `BalanceOver` (also on a second call), `OwnBalance`, `PayToCome`,
    `BalanceState`.
    """
    row = _decided(balance_id, on, actor)
    if row.works:
        raise errors.PayToCome
    act = _lift(row, BalanceActKind.WRITTEN_OFF, row.amount, on, actor, note=row.because)
    audit.record(actor, "balances.written_off", row, amount=str(act.amount), because=act.note)
    publish("balance.written_off", row, person_id=str(row.person_id), amount=str(act.amount))
    return act


@transaction.atomic
def take_payment(*, balance_id: UUID, amount: Decimal, on: date, actor: Actor) -> BalanceAct:
    """The bank received so much of it, posted `Dr 550 / Cr 455` (or 4560) by the line. Locks the balance.
    Raises `BalanceNotFound`, `BalanceOver` when less is owed.
    """
    row = selectors.balance_for_update(balance_id)
    if amount > row.amount:
        raise errors.BalanceOver
    act = _lift(row, BalanceActKind.REPAID, amount, on, actor)
    audit.record(actor, "balances.paid_back", row, amount=str(amount))
    publish("balance.paid_back", row, person_id=str(row.person_id), amount=str(amount))
    return act


def _bring(row: Balance, now: Measured | None, end: date | None, works: bool, on: date) -> bool:
    """Whether the row was changed to what pay says."""
    fresh = row._state.adding
    before = (row.amount, row.since, row.last_end, row.works, row.state)
    if now is None:
        row.amount, row.state = ZERO, BalanceState.OVER
        row.wait_until, row.because, row.proposed_by = None, "", None
    else:
        if fresh or row.state == BalanceState.OVER:
            row.state, row.since = BalanceState.OPEN, min(now.since, on)
        elif row.state == BalanceState.WAITING and row.wait_until is not None and row.wait_until <= on:
            row.state, row.wait_until = BalanceState.OPEN, None
        row.amount = now.amount
    row.last_end, row.works = end, works
    if not fresh and before == (row.amount, row.since, row.last_end, row.works, row.state):
        return False
    row.seen_on = on
    row.save()
    return True


def _held(balance_id: UUID, on: date, actor: Actor, *, to_come: bool = False) -> Balance:
    """The balance as pay says it now, locked after the worker's file, and still owed. Without `to_come` no
    work may wait for its pay.
    """
    person = Balance.objects.filter(pk=balance_id).values_list("person_id", flat=True).first()
    if person is None:
        raise errors.BalanceNotFound
    if actor.person_id == person:
        raise errors.OwnBalance
    list(for_update(WorkerFile.objects.filter(person_id=person)))
    find_balances(on=on, people=[person])
    row = selectors.balance_for_update(balance_id)
    if row.state == BalanceState.OVER:
        raise errors.BalanceOver
    if row.works and not to_come:
        raise errors.PayToCome
    return row


def _decided(balance_id: UUID, on: date, actor: Actor) -> Balance:
    """A balance that is proposed to be written off, for a second person."""
    row = _held(balance_id, on, actor, to_come=True)
    if row.state != BalanceState.PROPOSED:
        raise errors.BalanceState(state=BalanceState(row.state).label)
    if actor.person_id in (None, row.person_id, row.proposed_by_id):
        raise errors.OwnBalance
    return row


def _communication(entity: LegalEntity, on: date) -> str:
    """Ten digits that nothing else bears: prefix, entity, year, number in the year."""
    place = LegalEntity.objects.filter(pk__lte=entity.pk).count()
    number = take_number(entity_id=entity.pk, journal=SERIES, year=on.year)
    return make_structured_communication(PREFIX * 10**8 + place * 10**7 + on.year % 100 * 10**5 + number)


def _note(
    row: Balance,
    kind: BalanceActKind,
    amount: Decimal,
    on: date,
    actor: Actor,
    *,
    note: str = "",
    until: date | None = None,
) -> BalanceAct:
    return BalanceAct.objects.create(
        balance=row,
        kind=kind,
        amount=amount,
        on=on,
        until=until,
        note=note.strip()[:200],
        made_by_label=actor.label[:120],
    )


def _lift(
    row: Balance, kind: BalanceActKind, amount: Decimal, on: date, actor: Actor, *, note: str = ""
) -> BalanceAct:
    """Take an amount of a balance: what next pay would have taken is given along, what 4560 lacks is said."""
    key = uuid7()
    of_holiday = row.kind == BalanceKind.HOLIDAY
    parts = selectors.shares_of(row, amount) if of_holiday else HolidayHeld(ZERO, ZERO, ZERO, ZERO)
    entry_id = _post_loss(row, key, amount, on, note) if kind == BalanceActKind.WRITTEN_OFF else None
    act = BalanceAct.objects.create(
        id=key,
        balance=row,
        kind=kind,
        amount=amount,
        on=on,
        note=note,
        made_by_label=actor.label[:120],
        entry_id=entry_id,
        simple=parts.simple,
        double=parts.double,
        supplement=parts.supplement,
        employer_onss=parts.employer_onss,
    )
    if not of_holiday:
        PayCarry.objects.create(
            entity_id=row.entity_id,
            person_id=row.person_id,
            kind=f"balance_{kind.value}",
            label=DONE[kind],
            amount=amount,
            made_on=on,
            source_type=ACT,
            source_id=key,
        )
    row.amount -= amount
    row.state = BalanceState.OVER if not row.amount else BalanceState.OPEN
    row.because, row.proposed_by = "", None
    row.save(update_fields=["amount", "state", "because", "proposed_by"])
    return act


def _post_loss(row: Balance, key: UUID, amount: Decimal, on: date, because: str) -> UUID:
    party = Person.objects.values_list("party_id", flat=True).get(pk=row.person_id)
    account = ACCOUNTS[BalanceKind(row.kind)]
    return post_entry(
        Entry(
            entity=row.entity_id,
            date=on,
            journal=Journal.VARIOUS,
            source_type=ACT,
            source_id=key,
            kind="written_off",
            text=f"{DONE[BalanceActKind.WRITTEN_OFF]}: {because}"[:140],
            lines=(
                dr("634", amount, fund=Fund.POT),
                cr(account, amount, party=party if account == NET_WAGES_ACCOUNT else None),
            ),
        )
    )
