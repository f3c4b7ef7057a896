"""What must always hold between purchases and the books."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Sum

from core.money import ZERO
from core.registry import Break
from invoicing.purchases.models import OWED, Purchase, PurchaseVat, SetOff
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


def parts_equal_books() -> Iterator[Break]:
    """Each part of a booked split purchase stands on the budget of its Activity; cents by which a document
    rounds its total stand on that of the first part.
    """
    wanted: dict[UUID, dict[UUID, Decimal]] = {}
    rows = PurchaseVat.objects.filter(part__isnull=False, purchase__state__in=OWED).order_by(
        "purchase_id", "part__position"
    )
    for row in rows.select_related("purchase", "part__activity"):
        assert row.part is not None
        sign = -1 if row.purchase.is_credit_note else 1
        cost = sign * (row.base + row.tax + row.due - row.deductible)
        budgets = wanted.setdefault(row.purchase_id, {})
        if not budgets:
            shares = row.purchase.vat_rows.all()
            borne = sum((share.base + share.tax + share.due - share.deductible for share in shares), ZERO)
            cost += sign * (row.purchase.cost - borne)
        budget = row.part.activity.budget_id
        budgets[budget] = budgets.get(budget, ZERO) + cost
    lines = JournalLine.objects.filter(
        entry__source_type=PURCHASE, entry__source_id__in=list(wanted), budget__isnull=False
    )
    found: dict[UUID, dict[UUID, Decimal]] = {}
    for line in lines.values("entry__source_id", "budget_id").annotate(sum=Sum(F("debit") - F("credit"))):
        found.setdefault(line["entry__source_id"], {})[line["budget_id"]] = line["sum"]
    for purchase_id, budgets in wanted.items():
        booked = found.get(purchase_id, {})
        for budget_id in sorted(budgets.keys() | booked.keys()):
            if budgets.get(budget_id, ZERO) != booked.get(budget_id, ZERO):
                yield Break(
                    "purchase_part_differs",
                    str(purchase_id),
                    f"{booked.get(budget_id, ZERO)} on a budget, not {budgets.get(budget_id, ZERO)}",
                )


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
