"""The product as a whole: its commands."""

from django.apps import AppConfig


class SmartConfig(AppConfig):
    """Wiring only."""

    name = "smart"
