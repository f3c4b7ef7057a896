"""Recognises receipts of clients on statement lines."""

from __future__ import annotations

from core.types import Actor
from invoicing import selectors
from invoicing.models import Invoice
from invoicing.services.issuing import INVOICE
from invoicing.services.receipts import settle_invoice
from ledger.treasury.matching import Claim, LineMatcher
from ledger.treasury.models import BankTransaction


class InvoiceMatcher(LineMatcher):
    """Structured communication first, then the invoice number in free text; the amount
    alone only proposes.
    """

    order = 100
    source_type = INVOICE

    def claim(self, transaction: BankTransaction) -> Claim | None:
        """The invoice named by a line that came in on its entity's own account."""
        if transaction.amount <= 0:
            return None
        entity_id = transaction.statement.account.entity_id
        texts = (transaction.structured_reference, transaction.communication, transaction.end_to_end_id)
        invoice = selectors.invoice_by_communication(entity_id, *texts)
        invoice = invoice or selectors.invoice_by_number(entity_id, transaction.communication)
        return _claim(invoice) if invoice else None

    def settled(self, transaction: BankTransaction, claim: Claim, actor: Actor) -> None:
        """Count the line on its invoice, in the same transaction as its posting."""
        if claim.source_id is not None:
            settle_invoice(
                invoice_id=claim.source_id,
                amount=transaction.amount,
                received_on=transaction.entry_date,
                source_type="treasury.banktransaction",
                source_id=transaction.pk,
                actor=actor,
                text=transaction.counterparty_name or transaction.text,
            )

    def candidates(self, transaction: BankTransaction) -> list[Claim]:
        """Open invoices of the account's entity with exactly that amount left."""
        if transaction.amount <= 0:
            return []
        entity_id = transaction.statement.account.entity_id
        return [_claim(invoice) for invoice in selectors.invoices_open_at(entity_id, transaction.amount)]


def _claim(invoice: Invoice) -> Claim:
    return Claim(
        "400", invoice.client.party_id, INVOICE, invoice.pk, f"{invoice.number} {invoice.client.name}"
    )
