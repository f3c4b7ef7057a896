"""Reads about what contracts wait for: signatures, declarations, models, batches, months to correct."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from activities.models import Activity, ActivityHolder
from members.enums import Role
from members.models import Person
from payroll.contract_errors import BatchNotFound
from payroll.enums import OPEN_STATES, PENDING_STATES, QUEUE_STATES, ContractState, Side
from payroll.errors import ContractNotFound
from payroll.models import (
    OPEN_END,
    ContractBatch,
    ContractMonth,
    ContractSignature,
    ContractTemplate,
    Declaration,
    EmploymentContract,
    WithdrawnCorrection,
)
from payroll.selectors import contracts


def waiting_for_signature(person: Person) -> QuerySet[EmploymentContract]:
    """Open contracts of a worker whose present version lacks their signature, the next start first."""
    signed = ContractSignature.objects.filter(
        contract=OuterRef("pk"), side=Side.WORKER, number=OuterRef("version")
    )
    mine = EmploymentContract.objects.filter(person=person, state__in=OPEN_STATES, signed_at=None)
    return mine.filter(~Exists(signed)).order_by("starts_on", "pk")


def unsigned(today: date) -> QuerySet[EmploymentContract]:
    """Open contracts that start by today and are not signed by both sides, the oldest start first."""
    waiting = contracts().filter(state__in=OPEN_STATES, signed_at=None, starts_on__lte=today)
    return waiting.order_by("starts_on", "pk")


def unsigned_of(people: Collection[UUID], today: date) -> QuerySet[EmploymentContract]:
    """The same of some people, for a list of reasons to call."""
    return EmploymentContract.objects.filter(
        person_id__in=list(people), state__in=OPEN_STATES, signed_at=None, starts_on__lte=today
    ).order_by("starts_on", "pk")


def last_contract(person: Person, activity_id: UUID) -> EmploymentContract | None:
    """The contract of an Activity that was written last, unless it was cancelled; this person's first."""
    rows = EmploymentContract.objects.filter(activity_id=activity_id, ends_on__lt=OPEN_END).exclude(
        state=ContractState.CANCELLED
    )
    return rows.filter(person=person).order_by("-pk").first() or rows.order_by("-pk").first()


def activity_to_work_in(mine: Sequence[Activity], asked: str) -> Activity | None:
    """Of some Activities, newest first, the one asked for by its key; else the one whose contract was written
    last, else the first.
    """
    by_key = {str(row.pk): row for row in mine}
    if asked in by_key or len(mine) < 2:
        return by_key.get(asked) or next(iter(mine), None)
    written = EmploymentContract.objects.filter(activity__in=mine).exclude(state=ContractState.CANCELLED)
    last = written.order_by("-pk").values_list("activity_id", flat=True).first()
    return by_key.get(str(last), mine[0])


def templates_of(person: Person) -> QuerySet[ContractTemplate]:
    """Models of contracts that a person keeps, by name."""
    return ContractTemplate.objects.filter(owner=person).order_by("name")


def template_named(person: Person, key: str) -> ContractTemplate | None:
    """The model of a person's with this key, as an address writes it; None for what is no key of theirs."""
    try:
        return templates_of(person).filter(pk=UUID(key)).first()
    except ValueError:
        return None


def past_workers(activity_id: UUID) -> QuerySet[Person]:
    """People who have worked in an Activity, or run it, by name."""
    worked = EmploymentContract.objects.filter(activity_id=activity_id).values("person_id")
    hold = ActivityHolder.objects.filter(activity_id=activity_id).values("person_id")
    return Person.objects.filter(Q(pk__in=worked) | Q(pk__in=hold)).order_by("search_key", "pk")


def person_by_email(text: str) -> Person | None:
    """The one person with this e-mail address: who knows it may hire them; two of them are nobody."""
    found = list(Person.objects.filter(email__iexact=text.strip())[:2])
    return found[0] if len(found) == 1 else None


def batch_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> ContractBatch:
    """Contracts written together in an Activity of the person's; any for a payroll administrator. Raises
    `BatchNotFound`."""
    rows = ContractBatch.objects.select_related("activity").filter(pk=pk)
    if Role.PAYROLL_ADMIN not in roles:
        held = ActivityHolder.objects.filter(person=person).values("activity_id")
        rows = rows.filter(activity_id__in=held) if person is not None else rows.none()
    found = rows.first()
    if found is None:
        raise BatchNotFound
    return found


def month_to_correct(pk: UUID) -> ContractMonth:
    """The planned part of a month of a contract. Raises `ContractNotFound`."""
    rows = ContractMonth.objects.select_related("contract__person", "contract__activity")
    found = rows.filter(pk=pk, number=0).first()
    if found is None:
        raise ContractNotFound
    return found


def month_and_counter(pk: UUID) -> tuple[ContractMonth, dict[str, Decimal]]:
    """The planned part of a month, of which a settled correction may be named instead: then with the hours
    and gross that undo it. Raises `ContractNotFound`.
    """
    part = ContractMonth.objects.filter(pk=pk, number__gt=0, settled=True).first()
    if part is None:
        return month_to_correct(pk), {}
    planned = ContractMonth.objects.get(contract=part.contract_id, month=part.month, number=0)
    return month_to_correct(planned.pk), {"hours": -part.hours, "gross": -part.gross}


def correction(pk: UUID) -> ContractMonth | WithdrawnCorrection:
    """A correction of a month, or what is kept of one that was withdrawn. Raises `ContractNotFound`."""
    found = ContractMonth.objects.select_related("contract").filter(pk=pk, number__gt=0).first()
    gone = WithdrawnCorrection.objects.select_related("contract").filter(part_id=pk)
    row = found or gone.first()
    if row is None:
        raise ContractNotFound
    return row


# --- the adviser --------------------------------------------------------------------------------------------


def refused_contracts(people: Collection[UUID]) -> QuerySet[EmploymentContract]:
    """Open contracts of these people with a declaration that waits for a person."""
    queued = _declared_for().filter(state__in=QUEUE_STATES, handled=False)
    rows = EmploymentContract.objects.filter(person_id__in=list(people), state__in=OPEN_STATES)
    return rows.filter(Exists(queued)).order_by("starts_on", "pk")


def undeclared_contracts(people: Collection[UUID], on: date) -> QuerySet[EmploymentContract]:
    """Submitted contracts of these people that the office has not accepted although the work starts by
    tomorrow or the declaration waits since the day before; those that wait for a person are left out.
    """
    queued = _declared_for().filter(state__in=QUEUE_STATES, handled=False)
    rows = EmploymentContract.objects.filter(person_id__in=list(people), state=ContractState.SUBMITTED)
    waits_long = Exists(
        _declared_for().filter(state__in=PENDING_STATES, declared_at__date__lt=on - timedelta(days=1))
    )
    soon = Q(starts_on__lte=on + timedelta(days=1))
    return rows.filter(soon | waits_long).exclude(Exists(queued)).order_by("starts_on", "pk")


def _declared_for() -> QuerySet[Declaration]:
    """Declarations that cover the contract of the outer query: its own, or its carrier's."""
    return Declaration.objects.filter(Q(contract=OuterRef("pk")) | Q(contract=OuterRef("declared_by")))


def drafts_about_to_start(people: Collection[UUID], until: date) -> QuerySet[EmploymentContract]:
    """Drafts of these people whose work starts soon and that nobody has submitted."""
    return EmploymentContract.objects.filter(
        person_id__in=list(people), state=ContractState.DRAFT, starts_on__lte=until
    ).order_by("starts_on", "pk")
