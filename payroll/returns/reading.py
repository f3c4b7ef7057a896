"""Pay as the returns read it: what was booked, worker by worker, in few queries per slice of people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.money import ZERO, r
from ledger.enums import Journal
from ledger.models import JournalEntry
from payroll.engine.types import WorkerType
from payroll.enums import COUNTED_STATES
from payroll.extras import Extra, extras_of, source_types
from payroll.models import OPEN_END, ContractMonth, EmploymentContract, HolidayBlock, PayItem
from payroll.returns.dmfa.types import PaidExtra, PaidHoliday, PaidWork, Terms, WorkerQuarter
from payroll.worktime import WorkTime, work_times

ONSS_ACCOUNT = "4540"
_READ = (
    *("person_id", "month", "hours", "gross", "base", "onss", "work_bonus_a", "work_bonus_b"),
    *("special_contribution", "employer", "owed", "worker_type", "worker_code", "settled_at"),
    *(f"contract__{name}" for name in ("contract_type", "joint_committee", "starts_on", "ends_on")),
    *(f"contract_month__{name}" for name in ("number", "first_day", "last_day", "worker_type")),
)
"""What the quarter needs of an item: the rest of a row is most of it."""
TAX_ACCOUNT = "453"


def items_of_quarter(entity_id: UUID, first: date, last: date) -> QuerySet[PayItem]:
    """Pay of work in the quarter that the books hold in the quarter. What is booked later, or of an earlier
    quarter, corrects the declaration of its own quarter.
    """
    return PayItem.objects.filter(
        entity_id=entity_id, month__range=(first, last), entry__date__range=(first, last)
    )


def blocks_of_quarter(entity_id: UUID, first: date, last: date) -> QuerySet[HolidayBlock]:
    """Exit holidays of months of the quarter that the books hold in the quarter."""
    return HolidayBlock.objects.filter(
        entity_id=entity_id, month__range=(first, last), entry__date__range=(first, last)
    )


def people_of_quarter(
    entity_id: UUID, first: date, last: date, *, others: Collection[UUID], after: UUID | None, limit: int
) -> list[UUID]:
    """The next workers with pay in the quarter, in the order of their keys. `others`: workers with other pay,
    read once for the whole return (`with_extras`).
    """
    paid = items_of_quarter(entity_id, first, last).order_by().values("person_id")
    left = blocks_of_quarter(entity_id, first, last).order_by().values("person_id")
    return _next(paid, left, others, after, limit)


def people_paid_between(
    entity_id: UUID, first: date, last: date, *, others: Collection[UUID], after: UUID | None, limit: int
) -> list[UUID]:
    """The next workers with a day of payment within the days."""
    paid = PayItem.objects.filter(entity_id=entity_id, paid_on__range=(first, last)).order_by()
    left = HolidayBlock.objects.filter(entity_id=entity_id, paid_on__range=(first, last)).order_by()
    return _next(paid.values("person_id"), left.values("person_id"), others, after, limit)


def people_working_between(
    entity_id: UUID, first: date, last: date, *, others: Collection[UUID], after: UUID | None, limit: int
) -> list[UUID]:
    """The next workers with pay of a month within the days."""
    paid = PayItem.objects.filter(entity_id=entity_id, month__range=(first, last)).order_by()
    left = HolidayBlock.objects.filter(entity_id=entity_id, month__range=(first, last)).order_by()
    return _next(paid.values("person_id"), left.values("person_id"), others, after, limit)


def with_extras(extras: Iterable[Extra]) -> list[str]:
    """Workers of other pay, as a return keeps them while it is made."""
    return sorted({str(extra.person_id) for extra in extras})


def people_without_pay(entity_id: UUID, first: date, last: date) -> list[str]:
    """Workers under a contract that planned no pay within the days, but has time that a room keeps: they are
    away all along.
    """
    found = dict(_idle_contracts(entity_id, first, last).values_list("pk", "person_id"))
    times = work_times(entity_id, first, last, set(found.values())) if found else ()
    return sorted({str(time.person_id) for time in times if time.contract_id in found})


def _idle_contracts(entity_id: UUID, first: date, last: date) -> QuerySet[EmploymentContract]:
    planned = ContractMonth.objects.filter(contract=OuterRef("pk"), month__range=(first, last))
    rows = EmploymentContract.objects.filter(
        ~Exists(planned),
        entity_id=entity_id,
        state__in=COUNTED_STATES,
        starts_on__lte=last,
        ends_on__gte=first,
    )
    return rows.order_by("pk")


def _next(paid: Any, left: Any, others: Collection[UUID], after: UUID | None, limit: int) -> list[UUID]:
    keys = {key for key in others if after is None or key > after}
    for rows in (paid, left):
        found = rows.filter(person_id__gt=after) if after else rows
        keys.update(found.order_by("person_id").distinct().values_list("person_id", flat=True)[:limit])
    return sorted(keys)[:limit]


def quarters_of(entity_id: UUID, first: date, last: date, people: Collection[UUID]) -> list[WorkerQuarter]:
    """The quarter of these workers, in the order of their keys."""
    works: dict[UUID, list[PaidWork]] = defaultdict(list)
    items = items_of_quarter(entity_id, first, last).filter(person_id__in=people)
    items = items.select_related("contract", "contract_month").only(*_READ)
    paid = list(items.order_by("person_id", "settled_at", "id"))
    for item, days in zip(paid, _days(paid), strict=True):
        works[item.person_id].append(_work(item, days))
    last_terms = _LastTerms(entity_id, last, people)
    holidays: dict[UUID, list[PaidHoliday]] = defaultdict(list)
    for block in blocks_of_quarter(entity_id, first, last).filter(person_id__in=people).order_by("month"):
        holidays[block.person_id].append(_holiday(block, last_terms.of(block.person_id, "495")))
    extras: dict[UUID, list[PaidExtra]] = defaultdict(list)
    for extra in extras_of_quarter(entity_id, first, last, people):
        extras[extra.person_id].append(_extra(extra, last_terms.of(extra.person_id, extra.worker_code)))
    times: dict[UUID, list[WorkTime]] = defaultdict(list)
    for time in work_times(entity_id, first, last, people):
        times[time.person_id].append(time)
    idle: dict[UUID, list[Terms]] = defaultdict(list)
    for contract in _idle_contracts(entity_id, first, last).filter(person_id__in=people):
        if any(time.contract_id == contract.pk for time in times[contract.person_id]):
            code = WorkerType(contract.contract_type).worker_code
            idle[contract.person_id].append(terms_of(contract, code))
    return [
        WorkerQuarter(
            key,
            tuple(works.get(key, ())),
            tuple(holidays.get(key, ())),
            tuple(extras.get(key, ())),
            tuple(times.get(key, ())),
            tuple(idle.get(key, ())),
        )
        for key in sorted(people)
    ]


def extras_of_quarter(
    entity_id: UUID, first: date, last: date, people: Collection[UUID] | None
) -> list[Extra]:
    """Other pay of months of the quarter that the books hold in the quarter; what bears no contribution and
    has no code is none of its business.
    """
    found = [
        extra
        for extra in extras_of(people, first, last)
        if extra.entity_id == entity_id and (extra.remuneration_code or ONSS_ACCOUNT in extra.owed)
    ]
    if not found:
        return []
    booked = set(
        JournalEntry.objects.filter(
            source_id__in=[extra.source_id for extra in found],
            source_type__in=source_types(),
            date__range=(first, last),
        ).values_list("source_id", flat=True)
    )
    return [extra for extra in found if extra.source_id in booked]


class _LastTerms:
    """The last contract of each worker up to a day, by worker code: later pay is declared with it."""

    def __init__(self, entity_id: UUID, last: date, people: Collection[UUID]) -> None:
        self._asked = (entity_id, last, people)
        self._found: dict[tuple[UUID, str], EmploymentContract] | None = None

    def of(self, person_id: UUID, worker_code: str) -> Terms:
        """Read once, when the first one is asked for."""
        if self._found is None:
            entity_id, last, people = self._asked
            rows = EmploymentContract.objects.filter(
                entity_id=entity_id, person_id__in=people, state__in=COUNTED_STATES, starts_on__lte=last
            )
            self._found = {}
            for contract in rows.order_by("ends_on", "pk"):
                code = WorkerType(contract.contract_type).worker_code
                self._found[contract.person_id, code] = self._found[contract.person_id, ""] = contract
        contract = self._found.get((person_id, worker_code)) or self._found[person_id, ""]
        return terms_of(contract, worker_code)


def terms_of(contract: EmploymentContract, worker_code: str, worker_type: str = "") -> Terms:
    """A contract as declarations name it; `worker_type` is by which it is paid, otherwise what the code says
    of a contract of another one.
    """
    if not worker_type:
        own = WorkerType(contract.contract_type)
        coded = (kind for kind in (own, *WorkerType) if kind.worker_code == worker_code)
        worker_type = next(coded, own).value
    ends_on = None if contract.ends_on == OPEN_END else contract.ends_on
    return Terms(
        contract.pk,
        worker_type,
        worker_code,
        contract.joint_committee,
        contract.starts_on,
        ends_on,
    )


def planned_days(first: date, last: date) -> int:
    """Days of work between two days: Mondays to Fridays, or every day where there is none of these."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return sum(1 for day in days if day.weekday() < 5) or len(days)


