"""The purchases app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PurchasesConfig(AppConfig):
    """From a supplier's document to its payment."""

    name = "invoicing.purchases"
    label = "purchases"

    def ready(self) -> None:
        """Listen to the bank, tell the VAT returns, stand behind entries, show what waits for whom."""
        from activities import home
        from activities import panels as activity_pages
        from core import registry
        from core.exports.sources import register_list
        from core.privacy.registry import register_duty, register_personal_data, register_retention
        from core.search.sources import register_search_source
        from invoicing.purchases import checks, handlers, panels, privacy, sources
        from invoicing.purchases.forecast import waiting_purchases
        from invoicing.purchases.given_up import ANSWERS
        from invoicing.purchases.lists import LISTS
        from invoicing.purchases.rendering import purchase_check
        from invoicing.purchases.roles import SEE, SUPPLIERS
        from invoicing.purchases.search import PURCHASES
        from invoicing.purchases.services import CHECK, HOLD, PURCHASE
        from invoicing.vat_sources import register_vat_source
        from ledger.treasury.forecast import register_flows

        registry.subscribe("payout.paid", handlers.payout_paid)
        registry.subscribe("payout.returned", handlers.payout_returned)
        registry.register_dead_rows(ANSWERS)
        registry.register_document(CHECK, purchase_check, _("Check of a supplier's document"))
        registry.register_source_links(PURCHASE, sources.purchase_links)
        registry.register_source_links(HOLD, sources.hold_links)
        registry.register_source_links(CHECK, sources.purchase_links)
        register_vat_source(sources.vat_between)
        for check in (
            checks.purchases_equal_books,
            checks.parts_equal_books,
            checks.set_offs_equal_purchases,
        ):
            registry.register_ledger_check(check)
        register_list(*LISTS)
        register_flows(waiting_purchases)
        register_search_source(PURCHASES)
        register_personal_data(*privacy.PARTS)
        register_duty(privacy.duties)
        register_retention(*privacy.RULES)
        registry.register_nav(
            registry.NavEntry(
                "purchases",
                _("Purchases"),
                "purchases:purchases",
                SEE,
                32,
                "download",
                _("Selling and buying"),
            )
        )
        registry.register_nav(
            registry.NavEntry(
                "suppliers", _("Suppliers"), "purchases:suppliers", SUPPLIERS, 33, under="purchases"
            )
        )
        registry.register_activity_panel(20, panels.activity_panel)
        registry.register_portfolio_reason(panels.approval_reasons)
        home.register_need(panels.needs)
        activity_pages.register_closing_check(panels.purchases_left)
