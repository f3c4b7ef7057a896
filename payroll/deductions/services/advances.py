"""Advances on wages: asked, agreed by a second person, paid at once, given back by the next pay.

Locks: worker file, advance, payouts.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit
from core.identifiers import InvalidIdentifier, normalise_iban
from core.locks import for_update
from core.money import CENT, ZERO
from core.outbox import publish
from core.types import Actor
from ledger.enums import Fund, Journal
from ledger.services import post_entry
from ledger.treasury.enums import PayoutKind, PayoutState
from ledger.treasury.models import Payout
from ledger.treasury.services import lower_payout, request_payout
from ledger.types import Entry, cr, dr
from members.models import Person
from payroll.deductions import errors, selectors
from payroll.deductions.enums import AdvanceState
from payroll.deductions.models import Advance
from payroll.deductions.sources import ADVANCES, back_from
from payroll.deductions.types import ADVANCE, ADVANCES_ACCOUNT, Room
from payroll.models import PayItem, WorkerFile
from payroll.payable import Deduction, DeductionSource, Payable, Taken
from payroll.services.contracts import mark_paid
from payroll.services.settlement import ITEM
from payroll.services.taking import post_deductions


@transaction.atomic
def ask_advance(
    *,
    person: Person,
    amount: Decimal,
    on: date,
    actor: Actor,
    entity_id: UUID | None = None,
    reason: str = "",
) -> Advance:
    """Ask for wages of work performed before their day; posts nothing. Without an entity, where most is due.

    The limit is the policy's share of the expected net less earlier advances. Raises, with nothing written:
    `AccountMissing`, `AmountWrong`, `NoAdvances`, `NothingToAdvance`, `AdvanceBesideSeizure`,
    `AdvanceTooHigh`.
    """
    if amount <= 0 or amount != amount.quantize(CENT):
        raise errors.AmountWrong
    _lock_worker(person.pk)
    _payable_to(person)
    room = _room(person, on, entity_id, amount)
    row = Advance.objects.create(
        person=person,
        entity_id=room.entity_id,
        amount=amount,
        expected=room.expected,
        most=room.most,
        until=room.until,
        reason=reason.strip()[:200],
        asked_by_id=actor.person_id,
        asked_by_label=actor.label[:120],
        asked_on=on,
    )
    audit.record(actor, "deductions.advance_asked", row, amount=str(amount))
    publish("advance.asked", row, person_id=str(person.pk))
    return row


@transaction.atomic
def agree_advance(*, advance_id: UUID, on: date, actor: Actor) -> Advance:
    """A second person agrees: it is paid in the next batch, and given back by wages that are still to pay.

    Wages that are settled, in no batch and on no payslip are lowered at once (`Dr 455 / Cr 4164`); the rest
    is kept from the next pay by settlement. The limit holds again. Raises `DeductionNotFound`, `WrongState`
    (also on a second call), `SecondPerson`, and what asking raises; then nothing is written.
    """
    row = _held(advance_id, AdvanceState.ASKED)
    if actor.person_id is None or actor.person_id in (row.person_id, row.asked_by_id):
        raise errors.SecondPerson
    person = Person.objects.get(pk=row.person_id)
    _payable_to(person)
    _room(person, on, row.entity_id, row.amount, without=row.pk)
    row.state, row.decided_on = AdvanceState.AGREED, on
    row.decided_by_id, row.decided_by_label = actor.person_id, actor.label[:120]
    row.save(update_fields=["state", "decided_on", "decided_by", "decided_by_label"])
    request_payout(
        entity_id=row.entity_id,
        kind=PayoutKind.WAGE,
        party_id=person.party_id,
        payee_name=str(person),
        iban=person.iban,
        amount=row.amount,
        communication=f"Avance sur salaire {on:%d/%m/%Y}",
        due_on=on,
        source_type=ADVANCE,
        source_id=row.pk,
        settles_account=ADVANCES_ACCOUNT,
    )
    audit.record(actor, "deductions.advance_agreed", row, amount=str(row.amount))
    publish("advance.agreed", row, person_id=str(row.person_id))
    _take_from_open_wages(row, person, on, actor)
    row.refresh_from_db()
    return row


@transaction.atomic
def refuse_advance(*, advance_id: UUID, answer: str, on: date, actor: Actor) -> Advance:
    """Say no, and why. Raises `DeductionNotFound`, `WrongState`, `SecondPerson` (one's own: withdraw it)."""
    row = _held(advance_id, AdvanceState.ASKED)
    if actor.person_id in (None, row.person_id, row.asked_by_id):
        raise errors.SecondPerson
    row.state, row.decided_on, row.answer = AdvanceState.REFUSED, on, answer.strip()[:200]
    row.decided_by_id, row.decided_by_label = actor.person_id, actor.label[:120]
    row.save(update_fields=["state", "decided_on", "answer", "decided_by", "decided_by_label"])
    audit.record(actor, "deductions.advance_refused", row, because=row.answer)
    publish("advance.refused", row, person_id=str(row.person_id))
    return row


@transaction.atomic
def withdraw_advance(*, advance_id: UUID, actor: Actor) -> Advance:
    """Whoever asked, or the worker, no longer wants it. Raises `DeductionNotFound`, `WrongState`,
    `SecondPerson` for anybody else.
    """
    row = _held(advance_id, AdvanceState.ASKED)
    if actor.person_id is None or actor.person_id not in (row.person_id, row.asked_by_id):
        raise errors.SecondPerson
    row.state = AdvanceState.WITHDRAWN
    row.save(update_fields=["state"])
    audit.record(actor, "deductions.advance_withdrawn", row)
    return row


@transaction.atomic
def write_off_advance(*, advance_id: UUID, because: str, on: date, actor: Actor) -> Advance:
    """Give up what was paid and never came back: `Dr 634 [pot] / Cr 4164`, with the reason.

    By somebody who neither asked for it nor agreed to it. Raises `DeductionNotFound`, `WrongState`
    (also while the payment has not left: take it out of the payments instead), `SecondPerson`.
    """
    row = _held(advance_id, AdvanceState.AGREED)
    if actor.person_id in (None, row.person_id, row.asked_by_id, row.decided_by_id):
        raise errors.SecondPerson
    gone = Payout.objects.filter(
        source_type=ADVANCE, source_id=row.pk, state__in=(PayoutState.RELEASED, PayoutState.PAID)
    )
    if not gone.exists():
        raise errors.WrongState(state=AdvanceState(row.state).label)
    back = selectors.taken_by(ADVANCE, [row.pk]).get(row.pk, ZERO)
    row.written_off = row.amount - back
    row.written_off_on, row.written_off_by_label = on, actor.label[:120]
    row.written_off_because, row.state = because.strip()[:200], AdvanceState.WRITTEN_OFF
    row.save(
        update_fields=[
            "state",
            "written_off",
            "written_off_on",
            "written_off_by_label",
            "written_off_because",
        ]
    )
    party = Person.objects.values_list("party_id", flat=True).get(pk=row.person_id)
    post_entry(
        Entry(
            entity=row.entity_id,
            date=on,
            journal=Journal.VARIOUS,
            source_type=ADVANCE,
            source_id=row.pk,
            kind="written_off",
            text=f"Avance abandonnée: {row.written_off_because}",
            lines=(
                dr("634", row.written_off, fund=Fund.POT),
                cr(ADVANCES_ACCOUNT, row.written_off, party=party),
            ),
        )
    )
    audit.record(
        actor,
        "deductions.advance_written_off",
        row,
        amount=str(row.written_off),
        because=row.written_off_because,
    )
    return row


def _take_from_open_wages(row: Advance, person: Person, on: date, actor: Actor) -> None:
    """Lower the wages that the advance was given on, the first due first."""
    left = row.amount
    found: list[tuple[DeductionSource, Deduction]] = []
    payables: list[Payable] = []
    lowered: list[tuple[Payout, PayItem, Decimal]] = []
    for payout, item in selectors.open_wages(person, on):
        if item.entity_id != row.entity_id or left <= 0:
            continue
        amount = min(left, payout.amount)
        left -= amount
        payable = Payable(
            id=item.pk,
            source_type=ITEM,
            person_id=person.pk,
            party_id=person.party_id,
            entity_id=item.entity_id,
            month=item.month,
            paid_on=item.paid_on,
            on=on,
            gross=item.gross,
            net=item.net,
            payable=item.payable,
            left=payout.amount,
            worker_type=item.worker_type,
        )
        payables.append(payable)
        found.append((ADVANCES, back_from(row, payable, amount)))
        lowered.append((payout, item, payout.amount - amount))
    post_deductions(Taken(tuple(found), {}), payables)
    for payout, item, rest in lowered:
        lower_payout(payout_id=payout.pk, amount=rest, actor=actor)
        if not rest:
            mark_paid(item_id=item.pk, actor=actor)


def _room(
    person: Person, on: date, entity_id: UUID | None, amount: Decimal, *, without: UUID | None = None
) -> Room:
    if selectors.under_seizure(person):
        raise errors.AdvanceBesideSeizure
    rooms = selectors.rooms_of(person, on, without=without)
    room = next((one for one in rooms if entity_id in (None, one.entity_id)), None)
    if room is None:
        raise errors.NothingToAdvance
    if amount > room.left:
        raise errors.AdvanceTooHigh(most=str(room.left))
    return room


def _held(advance_id: UUID, state: AdvanceState) -> Advance:
    """The advance, locked after its worker, in this state."""
    person = Advance.objects.filter(pk=advance_id).values_list("person_id", flat=True).first()
    if person is not None:
        _lock_worker(person)
    row = selectors.advance_for_update(advance_id)
    if row.state != state:
        raise errors.WrongState(state=AdvanceState(row.state).label)
    return row


def _lock_worker(person_id: UUID) -> None:
    list(for_update(WorkerFile.objects.filter(person_id=person_id)))


def _payable_to(person: Person) -> None:
    try:
        normalise_iban(person.iban)
    except InvalidIdentifier as error:
        raise errors.AccountMissing from error
