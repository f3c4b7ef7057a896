"""The einvoicing app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EinvoicingConfig(AppConfig):
    """Sending documents to clients."""

    name = "invoicing.einvoicing"
    label = "einvoicing"

    def ready(self) -> None:
        """Make electronic invoices that pass the public rules; send what has to be sent."""
        from activities import home
        from core import registry
        from core.operations.words import register_words
        from invoicing.einvoicing import notices, panels, services
        from invoicing.einvoicing.gauges import GAUGES
        from invoicing.einvoicing.given_up import SENDINGS, delivery_links
        from invoicing.einvoicing.rendering import invoice_ubl
        from invoicing.einvoicing.words import refused
        from invoicing.roles import CONTROLLERS
        from invoicing.sections import register_events, register_section
        from invoicing.sending import register_sender
        from members.enums import Role
        from members.notices import wording

        registry.register_document("invoice_ubl", invoice_ubl, _("Electronic invoice"))
        register_sender(services.send_invoice)
        registry.subscribe("invoice.issued", services.send_at_issue)
        registry.subscribe("invoice.credited", services.send_credit_note)
        wording.KINDS.update(notices.KINDS)
        registry.subscribe("invoice.rejected", notices.tell_rejected)
        registry.register_dead_rows(SENDINGS)
        register_words("UblRefused", refused)
        registry.register_source_links("einvoicing.delivery", delivery_links)
        for gauge in GAUGES:
            registry.register_gauge(gauge)
        register_section("invoice", "main", 20, panels.sending_section)
        register_events(panels.sending_events)
        home.register_need(panels.needs)
        senders = frozenset({Role.MEMBER, *CONTROLLERS})
        registry.register_nav(
            registry.NavEntry(
                "sending", _("Sending"), "einvoicing:desk", senders, 34, "send", under="invoices"
            )
        )
