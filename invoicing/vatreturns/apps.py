"""The app of VAT returns."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VatReturnsConfig(AppConfig):
    """Periodic returns, listings of clients."""

    name = "invoicing.vatreturns"
    label = "vatreturns"

    def ready(self) -> None:
        """Read expenses as purchases; hear of payments; show the returns to finance."""
        from core.exports.sources import register_list
        from core.privacy.registry import register_retention
        from core.registry import (
            NavEntry,
            register_ledger_check,
            register_nav,
            register_source_links,
            subscribe,
        )
        from invoicing.given_up import document_links
        from invoicing.vat_sources import register_vat_source
        from invoicing.vatreturns.checks import returns_equal_books
        from invoicing.vatreturns.expenses import expenses_between
        from invoicing.vatreturns.figures import DOCUMENT
        from invoicing.vatreturns.forecast import vat_flows
        from invoicing.vatreturns.handlers import on_payout_paid
        from invoicing.vatreturns.lists import LISTS
        from invoicing.vatreturns.privacy import RULES
        from invoicing.vatreturns.roles import SEE
        from invoicing.vatreturns.sources import return_links
        from invoicing.vatreturns.types import OWN
        from ledger.treasury.forecast import register_flows

        register_vat_source(expenses_between)
        subscribe("payout.paid", on_payout_paid)
        register_list(*LISTS)
        register_flows(vat_flows)
        register_retention(*RULES)
        register_ledger_check(returns_equal_books)
        register_source_links(DOCUMENT, document_links)
        register_source_links(OWN, return_links)
        register_nav(NavEntry("vat", _("VAT"), "vatreturns:returns", SEE, 14, "file", _("Accounts")))
