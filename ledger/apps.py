"""The ledger app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Books, budgets, periods."""

    name = "ledger"

    def ready(self) -> None:
        """Bring the chart and the entities of a published cooperative in."""
        from core.registry import register_gauge, register_loader
        from ledger.gauges import GAUGES
        from ledger.loaders import load_books

        register_loader(10, load_books)
        for gauge in GAUGES:
            register_gauge(gauge)
