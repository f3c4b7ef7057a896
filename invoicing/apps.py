"""The invoicing app."""

from django.apps import AppConfig


class InvoicingConfig(AppConfig):
    """From the quote to the cash."""

    name = "invoicing"
