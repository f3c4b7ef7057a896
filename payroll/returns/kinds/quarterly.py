"""The quarterly declaration (DmfA): one row per worker, a file that the schema of the office takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from core.money import ZERO
from core.tenancy import current_cooperative
from members.disclosure import national_numbers
from payroll.engine.statutory import figures_of
from payroll.returns import reading
from payroll.returns.dmfa.tree import declare, quarter_of
from payroll.returns.dmfa.types import Codes
from payroll.returns.dmfa.xml import Header, write_dmfa
from payroll.returns.kinds.parts import Kind, Outcome, RowDraft, others_of, row_sums, written_rows
from payroll.returns.models import PublicReturn, ReturnRow

NO_NUMBER = "no_national_number"
NOBODY = "nobody_to_declare"


def codes_of(row: PublicReturn) -> Codes:
    """The tables of the last day of the quarter. Raises `NoFigureInForce`."""
    cooperative = current_cooperative()
    figures = figures_of(cooperative.country.lower())
    return Codes(
        figures.on("dmfa.employer_class", row.last).value,
        figures.on("dmfa.contributions", row.last).value,
        figures.on("dmfa.deductions", row.last).value["work_bonus"],
        figures.on("dmfa.codes", row.last).value,
        str(cooperative.languages[0]) if cooperative.languages else "fr",
    )


def _others(row: PublicReturn) -> list[str]:
    asked = (row.entity_id, row.first, row.last)
    paid = reading.with_extras(reading.extras_of_quarter(*asked, None))
    return sorted({*paid, *reading.people_without_pay(*asked)})


def _people(row: PublicReturn, after: UUID | None, limit: int) -> list[UUID]:
    return reading.people_of_quarter(
        row.entity_id, row.first, row.last, others=others_of(row), after=after, limit=limit
    )


def _rows(row: PublicReturn, people: Collection[UUID]) -> Iterator[RowDraft]:
    codes, known = codes_of(row), national_numbers(people)
    for worker in reading.quarters_of(row.entity_id, row.first, row.last, people):
        declared = declare(worker, codes)
        if not declared.records and not declared.booked:
            continue
        data: dict[str, Any] = {
            "records": declared.records,
            "contributions": declared.contributions,
            "deductions": declared.deductions,
        }
        problem = declared.problem or ("" if worker.person_id in known else NO_NUMBER)
        yield RowDraft(worker.person_id, data, _euro(declared.net), _euro(declared.booked), problem)


def _conclude(row: PublicReturn) -> Outcome:
    declared, booked = row_sums(row)
    books = _books(row)
    notes = []
    explained = ZERO
    for stray in reading.strays_between(row.entity_id, row.first, row.last):
        notes.append(
            {
                "reason": stray.reason,
                "entry": str(stray.entry_id),
                "on": stray.date.isoformat(),
                "text": stray.text,
                "amount": str(stray.amount),
            }
        )
        if stray.reason == reading.EARLIER:
            explained += stray.amount
    totals = {
        "declared": str(declared),
        "booked": str(booked),
        "books": str(books),
        "explained": str(explained),
        "difference": str(books - explained - declared),
    }
    nobody = not ReturnRow.objects.filter(public_return=row).exists()
    return Outcome(totals, notes, (NOBODY,) if nobody else ())


def _books(row: PublicReturn) -> Decimal:
    return reading.booked_between(row.entity_id, row.first, row.last)


def _write(row: PublicReturn, target: IO[bytes], at: datetime) -> None:
    declared, _booked = row_sums(row)
    header = Header(
        quarter_of(row.first),
        row.first,
        row.last,
        row.entity.nsso_number,
        row.entity.enterprise_number,
        int(declared * 100),
        f"{row.entity.code}{quarter_of(row.first)}V{row.version}",
        at,
    )
    write_dmfa(target, header, ((number, one.data["records"]) for one, number in written_rows(row)))


def _euro(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


KIND = Kind(_others, _people, _rows, _conclude, _books, _write)
