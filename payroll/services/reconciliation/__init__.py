"""What should be declared to the social security office against what is.

The office knows periods of work, not contracts: of one worker, employer, worker type and committee two
periods never share a day. Contracts that do (other hours of the same day) therefore share one period, kept on
the declarations of one of them, the *carrier*; `declared_by` of the others names it. The period stays with
its carrier even when that contract is cancelled, as long as others need it: what the office knows is changed,
not taken back and made anew after the start.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit, doorbell
from core.clock import ZONE
from core.locks import lock
from core.money import ZERO
from core.outbox import publish_all
from core.rows import insert_rows, new_row
from core.tenancy import current_cooperative
from core.types import Actor
from core.uuid7 import uuid7
from payroll import plans
from payroll.dimona.types import own_reference, planned_hours
from payroll.enums import COUNTED_STATES, ContractState, ContractType, DeclarationKind, DeclarationState
from payroll.models import OPEN_END, ContractMonth, Declaration, EmploymentContract, WorkerFile
from payroll.services.reconciliation.neighbours import neighbourhoods
from payroll.services.reconciliation.periods import (
    Part,
    Period,
    known_number,
    mend,
    step,
    with_rest_apart,
)

__all__ = ["SYSTEM", "Part", "Period", "parts_of", "reconcile_contract", "reconcile_contracts", "ring"]

SYSTEM = Actor.system("dimona")


FEW = 5
"""Up to so many rows, each rings for itself."""


@dataclass(slots=True)
class _Written:
    """What a reconciliation changes, gathered for a constant number of statements."""

    made: list[Declaration] = field(default_factory=list)
    mended: list[Declaration] = field(default_factory=list)
    carried: dict[UUID, EmploymentContract] = field(default_factory=dict)
    declared: list[EmploymentContract] = field(default_factory=list)

    def save(self) -> None:
        """Write it, tell who listens, and wake carriers once all is committed."""
        if self.made:
            insert_rows(self.made)
        if self.mended:
            names = ["kind", "state", "starts_on", "ends_on", "planned_hours", "period_id"]
            Declaration.objects.bulk_update(self.mended, names)
        if self.carried:
            EmploymentContract.objects.bulk_update(list(self.carried.values()), ["declared_by"])
        if self.declared:
            EmploymentContract.objects.bulk_update(self.declared, ["state"])
            audit.record_all(SYSTEM, [("payroll.contract_declared", row, {}) for row in self.declared])
            publish_all([("contract.declared", row, {}) for row in self.declared])
        ring(self.made)


@transaction.atomic
def reconcile_contract(contract: EmploymentContract, *, at: datetime) -> list[Declaration]:
    """`reconcile_contracts` for one contract at hand. The caller holds the worker's file."""
    return _reconcile([contract], at)


@transaction.atomic
def reconcile_contracts(ids: Collection[UUID], *, at: datetime) -> list[Declaration]:
    """Make the declaration rows that bring what is declared to what should be; nothing when both agree.

    Looks at the contracts and at all those that share days with them, now or at the office, in a constant
    number of queries. `at` is the moment in the cooperative's clock: it says whether a declaration is late. A
    row that is on its way is left alone until its answer comes (which calls this again); a refused one waits
    for a person; a period waits until the days that it takes from another are free at the office. Contracts
    whose days are declared become *declared*. Locks: worker files, declarations. Returns the new rows.
    """
    people = EmploymentContract.objects.filter(pk__in=ids).values("person_id")
    lock(WorkerFile.objects.filter(person_id__in=people))
    return _reconcile(list(EmploymentContract.objects.filter(pk__in=ids)), at)


def ring(rows: list[Declaration]) -> None:
    """Wake a carrier for each row once this transaction commits; the sweep finds them anyway. Many rows: one
    ring, the carriers are woken from there.
    """
    if len(rows) > FEW:
        doorbell.ring("payroll.send_declarations", current_cooperative().pk, [str(row.pk) for row in rows])
        return
    for row in rows:
        doorbell.ring("payroll.send_declaration", current_cooperative().pk, str(row.pk))


def parts_of(contracts: list[EmploymentContract], rows: list[Declaration]) -> list[Part]:
    """What was said of each period, with the period that is expected of it; changes no row.

    Contracts in order of their start, declarations in order of their key.
    """
    parts = _said(contracts, rows)
    _share_out(contracts, parts, _months_of(contracts), _Written())
    return parts


def _reconcile(contracts: list[EmploymentContract], at: datetime) -> list[Declaration]:
    if not contracts:
        return []
    chains = neighbourhoods(contracts)
    months = _months_of([contract for chain in chains for contract in chain.contracts])
    written = _Written()
    for chain in chains:
        parts = _said(chain.contracts, chain.rows)
        _share_out(chain.contracts, parts, months, written)
        for part in parts:
            _say(part, parts, at, written)
        _mark_declared(chain.contracts, parts, written)
    written.save()
    return written.made


def _months_of(contracts: Iterable[EmploymentContract]) -> Mapping[UUID, list[ContractMonth]]:
    """Planned months of students' contracts: their hours are declared. Corrections (`number` above 0) are of
    pay that is computed: the quarter's return tells them, not the declaration of what was planned."""
    students = [row.pk for row in contracts if row.contract_type == ContractType.STUDENT]
    found: dict[UUID, list[ContractMonth]] = defaultdict(list)
    for month in ContractMonth.objects.filter(contract__in=students, number=0) if students else ():
        found[month.contract_id].append(month)
    return found


