"""The invoicing app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvoicingConfig(AppConfig):
    """From the client to the cash."""

    name = "invoicing"

    def ready(self) -> None:
        """Register documents, receipts, checks, pages and what other pages show of invoices."""
        from activities import home
        from activities import panels as activity_pages
        from core import registry
        from core.exports.sources import register_list
        from core.privacy.registry import register_duty, register_personal_data, register_retention
        from core.search.sources import register_search_source
        from invoicing import checks, overpaid, panels, privacy, rendering, search, sections
        from invoicing.closing import draft_points
        from invoicing.given_up import LETTERS, document_links
        from invoicing.lists import LISTS
        from invoicing.matching import InvoiceMatcher
        from invoicing.selectors import client_parties
        from ledger.treasury.matching import register_matcher
        from members.enums import Role

        registry.register_interest(client_parties)
        register_personal_data(*privacy.PARTS)
        register_duty(privacy.duties)
        register_retention(*privacy.RULES)
        register_list(*LISTS)
        for source in search.SOURCES:
            register_search_source(source)
        registry.register_document("invoice_pdf", rendering.invoice_pdf, _("Invoice as a PDF"))
        for kind in ("invoice_pdf", "invoice_ubl"):
            registry.register_source_links(kind, document_links)
        registry.register_dead_rows(LETTERS)
        register_matcher(InvoiceMatcher())
        sections.register_section("client", "main", 15, overpaid.client_credits)
        sections.register_section("invoice", "top", 15, overpaid.invoice_credit)
        for check in (
            checks.invoices_equal_books,
            checks.invoices_equal_payments,
            checks.documents_are_whole,
        ):
            registry.register_ledger_check(check)
        members = frozenset({Role.MEMBER})
        controllers = frozenset({Role.CREDIT_CONTROLLER, Role.FINANCE, Role.LEGAL})
        trade = _("Selling and buying")
        for entry in (
            registry.NavEntry(
                "invoices", _("Invoices"), "invoicing:invoices", members | controllers, 30, "invoice", trade
            ),
            registry.NavEntry(
                "clients", _("Clients"), "invoicing:clients", members | controllers, 31, "people", trade
            ),
            registry.NavEntry(
                "credits",
                _("Credits of clients"),
                "invoicing:credits",
                controllers,
                11,
                "refresh",
                _("Money owed"),
            ),
        ):
            registry.register_nav(entry)
        home.register_act(home.Act(20, _("Invoice"), "invoicing:new", "invoice"))
        home.register_need(panels.needs)
        activity_pages.register_source("invoicing.invoice", panels.invoice_source)
        activity_pages.register_source("invoicing.early_payment", panels.invoice_source)
        activity_pages.register_closing_check(panels.open_invoices_left)
        registry.register_closing_check(draft_points)
        registry.register_activity_panel(10, panels.activity_panel)
        registry.register_portfolio_reason(panels.late_reasons)
        registry.register_portfolio_reason(panels.falling_reasons)
        registry.register_trend(panels.turnover)
