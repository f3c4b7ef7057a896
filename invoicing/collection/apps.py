"""The collection app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CollectionConfig(AppConfig):
    """From the day after the due date to the money, or to its loss."""

    name = "invoicing.collection"
    label = "collection"

    def ready(self) -> None:
        """Take what comes in too much for the charges, follow what moves invoices, say what else stands on
        400.
        """
        from core import registry
        from core.exports.sources import register_list
        from core.privacy.registry import register_retention
        from core.search.sources import register_search_source
        from invoicing import sections as pages
        from invoicing.collection import dossier, notices, privacy, search, sections, selectors
        from invoicing.collection.forecast import receipt_flows, receipt_totals
        from invoicing.collection.listeners import LISTENERS
        from invoicing.collection.lists import LISTS
        from invoicing.collection.services.charges import give_back_excess, take_excess
        from invoicing.receivables import ExcessTaker, register_excess_taker, register_open_items
        from invoicing.roles import CONTROLLERS
        from ledger.treasury.forecast import register_flows
        from members.notices import wording

        register_excess_taker(10, ExcessTaker(take_excess, give_back_excess))
        register_open_items(selectors.receivables_beside)
        register_flows(receipt_flows, receipt_totals)
        wording.KINDS.update(notices.KINDS)
        for topic, listener in (*LISTENERS, *notices.LISTENERS):
            registry.subscribe(topic, listener)
        register_list(*LISTS)
        register_retention(*privacy.RULES)
        register_search_source(search.FILES)
        registry.register_document("collection_dossier", dossier.dossier_pdf, _("Collection dossier"))
        registry.register_source_links("collection_dossier", dossier.dossier_links)
        pages.register_section("client", "side", 20, sections.client_behaviour)
        pages.register_section("choice", "side", 20, sections.client_hint)
        pages.register_section("invoice", "acts", 50, sections.invoice_acts)
        pages.register_section("invoice", "top", 50, sections.invoice_top)
        pages.register_section("invoice", "side", 50, sections.invoice_charges)
        pages.register_events(sections.events)
        controllers = frozenset(CONTROLLERS)
        registry.register_nav(
            registry.NavEntry(
                "late", _("Late invoices"), "collection:late", controllers, 8, "late", _("Money owed")
            )
        )
