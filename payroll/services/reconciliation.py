"""What should be declared to the social security office against what is.

The office knows periods of work, not contracts: of one worker, employer, worker type and committee two
periods never share a day. Contracts that do (other hours of the same day) therefore share one period, kept on
the declarations of one of them, the *carrier*; `declared_by` of the others names it. The period stays with
its carrier even when that contract is cancelled, as long as others need it: what the office knows is changed,
not taken back and made anew after the start.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from core import audit, doorbell
from core.clock import ZONE
from core.locks import for_update
from core.money import ZERO
from core.outbox import publish
from core.tenancy import current_cooperative
from core.types import Actor
from core.uuid7 import uuid7
from payroll import plans
from payroll.dimona.types import joint_committee_code, own_reference, planned_hours
from payroll.enums import (
    ACCEPTED_STATES,
    COUNTED_STATES,
    PENDING_STATES,
    QUEUE_STATES,
    ContractState,
    ContractType,
    DeclarationKind,
    DeclarationState,
)
from payroll.models import ContractMonth, Declaration, EmploymentContract

SYSTEM = Actor.system("dimona")


@dataclass(frozen=True, slots=True)
class Period:
    """A period of work as it is expected or declared; `hours` for students only."""

    starts_on: date
    ends_on: date
    hours: int | None

    def meets(self, other: Period) -> bool:
        """Whether the two share a day."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


@dataclass(slots=True)
class Part:
    """What was said about one period, oldest first; `key` is the day that names it among its carrier's."""

    carrier: EmploymentContract
    key: date
    rows: list[Declaration] = field(default_factory=list)
    expected: Period | None = None

    @property
    def declared(self) -> Period | None:
        """What the office knows of it, from the declarations that it accepted."""
        period = None
        for row in self.rows:
            if row.state in ACCEPTED_STATES:
                period = None if row.kind == DeclarationKind.CANCEL else _period(row)
        return period

    @property
    def pending(self) -> Declaration | None:
        """The declaration that has no last word yet."""
        return next((row for row in self.rows if row.state in PENDING_STATES), None)

    @property
    def occupied(self) -> list[Period]:
        """The days that the office holds, or may hold once it has answered."""
        coming = self.pending
        said = _period(coming) if coming is not None and coming.kind != DeclarationKind.CANCEL else None
        return [period for period in (self.declared, said) if period is not None]


@transaction.atomic
def reconcile_contract(contract: EmploymentContract, *, at: datetime) -> list[Declaration]:
    """Make the declaration rows that bring what is declared to what should be; nothing when both agree.

    Looks at the contract and at all those that share days with it, now or at the office. `at` is the moment
    in the cooperative's clock: it says whether a declaration is late. A row that is on its way is left alone
    until its answer comes (which calls this again); a refused one waits for a person; a period waits until
    the days that it takes from another are free at the office. Contracts whose days are declared become
    *declared*. The caller holds the worker's file. Returns the new rows.
    """
    contracts, rows = _neighbourhood(contract)
    parts = _parts(contracts, rows)
    _share_out(contracts, parts)
    made = [row for part in parts if (row := _step(part, parts, at)) is not None]
    _mark_declared(contracts, parts)
    ring(made)
    return made


def ring(rows: list[Declaration]) -> None:
    """Wake a carrier for each row once this transaction commits; the sweep finds them anyway."""
    for row in rows:
        doorbell.ring("payroll.send_declaration", current_cooperative().pk, str(row.pk))


def _neighbourhood(
    contract: EmploymentContract,
) -> tuple[list[EmploymentContract], list[Declaration]]:
    """The contracts of the same worker, employer, type and committee that a chain of shared days connects."""
    student = contract.contract_type == ContractType.STUDENT
    committee = joint_committee_code(contract.joint_committee)
    peers = EmploymentContract.objects.filter(person_id=contract.person_id, entity_id=contract.entity_id)
    peers = (
        peers.filter(contract_type=ContractType.STUDENT)
        if student
        else peers.exclude(contract_type=ContractType.STUDENT)
    )
    first, last = contract.starts_on, contract.ends_on
    while True:
        near = Q(starts_on__lte=last, ends_on__gte=first)
        said = Declaration.objects.filter(near, contract__in=peers).values("contract_id")
        found = [
            row
            for row in peers.filter((near & Q(state__in=COUNTED_STATES)) | Q(pk__in=said) | Q(pk=contract.pk))
            if joint_committee_code(row.joint_committee) == committee
        ]
        rows = list(for_update(Declaration.objects.filter(contract__in=[row.pk for row in found])))
        days: list[EmploymentContract | Declaration] = [*found, *rows]
        wider = min(day.starts_on for day in days), max(day.ends_on for day in days)
        if wider == (first, last):
            break
        first, last = wider
    mine = [contract if row.pk == contract.pk else row for row in found]
    return sorted(mine, key=lambda row: (row.starts_on, row.pk)), rows


