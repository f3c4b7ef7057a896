"""The operations app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    """How the house is. It has no tables."""

    name = "core.operations"
    label = "operations"

    def ready(self) -> None:
        """Take a place in the navigation; give out the house's own figures and given-up rows."""
        from core.operations.gauges import GAUGES
        from core.operations.given_up import HOUSE
        from core.operations.roles import SEE
        from core.registry import NavEntry, register_dead_rows, register_gauge, register_nav

        register_nav(NavEntry("operations", _("Operations"), "operations:overview", SEE, 92, "bolt"))
        for gauge in GAUGES:
            register_gauge(gauge)
        for rows in HOUSE:
            register_dead_rows(rows)
