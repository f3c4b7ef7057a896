"""Reads of deductions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from core.locks import for_update
from core.money import ZERO, r
from core.rates import find_policy
from ledger.models import LegalEntity
from ledger.treasury.enums import PayoutState
from ledger.treasury.models import Payout
from members.models import Person
from payroll import plans
from payroll.deductions import errors
from payroll.deductions.enums import LIMITED, AdvanceState, SeizureState
from payroll.deductions.models import Advance, Seizure
from payroll.deductions.roles import ADVANCE_READERS, KEEPERS
from payroll.deductions.types import ADVANCE, SEIZURE, Room
from payroll.enums import OPEN_STATES
from payroll.models import ContractMonth, PayDeduction, PayItem
from payroll.services.payslips import loose_items
from payroll.services.settlement import ITEM
from payroll.services.settlement.amounts import compute
from payroll.services.settlement.facts import read_facts

POLICY = "advance_share_of_expected_net"
_MONEY: DecimalField[Decimal, Decimal] = DecimalField(max_digits=14, decimal_places=2)


def _taken(source_type: str) -> Coalesce:
    rows = PayDeduction.objects.filter(source_type=source_type, source_id=OuterRef("pk")).order_by()
    total = rows.values("source_id").annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(total, output_field=_MONEY), ZERO, output_field=_MONEY)


def worker_for(pk: UUID) -> Person:
    """A person of whom payroll enters something. Raises `DeductionNotFound`."""
    person = Person.objects.filter(pk=pk).first()
    if person is None:
        raise errors.DeductionNotFound
    return person


# --- seizures -----------------------------------------------------------------------------------------------


def seizures(reader: Person | None, roles: frozenset[str]) -> QuerySet[Seizure]:
    """Seizures that the reader may see, newest first, with what they have `taken`."""
    rows = Seizure.objects.select_related("person", "entity", "file").annotate(taken=_taken(SEIZURE))
    if not roles & KEEPERS:
        rows = rows.filter(person=reader) if reader is not None else rows.none()
    return rows.order_by("-id")


def seizure_for(reader: Person | None, roles: frozenset[str], pk: UUID) -> Seizure:
    """One of them. Raises `DeductionNotFound`."""
    row = seizures(reader, roles).filter(pk=pk).first()
    if row is None:
        raise errors.DeductionNotFound
    return row


def seizure_for_update(pk: UUID) -> Seizure:
    """The seizure, locked. Raises `DeductionNotFound`."""
    row = for_update(Seizure.objects.filter(pk=pk)).first()
    if row is None:
        raise errors.DeductionNotFound
    return row


def taken_by(source_type: str, keys: Collection[UUID]) -> dict[UUID, Decimal]:
    """What each of these has taken of pay so far."""
    rows = PayDeduction.objects.filter(source_type=source_type, source_id__in=keys).order_by()
    return dict(rows.values_list("source_id").annotate(total=Sum("amount")))


def taken_rows(source_type: str, key: UUID) -> QuerySet[PayDeduction]:
    """The pays out of which one of these took, the last hundred."""
    rows = PayDeduction.objects.filter(source_type=source_type, source_id=key)
    return rows.select_related("item", "holiday").order_by("-pk")[:100]


def held_for(seizure: Seizure) -> QuerySet[Payout]:
    """Payments to the creditor that came back and wait for a right account."""
    keys = PayDeduction.objects.filter(source_type=SEIZURE, source_id=seizure.pk).order_by().values("pk")
    return Payout.objects.filter(
        source_type="payroll.paydeduction", source_id__in=keys, state=PayoutState.HELD
    )


def under_seizure(person: Person) -> bool:
    """Whether a creditor other than for alimony has, or may soon have, a right on the person's pay."""
    running = (SeizureState.ENTERED, SeizureState.ACTIVE)
    return Seizure.objects.filter(person=person, state__in=running, kind__in=LIMITED).exists()


# --- advances -----------------------------------------------------------------------------------------------


