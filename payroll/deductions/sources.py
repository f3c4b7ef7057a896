"""What settlement asks about each amount before it is paid: seizures first, then advances.

Both run inside the settlement, the workers' files locked, in a constant number of queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from core import audit
from core.errors import DomainError
from core.money import ZERO, r
from core.tenancy import current_cooperative
from core.types import Actor
from payroll.deductions import selectors
from payroll.deductions.enums import LIMITED, AdvanceState, SeizureKind, SeizureState
from payroll.deductions.errors import SeizureNotAgreed, SeizureTableMissing
from payroll.deductions.models import Advance, Seizure
from payroll.deductions.table import seizable, table_code
from payroll.deductions.types import ADVANCE, ADVANCES_ACCOUNT, SEIZURE
from payroll.engine.statutory import Figure, Figures, figures_of
from payroll.models import HolidayBlock, PayDeduction, PayItem
from payroll.payable import Deduction, Payable, Payee, Taking

Row = TypeVar("Row", Seizure, Advance)
Month = tuple[UUID, date]
"""A worker's month."""

SETTLEMENT = Actor.system("settlement")
CAP = "deduction.share_of_net"


def figures() -> Figures:
    """The statutory figures of the cooperative's country."""
    return figures_of(current_cooperative().country.lower())


class Seizures:
    """Alimony first, without a limit; then the others by rank and day, out of the seizable part of the month:
    that of everything the worker earned in it so far, less what was taken of it.
    """

    def asked(self, payables: Sequence[Payable]) -> Taking:
        """What creditors take, or why a pay cannot be judged."""
        running = _by_person(
            Seizure.objects.filter(
                person_id__in={row.person_id for row in payables},
                state__in=(SeizureState.ENTERED, SeizureState.ACTIVE),
            )
        )
        touched = [row for row in payables if row.person_id in running]
        if not touched:
            return Taking()
        return _Batch(touched, running).answer()

    def taken(self, deductions: Mapping[Deduction, UUID]) -> None:
        """A seizure whose total is reached is paid off."""
        keys = {row.source_id for row in deductions}
        total = selectors.taken_by(SEIZURE, keys)
        for row in Seizure.objects.filter(pk__in=keys, total__isnull=False).order_by("pk"):
            if row.total is not None and total[row.pk] >= row.total:
                row.state = SeizureState.PAID_OFF
                row.save(update_fields=["state"])
                audit.record(SETTLEMENT, "deductions.seizure_paid_off", row, total=str(row.total))


class _Batch:
    """The months of a batch as they grow, pay by pay, on top of what is stored."""

    def __init__(self, payables: Sequence[Payable], running: Mapping[UUID, Sequence[Seizure]]) -> None:
        self._payables, self._running = payables, running
        keys = [row.pk for rows in running.values() for row in rows]
        self._total = selectors.taken_by(SEIZURE, keys)
        self._nets = _nets(payables)
        self._limited: dict[Month, Decimal] = {}
        self._monthly: dict[tuple[UUID, date], Decimal] = {}
        self._read_taken(payables)
        self._figures = figures()

    def _read_taken(self, payables: Sequence[Payable]) -> None:
        """What creditors took of the same months before, those whose seizure is over included."""
        people, months = {row.person_id for row in payables}, {row.month for row in payables}
        rows = (
            PayDeduction.objects.filter(source_type=SEIZURE)
            .filter(
                Q(item__person_id__in=people, item__month__in=months)
                | Q(holiday__person_id__in=people, holiday__month__in=months)
            )
            .annotate(
                who=Coalesce("item__person_id", "holiday__person_id"),
                when=Coalesce("item__month", "holiday__month"),
            )
        )
        for kind, source, who, when, amount in rows.values_list("kind", "source_id", "who", "when", "amount"):
            self._monthly[(source, when)] = self._monthly.get((source, when), ZERO) + amount
            if kind in LIMITED:
                self._limited[(who, when)] = self._limited.get((who, when), ZERO) + amount

    def answer(self) -> Taking:
        found: list[Deduction] = []
        refused: dict[UUID, DomainError] = {}
        for payable in self._payables:
            theirs = [row for row in self._running[payable.person_id] if _concerns(row, payable)]
            if not theirs:
                continue
            try:
                room = self._room(payable, theirs)
            except DomainError as error:
                refused[payable.id] = error
                continue
            left = payable.left
            for row in sorted(theirs, key=_order):
                amount = min(left, self._wanted(row, payable.month))
                if row.kind in LIMITED:
                    amount = min(amount, room)
                    room -= amount
                if amount <= 0:
                    continue
                left -= amount
                self._note(row, payable, amount)
                found.append(_to_creditor(row, payable, amount))
        return Taking(found, refused)

    def _room(self, payable: Payable, theirs: Sequence[Seizure]) -> Decimal:
        """What limited seizures may still take of the month, this pay included."""
        if any(row.state == SeizureState.ENTERED for row in theirs):
            raise SeizureNotAgreed
        key = (payable.person_id, payable.month)
        limited = [row for row in theirs if row.kind in LIMITED]
        table = self._table(payable.paid_on, limited) if limited else None
        if table is None:
            return ZERO
        net = self._nets.get(key, ZERO) + payable.before + payable.net
        children = max(row.children for row in limited)
        return max(seizable(net, table, children) - self._limited.get(key, ZERO), ZERO)

    def _table(self, paid_on: date, limited: Sequence[Seizure]) -> Figure:
        code = table_code(allowances=any(row.allowances for row in limited))
        table = self._figures.find(code, paid_on)
        if table is None:
            raise SeizureTableMissing(figure=code, on=f"{paid_on:%d/%m/%Y}")
        return table

    def _wanted(self, row: Seizure, month: date) -> Decimal:
        bounds = []
        if row.total is not None:
            bounds.append(row.total - self._total.get(row.pk, ZERO))
        if row.per_month is not None:
            bounds.append(row.per_month - self._monthly.get((row.pk, month), ZERO))
        return min(bounds)

    def _note(self, row: Seizure, payable: Payable, amount: Decimal) -> None:
        self._total[row.pk] = self._total.get(row.pk, ZERO) + amount
        key = (row.pk, payable.month)
        self._monthly[key] = self._monthly.get(key, ZERO) + amount
        if row.kind in LIMITED:
            month = (payable.person_id, payable.month)
            self._limited[month] = self._limited.get(month, ZERO) + amount


