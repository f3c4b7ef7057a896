"""The special contribution of a quarter, settled in the run of its last month, per worker and entity.

Months withhold on account; the quarter owes by its own table (law of 30 March 1994; BELGIUM §4.5, §4.15). The
difference is posted between 4540 and 455: what is given back is paid with the run, what is still due is taken
along by the worker's next pay. Pay of a quarter that comes after its run settles the quarter once more, in
the next one. Locks: the worker's file, by the caller.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum

from core.calendar import last_of_month
from core.commands import json_ready
from core.money import ZERO
from core.tenancy import current_cooperative
from core.uuid7 import uuid7
from ledger.enums import Journal
from ledger.services import post_entry
from ledger.treasury.services import request_payout
from ledger.types import Entry, cr, dr
from members.models import Person
from members.selectors import family_situation
from payroll.engine.month import NET_WAGES_ACCOUNT, ONSS_ACCOUNT
from payroll.engine.quarter import QuarterSettled, WithheldMonth, quarter_special_contribution
from payroll.engine.statutory import figures_of
from payroll.engine.types import FamilyStatus, WorkerType
from payroll.errors import FamilySituationMissing
from payroll.models import PayCarry, PayItem, PayrollRun, QuarterContribution
from payroll.months import months_of, quarter_of
from payroll.services.payslips import loose_items
from payroll.services.settlement import entry_date

QUARTER = "payroll.quartercontribution"
"""How a settled quarter names itself in entries, payouts and carries."""

LABEL = "Cotisation spéciale, régularisation du trimestre"


@dataclass(frozen=True, slots=True)
class QuarterDue:
    """A quarter of a worker in an entity, computed and not yet written."""

    person: Person
    entity_id: UUID
    quarter: date
    family_status: FamilyStatus
    settled: QuarterSettled


def concerned(month: date, entity_id: UUID | None) -> set[UUID]:
    """Workers whose quarter is settled in a month's run: of the quarter that ends with it."""
    if month.month % 3:
        return set()
    rows = PayItem.objects.filter(_at(entity_id), month__in=months_of(quarter_of(month)))
    return set(rows.exclude(worker_type=WorkerType.STUDENT.value).values_list("person_id", flat=True))


def to_settle(person_id: UUID, month: date, entity_id: UUID | None) -> list[tuple[UUID, date]]:
    """Entities and quarters of a worker that a month's run settles, in order: the quarter that ends with the
    month, and earlier ones that pay came late for.
    """
    rows = PayItem.objects.filter(_at(entity_id), person_id=person_id, month__lte=month)
    rows = rows.exclude(worker_type=WorkerType.STUDENT.value)
    found: set[tuple[UUID, date]] = set()
    if month.month % 3 == 0:
        of_quarter = rows.filter(month__in=months_of(quarter_of(month)))
        found |= {(entity, quarter_of(month)) for entity in of_quarter.values_list("entity_id", flat=True)}
    late = loose_items(month).filter(_at(entity_id), person_id=person_id, month__lt=quarter_of(month))
    late = late.exclude(worker_type=WorkerType.STUDENT.value)
    found |= {(entity, quarter_of(when)) for entity, when in late.values_list("entity_id", "month")}
    return sorted(found)


def quarter_due(person: Person, entity_id: UUID, quarter: date, *, paid_on: date) -> QuarterDue:
    """What the quarter still takes or gives back, the rows before counted as withheld.

    The family status is that of the quarter's last day (`paid_on` when nothing was known then). Raises
    `FamilySituationMissing`, `NoFigureInForce`.
    """
    months = months_of(quarter)
    last_day = last_of_month(months[-1])
    family = family_situation(person, last_day)
    if family.valid_from is None:
        family = family_situation(person, paid_on)
    if family.valid_from is None:
        raise FamilySituationMissing(name=str(person))
    status = FamilyStatus(family.status.value)
    parts = list(_withheld(person.pk, entity_id, months))
    before = QuarterContribution.objects.filter(person=person, entity_id=entity_id, quarter=quarter)
    earlier = before.aggregate(total=Sum("amount"))["total"] or ZERO
    if earlier:
        parts.append(WithheldMonth(months[-1], ZERO, earlier))
    figures = figures_of(current_cooperative().country.lower())
    return QuarterDue(
        person, entity_id, quarter, status, quarter_special_contribution(parts, status, figures)
    )


@transaction.atomic
def settle_quarter(*, run: PayrollRun, due: QuarterDue, on: date) -> QuarterContribution | None:
    """Post the difference, keep the row that explains it, pay it back or have it taken along.

    Once per worker, entity, quarter and run; None when there is no difference. `on`: the day of the act.
    """
    settled, amount = due.settled, due.settled.amount
    same = QuarterContribution.objects.filter(
        run=run, person=due.person, entity_id=due.entity_id, quarter=due.quarter
    )
    if not amount or same.exists():
        return None
    key = uuid7()
    months = months_of(due.quarter)
    owes = amount > 0
    party = due.person.party_id
    entry_id = post_entry(
        Entry(
            entity=due.entity_id,
            date=entry_date(due.entity_id, last_of_month(months[-1]), on),
            journal=Journal.PAY,
            source_type=QUARTER,
            source_id=key,
            kind="settlement",
            text=f"{due.person}: {LABEL} {months[0]:%m/%Y}–{months[-1]:%m/%Y}",
            lines=(
                (dr(NET_WAGES_ACCOUNT, amount, party=party), cr(ONSS_ACCOUNT, amount))
                if owes
                else (dr(ONSS_ACCOUNT, -amount), cr(NET_WAGES_ACCOUNT, -amount, party=party))
            ),
        )
    )
    row = QuarterContribution.objects.create(
        id=key,
        run=run,
        person=due.person,
        entity_id=due.entity_id,
        quarter=due.quarter,
        month=run.month,
        paid_on=on,
        family_status=due.family_status.value,
        base=settled.base,
        due=settled.due,
        withheld=settled.withheld,
        amount=amount,
        lines=json_ready(settled.lines),
        entry_id=entry_id,
    )
    if owes:
        PayCarry.objects.create(
            entity_id=due.entity_id,
            person=due.person,
            kind="quarter",
            label=f"{LABEL} {months[-1]:%m/%Y}",
            amount=-amount,
            made_on=on,
            source_type=QUARTER,
            source_id=key,
        )
    else:
        request_payout(
            entity_id=due.entity_id,
            kind="wage",
            party_id=party,
            payee_name=str(due.person),
            iban=due.person.iban,
            amount=-amount,
            communication=f"{LABEL} {months[-1]:%m/%Y}",
            due_on=on,
            source_type=QUARTER,
            source_id=key,
            settles_account=NET_WAGES_ACCOUNT,
        )
    return row


def _withheld(person_id: UUID, entity_id: UUID, months: Iterable[date]) -> Iterable[WithheldMonth]:
    rows = PayItem.objects.filter(person_id=person_id, entity_id=entity_id, month__in=list(months))
    rows = rows.exclude(worker_type=WorkerType.STUDENT.value)
    sums = rows.order_by().values("month").annotate(base=Sum("base"), withheld=Sum("special_contribution"))
    for row in sums.order_by("month"):
        base: Decimal = row["base"]
        yield WithheldMonth(row["month"], base, row["withheld"])


def _at(entity_id: UUID | None) -> Q:
    return Q() if entity_id is None else Q(entity_id=entity_id)
