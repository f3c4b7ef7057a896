"""The app of lists as files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportsConfig(AppConfig):
    """What pages show, for spreadsheets."""

    name = "core.exports"
    label = "exports"

    def ready(self) -> None:
        """Say how long a file is kept; take a place in the navigation."""
        from core.exports.given_up import EXPORTS
        from core.exports.models import ListExport
        from core.exports.services import DAYS, ended
        from core.privacy.house import HOUSE
        from core.privacy.registry import RetentionRule, register_retention
        from core.registry import NavEntry, register_dead_rows, register_nav

        register_retention(
            RetentionRule(
                "exports", _("Lists as files"), HOUSE, DAYS, ended, ListExport.objects.all, ends=True
            )
        )
        register_dead_rows(EXPORTS)
        register_nav(
            NavEntry("exports", _("My files"), "exports:mine", frozenset(), 96, "download", personal=True)
        )
