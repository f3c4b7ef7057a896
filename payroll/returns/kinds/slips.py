"""Tax slips 281.10: what each worker was paid in a calendar year, for the tax office and for the worker.

The layout of the tax office's batch file is published each December; the file is of our own shape
(`urn:smart:tax-slips:1`) until the one of the year is loaded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from lxml import etree

from core.money import ZERO
from members.disclosure import national_numbers
from payroll.returns import reading
from payroll.returns.kinds.parts import Kind, Outcome, RowDraft, others_of, row_sums, tax_booked, written_rows
from payroll.returns.kinds.quarterly import NO_NUMBER
from payroll.returns.kinds.withholding import (
    EXIT_HOLIDAY,
    FLAT,
    OTHER,
    STUDENT,
    fresh_tax,
    income_of,
)
from payroll.returns.models import PublicReturn

NAMESPACE = "urn:smart:tax-slips:1"
ORDINARY = "wages"
BOXES = (
    ORDINARY,
    FLAT,
    STUDENT,
    EXIT_HOLIDAY,
    OTHER,
    "withholding_tax",
    "special_contribution",
    "work_bonus_a",
    "work_bonus_b",
    "onss",
)
"""Boxes of a slip: taxable pay by kind, then what was withheld and the work bonus by part."""


def boxes_of(paid: reading.Paid) -> dict[UUID, dict[str, Decimal]]:
    """The boxes of each worker's slip."""
    found: dict[UUID, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(BOXES, ZERO))
    for item in paid.items:
        boxes, kind = found[item.person_id], income_of(item)
        boxes[kind if kind in (FLAT, STUDENT) else ORDINARY] += item.taxable
        boxes["withholding_tax"] += item.withholding_tax
        boxes["special_contribution"] += item.special_contribution
        boxes["work_bonus_a"] += item.work_bonus_a
        boxes["work_bonus_b"] += item.work_bonus_b
        boxes["onss"] += item.onss - item.work_bonus_a - item.work_bonus_b
    for block in paid.blocks:
        boxes, withheld = found[block.person_id], block.onss_simple + block.onss_double
        boxes[EXIT_HOLIDAY] += block.gross - withheld
        boxes["withholding_tax"] += block.withholding_tax
        boxes["onss"] += withheld
    for extra in paid.extras:
        boxes = found[extra.person_id]
        boxes[OTHER] += extra.taxable
        boxes["withholding_tax"] += extra.withholding_tax
        boxes["onss"] += extra.onss
        special = Decimal(extra.owed.get(reading.ONSS_ACCOUNT, ZERO)) - extra.onss - extra.employer_onss
        boxes["special_contribution"] += special
    return found


def _others(row: PublicReturn) -> list[str]:
    return reading.with_extras(reading.extras_paid(row.entity_id, row.first, row.last, None))


def _people(row: PublicReturn, after: UUID | None, limit: int) -> list[UUID]:
    return reading.people_paid_between(
        row.entity_id, row.first, row.last, others=others_of(row), after=after, limit=limit
    )


def _rows(row: PublicReturn, people: Collection[UUID]) -> Iterator[RowDraft]:
    paid = reading.paid_of(row.entity_id, row.first, row.last, people)
    booked, known = tax_booked(paid), national_numbers(people)
    for person_id, boxes in sorted(boxes_of(paid).items()):
        data = {box: str(amount) for box, amount in boxes.items()}
        problem = "" if person_id in known else NO_NUMBER
        yield RowDraft(person_id, data, boxes["withholding_tax"], booked.get(person_id, ZERO), problem)


def _conclude(row: PublicReturn) -> Outcome:
    declared, booked = row_sums(row)
    totals = {
        "declared": str(declared),
        "booked": str(booked),
        "books": str(fresh_tax(row)),
        "difference": str(booked - declared),
    }
    return Outcome(totals)


def _write(row: PublicReturn, target: IO[bytes], at: datetime) -> None:
    declared, _booked = row_sums(row)
    with etree.xmlfile(target, encoding="UTF-8") as xml:
        xml.write_declaration()
        with xml.element("TaxSlips", nsmap={None: NAMESPACE}):
            for name, value in (
                ("EnterpriseNumber", row.entity.enterprise_number),
                ("Name", row.entity.name),
                ("Year", str(row.first.year)),
                ("MadeAt", at.isoformat(timespec="seconds")),
                ("Slips", str(row.workers)),
                ("WithholdingTax", str(declared)),
            ):
                with xml.element(name):
                    xml.write(value)
            for number, (one, inss) in enumerate(written_rows(row), 1):
                xml.write(_slip(number, inss, one.person, one.data))


def _slip(number: int, inss: str, person: Any, data: dict[str, str]) -> etree._Element:
    slip = etree.Element("Slip", Number=str(number))
    for name, value in (
        ("Inss", inss),
        ("LastName", person.last_name),
        ("FirstName", person.first_name),
        ("Address", person.address),
        ("Country", person.country),
    ):
        etree.SubElement(slip, name).text = value
    for box in BOXES:
        if Decimal(data[box]):
            etree.SubElement(slip, "Box", Code=box).text = data[box]
    return slip


KIND = Kind(_others, _people, _rows, _conclude, fresh_tax, _write)
