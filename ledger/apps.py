"""The ledger app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Books, budgets, periods."""

    name = "ledger"
