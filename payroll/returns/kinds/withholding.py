"""The monthly withholding-tax return: what was withheld from pay with a day of payment in the month.

No official schema of this return is published with the payroll formula: the file is of our own shape
(`urn:smart:withholding-tax:1`), and the figures are those that a person enters at the tax office's desk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from django.db.models import Sum
from lxml import etree

from core.money import ZERO
from payroll.models import HolidayBlock, PayItem
from payroll.returns import reading
from payroll.returns.kinds.parts import Kind, Outcome, RowDraft, others_of, row_sums, tax_booked
from payroll.returns.models import PublicReturn, ReturnRow

NAMESPACE = "urn:smart:withholding-tax:1"
EMPLOYEE, ARTIST, FLAT, STUDENT = "employee", "artistic", "artistic_flat", "student"
EXIT_HOLIDAY, OTHER = "exit_holiday", "premium"
INCOMES = (EMPLOYEE, ARTIST, FLAT, STUDENT, EXIT_HOLIDAY, OTHER)
"""Kinds of income that the return keeps apart."""


def income_of(item: PayItem) -> str:
    """The kind of income of a pay item."""
    return FLAT if item.flat_tax else item.worker_type


def incomes(paid: reading.Paid) -> dict[UUID, dict[str, dict[str, Decimal]]]:
    """Taxable pay and tax by worker and kind of income."""
    found: dict[UUID, dict[str, dict[str, Decimal]]] = defaultdict(dict)

    def add(person_id: UUID, kind: str, taxable: Decimal, tax: Decimal) -> None:
        kept = found[person_id].setdefault(kind, {"taxable": ZERO, "tax": ZERO})
        kept["taxable"] += taxable
        kept["tax"] += tax

    for item in paid.items:
        add(item.person_id, income_of(item), item.taxable, item.withholding_tax)
    for block in paid.blocks:
        taxable = block.gross - block.onss_simple - block.onss_double
        add(block.person_id, EXIT_HOLIDAY, taxable, block.withholding_tax)
    for extra in paid.extras:
        add(extra.person_id, OTHER, extra.taxable, extra.withholding_tax)
    return found


def texts(parts: dict[str, dict[str, Decimal]]) -> dict[str, dict[str, str]]:
    """The same as the row keeps it."""
    return {kind: {name: str(amount) for name, amount in part.items()} for kind, part in parts.items()}


def _others(row: PublicReturn) -> list[str]:
    return reading.with_extras(reading.extras_paid(row.entity_id, row.first, row.last, None))


def _people(row: PublicReturn, after: UUID | None, limit: int) -> list[UUID]:
    return reading.people_paid_between(
        row.entity_id, row.first, row.last, others=others_of(row), after=after, limit=limit
    )


def _rows(row: PublicReturn, people: Collection[UUID]) -> Iterator[RowDraft]:
    paid = reading.paid_of(row.entity_id, row.first, row.last, people)
    booked = tax_booked(paid)
    for person_id, parts in sorted(incomes(paid).items()):
        tax = sum((part["tax"] for part in parts.values()), ZERO)
        yield RowDraft(person_id, texts(parts), tax, booked.get(person_id, ZERO))


def sum_incomes(row: PublicReturn) -> dict[str, Any]:
    """Workers, taxable pay and tax by kind of income, over all rows, read slice by slice."""
    sums: dict[str, Any] = {}
    for data in ReturnRow.objects.filter(public_return=row).values_list("data", flat=True).iterator(500):
        for kind, part in data.items():
            kept = sums.setdefault(kind, {"workers": 0, "taxable": ZERO, "tax": ZERO})
            kept["workers"] += 1
            kept["taxable"] += Decimal(part["taxable"])
            kept["tax"] += Decimal(part["tax"])
    return sums


def _conclude(row: PublicReturn) -> Outcome:
    declared, booked = row_sums(row)
    totals: dict[str, Any] = {
        "declared": str(declared),
        "booked": str(booked),
        "books": str(fresh_tax(row)),
        "difference": str(booked - declared),
    }
    for kind, part in sum_incomes(row).items():
        totals[f"{kind}.workers"] = str(part["workers"])
        totals[f"{kind}.taxable"] = str(part["taxable"])
        totals[f"{kind}.tax"] = str(part["tax"])
    return Outcome(totals)


def fresh_tax(row: PublicReturn) -> Decimal:
    """Tax of everything with a day of payment in the period, as it stands now."""
    asked = {"entity_id": row.entity_id, "paid_on__range": (row.first, row.last)}
    total = sum(
        (
            model.objects.filter(**asked).aggregate(total=Sum("withholding_tax"))["total"] or ZERO
            for model in (PayItem, HolidayBlock)
        ),
        ZERO,
    )
    extras = reading.extras_paid(row.entity_id, row.first, row.last, None)
    return sum((extra.withholding_tax for extra in extras), total)


def _write(row: PublicReturn, target: IO[bytes], at: datetime) -> None:
    root = etree.Element(f"{{{NAMESPACE}}}WithholdingTaxReturn", nsmap={None: NAMESPACE})
    declared, _booked = row_sums(row)
    for name, value in (
        ("EnterpriseNumber", row.entity.enterprise_number),
        ("Name", row.entity.name),
        ("Period", f"{row.first:%Y-%m}"),
        ("MadeAt", at.isoformat(timespec="seconds")),
        ("Total", str(declared)),
    ):
        etree.SubElement(root, f"{{{NAMESPACE}}}{name}").text = value
    sums = sum_incomes(row)
    for kind in INCOMES:
        if kind in sums:
            node = etree.SubElement(root, f"{{{NAMESPACE}}}Income", Kind=kind)
            node.set("Workers", str(sums[kind]["workers"]))
            node.set("Taxable", str(sums[kind]["taxable"]))
            node.set("Tax", str(sums[kind]["tax"]))
    target.write(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


KIND = Kind(_others, _people, _rows, _conclude, fresh_tax, _write)
