"""The app of VAT returns."""

from django.apps import AppConfig


class VatReturnsConfig(AppConfig):
    """Periodic returns, listings of clients."""

    name = "invoicing.vatreturns"
    label = "vatreturns"

    def ready(self) -> None:
        """Read expenses as purchases; hear of payments."""
        from core.registry import subscribe
        from invoicing.vat_sources import register_vat_source
        from invoicing.vatreturns.expenses import expenses_between
        from invoicing.vatreturns.handlers import on_payout_paid

        register_vat_source(expenses_between)
        subscribe("payout.paid", on_payout_paid)
