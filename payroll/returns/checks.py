"""What must hold between declarations for which somebody stands and the books."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F

from core.registry import Break
from payroll.returns.enums import STANDING, PublicReturnKind
from payroll.returns.kinds.parts import row_sums
from payroll.returns.models import PublicReturn, ReturnRow
from payroll.returns.reading import NO_PAY, strays_between
from payroll.returns.selectors import total


def declarations_equal_books() -> Iterator[Break]:
    """A return that stands holds the sums of its workers, each as booked; the quarter's account 4540 holds
    nothing that no pay explains.
    """
    standing = PublicReturn.objects.filter(state__in=STANDING).exclude(kind=PublicReturnKind.END)
    for row in standing.order_by("pk"):
        declared, booked = row_sums(row)
        if declared != total(row, "declared") or booked != total(row, "booked"):
            yield Break("return_rows", str(row.pk), "its workers do not add up to what it declares")
        differing = ReturnRow.objects.filter(public_return=row).exclude(declared=F("booked"))
        if differing.exists():
            yield Break("return_books", str(row.pk), f"{differing.count()} workers differ from the books")
        if row.kind == PublicReturnKind.DMFA:
            for stray in strays_between(row.entity_id, row.first, row.last):
                if stray.reason == NO_PAY:
                    yield Break("return_stray", str(stray.entry_id), f"{stray.amount} on 4540 without pay")
