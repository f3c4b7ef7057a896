"""The portal app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """What clients see, answer and pay."""

    name = "invoicing.portal"
    label = "portal"

    def ready(self) -> None:
        """Register documents, the receipts of grouped invoices, and parts of staff pages."""
        from core import registry
        from core.privacy.registry import register_retention
        from invoicing.merging import register_merge
        from invoicing.portal import panels, privacy, rendering
        from invoicing.portal.matching import GroupMatcher
        from invoicing.portal.services.grouping import merge_groupings
        from invoicing.sections import register_section
        from ledger.treasury.matching import register_matcher
        from members.enums import Role

        register_retention(*privacy.RULES)
        registry.register_document("statement_pdf", rendering.statement_pdf, _("Statement of account"))
        registry.register_document("grouped_pdf", rendering.grouped_pdf, _("Grouped invoice"))
        register_matcher(GroupMatcher())
        register_merge("portal.MonthlyGrouping", merge_groupings)
        register_section("client", "side", 60, panels.client_portal)
        registry.register_nav(
            registry.NavEntry(
                "portal", _("My invoices"), "portal:home", frozenset({Role.CLIENT_CONTACT}), 5, "invoice"
            )
        )
