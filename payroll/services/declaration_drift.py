"""What should be declared, what we believe is declared, and what the office holds: compared each night.

First every contract of the window is reconciled, so that nothing is missing for want of a trigger. Then the
office's own list is read, and what neither is on its way nor waits for a person is compared with it period by
period. A difference is a row that a person sees; it closes by itself once both sides agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from core import audit
from core.clock import ZONE
from core.gateway import carry as carry_errand
from core.locks import for_update
from core.models import Cooperative
from core.outbox import publish
from core.tenancy import current_tenant_id, tenant_scope
from core.types import Actor
from ledger.models import LegalEntity
from members.encryption import blind_indexes
from members.models import NationalNumber
from payroll.declaration_errors import DifferenceClosed
from payroll.dimona.port import DimonaGateway, GatewayUnavailable
from payroll.dimona.types import Employer, HeldPeriod
from payroll.enums import (
    ACCEPTED_STATES,
    COUNTED_STATES,
    QUEUE_STATES,
    DeclarationKind,
    DeclarationState,
    DifferenceKind,
)
from payroll.errors import NoteMissing, NothingDeclared
from payroll.models import (
    OPEN_END,
    Declaration,
    DeclarationDifference,
    DeclarationStop,
    EmploymentContract,
    WorkerFile,
)
from payroll.services.declarations import office
from payroll.services.reconciliation import (
    SYSTEM,
    Part,
    Period,
    parts_of,
    reconcile_contract,
    reconcile_contracts,
)
from payroll.services.reconciliation.neighbours import neighbourhoods
from payroll.services.reconciliation.periods import known_number, new_reference

WINDOW = timedelta(days=100)
"""So many days before and after today are compared: a quarter can still be put right."""

AT_ONCE = 500
"""Contracts of one transaction."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison looked at and found; `open` counts the differences that stand now."""

    contracts: int
    declared: int
    open: int


@dataclass(frozen=True, slots=True)
class _Window:
    entity_id: UUID
    employer: Employer
    first: date
    last: date


def compare(cooperative: Cooperative, *, at: datetime, gateway: DimonaGateway | None = None) -> Compared:
    """Declare what should be and is not, then compare with the office's list. Outside of any scope; bears
    repeats. An employer whose list cannot be read now is compared the next time.
    """
    through = gateway or office()
    moment = at.astimezone(ZONE)
    first, last = moment.date() - WINDOW, moment.date() + WINDOW
    with tenant_scope(cooperative):
        keys = list(_contracts(first, last).order_by("person_id", "pk").values_list("pk", flat=True))
        entities = list(LegalEntity.objects.order_by("code"))
        stopped = set(DeclarationStop.objects.filter(lifted_at=None).values_list("entity_id", flat=True))
    declared = 0
    for start in range(0, len(keys), AT_ONCE):
        with tenant_scope(cooperative):
            declared += len(reconcile_contracts(keys[start : start + AT_ONCE], at=moment))
    for entity in entities:
        if entity.pk not in stopped and entity.nsso_number:
            employer = Employer(entity.nsso_number, entity.enterprise_number)
            _compare_employer(cooperative, _Window(entity.pk, employer, first, last), moment, through)
    with tenant_scope(cooperative):
        return Compared(len(keys), declared, DeclarationDifference.objects.filter(closed_at=None).count())


@transaction.atomic
def close_difference(*, difference_id: UUID, note: str, at: datetime, actor: Actor) -> DeclarationDifference:
    """A person looked at it and says what they did or why it may stay. Their word stands: the same difference
    is not shown again. Locks it. Raises `NothingDeclared`, `DifferenceClosed`, `NoteMissing`.
    """
    if not note.strip():
        raise NoteMissing
    row = _open_one(difference_id)
    row.closed_at, row.closed_by, row.note = at, actor.label[:120], note.strip()[:300]
    row.save(update_fields=["closed_at", "closed_by", "note"])
    audit.record(actor, "payroll.declaration_difference_closed", row, note=row.note)
    return row


