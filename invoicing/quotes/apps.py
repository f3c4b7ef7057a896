"""The quotes app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuotesConfig(AppConfig):
    """Quotes, answers and orders."""

    name = "invoicing.quotes"
    label = "quotes"

    def ready(self) -> None:
        """Register documents, checks, pages, and what becomes of drafts made from orders."""
        from activities import home
        from activities import panels as activity_pages
        from core import registry
        from core.exports.sources import register_list
        from core.privacy.registry import register_personal_data, register_retention
        from core.search.sources import register_search_source
        from invoicing import origins
        from invoicing.quotes import checks, notices, panels, privacy, rendering, search
        from invoicing.quotes.forecast import open_orders
        from invoicing.quotes.lists import LISTS
        from invoicing.quotes.services import parts
        from ledger.treasury.forecast import register_flows
        from members.enums import Role
        from members.notices import wording

        register_personal_data(*privacy.PARTS)
        register_retention(*privacy.RULES)
        register_list(*LISTS)
        register_flows(open_orders)
        for source in search.SOURCES:
            register_search_source(source)
        registry.register_document("quote_pdf", rendering.quote_pdf, _("Quote as a PDF"))
        registry.register_source_links("quote_pdf", rendering.document_links)
        for check in (checks.quotes_are_whole, checks.orders_equal_parts):
            registry.register_ledger_check(check)
        origins.register_thrown_away(parts.part_thrown_away)
        origins.register_about_to_issue(parts.parts_about_to_issue)
        registry.subscribe("invoice.credited", parts.invoice_credited)
        wording.KINDS.update(notices.KINDS)
        for topic in ("quote.accepted", "quote.refused"):
            registry.subscribe(topic, notices.tell_answer)
        seen = frozenset({Role.MEMBER, Role.CREDIT_CONTROLLER, Role.FINANCE, Role.LEGAL})
        for entry in (
            registry.NavEntry(
                "quotes", _("Quotes"), "quotes:quotes", seen, 29, "send", group=_("Selling and buying")
            ),
            registry.NavEntry("orders", _("Orders"), "quotes:orders", seen, 30, under="quotes"),
        ):
            registry.register_nav(entry)
        home.register_act(home.Act(15, _("Quote"), "quotes:new", "send"))
        home.register_need(panels.needs)
        registry.register_activity_panel(9, panels.activity_panel)
        activity_pages.register_closing_check(panels.open_orders_left)
