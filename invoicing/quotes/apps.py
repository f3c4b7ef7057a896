"""The quotes app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuotesConfig(AppConfig):
    """Quotes, answers and orders."""

    name = "invoicing.quotes"
    label = "quotes"

    def ready(self) -> None:
        """Register documents, checks, pages, and what becomes of drafts made from orders."""
        from core import registry
        from invoicing import origins
        from invoicing.quotes import rendering
        from invoicing.quotes.services import parts
        from members.enums import Role

        registry.register_document("quote_pdf", rendering.quote_pdf, _("Quote as a PDF"))
        origins.register_thrown_away(parts.part_thrown_away)
        origins.register_about_to_issue(parts.part_about_to_issue)
        registry.subscribe("invoice.credited", parts.invoice_credited)
        seen = frozenset({Role.MEMBER, Role.CREDIT_CONTROLLER, Role.FINANCE, Role.LEGAL})
        registry.register_nav(registry.NavEntry("quotes", _("Quotes"), "quotes:quotes", seen, 29, "send"))