def _days(items: Sequence[PayItem]) -> list[Decimal]:
    """Days of work that each item counts: those of its planned part, once. Where hours are paid as another
    type than the contract's, the days go with the hours.
    """
    shared: dict[tuple[UUID, date], Decimal] = defaultdict(Decimal)
    for item in items:
        if item.contract_month.number == 0 or item.contract_month.worker_type:
            shared[item.contract_id, item.month] += item.hours
    counted: set[tuple[UUID, date]] = set()
    found = []
    for item in items:
        month, key = item.contract_month, (item.contract_id, item.month)
        days = Decimal(planned_days(month.first_day, month.last_day))
        if month.number and month.worker_type and shared[key]:
            found.append(r(days * item.hours / shared[key]))
        elif month.number == 0 and key not in counted and item.hours > 0:
            found.append(r(days * item.hours / shared[key]) if shared[key] else days)
        else:
            found.append(ZERO)
        counted.add(key)
    return found


def _work(item: PayItem, days: Decimal) -> PaidWork:
    return PaidWork(
        terms=terms_of(item.contract, item.worker_code, item.worker_type),
        month=item.month,
        days=days,
        hours=item.hours,
        gross=item.gross,
        base=item.base,
        onss=item.onss,
        work_bonus=item.work_bonus_a + item.work_bonus_b,
        special=item.special_contribution,
        employer={code: Decimal(amount) for code, amount in item.employer.items()},
        owed=Decimal(item.owed.get(ONSS_ACCOUNT, "0")),
    )