def _said(contracts: list[EmploymentContract], rows: list[Declaration]) -> list[Part]:
    by_pk = {contract.pk: contract for contract in contracts}
    parts: dict[tuple[object, date], Part] = {}
    for row in rows:
        key = (row.contract_id, row.part_starts_on)
        part = parts.setdefault(key, Part(by_pk[row.contract_id], row.part_starts_on))
        part.rows.append(row)
    return sorted(parts.values(), key=lambda part: (part.key, part.carrier.pk))


def _share_out(
    contracts: list[EmploymentContract],
    parts: list[Part],
    months: Mapping[UUID, list[ContractMonth]],
    written: _Written,
) -> None:
    """Give each group of contracts that share days its carrier, and each expected period its part."""
    taken: set[object] = set()
    for contract in contracts:
        if contract.state not in COUNTED_STATES:
            _name_carrier(contract, None, written)
    for group in _groups(contract for contract in contracts if contract.state in COUNTED_STATES):
        span = Period(group[0].starts_on, max(contract.ends_on for contract in group), None)
        known = (
            part.carrier
            for part in parts
            if part.carrier.pk not in taken and any(span.meets(period) for period in part.occupied)
        )
        asked = (part.carrier for part in parts if part.carrier in group and part.carrier.pk not in taken)
        carrier = next(known, None) or next(asked, None) or min(group, key=lambda contract: contract.pk)
        taken.add(carrier.pk)
        for contract in group:
            _name_carrier(contract, None if contract.pk == carrier.pk else carrier, written)
        expected = _expected(group, span, months)
        while expected:
            period = expected.pop(0)
            part = next(
                (p for p in parts if p.carrier.pk == carrier.pk and p.expected is None and _fits(p, period)),
                None,
            )
            if part is None:
                part = Part(carrier, _free_key(parts, carrier, period.starts_on))
                parts.append(part)
            part.expected, *rest = with_rest_apart(part, period)
            expected = [*rest, *expected]


def _free_key(parts: list[Part], carrier: EmploymentContract, day: date) -> date:
    """The day that names a new part: the start of its period, or the next one that names no other."""
    used = {part.key for part in parts if part.carrier.pk == carrier.pk}
    while day in used:
        day = date.fromordinal(day.toordinal() + 1)
    return day


def _name_carrier(
    contract: EmploymentContract, carrier: EmploymentContract | None, written: _Written
) -> None:
    if contract.declared_by_id != (carrier and carrier.pk):
        contract.declared_by = carrier
        written.carried[contract.pk] = contract


def _groups(contracts: Iterable[EmploymentContract]) -> list[list[EmploymentContract]]:
    """Contracts in order of their start, together with those whose days they share."""
    groups: list[list[EmploymentContract]] = []
    last = date.min
    for contract in contracts:
        if groups and contract.starts_on <= last:
            groups[-1].append(contract)
        else:
            groups.append([contract])
        last = max(last, contract.ends_on)
    return groups


def _expected(
    group: list[EmploymentContract], span: Period, months: Mapping[UUID, list[ContractMonth]]
) -> list[Period]:
    """The periods of a group: one; for students one per quarter, with the planned hours rounded up."""
    if group[0].contract_type != ContractType.STUDENT:
        return [span]
    planned = [month for contract in group for month in months.get(contract.pk, ())]
    # A student's period has an end (the office refuses an open one): the last day that is planned.
    end = span.ends_on if span.ends_on != OPEN_END else max((m.last_day for m in planned), default=date.min)
    periods = []
    for first, last in plans.quarters(span.starts_on, end):
        inside = [month for month in planned if first <= month.first_day <= last]
        hours = sum((month.hours for month in inside), ZERO)
        if hours > 0:
            periods.append(Period(first, last, planned_hours(Decimal(hours))))
    return periods


def _fits(part: Part, period: Period) -> bool:
    """Whether a part is the one to carry a period: a student's stays within its quarter."""
    if period.hours is None:
        return bool(part.occupied) or part.key == period.starts_on
    return _quarter(part.key) == _quarter(period.starts_on)


def _say(part: Part, parts: list[Part], at: datetime, written: _Written) -> None:
    """Make the next declaration about a part, or let the one that has not left yet follow the contracts."""
    pending = part.pending
    if pending is not None:
        unsent = pending.state == DeclarationState.DRAFT and pending.attempt == 0 and not pending.batch_id
        if unsent and mend(pending, part):
            written.mended.append(pending)
        return
    found = step(part, parts)
    if found is None:
        return
    kind, period = found
    key = uuid7()
    row = new_row(
        Declaration,
        id=key,
        contract_id=part.carrier.pk,
        kind=kind,
        reference=own_reference(key),
        part_starts_on=part.key,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        planned_hours=period.hours,
        period_id=known_number(part, DeclarationKind(kind)),
        declared_at=at.astimezone(ZONE),
    )
    row.contract = part.carrier
    part.rows.append(row)
    written.made.append(row)


def _mark_declared(contracts: list[EmploymentContract], parts: list[Part], written: _Written) -> None:
    """A submitted contract is declared once the office knows every period that it lies in, as expected."""
    for contract in contracts:
        if contract.state != ContractState.SUBMITTED:
            continue
        days = Period(contract.starts_on, contract.ends_on, None)
        around = [part for part in parts if part.expected is not None and days.meets(part.expected)]
        if around and all(part.declared == part.expected for part in around):
            contract.state = ContractState.DECLARED
            written.declared.append(contract)


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month + 2) // 3