def _parts(contracts: list[EmploymentContract], rows: list[Declaration]) -> list[Part]:
    by_pk = {contract.pk: contract for contract in contracts}
    parts: dict[tuple[object, date], Part] = {}
    for row in rows:
        key = (row.contract_id, row.part_starts_on)
        part = parts.setdefault(key, Part(by_pk[row.contract_id], row.part_starts_on))
        part.rows.append(row)
    return sorted(parts.values(), key=lambda part: (part.key, part.carrier.pk))


def _share_out(contracts: list[EmploymentContract], parts: list[Part]) -> None:
    """Give each group of contracts that share days its carrier, and each expected period its part."""
    taken: set[object] = set()
    for contract in contracts:
        if contract.state not in COUNTED_STATES:
            _name_carrier(contract, None)
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
            _name_carrier(contract, None if contract.pk == carrier.pk else carrier)
        for period in _expected(group, span):
            part = next(
                (p for p in parts if p.carrier.pk == carrier.pk and p.expected is None and _fits(p, period)),
                None,
            )
            if part is None:
                part = Part(carrier, period.starts_on)
                parts.append(part)
            part.expected = period


def _name_carrier(contract: EmploymentContract, carrier: EmploymentContract | None) -> None:
    if contract.declared_by_id != (carrier and carrier.pk):
        contract.declared_by = carrier
        contract.save(update_fields=["declared_by"])


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


def _expected(group: list[EmploymentContract], span: Period) -> list[Period]:
    """The periods of a group: one; for students one per quarter, with the planned hours rounded up."""
    if group[0].contract_type != ContractType.STUDENT:
        return [span]
    months = list(ContractMonth.objects.filter(contract__in=[contract.pk for contract in group]))
    periods = []
    for first, last in plans.quarters(span.starts_on, span.ends_on):
        inside = [month for month in months if first <= month.first_day <= last]
        hours = sum((month.hours for month in inside), ZERO)
        if hours > 0:
            periods.append(Period(first, last, planned_hours(Decimal(hours))))
    return periods


def _fits(part: Part, period: Period) -> bool:
    """Whether a part is the one to carry a period: a student's stays within its quarter."""
    if period.hours is None:
        return bool(part.occupied) or part.key == period.starts_on
    return _quarter(part.key) == _quarter(period.starts_on)


def _step(part: Part, parts: list[Part], at: datetime) -> Declaration | None:
    """The next declaration about a part, if one can be made now."""
    pending, declared, expected = part.pending, part.declared, part.expected
    if pending is not None:
        if pending.state == DeclarationState.DRAFT and pending.attempt == 0:
            _mend_unsent(pending, expected, declared)
        return None
    if expected == declared:
        return None
    last = part.rows[-1] if part.rows else None
    if last is not None and last.state in QUEUE_STATES and not last.handled:
        return None
    if expected is None:
        assert declared is not None
        return _make(part, DeclarationKind.CANCEL, declared, at)
    if any(expected.meets(period) for other in parts if other is not part for period in other.occupied):
        return None
    return _make(part, DeclarationKind.IN if declared is None else DeclarationKind.UPDATE, expected, at)


def _mend_unsent(row: Declaration, expected: Period | None, declared: Period | None) -> None:
    """A row that never left follows the contracts, or ends when nothing is left to say."""
    wanted = row.kind == DeclarationKind.CANCEL
    if (expected is None) == wanted and expected != declared:
        if expected is not None:
            row.starts_on, row.ends_on = expected.starts_on, expected.ends_on
            row.planned_hours = expected.hours
            row.save(update_fields=["starts_on", "ends_on", "planned_hours"])
        return
    row.state = DeclarationState.CANCELLED
    row.save(update_fields=["state"])


def _make(part: Part, kind: DeclarationKind, period: Period, at: datetime) -> Declaration:
    key = uuid7()
    known = (
        "" if kind == DeclarationKind.IN else next(r.period_id for r in reversed(part.rows) if r.period_id)
    )
    row = Declaration.objects.create(
        id=key,
        contract=part.carrier,
        kind=kind,
        reference=own_reference(key),
        part_starts_on=part.key,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        planned_hours=period.hours,
        period_id=known,
        declared_at=at.astimezone(ZONE),
    )
    part.rows.append(row)
    return row


def _mark_declared(contracts: list[EmploymentContract], parts: list[Part]) -> None:
    """A submitted contract is declared once the office knows every period that it lies in, as expected."""
    for contract in contracts:
        if contract.state != ContractState.SUBMITTED:
            continue
        days = Period(contract.starts_on, contract.ends_on, None)
        around = [part for part in parts if part.expected is not None and days.meets(part.expected)]
        if around and all(part.declared == part.expected for part in around):
            contract.state = ContractState.DECLARED
            contract.save(update_fields=["state"])
            audit.record(SYSTEM, "payroll.contract_declared", contract)
            publish("contract.declared", contract)


def _period(row: Declaration) -> Period:
    return Period(row.starts_on, row.ends_on, row.planned_hours)


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month + 2) // 3
