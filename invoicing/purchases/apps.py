"""The purchases app."""

from django.apps import AppConfig


class PurchasesConfig(AppConfig):
    """From a supplier's document to its payment."""

    name = "invoicing.purchases"
    label = "purchases"

    def ready(self) -> None:
        """Listen to the bank, tell the VAT returns, stand behind entries, be checked."""
        from core import registry
        from invoicing.purchases import checks, handlers, sources
        from invoicing.purchases.services import PURCHASE
        from invoicing.vat_sources import register_vat_source

        registry.subscribe("payout.paid", handlers.payout_paid)
        registry.subscribe("payout.returned", handlers.payout_returned)
        registry.register_source_links(PURCHASE, sources.purchase_links)
        register_vat_source(sources.vat_between)
        for check in (checks.purchases_equal_books, checks.set_offs_equal_purchases):
            registry.register_ledger_check(check)
