"""Reads of temporary unemployment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet, Sum

from core.money import ZERO
from members.enums import Role
from members.models import Person
from payroll import plans
from payroll import selectors as payroll
from payroll.engine.month import NET_WAGES_ACCOUNT, TAX_ACCOUNT
from payroll.enums import COUNTED_STATES, ContractType
from payroll.extras import Extra, ExtraLine, ExtraPay
from payroll.models import EmploymentContract
from payroll.unemployment.models import UnemployedDay, UnemploymentSpell
from payroll.unemployment.services import SPELL
from payroll.worktime import WorkTime

STAFF = frozenset({Role.ADVISER, Role.ADVISER_LEAD, Role.PAYROLL_ADMIN, Role.LEGAL, Role.AUDITOR})
"""Who sees days of others, as far as they see their contracts."""


READERS = STAFF | {Role.MEMBER}
"""Who has a list of them."""

WRITERS = frozenset({Role.ADVISER, Role.ADVISER_LEAD, Role.PAYROLL_ADMIN})
"""Who enters them: advisers for their portfolio."""


def spells() -> QuerySet[UnemploymentSpell]:
    """Days that were entered, the newest first, with what a list shows of them."""
    rows = UnemploymentSpell.objects.select_related("contract", "person", "entity", "withdrawal")
    return rows.prefetch_related("dates").order_by("-id")


def standing() -> QuerySet[UnemploymentSpell]:
    """Days that were not taken back."""
    return UnemploymentSpell.objects.filter(withdrawal=None)


def visible_spells(person: Person | None, roles: frozenset[str]) -> QuerySet[UnemploymentSpell]:
    """A worker's own; those of their portfolio for advisers; every one for staff who read all contracts."""
    rows = spells()
    if not roles & STAFF:
        return rows.filter(person=person) if person is not None else rows.none()
    return rows.filter(contract__in=payroll.visible_contracts(person, roles).order_by().values("pk"))


def may_lose_days(contract: EmploymentContract, on: date) -> bool:
    """Whether days of the contract can be entered: agreed, with an end, not a student's."""
    del on
    students = contract.contract_type == ContractType.STUDENT
    return contract.state in COUNTED_STATES and not contract.open_ended and not students


def days_left(contract: EmploymentContract) -> list[date]:
    """Working days of a fixed-term contract that can still be entered; none of one without an end."""
    if contract.open_ended:
        return []
    lost = set(UnemployedDay.objects.filter(contract=contract).values_list("day", flat=True))
    return [day for day in plans.work_days(contract.starts_on, contract.ends_on) if day not in lost]


def work_times(entity_id: UUID, first: date, last: date, people: Collection[UUID]) -> Iterator[WorkTime]:
    """The days as the quarterly declaration counts them (codes 70 to 77).

    The hours have left the contract already and only the days leave its paid days; a contract that was
    withdrawn as a whole has no line there.
    """
    rows = standing().filter(
        entity_id=entity_id, month__range=(first.replace(day=1), last), person_id__in=people, whole=False
    )
    for row in rows.order_by("id"):
        names = (row.person_id, row.contract_id, row.month, row.work_code)
        yield WorkTime(*names, Decimal(row.days), ZERO, paid=True)
        yield WorkTime(*names, ZERO, row.hours)


def top_ups(people: Collection[UUID] | None, first: date, last: date) -> Iterator[Extra]:
    """Top-ups as payslips show them."""
    rows = standing().filter(month__range=(first.replace(day=1), last), top_up__gt=0)
    if people is not None:
        rows = rows.filter(person_id__in=people)
    for row in rows.select_related("contract").order_by("id"):
        yield as_extra(row)


def as_extra(row: UnemploymentSpell) -> Extra:
    """A top-up as another pay of the worker: bears no contribution, and tax only by a figure."""
    label = "Complément de chômage temporaire"
    lines = [
        ExtraLine(
            "adds",
            "unemployment_top_up",
            label,
            Decimal(row.top_up_days),
            row.rate,
            row.top_up,
            row.rate_source,
            row.rate_from,
            row.rate_status,
        ),
    ]
    if row.withholding_tax:
        lines.append(
            ExtraLine(
                "withheld",
                "withholding_tax",
                "Précompte professionnel",
                row.top_up,
                row.tax_rate,
                row.withholding_tax,
                row.tax_source,
                row.tax_from,
                row.tax_status,
            )
        )
    owed = {NET_WAGES_ACCOUNT: row.net, TAX_ACCOUNT: row.withholding_tax}
    return Extra(
        source_type=SPELL,
        source_id=row.pk,
        person_id=row.person_id,
        entity_id=row.entity_id,
        month=row.month,
        label=label,
        worker_code="",
        remuneration_code="",
        paid_on=row.paid_on,
        gross=row.top_up,
        onss=ZERO,
        taxable=row.top_up,
        withholding_tax=row.withholding_tax,
        net=row.net,
        employer_onss=ZERO,
        owed={account: amount for account, amount in owed.items() if amount},
        lines=tuple(lines),
    )


def nets() -> Iterable[tuple[UUID, Decimal]]:
    """What top-ups credited to account 455, by entity, less what was taken back."""
    rows = standing().order_by().values_list("entity_id").annotate(total=Sum("net"))
    return [(entity, total) for entity, total in rows]


EXTRA = ExtraPay(SPELL, top_ups, nets)
"""Top-ups among the other pay of workers."""
