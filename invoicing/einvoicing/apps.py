"""The einvoicing app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EinvoicingConfig(AppConfig):
    """Sending documents to clients."""

    name = "invoicing.einvoicing"
    label = "einvoicing"

    def ready(self) -> None:
        """Make electronic invoices that pass the public rules; send what has to be sent."""
        from core.registry import register_document, subscribe
        from invoicing.einvoicing import services
        from invoicing.einvoicing.rendering import invoice_ubl
        from invoicing.sending import register_sender

        register_document("invoice_ubl", invoice_ubl, _("Electronic invoice"))
        register_sender(services.send_invoice)
        subscribe("invoice.issued", services.send_at_issue)
        subscribe("invoice.credited", services.send_credit_note)
