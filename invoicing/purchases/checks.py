"""What must always hold between purchases and the books."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import F, Sum

from core.money import ZERO
from core.registry import Break
from invoicing.purchases.models import OWED, Purchase, SetOff
from invoicing.purchases.services import PURCHASE
from ledger.models import JournalLine

ACCOUNTS = ("440", "411", "451")


def purchases_equal_books() -> Iterator[Break]:
    """Each booked purchase stands in the books with its debt, its VAT and its cost, and nothing else does."""
    booked: dict[object, dict[str, Decimal]] = {}
    rows = JournalLine.objects.filter(entry__source_type=PURCHASE).values("entry__source_id", "account")
    for row in rows.annotate(amount=Sum(F("credit") - F("debit"))):
        sums = booked.setdefault(row["entry__source_id"], {})
        key = row["account"] if row["account"] in ACCOUNTS else "cost"
        sums[key] = sums.get(key, ZERO) + row["amount"]
    for purchase in Purchase.objects.filter(state__in=OWED).order_by("pk"):
        sign = -1 if purchase.is_credit_note else 1
        wanted = {
            "440": sign * purchase.total,
            "411": -sign * purchase.recoverable_vat,
            "451": sign * purchase.due_vat,
            "cost": -sign * purchase.cost,
        }
        found = booked.pop(purchase.pk, {})
        for key, amount in wanted.items():
            if found.get(key, ZERO) != amount:
                yield Break(
                    "purchase_differs", str(purchase.pk), f"{key}: {found.get(key, ZERO)}, not {amount}"
                )
    for source_id in booked:
        yield Break("purchase_without_document", str(source_id), "an entry without a booked purchase")


def set_offs_equal_purchases() -> Iterator[Break]:
    """What credit notes took is what invoices and credit notes say of it."""
    taken: dict[object, Decimal] = {}
    for side in ("credit_note_id", "invoice_id"):
        for row in SetOff.objects.values(side).annotate(sum=Sum("amount")):
            taken[row[side]] = row["sum"]
    for purchase in Purchase.objects.exclude(set_off=ZERO):
        if taken.pop(purchase.pk, ZERO) != purchase.set_off:
            yield Break("set_off_differs", str(purchase.pk), f"{purchase.set_off}")
    for purchase_id, amount in taken.items():
        yield Break("set_off_differs", str(purchase_id), f"{amount} taken, nothing said")
