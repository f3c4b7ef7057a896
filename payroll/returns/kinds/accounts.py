"""Individual accounts: for each worker and year, month by month and by quarter, what was worked and paid.

They go to the workers before 1 March and are kept five years (Royal Decree no. 5 of 23 October 1978).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum

from core.money import ZERO
from payroll.models import HolidayBlock, PayItem
from payroll.returns import reading
from payroll.returns.kinds.parts import Kind, Outcome, RowDraft, others_of, row_sums, tax_booked
from payroll.returns.models import PublicReturn

COLUMNS = (
    "days",
    "hours",
    "gross",
    "onss",
    "work_bonus",
    "taxable",
    "withholding_tax",
    "special_contribution",
    "net",
)
"""What an account says of each month."""


def months_of(paid: reading.Paid) -> dict[UUID, dict[str, dict[str, Decimal]]]:
    """The account of each worker by month (`2026-11`)."""
    found: dict[UUID, dict[str, dict[str, Decimal]]] = defaultdict(dict)

    def kept(person_id: UUID, month: Any) -> dict[str, Decimal]:
        return found[person_id].setdefault(f"{month:%Y-%m}", dict.fromkeys(COLUMNS, ZERO))

    for item in paid.items:
        part = kept(item.person_id, item.month)
        if item.contract_month.number == 0:
            part["days"] += reading.planned_days(item.contract_month.first_day, item.contract_month.last_day)
        part["work_bonus"] += item.work_bonus_a + item.work_bonus_b
        for name in ("hours", "gross", "onss", "taxable", "withholding_tax", "special_contribution", "net"):
            part[name] += getattr(item, name)
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
    return reading.with_extras(reading.extras_worked(row.entity_id, row.first, row.last, None))


def _people(row: PublicReturn, after: UUID | None, limit: int) -> list[UUID]:
    return reading.people_working_between(
        row.entity_id, row.first, row.last, others=others_of(row), after=after, limit=limit
    )


def _rows(row: PublicReturn, people: Collection[UUID]) -> Iterator[RowDraft]:
    paid = reading.worked_of(row.entity_id, row.first, row.last, people)
    booked = tax_booked(paid)
    for person_id, months in sorted(months_of(paid).items()):
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
