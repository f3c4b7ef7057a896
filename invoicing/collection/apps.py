"""The collection app."""

from django.apps import AppConfig


class CollectionConfig(AppConfig):
    """From the day after the due date to the money, or to its loss."""

    name = "invoicing.collection"
    label = "collection"
