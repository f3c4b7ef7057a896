"""The governance app."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Shares and, later, assemblies."""

    name = "governance"
