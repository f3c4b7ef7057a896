"""The einvoicing app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EinvoicingConfig(AppConfig):
    """Sending documents to clients."""

    name = "invoicing.einvoicing"
    label = "einvoicing"

    def ready(self) -> None:
        """Make electronic invoices that are checked by the public rules."""
        from core.registry import register_document
        from invoicing.einvoicing.rendering import invoice_ubl

        register_document("invoice_ubl", invoice_ubl, _("Electronic invoice"))