@transaction.atomic
def mend_difference(*, difference_id: UUID, at: datetime, actor: Actor) -> list[Declaration]:
    """What the office holds is taken as what is declared, and what is expected is declared after it.

    Only for a period of a contract of ours: one that the office alone knows is cancelled on its own site.
    Locks: worker file, difference. Raises `NothingDeclared`, `DifferenceClosed`.
    """
    people = DeclarationDifference.objects.filter(pk=difference_id).values("person_id")
    list(for_update(WorkerFile.objects.filter(person_id__in=people)))
    row = _open_one(difference_id)
    if row.contract_id is None or row.kind == DifferenceKind.UNEXPECTED:
        raise DifferenceClosed
    contract = EmploymentContract.objects.get(pk=row.contract_id)
    known = Declaration.objects.filter(contract=contract, state__in=ACCEPTED_STATES)
    mine = known.filter(period_id=row.period_id).order_by("pk").last() if row.period_id else None
    if mine is not None and row.kind == DifferenceKind.MISSING:
        known.filter(part_starts_on=mine.part_starts_on).update(state=DeclarationState.CANCELLED)
    elif mine is not None and row.held_from is not None:
        Declaration.objects.create(
            contract=contract,
            kind=DeclarationKind.UPDATE,
            state=DeclarationState.ACCEPTED,
            reference=new_reference(),
            part_starts_on=mine.part_starts_on,
            starts_on=row.held_from,
            ends_on=row.held_until or OPEN_END,
            planned_hours=row.held_hours,
            period_id=row.period_id,
            declared_at=at.astimezone(ZONE),
            answered_at=at,
            answer={"taken_over": str(row.pk)},
            handled=True,
            handled_at=at,
            handled_by=actor.label[:120],
        )
    row.closed_at, row.closed_by = at, actor.label[:120]
    row.save(update_fields=["closed_at", "closed_by"])
    audit.record(actor, "payroll.declaration_difference_mended", row, kind=row.kind)
    return reconcile_contract(contract, at=at.astimezone(ZONE))


def _open_one(difference_id: UUID) -> DeclarationDifference:
    row = for_update(DeclarationDifference.objects.filter(pk=difference_id)).first()
    if row is None:
        raise NothingDeclared
    if row.closed_at is not None:
        raise DifferenceClosed
    return row


def _contracts(first: date, last: date) -> QuerySet[EmploymentContract]:
    """Contracts with days in the window, as agreed or as declared."""
    near = Q(starts_on__lte=last, ends_on__gte=first)
    said = Declaration.objects.filter(near, state__in=ACCEPTED_STATES).values("contract_id")
    return EmploymentContract.objects.filter((near & Q(state__in=COUNTED_STATES)) | Q(pk__in=said))


def _compare_employer(
    cooperative: Cooperative, window: _Window, moment: datetime, gateway: DimonaGateway
) -> None:
    def call(errand: _Window) -> Sequence[HeldPeriod] | None:
        try:
            return gateway.periods(errand.employer, first=errand.first, last=errand.last)
        except GatewayUnavailable:
            return None

    def record(errand: _Window, held: Sequence[HeldPeriod] | None) -> None:
        if held is not None:
            _record(errand, held, moment)

    carry_errand(
        cooperative, prepare=lambda: window, call=call, record=record, fail=lambda _errand, _error: None
    )


def _record(window: _Window, held: Sequence[HeldPeriod], moment: datetime) -> None:
    """Open what differs, close what agrees again; one row per difference however often it is found."""
    found = {row.key: row for row in _differences(window, held, moment)}
    known = {
        row.key: row for row in for_update(DeclarationDifference.objects.filter(entity=window.entity_id))
    }
    fresh = [row for key, row in found.items() if key not in known]
    DeclarationDifference.objects.bulk_create(fresh)
    again = [known[key] for key in found if key in known and not known[key].note]
    DeclarationDifference.objects.filter(pk__in=[row.pk for row in again]).update(
        seen_at=moment, closed_at=None, closed_by=""
    )
    gone = [row.pk for key, row in known.items() if key not in found and row.closed_at is None]
    DeclarationDifference.objects.filter(pk__in=gone).update(closed_at=moment)
    for row in fresh:
        audit.record(SYSTEM, "payroll.declaration_difference_found", row, kind=row.kind)
        publish("declaration.difference_found", row, kind=row.kind)