class Advances:
    """The oldest first. Pay of the work that an advance was given on gives it back in full: it is that pay,
    received earlier. Of later pay no more than the legal share of its net is kept.
    """

    def asked(self, payables: Sequence[Payable]) -> Taking:
        """What is given back."""
        owed = _by_person(
            Advance.objects.filter(
                person_id__in={row.person_id for row in payables}, state=AdvanceState.AGREED
            ).order_by("id")
        )
        if not owed:
            return Taking()
        back = selectors.taken_by(ADVANCE, [row.pk for rows in owed.values() for row in rows])
        left = {
            row.pk: row.amount - row.written_off - back.get(row.pk, ZERO)
            for rows in owed.values()
            for row in rows
        }
        table = figures()
        found: list[Deduction] = []
        for payable in payables:
            pay, later = payable.left, ZERO
            for row in owed.get(payable.person_id, ()):
                if row.entity_id != payable.entity_id:
                    continue
                amount = min(left[row.pk], pay)
                if payable.month > row.until:
                    most = r(payable.net * table.on(CAP, payable.paid_on).number)
                    amount = min(amount, max(most - later, ZERO))
                    later += amount
                if amount <= 0:
                    continue
                left[row.pk] -= amount
                pay -= amount
                found.append(back_from(row, payable, amount))
        return Taking(found)

    def taken(self, deductions: Mapping[Deduction, UUID]) -> None:
        """An advance of which nothing is left is recovered."""
        close_recovered({row.source_id for row in deductions})


SEIZURES, ADVANCES = Seizures(), Advances()


def back_from(row: Advance, payable: Payable, amount: Decimal) -> Deduction:
    """A part of an advance, given back out of a pay."""
    return Deduction(
        payable_id=payable.id,
        kind="advance",
        label=f"Avance du {row.decided_on:%d/%m/%Y}",
        amount=amount,
        source_type=ADVANCE,
        source_id=row.pk,
        account=ADVANCES_ACCOUNT,
        party_id=payable.party_id,
    )


def close_recovered(keys: Iterable[UUID]) -> None:
    """Advances of which nothing is left are recovered."""
    rows = Advance.objects.filter(pk__in=list(keys), state=AdvanceState.AGREED).order_by("pk")
    back = selectors.taken_by(ADVANCE, [row.pk for row in rows])
    for row in rows:
        if back.get(row.pk, ZERO) + row.written_off >= row.amount:
            row.state = AdvanceState.RECOVERED
            row.save(update_fields=["state"])
            audit.record(SETTLEMENT, "deductions.advance_recovered", row)


def _to_creditor(row: Seizure, payable: Payable, amount: Decimal) -> Deduction:
    return Deduction(
        payable_id=payable.id,
        kind=row.kind,
        label=f"{SeizureKind(row.kind).label.capitalize()} : {row.creditor_name}"[:120],
        amount=amount,
        source_type=SEIZURE,
        source_id=row.pk,
        payee=Payee(row.creditor_id, row.creditor_name, row.creditor_iban, row.reference),
    )


def _concerns(row: Seizure, payable: Payable) -> bool:
    return row.notified_on <= payable.on and row.entity_id in (None, payable.entity_id)


def _order(row: Seizure) -> tuple[bool, int, date, UUID]:
    return (row.kind != SeizureKind.ALIMONY, row.rank, row.notified_on, row.pk)


def _by_person(rows: Iterable[Row]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


def _nets(payables: Sequence[Payable]) -> dict[Month, Decimal]:
    """Net of these workers' months that is settled already."""
    people, months = {row.person_id for row in payables}, {row.month for row in payables}
    total: dict[Month, Decimal] = {}
    for model in (PayItem, HolidayBlock):
        rows = model.objects.filter(person_id__in=people, month__in=months).order_by()
        for person, month, net in rows.values_list("person_id", "month").annotate(total=Sum("net")):
            total[(person, month)] = total.get((person, month), ZERO) + net
    return total
