"""The accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Second factors, sessions, tries, refusals."""

    name = "core.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Hear of log-ins and factors; take a place in the navigation and on the operations page."""
        from core.accounts import signals
        from core.accounts.house import RULES, WATCHERS
        from core.accounts.sealed_factors import KEPT
        from core.accounts.selectors import denied_last_hour
        from core.privacy.registry import register_retention
        from core.registry import Gauge, NavEntry, register_gauge, register_nav
        from core.rotation import register_kept_under_keys

        signals.listen()
        register_retention(*RULES)
        register_nav(
            NavEntry("denied", _("Refused accesses"), "accounts:denied", frozenset(WATCHERS), 94, "shield")
        )
        register_gauge(
            Gauge(
                "denied_last_hour",
                _("Refused accesses within the hour"),
                denied_last_hour,
                alarm=100,
                link="accounts:denied",
                advice=_(
                    "Somebody who signed in knocks at doors that are not theirs. Look who and where: a role "
                    "that is missing, a program that lost its way, or somebody who tries."
                ),
            )
        )
        register_kept_under_keys(KEPT)
