"""The invoicing app."""

from django.apps import AppConfig


class InvoicingConfig(AppConfig):
    """From the client to the cash."""

    name = "invoicing"

    def ready(self) -> None:
        """Register documents, receipts, checks, pages and what other pages show of invoices."""
        from core.registry import register_document, register_ledger_check
        from invoicing import checks, rendering
        from invoicing.matching import InvoiceMatcher
        from ledger.treasury.matching import register_matcher

        register_document("invoice_pdf", rendering.invoice_pdf)
        register_document("invoice_ubl", rendering.invoice_ubl)
        register_matcher(InvoiceMatcher())
        for check in (
            checks.invoices_equal_books,
            checks.invoices_equal_payments,
            checks.documents_are_whole,
        ):
            register_ledger_check(check)
