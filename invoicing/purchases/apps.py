"""The purchases app."""

from django.apps import AppConfig


class PurchasesConfig(AppConfig):
    """From a supplier's document to its payment."""

    name = "invoicing.purchases"
    label = "purchases"
