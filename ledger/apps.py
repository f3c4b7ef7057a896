"""The ledger app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """Books, budgets, periods."""

    name = "ledger"

    def ready(self) -> None:
        """Bring the chart and the entities of a published cooperative in."""
        from core.exports.sources import register_list
        from core.registry import (
            NavEntry,
            register_document,
            register_gauge,
            register_loader,
            register_nav,
            register_source_links,
        )
        from core.rotation import KeptUnderKeys, register_kept_under_keys
        from ledger import sources
        from ledger.exports.audit import render_export
        from ledger.gauges import GAUGES
        from ledger.lists import LISTS
        from ledger.loaders import load_books
        from ledger.roles import SEE
        from ledger.seal_checks import seals_by_key
        from ledger.services.exports import EXPORT

        register_loader(10, load_books)
        register_list(*LISTS)
        register_document(EXPORT, render_export, _("Export of the books"))
        register_source_links("ledger.manualentry", sources.manual_links)
        register_source_links("ledger.journalentry", sources.entry_links)
        register_nav(NavEntry("books", _("Books"), "ledger:books", SEE, 9, "calculator", _("Accounts")))
        for gauge in GAUGES:
            register_gauge(gauge)
        register_kept_under_keys(KeptUnderKeys("seals", "SEAL_KEYS", seals_by_key))