def _differences(
    window: _Window, held: Sequence[HeldPeriod], moment: datetime
) -> Iterator[DeclarationDifference]:
    alive = {period.period_id: period for period in held if not period.is_cancelled}
    for part in _parts(window):
        number = known_number(part, DeclarationKind.UPDATE) if part.declared else ""
        there = alive.pop(number, None)
        if not _is_settled(part):
            continue
        expected = part.expected
        kept = None if there is None else _as_period(there)
        if expected is not None and kept != expected and _meets(window, expected, kept):
            kind = DifferenceKind.MISSING if kept is None else DifferenceKind.DIFFERENT
            yield _row(window, kind, moment, number, part.carrier, expected, kept)
    coming = _numbers_on_their_way(alive)
    people = _people_of(period for key, period in alive.items() if key not in coming)
    for key, period in alive.items():
        if key not in coming:
            row = _row(window, DifferenceKind.UNEXPECTED, moment, key, None, None, _as_period(period))
            row.person_id = people.get(period.national_number)
            yield row


def _parts(window: _Window) -> Iterator[Part]:
    """Every period of the employer in the window, as expected and as declared."""
    rows = _contracts(window.first, window.last).filter(entity=window.entity_id)
    contracts = list(rows.order_by("person_id", "pk"))
    for start in range(0, len(contracts), AT_ONCE):
        for chain in neighbourhoods(contracts[start : start + AT_ONCE]):
            yield from parts_of(chain.contracts, chain.rows)


def _is_settled(part: Part) -> bool:
    """Whether nothing is on its way and nobody was asked: then both sides must agree."""
    last = part.rows[-1] if part.rows else None
    asked = last is not None and last.state in QUEUE_STATES and not last.handled
    return part.pending is None and not asked


def _meets(window: _Window, expected: Period, held: Period | None) -> bool:
    """Whether the office was asked about these days at all."""
    days = Period(window.first, window.last, None)
    return days.meets(expected) or (held is not None and days.meets(held))


def _numbers_on_their_way(alive: dict[str, HeldPeriod]) -> set[str]:
    """Periods that a declaration on its way, or in the queue, speaks of."""
    rows = Declaration.objects.filter(period_id__in=list(alive))
    waiting = rows.exclude(state__in=(*ACCEPTED_STATES, DeclarationState.CANCELLED)).exclude(
        state__in=QUEUE_STATES, handled=True
    )
    return set(waiting.values_list("period_id", flat=True))


def _people_of(periods: Iterator[HeldPeriod]) -> dict[str, UUID]:
    """Whose national numbers these are, as far as we know them."""
    found: dict[str, UUID] = {}
    for number in {period.national_number for period in periods}:
        indexes = blind_indexes(number, tenant_id=current_tenant_id())
        person = NationalNumber.objects.filter(index__in=list(indexes.values())).first()
        if person is not None:
            found[number] = person.person_id
    return found


def _as_period(held: HeldPeriod) -> Period:
    return Period(held.starts_on, held.ends_on or OPEN_END, held.planned_hours)


def _row(
    window: _Window,
    kind: DifferenceKind,
    moment: datetime,
    number: str,
    contract: EmploymentContract | None,
    expected: Period | None,
    held: Period | None,
) -> DeclarationDifference:
    def said(period: Period | None) -> str:
        return "-" if period is None else f"{period.starts_on}/{period.ends_on}/{period.hours or ''}"

    subject = number or (str(contract.pk) if contract else "")
    return DeclarationDifference(
        entity_id=window.entity_id,
        person_id=None if contract is None else contract.person_id,
        contract=contract,
        kind=kind,
        key=f"{kind.value} {subject} {said(expected)} {said(held)}"[:120],
        period_id=number,
        expected_from=None if expected is None else expected.starts_on,
        expected_until=None if expected is None else expected.ends_on,
        expected_hours=None if expected is None else expected.hours,
        held_from=None if held is None else held.starts_on,
        held_until=None if held is None else held.ends_on,
        held_hours=None if held is None else held.hours,
        found_at=moment,
        seen_at=moment,
    )