def advances(reader: Person | None, roles: frozenset[str]) -> QuerySet[Advance]:
    """Advances that the reader may see, newest first, with what was given `back` and is still `open`."""
    rows = Advance.objects.select_related("person", "entity").annotate(back=_taken(ADVANCE))
    rows = rows.annotate(open=F("amount") - F("back") - F("written_off"))
    if not roles & ADVANCE_READERS:
        rows = rows.filter(person=reader) if reader is not None else rows.none()
    return rows.order_by("-id")


def advance_for(reader: Person | None, roles: frozenset[str], pk: UUID) -> Advance:
    """One of them. Raises `DeductionNotFound`."""
    row = advances(reader, roles).filter(pk=pk).first()
    if row is None:
        raise errors.DeductionNotFound
    return row


def advance_for_update(pk: UUID) -> Advance:
    """The advance, locked. Raises `DeductionNotFound`."""
    row = for_update(Advance.objects.filter(pk=pk)).first()
    if row is None:
        raise errors.DeductionNotFound
    return row


def open_wages(person: Person, on: date) -> list[tuple[Payout, PayItem]]:
    """Wages that are settled, not yet in a batch and on no payslip: by day of payment."""
    items = loose_items(on).filter(person=person).in_bulk()
    rows = Payout.objects.filter(source_type=ITEM, source_id__in=items, state=PayoutState.OPEN)
    return [(row, items[row.source_id]) for row in rows.order_by("due_on", "pk")]


def rooms_of(person: Person, on: date, *, without: UUID | None = None) -> list[Room]:
    """What the person could be advanced, by entity, the most first; `without` leaves one request out.

    Work performed and not paid: settled wages that no batch holds, and the days up to `on` of contracts that
    are not settled, as settlement would compute them. What cannot be computed counts for nothing. Raises
    `NoAdvances`.
    """
    share = find_policy(POLICY, on=on)
    if share is None:
        raise errors.NoAdvances
    expected: dict[UUID, Decimal] = {}
    until: dict[UUID, date] = {}
    for payout, item in open_wages(person, on):
        expected[item.entity_id] = expected.get(item.entity_id, ZERO) + payout.amount
        until[item.entity_id] = max(until.get(item.entity_id, item.month), item.month)
    for part, net in _unsettled(person, on):
        entity = part.contract.entity_id
        expected[entity] = expected.get(entity, ZERO) + net
        until[entity] = max(until.get(entity, part.month), part.month)
    names = dict(LegalEntity.objects.filter(pk__in=expected).values_list("pk", "name"))
    standing = outstanding(person, without=without)
    rooms = [
        Room(
            entity,
            names[entity],
            r(net),
            r(net * share.rate),
            standing.get(entity, ZERO),
            until[entity],
        )
        for entity, net in expected.items()
        if net > 0
    ]
    return sorted(rooms, key=lambda room: (-room.left, room.entity_name))


def outstanding(person: Person, *, without: UUID | None = None) -> Mapping[UUID, Decimal]:
    """Advances given or asked and not given back, by entity; euro."""
    rows = Advance.objects.filter(person=person, state__in=(AdvanceState.ASKED, AdvanceState.AGREED))
    standing = [row for row in rows if row.pk != without]
    back = taken_by(ADVANCE, [row.pk for row in standing])
    total: dict[UUID, Decimal] = {}
    for row in standing:
        total[row.entity_id] = total.get(row.entity_id, ZERO) + row.amount - back.get(row.pk, ZERO)
    return total


def _unsettled(person: Person, on: date) -> list[tuple[ContractMonth, Decimal]]:
    rows = ContractMonth.objects.filter(
        contract__person=person,
        contract__state__in=OPEN_STATES,
        settled=False,
        number=0,
        first_day__lte=on,
    )
    parts = list(rows.select_related("contract").order_by("last_day", "contract_id", "month"))
    if not parts:
        return []
    done = compute(parts, read_facts(parts), on)
    found = []
    for one in done.parts:
        planned = plans.work_days(one.part.first_day, one.part.last_day)
        performed = [day for day in planned if day <= on]
        found.append((one.part, one.settlement.payable * len(performed) / len(planned)))
    return found
