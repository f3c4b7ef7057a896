"""Reads of returns, of their rows and of the papers of workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from core.locks import for_update
from core.money import ZERO
from ledger.models import LegalEntity
from ledger.treasury.dues.registry import kind_label
from ledger.treasury.dues.selectors import dues_to_pay, standing
from members.enums import Role
from members.models import Person
from payroll.dues import DUE_SOURCES
from payroll.enums import COUNTED_STATES
from payroll.errors import ContractNotFound
from payroll.models import OPEN_END, EmploymentContract, PayItem
from payroll.returns.enums import QUEUED, PublicReturnKind, PublicReturnState
from payroll.returns.errors import PaperNotFound, ReturnNotFound
from payroll.returns.models import PublicReturn, ReturnRow, WorkerPaper
from payroll.returns.periods import ReturnPeriod, due_day, periods_ended
from payroll.selectors import PAY_READERS

PERIODIC = (
    (PublicReturnKind.DMFA, 2),
    (PublicReturnKind.WITHHOLDING, 3),
    (PublicReturnKind.TAX_SLIPS, 1),
    (PublicReturnKind.ACCOUNTS, 1),
)
"""Kinds that come back by the calendar, and how many past periods the deadlines look at."""

LOOK_BACK = timedelta(days=31)
"""How long an end of contract without its paper stays in the queue."""


def returns() -> QuerySet[PublicReturn]:
    """Every return with its entity, the newest period first."""
    return PublicReturn.objects.select_related("entity", "file", "contract__person").order_by("-last", "-pk")


def return_by_key(pk: UUID) -> PublicReturn:
    """One return. Raises `ReturnNotFound`."""
    found = returns().filter(pk=pk).first()
    if found is None:
        raise ReturnNotFound
    return found


def return_for_update(pk: UUID) -> PublicReturn:
    """One return, locked. Raises `ReturnNotFound`."""
    if for_update(PublicReturn.objects.filter(pk=pk)).first() is None:
        raise ReturnNotFound
    return return_by_key(pk)


def queue() -> QuerySet[PublicReturn]:
    """Returns that a body refused or that did not arrive: a person must look."""
    return returns().filter(state__in=QUEUED)


def payments_due(count: int = 8) -> list[Any]:
    """The next payments of pay to public bodies and the insurer that the bank has not executed, as the dues
    have them.
    """
    kinds = [source.kind for source in DUE_SOURCES]
    found: list[Any] = list(dues_to_pay().filter(kind__in=kinds)[:count])
    for due in found:
        due.label, due.shown = kind_label(due.kind), standing(due)
    return found


def rows_of(row: PublicReturn) -> QuerySet[ReturnRow]:
    """Workers of a return by name; those with a difference or a problem are asked for apart."""
    return (
        ReturnRow.objects.filter(public_return=row)
        .select_related("person")
        .order_by("person__search_key", "pk")
    )


def troubled_rows(row: PublicReturn) -> QuerySet[ReturnRow]:
    """Workers whose declared amount is not the booked one, or who cannot be declared."""
    return rows_of(row).exclude(declared=F("booked"), problem="")


def row_by_key(pk: UUID) -> ReturnRow:
    """One worker of a return. Raises `ReturnNotFound`."""
    found = ReturnRow.objects.select_related("person", "public_return__entity").filter(pk=pk).first()
    if found is None:
        raise ReturnNotFound
    return found


def papers_of(person: Person) -> QuerySet[WorkerPaper]:
    """Papers of a worker, the newest first."""
    return WorkerPaper.objects.filter(person=person).select_related("entity").order_by("-last", "-pk")


def visible_papers(person: Person | None, roles: frozenset[str] = frozenset()) -> QuerySet[WorkerPaper]:
    """Papers that a person may read: their own; every one for who keeps the pay."""
    rows = WorkerPaper.objects.select_related("person", "entity").order_by("-pk")
    if roles & PAY_READERS:
        return rows
    return rows.filter(person=person) if person is not None else rows.none()


def paper_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> WorkerPaper:
    """A paper that the person may read. Raises `PaperNotFound`."""
    found = visible_papers(person, roles).filter(pk=pk).first()
    if found is None:
        raise PaperNotFound
    return found


def ends_due(on: date) -> QuerySet[EmploymentContract]:
    """Contracts that ended up to a day, the last known ones of their worker and employer, whose paper is not
    made: it must be given at the latest on the last day of work.
    """
    later = EmploymentContract.objects.filter(
        person_id=OuterRef("person_id"),
        entity_id=OuterRef("entity_id"),
        state__in=COUNTED_STATES,
        ends_on__gt=OuterRef("ends_on"),
    )
    made = PublicReturn.objects.filter(contract=OuterRef("pk"))
    return (
        EmploymentContract.objects.filter(
            state__in=COUNTED_STATES, ends_on__range=(on - LOOK_BACK, on), starts_on__lte=on
        )
        .exclude(ends_on=OPEN_END)
        .filter(~Exists(later), ~Exists(made))
        .select_related("person", "entity")
        .order_by("ends_on", "pk")
    )


def ends_to_ask(person: Person, today: date) -> QuerySet[EmploymentContract]:
    """Contracts of a worker that are over and have no paper, the newest first: they may ask for it."""
    made = PublicReturn.objects.filter(contract=OuterRef("pk"))
    rows = EmploymentContract.objects.filter(person=person, state__in=COUNTED_STATES, ends_on__lte=today)
    return rows.filter(~Exists(made)).select_related("entity").order_by("-ends_on", "-pk")


def own_contract(person: Person, pk: UUID) -> EmploymentContract:
    """A contract of which the person is the worker. Raises `ContractNotFound`."""
    found = EmploymentContract.objects.filter(person=person, pk=pk).first()
    if found is None:
        raise ContractNotFound
    return found


def end_of(contract_id: UUID) -> PublicReturn | None:
    """What was declared of the end of a contract."""
    return returns().filter(contract_id=contract_id).first()


@dataclass(frozen=True, slots=True)
class DueReturn:
    """A return by its day, whether somebody made it or not."""

    kind: PublicReturnKind
    entity: LegalEntity
    period: ReturnPeriod
    due_on: date
    row: PublicReturn | None

    @property
    def done(self) -> bool:
        """Nothing is left to do: the body accepted it, or nobody but the workers waits for it."""
        if self.row is None:
            return False
        delivered = self.row.state == PublicReturnState.ACCEPTED
        return delivered or (
            self.kind == PublicReturnKind.ACCOUNTS and self.row.state == PublicReturnState.APPROVED
        )


def due_returns(today: date) -> list[DueReturn]:
    """What is to leave, by its day: periods that are over with pay in them. A few queries whatever the number
    of returns.
    """
    entities = list(LegalEntity.objects.order_by("code"))
    held = {
        (row.kind, row.entity_id, row.first): row
        for row in returns().filter(contract=None, last__gte=today - timedelta(days=800))
    }
    paid = set(
        PayItem.objects.order_by()
        .filter(month__gte=date(today.year - 2, 1, 1))
        .values_list("entity_id", "month")
        .distinct()
    )
    found = []
    for kind, count in PERIODIC:
        for period in periods_ended(kind, today, count):
            for entity in entities:
                worked = any(key == entity.pk and period.first <= month <= period.last for key, month in paid)
                row = held.get((kind.value, entity.pk, period.first))
                if worked or row is not None:
                    due = due_day(kind, period.last, entity.country)
                    found.append(DueReturn(kind, entity, period, due, row))
    return sorted(found, key=lambda one: (one.due_on, one.kind, one.entity.code))


def total(row: PublicReturn, name: str) -> Decimal:
    """One of the totals of a return in euro; zero while it is not there."""
    return Decimal(row.totals.get(name, ZERO))


def may_keep(roles: frozenset[str]) -> bool:
    """Whether the person makes and checks returns."""
    return Role.PAYROLL_ADMIN in roles


def summary(row: PublicReturn) -> dict[str, Any]:
    """A return as commands print it."""
    return {
        "id": row.pk,
        "kind": row.kind,
        "entity": row.entity.code,
        "first": row.first,
        "last": row.last,
        "due_on": row.due_on,
        "state": row.state,
        "workers": row.workers,
        "totals": row.totals,
        "problems": row.problems,
        "notes": row.notes,
        "sha256": row.file.sha256 if row.file else None,
    }
