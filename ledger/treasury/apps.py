"""The treasury app."""

from django.apps import AppConfig


class TreasuryConfig(AppConfig):
    """Bank accounts, statements, payouts."""

    name = "ledger.treasury"
    label = "treasury"
