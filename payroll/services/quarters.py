"""The special contribution of a quarter, settled in the run of its last month, per worker and entity.

Months withhold on account; the quarter owes by its own table (law of 30 March 1994; BELGIUM §4.5, §4.15). The
difference is posted between 4540 and 455: what is given back is paid with the run, what is still due is taken
along by the worker's next pay. Pay of a quarter that comes after its run settles the quarter once more, in
the next one. Locks: the worker's file, by the caller.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum

from core.calendar import last_of_month
from core.commands import json_ready
from core.errors import DomainError
from core.rows import insert_rows
from core.tenancy import current_cooperative
from core.uuid7 import uuid7
from ledger.enums import Journal
from ledger.services import post_entries
from ledger.treasury.services import PayoutRequest, account_of, request_payouts
from ledger.types import Entry, cr, dr
from members.models import Person
from members.selectors import families_known, family_on
from members.types import Family
from payroll.engine.month import NET_WAGES_ACCOUNT, ONSS_ACCOUNT
from payroll.engine.quarter import QuarterSettled, WithheldMonth, quarter_special_contribution
from payroll.engine.statutory import figures_of
from payroll.engine.types import FamilyStatus, WorkerType
from payroll.errors import FamilySituationMissing
from payroll.household import household
from payroll.models import PayCarry, PayItem, PayrollRun, QuarterContribution
from payroll.months import months_of, quarter_of
from payroll.services.payslips import loose_items
from payroll.services.settlement import closed_months

QUARTER = "payroll.quartercontribution"
"""How a settled quarter names itself in entries, payouts and carries."""

Quarter = tuple[UUID, UUID, date]
"""A worker, an entity, the first day of a quarter."""

LABEL = "Cotisation spéciale, régularisation du trimestre"


@dataclass(frozen=True, slots=True)
class QuarterDue:
    """A quarter of a worker in an entity, computed and not yet written."""

    person: Person
    entity_id: UUID
    quarter: date
    family_status: FamilyStatus
    settled: QuarterSettled

    @property
    def key(self) -> Quarter:
        """Whose quarter it is."""
        return (self.person.pk, self.entity_id, self.quarter)


def concerned(month: date, entity_id: UUID | None) -> set[UUID]:
    """Workers whose quarter is settled in a month's run: of the quarter that ends with it."""
    if month.month % 3:
        return set()
    rows = PayItem.objects.filter(_at(entity_id), month__in=months_of(quarter_of(month)))
    return set(rows.exclude(worker_type=WorkerType.STUDENT.value).values_list("person_id", flat=True))


def to_settle(people: Collection[UUID], month: date, entity_id: UUID | None) -> set[Quarter]:
    """Quarters of these workers that a month's run settles: the one that ends with the month, and earlier
    ones that pay came late for. Two queries at most.
    """
    rows = PayItem.objects.filter(_at(entity_id), person_id__in=people)
    rows = rows.exclude(worker_type=WorkerType.STUDENT.value).order_by()
    found: set[Quarter] = set()
    if month.month % 3 == 0:
        of_quarter = rows.filter(month__in=months_of(quarter_of(month)))
        pairs = of_quarter.values_list("person_id", "entity_id").distinct()
        found |= {(person, entity, quarter_of(month)) for person, entity in pairs}
    late = loose_items(month).filter(_at(entity_id), person_id__in=people, month__lt=quarter_of(month))
    late = late.exclude(worker_type=WorkerType.STUDENT.value).order_by()
    late_rows = late.values_list("person_id", "entity_id", "month").distinct()
    return found | {(person, entity, quarter_of(when)) for person, entity, when in late_rows}


def quarters_due(wanted: Collection[Quarter], *, paid_on: date) -> dict[Quarter, QuarterDue | DomainError]:
    """What each quarter still takes or gives back, the rows before counted as withheld, or what stops it.
    Four queries, whatever their number.

    The family status is that of the quarter's last day (`paid_on` when nothing was known then). Errors:
    `FamilySituationMissing`, `NoFigureInForce`, `InvalidPayout`.
    """
    if not wanted:
        return {}
    ids = {person for person, _, _ in wanted}
    people = Person.objects.in_bulk(ids)
    families = families_known(ids)
    parts = _withheld(ids, {quarter for _, _, quarter in wanted})
    found: dict[Quarter, QuarterDue | DomainError] = {}
    for key in sorted(wanted):
        try:
            found[key] = _due(people[key[0]], families[key[0]], key, parts.get(key, ()), paid_on)
        except DomainError as error:
            found[key] = error
    return found


def quarter_due(person: Person, entity_id: UUID, quarter: date, *, paid_on: date) -> QuarterDue:
    """The same of one worker, entity and quarter. Raises the errors of `quarters_due`."""
    key = (person.pk, entity_id, quarter)
    due = quarters_due({key}, paid_on=paid_on)[key]
    if isinstance(due, DomainError):
        raise due
    return due