def _holiday(block: HolidayBlock, terms: Terms) -> PaidHoliday:
    return PaidHoliday(
        terms, block.simple, block.double, block.employer_onss, block.onss_simple, block.onss_double
    )


def _extra(extra: Extra, terms: Terms) -> PaidExtra:
    return PaidExtra(
        terms,
        extra.remuneration_code,
        extra.gross,
        extra.onss,
        extra.employer_onss,
        Decimal(extra.owed.get(ONSS_ACCOUNT, ZERO)),
    )


EARLIER = "earlier_quarter"
NO_PAY = "no_pay"
"""Why an entry on 4540 is not in the declaration of the quarter in which it is dated."""


class Stray(NamedTuple):
    """An entry of pay on 4540 that the declaration of the quarter does not hold, and why."""

    entry_id: UUID
    date: date
    text: str
    amount: Decimal
    reason: str


_BOOKED = """
SELECT coalesce(sum(line.credit - line.debit), 0)
FROM ledger_journalentry AS entry
JOIN ledger_journalline AS line ON line.tenant_id = entry.tenant_id AND line.entry_id = entry.id
WHERE entry.entity_id = %s AND entry.date BETWEEN %s AND %s AND entry.journal = %s AND line.account = %s
"""

_STRAYS = """
SELECT entry.id, entry.date, entry.text, sum(line.credit - line.debit),
       item.id IS NOT NULL OR block.id IS NOT NULL, entry.source_id
FROM ledger_journalentry AS entry
JOIN ledger_journalline AS line ON line.tenant_id = entry.tenant_id AND line.entry_id = entry.id
LEFT JOIN payroll_payitem AS item ON item.tenant_id = entry.tenant_id AND item.id = entry.source_id
LEFT JOIN payroll_holidayblock AS block ON block.tenant_id = entry.tenant_id AND block.id = entry.source_id
WHERE entry.entity_id = %s AND entry.date BETWEEN %s AND %s AND entry.journal = %s AND line.account = %s
  AND (coalesce(item.month, block.month) IS NULL
       OR coalesce(item.month, block.month) NOT BETWEEN %s AND %s)
GROUP BY 1, 2, 3, 5, 6 HAVING sum(line.credit - line.debit) <> 0 ORDER BY 2, 1
"""


