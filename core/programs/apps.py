"""The programs app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    """Personal tokens and their page. Without tables: tokens stand with the accounts, in core."""

    name = "core.programs"
    label = "programs"

    def ready(self) -> None:
        """Take a place in the navigation."""
        from core.registry import NavEntry, register_nav

        register_nav(
            NavEntry("programs", _("Programs and tokens"), "programs:tokens", frozenset(), 96, "lock")
        )