@transaction.atomic
def settle_quarters(*, run: PayrollRun, dues: Sequence[QuarterDue], on: date) -> list[QuarterContribution]:
    """Post each difference, keep the row that explains it, pay it back or have it taken along. As many
    statements for one as for many.

    Once per worker, entity, quarter and run; where there is no difference there is no row. `on`: the day of
    the act. The workers' files are locked by the caller.
    """
    standing = QuarterContribution.objects.filter(run=run, person__in={due.person for due in dues})
    made = set(standing.values_list("person_id", "entity_id", "quarter"))
    fresh = [due for due in dues if due.settled.amount and due.key not in made]
    if not fresh:
        return []
    last_days = {due.key: last_of_month(months_of(due.quarter)[-1]) for due in fresh}
    closed = closed_months((due.entity_id, last_days[due.key]) for due in fresh)
    keys = [uuid7() for _ in fresh]
    entries = post_entries(
        [
            _entry(due, key, closed.entry_date(due.entity_id, last_days[due.key], on))
            for due, key in zip(fresh, keys, strict=True)
        ]
    )
    rows = [
        QuarterContribution(
            id=key,
            run=run,
            person=due.person,
            entity_id=due.entity_id,
            quarter=due.quarter,
            month=run.month,
            paid_on=on,
            family_status=due.family_status.value,
            base=due.settled.base,
            due=due.settled.due,
            withheld=due.settled.withheld,
            amount=due.settled.amount,
            lines=json_ready(due.settled.lines),
            entry_id=entry,
        )
        for due, key, entry in zip(fresh, keys, entries, strict=True)
    ]
    insert_rows(rows)
    insert_rows([_carry(row, on) for row in rows if row.amount > 0])
    request_payouts([_payout(row, on) for row in rows if row.amount < 0])
    return rows


def _due(
    person: Person,
    known: Sequence[Family],
    key: Quarter,
    parts: Sequence[WithheldMonth],
    paid_on: date,
) -> QuarterDue:
    _, entity_id, quarter = key
    day = last_of_month(months_of(quarter)[-1])
    family = family_on(known, day)
    if family.valid_from is None:
        family = family_on(known, paid_on)
    if family.valid_from is None:
        raise FamilySituationMissing(name=str(person))
    figures = figures_of(current_cooperative().country.lower())
    status = household(family, on=day, figures=figures).status
    settled = quarter_special_contribution(parts, status, figures)
    if settled.amount < 0:
        account_of(person.iban, str(person))
    return QuarterDue(person, entity_id, quarter, status, settled)


def _entry(due: QuarterDue, key: UUID, day: date) -> Entry:
    amount, party = due.settled.amount, due.person.party_id
    months = months_of(due.quarter)
    return Entry(
        entity=due.entity_id,
        date=day,
        journal=Journal.PAY,
        source_type=QUARTER,
        source_id=key,
        kind="settlement",
        text=f"{due.person}: {LABEL} {months[0]:%m/%Y}–{months[-1]:%m/%Y}",
        lines=(
            (dr(NET_WAGES_ACCOUNT, amount, party=party), cr(ONSS_ACCOUNT, amount))
            if amount > 0
            else (dr(ONSS_ACCOUNT, -amount), cr(NET_WAGES_ACCOUNT, -amount, party=party))
        ),
    )


def _carry(row: QuarterContribution, on: date) -> PayCarry:
    """What is still due goes with the next pay."""
    return PayCarry(
        entity_id=row.entity_id,
        person_id=row.person_id,
        kind="quarter",
        label=f"{LABEL} {months_of(row.quarter)[-1]:%m/%Y}",
        amount=-row.amount,
        made_on=on,
        source_type=QUARTER,
        source_id=row.pk,
    )


def _payout(row: QuarterContribution, on: date) -> PayoutRequest:
    """What was withheld too much is paid with the run."""
    return PayoutRequest(
        entity_id=row.entity_id,
        kind="wage",
        party_id=row.person.party_id,
        payee_name=str(row.person),
        iban=row.person.iban,
        amount=-row.amount,
        communication=f"{LABEL} {months_of(row.quarter)[-1]:%m/%Y}",
        due_on=on,
        source_type=QUARTER,
        source_id=row.pk,
        settles_account=NET_WAGES_ACCOUNT,
    )


def _withheld(people: Collection[UUID], quarters: Collection[date]) -> Mapping[Quarter, list[WithheldMonth]]:
    """What the months of these quarters bore, earlier regularisations added to their last month."""
    found: dict[Quarter, list[WithheldMonth]] = defaultdict(list)
    months = [month for quarter in quarters for month in months_of(quarter)]
    rows = PayItem.objects.filter(person_id__in=people, month__in=months)
    rows = rows.exclude(worker_type=WorkerType.STUDENT.value).order_by("month")
    for person, entity, month, base, withheld in rows.values_list("person_id", "entity_id", "month").annotate(
        total=Sum("base"), kept=Sum("special_contribution")
    ):
        found[(person, entity, quarter_of(month))].append(WithheldMonth(month, base, withheld))
    before = QuarterContribution.objects.filter(person_id__in=people, quarter__in=quarters).order_by()
    for person, entity, quarter, amount in before.values_list("person_id", "entity_id", "quarter").annotate(
        total=Sum("amount")
    ):
        last = months_of(quarter)[-1]
        found[(person, entity, quarter)].append(WithheldMonth(last, Decimal(0), amount))
    return found


def _at(entity_id: UUID | None) -> Q:
    return Q() if entity_id is None else Q(entity_id=entity_id)