def booked_between(entity_id: UUID, first: date, last: date, account: str = ONSS_ACCOUNT) -> Decimal:
    """Credits less debits of an account by entries of pay dated within the days. Payments to the body stand
    in other journals.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED, [entity_id, first, last, Journal.PAY.value, account])
        return Decimal(cursor.fetchone()[0])


def strays_between(entity_id: UUID, first: date, last: date) -> Iterator[Stray]:
    """Entries of pay on 4540 dated in the quarter that its own declaration does not hold."""
    with connection.cursor() as cursor:
        cursor.execute(_STRAYS, [entity_id, first, last, Journal.PAY.value, ONSS_ACCOUNT, first, last])
        rows = cursor.fetchall()
    here = {extra.source_id for extra in extras_of_quarter(entity_id, first, last, None)}
    other = (
        {extra.source_id for extra in extras_of(None, date(first.year - 1, 1, 1), first)} if rows else set()
    )
    for entry_id, on, text, amount, known, source_id in rows:
        if source_id not in here:
            reason = EARLIER if known or source_id in other else NO_PAY
            yield Stray(entry_id, on, text, amount, reason)


class Paid(NamedTuple):
    """What some workers were paid, each part in the order of worker and month."""

    items: list[PayItem]
    blocks: list[HolidayBlock]
    extras: list[Extra]


def paid_of(entity_id: UUID, first: date, last: date, people: Collection[UUID]) -> Paid:
    """What these workers were paid on days within the days."""
    asked = Q(entity_id=entity_id, person_id__in=people, paid_on__range=(first, last))
    return _paid(asked, extras_paid(entity_id, first, last, people))


def worked_of(entity_id: UUID, first: date, last: date, people: Collection[UUID]) -> Paid:
    """What these workers were paid for months within the days."""
    asked = Q(entity_id=entity_id, person_id__in=people, month__range=(first, last))
    return _paid(asked, extras_worked(entity_id, first, last, people))


def extras_paid(entity_id: UUID, first: date, last: date, people: Collection[UUID] | None) -> list[Extra]:
    """Other pay with a day of payment within the days; its month is at most a year away."""
    found = extras_of(people, date(first.year - 1, 1, 1), date(last.year + 1, 12, 31))
    return [row for row in found if row.entity_id == entity_id and first <= row.paid_on <= last]


def extras_worked(entity_id: UUID, first: date, last: date, people: Collection[UUID] | None) -> list[Extra]:
    """Other pay of months within the days."""
    return [row for row in extras_of(people, first, last) if row.entity_id == entity_id]


def _paid(asked: Q, extras: list[Extra]) -> Paid:
    items = PayItem.objects.filter(asked).select_related("contract", "contract_month")
    return Paid(
        list(items.order_by("person_id", "month", "settled_at", "id")),
        list(HolidayBlock.objects.filter(asked).order_by("person_id", "month", "id")),
        extras,
    )
