"""The collection app."""

from django.apps import AppConfig


class CollectionConfig(AppConfig):
    """From the day after the due date to the money, or to its loss."""

    name = "invoicing.collection"
    label = "collection"

    def ready(self) -> None:
        """Take what comes in too much for the charges, follow what moves invoices, say what else stands on
        400.
        """
        from core.registry import subscribe
        from invoicing.collection import selectors
        from invoicing.collection.listeners import LISTENERS
        from invoicing.collection.services.charges import give_back_excess, take_excess
        from invoicing.receivables import ExcessTaker, register_excess_taker, register_open_items

        register_excess_taker(10, ExcessTaker(take_excess, give_back_excess))
        register_open_items(selectors.receivables_beside)
        for topic, listener in LISTENERS:
            subscribe(topic, listener)
