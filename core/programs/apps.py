"""The programs app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    """Personal tokens, the programs that people connect, and what developers read."""

    name = "core.programs"
    label = "programs"

    def ready(self) -> None:
        """Take places in the navigation; say how long things are kept."""
        from core.privacy.registry import register_retention
        from core.programs.privacy import RULES
        from core.programs.roles import SEE
        from core.registry import NavEntry, register_nav

        register_retention(*RULES)
        own = NavEntry(
            "programs", _("Programs and tokens"), "programs:tokens", frozenset(), 96, "lock", personal=True
        )
        register_nav(own)
        register_nav(
            NavEntry("programs.clients", _("Connected programs"), "programs:clients", SEE, 93, "lock")
        )
