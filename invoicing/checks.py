"""Whether documents, receipts and books still say the same."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum

from core.money import ZERO
from core.registry import Break
from invoicing.content import digest_of
from invoicing.enums import DocumentKind, InvoiceState
from invoicing.models import Invoice, IssuedDocument, Payment
from invoicing.receivables import other_open_items
from invoicing.services.credits import REFUND
from invoicing.services.issuing import INVOICE
from ledger.models import JournalLine, LegalEntity
from ledger.treasury.enums import PayoutState
from ledger.treasury.models import BankTransaction, Payout, TransactionPart


def invoices_equal_books() -> Iterator[Break]:
    """Per entity: open items − credits of clients = balance of 400; documents = what stands on 700, 451 and
    6190.
    """
    for entity in LegalEntity.objects.order_by("code"):
        yield from _receivables(entity)
        yield from _turnover(entity)


def documents_are_whole() -> Iterator[Break]:
    """Each document still has the digest of its content, and no series has a gap."""
    last: dict[tuple[Any, ...], int] = {}
    rows = IssuedDocument.objects.order_by("entity_id", "journal", "year", "sequence")
    for row in rows:
        if digest_of(row.content) != row.digest:
            yield Break("document_changed", row.number, "the content no longer has its digest")
        series = (row.entity_id, row.journal, row.year)
        if row.sequence != last.get(series, 0) + 1:
            yield Break("document_gap", row.number, f"follows {last.get(series, 0)}")
        last[series] = row.sequence


def invoices_equal_payments() -> Iterator[Break]:
    """What each invoice counts as paid and credited is the sum of its receipts and credit notes."""
    paid = dict(Payment.objects.values_list("invoice_id").annotate(Sum("amount")))
    credited = dict(
        IssuedDocument.objects.filter(kind=DocumentKind.CREDIT_NOTE)
        .values_list("invoice_id")
        .annotate(Sum("total"))
    )
    for invoice in Invoice.objects.filter(Q(paid__gt=0) | Q(credited__gt=0)):
        if invoice.paid != paid.get(invoice.pk, ZERO):
            yield Break("invoice_paid", invoice.number, f"{invoice.paid} ≠ {paid.get(invoice.pk, ZERO)}")
        given_back = credited.get(invoice.pk, ZERO) + invoice.early_taken
        if invoice.credited != given_back:
            yield Break("invoice_credited", invoice.number, f"{invoice.credited} ≠ {given_back}")


def _receivables(entity: LegalEntity) -> Iterator[Break]:
    open_items = _sum(
        Invoice.objects.filter(entity=entity).exclude(state=InvoiceState.DRAFT),
        F("total") - F("credited") - F("paid"),
    )
    lines = BankTransaction.objects.filter(statement__account__entity=entity, account_code="400")
    parts = TransactionPart.objects.filter(
        transaction__statement__account__entity=entity, account_code="400"
    ).exclude(source_type=INVOICE)
    payouts = Payout.objects.filter(entity=entity, settles_account="400")
    left = payouts.filter(state__in=(PayoutState.RELEASED, PayoutState.PAID)).exclude(source_type=REFUND)
    # A refund leaves its invoice when it is asked for, and the books when it is released.
    asked = payouts.filter(
        state__in=(PayoutState.OPEN, PayoutState.HELD, PayoutState.BATCHED), source_type=REFUND
    )
    other = (
        _sum(lines.exclude(source_type__in=(INVOICE, BankTransaction.SPLIT)), F("amount"))
        + _sum(parts, F("amount"))
        - _sum(left, F("amount"))
        + _sum(asked, F("amount"))
        - other_open_items(entity)
    )
    balance = _sum(JournalLine.objects.filter(entry__entity=entity, account="400"), F("debit") - F("credit"))
    if balance != open_items - other:
        yield Break("receivables", f"{entity.code} 400", f"books {balance}, invoices {open_items - other}")


def _turnover(entity: LegalEntity) -> Iterator[Break]:
    documents = IssuedDocument.objects.filter(entity=entity)
    lines = JournalLine.objects.filter(entry__entity=entity, entry__source_type=INVOICE)
    for account, field, sign in (("700", "net", 1), ("451", "vat", 1), ("6190", "levy", -1)):
        issued = _sum(documents.filter(kind=DocumentKind.INVOICE), F(field)) - _sum(
            documents.filter(kind=DocumentKind.CREDIT_NOTE), F(field)
        )
        posted = sign * _sum(lines.filter(account=account), F("credit") - F("debit"))
        if issued != posted:
            yield Break("documents", f"{entity.code} {account}", f"books {posted}, documents {issued}")


def _sum(rows: Any, expression: Any) -> Decimal:
    total: Decimal = rows.aggregate(total=Sum(expression, default=ZERO))["total"]
    return total
