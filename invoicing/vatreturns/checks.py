"""What must hold between VAT returns and the books."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import F, Sum

from core.money import ZERO
from core.registry import Break
from invoicing.vatreturns.enums import DECLARED, Paper
from invoicing.vatreturns.models import VatFigure, VatVersion
from invoicing.vatreturns.services.preparing import netting_lines
from ledger.models import JournalLine


def returns_equal_books() -> Iterator[Break]:
    """A declared return holds in each grid the sum of its documents, and its entry nets what it declares."""
    held = VatVersion.objects.filter(
        vat_return__paper=Paper.RETURN,
        vat_return__state__in=DECLARED,
        number=F("vat_return__version_number"),
    ).select_related("vat_return__entity")
    for version in held:
        row = version.vat_return
        sums = dict(
            VatFigure.objects.filter(version=version).values_list("grid").annotate(total=Sum("amount"))
        )
        kept = {grid: Decimal(amount) for grid, amount in version.grids.items() if grid not in ("71", "72")}
        if {grid: total for grid, total in sums.items() if total} != kept:
            yield Break("vat_return_grids", str(row.pk), "the grids are not the sums of their documents")
        declared = {code: Decimal(sides["declared"]) for code, sides in version.accounts.items()}
        wanted = {line.account: line.credit - line.debit for line in netting_lines(declared)}
        booked: dict[str, Decimal] = {}
        if row.entry_id is not None:
            for account, debit, credit in JournalLine.objects.filter(entry=row.entry_id).values_list(
                "account", "debit", "credit"
            ):
                booked[account] = booked.get(account, ZERO) + credit - debit
        if booked != wanted:
            yield Break("vat_return_entry", str(row.pk), "its entry does not net what it declares")
