"""The parts that every kind of return has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from django.db.models import F, Sum

from core.money import ZERO
from ledger.models import JournalLine
from members.disclosure import national_numbers
from payroll.returns.models import PublicReturn, ReturnRow
from payroll.returns.reading import TAX_ACCOUNT, Paid

SLICE = 500
"""Workers that are read and written at once."""


@dataclass(frozen=True, slots=True)
class RowDraft:
    """One worker of a return, before it is written."""

    person_id: UUID
    data: Any
    declared: Decimal
    booked: Decimal
    problem: str = ""


@dataclass(slots=True)
class Outcome:
    """What a whole return comes to: `totals` as texts by name, notes that explain differences, and codes of
    what keeps the whole of it from being sent.
    """

    totals: dict[str, str]
    notes: list[dict[str, str]] = field(default_factory=list)
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of return is made.

    others: workers with other pay than that of contracts, read once. people: the next workers after a key.
    rows: what is declared of these. conclude: totals, once every row is there. fresh: the amount of the books
    now, to compare with `totals["books"]`. write: the file into a stream; None where no body gets one.
    """

    others: Callable[[PublicReturn], list[str]]
    people: Callable[[PublicReturn, UUID | None, int], list[UUID]]
    rows: Callable[[PublicReturn, Collection[UUID]], Iterable[RowDraft]]
    conclude: Callable[[PublicReturn], Outcome]
    fresh: Callable[[PublicReturn], Decimal]
    write: Callable[[PublicReturn, IO[bytes], datetime], None] | None


OTHERS = "others"
"""Where a return that is being made keeps its workers with other pay."""


def others_of(row: PublicReturn) -> list[UUID]:
    """Workers with other pay, as kept when the return began."""
    return [UUID(key) for key in row.totals.get(OTHERS, ())]


def written_rows(row: PublicReturn) -> Iterator[tuple[ReturnRow, str]]:
    """The rows of a return with their national numbers, slice by slice, in the order of their keys: the whole
    of it is never in memory.
    """
    after: UUID | None = None
    while True:
        rows = ReturnRow.objects.filter(public_return=row).select_related("person").order_by("person_id")
        if after is not None:
            rows = rows.filter(person_id__gt=after)
        batch = list(rows[:SLICE])
        if not batch:
            return
        numbers = national_numbers([one.person_id for one in batch])
        for one in batch:
            yield one, numbers.get(one.person_id, "")
        after = batch[-1].person_id


def tax_booked(paid: Paid) -> dict[UUID, Decimal]:
    """What the entries of these payments credited to the account of the withholding tax, by worker."""
    owners = {item.pk: item.person_id for item in paid.items}
    owners |= {block.pk: block.person_id for block in paid.blocks}
    owners |= {extra.source_id: extra.person_id for extra in paid.extras}
    found: dict[UUID, Decimal] = defaultdict(lambda: ZERO)
    lines = JournalLine.objects.filter(account=TAX_ACCOUNT, entry__source_id__in=list(owners))
    sums = lines.order_by().values_list("entry__source_id").annotate(total=Sum(F("credit") - F("debit")))
    for source_id, total in sums:
        found[owners[source_id]] += total
    return found


def row_sums(row: PublicReturn) -> tuple[Decimal, Decimal]:
    """Declared and booked, over all rows of a return."""
    sums = ReturnRow.objects.filter(public_return=row).aggregate(Sum("declared"), Sum("booked"))
    return sums["declared__sum"] or ZERO, sums["booked__sum"] or ZERO
