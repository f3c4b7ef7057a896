"""Individual accounts: for each worker and year, month by month and by quarter, what was worked and paid.

They go to the workers before 1 March and are kept five years (Royal Decree no. 5 of 23 October 1978).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum

from core.money import ZERO
from payroll.models import HolidayBlock, PayItem
from payroll.returns import reading
from payroll.returns.kinds.parts import Kind, Outcome, RowDraft, others_of, row_sums, tax_booked
from payroll.returns.models import PublicReturn
from payroll.worktime import Spent, WorkTime, count_times, work_times

COLUMNS = (
    "days",
    "hours",
    "days_away",
    "gross",
    "onss",
    "work_bonus",
    "taxable",
    "withholding_tax",
    "special_contribution",
    "net",
)
"""What an account says of each month."""


def months_of(
    paid: reading.Paid, times: Iterable[WorkTime] = ()
) -> dict[UUID, dict[str, dict[str, Decimal]]]:
    """The account of each worker by month (`2026-11`); `days_away`: days that are not paid, by `times`."""
    found: dict[UUID, dict[str, dict[str, Decimal]]] = defaultdict(dict)

    def kept(person_id: UUID, month: Any) -> dict[str, Decimal]:
        return found[person_id].setdefault(f"{month:%Y-%m}", dict.fromkeys(COLUMNS, ZERO))

    booked: dict[tuple[UUID, UUID], dict[Any, Spent]] = defaultdict(dict)
    for item in paid.items:
        part, own = kept(item.person_id, item.month), booked[item.person_id, item.contract_id]
        days, hours = own.get(item.month, (ZERO, ZERO))
        if item.contract_month.number == 0:
            days += reading.planned_days(item.contract_month.first_day, item.contract_month.last_day)
        own[item.month] = days, hours + item.hours
        part["work_bonus"] += item.work_bonus_a + item.work_bonus_b
        for name in ("hours", "gross", "onss", "taxable", "withholding_tax", "special_contribution", "net"):
            part[name] += getattr(item, name)
    told: dict[tuple[UUID, UUID], list[WorkTime]] = defaultdict(list)
    for time in times:
        told[time.person_id, time.contract_id].append(time)
    for key in booked.keys() | told.keys():
        worked, others = count_times(booked.get(key, {}), told.get(key, ()))
        for month, (days, _hours) in worked.items():
            kept(key[0], month)["days"] += days
        for time in others:
            kept(key[0], time.month)["days_away"] += time.days
    for block in paid.blocks:
        part, withheld = kept(block.person_id, block.month), block.onss_simple + block.onss_double
        for name, amount in (
            ("gross", block.gross),
            ("onss", withheld),
            ("taxable", block.gross - withheld),
            ("withholding_tax", block.withholding_tax),
            ("net", block.net),
        ):
            part[name] += amount
    for extra in paid.extras:
        part = kept(extra.person_id, extra.month)
        for name in ("gross", "onss", "taxable", "withholding_tax", "net"):
            part[name] += getattr(extra, name)
    return found


def _others(row: PublicReturn) -> list[str]:
    asked = (row.entity_id, row.first, row.last)
    paid = reading.with_extras(reading.extras_worked(*asked, None))
    return sorted({*paid, *reading.people_without_pay(*asked)})


def _people(row: PublicReturn, after: UUID | None, limit: int) -> list[UUID]:
    return reading.people_working_between(
        row.entity_id, row.first, row.last, others=others_of(row), after=after, limit=limit
    )


def _rows(row: PublicReturn, people: Collection[UUID]) -> Iterator[RowDraft]:
    paid = reading.worked_of(row.entity_id, row.first, row.last, people)
    booked = tax_booked(paid)
    times = work_times(row.entity_id, row.first, row.last, people)
    for person_id, months in sorted(months_of(paid, times).items()):
        data = {
            month: {name: str(amount) for name, amount in part.items()}
            for month, part in sorted(months.items())
        }
        tax = sum((part["withholding_tax"] for part in months.values()), ZERO)
        yield RowDraft(person_id, data, tax, booked.get(person_id, ZERO))


def _conclude(row: PublicReturn) -> Outcome:
    declared, booked = row_sums(row)
    totals = {
        "declared": str(declared),
        "booked": str(booked),
        "books": str(_fresh(row)),
        "difference": str(booked - declared),
    }
    return Outcome(totals)


def _fresh(row: PublicReturn) -> Decimal:
    """Tax of everything of the year's months, as it stands now."""
    asked = {"entity_id": row.entity_id, "month__range": (row.first, row.last)}
    total = sum(
        (
            model.objects.filter(**asked).aggregate(total=Sum("withholding_tax"))["total"] or ZERO
            for model in (PayItem, HolidayBlock)
        ),
        ZERO,
    )
    extras = reading.extras_worked(row.entity_id, row.first, row.last, None)
    return sum((extra.withholding_tax for extra in extras), total)


KIND = Kind(_others, _people, _rows, _conclude, _fresh, None)
