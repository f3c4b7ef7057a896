"""The programs app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    """Personal tokens, the programs that people connect, and what developers read."""

    name = "core.programs"
    label = "programs"

    def ready(self) -> None:
        """Take a place in the navigation."""
        from core.programs.roles import SEE
        from core.registry import NavEntry, register_nav

        register_nav(
            NavEntry("programs", _("Programs and tokens"), "programs:tokens", frozenset(), 96, "lock")
        )
        register_nav(NavEntry("clients", _("Connected programs"), "programs:clients", SEE, 93, "lock"))
