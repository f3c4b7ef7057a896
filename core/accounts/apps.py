"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Second factors, sessions, tries, refusals."""

    name = "core.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Hear of log-ins and factors."""
        from core.accounts import signals
        from core.accounts.sealed_factors import KEPT
        from core.rotation import register_kept_under_keys

        signals.listen()
        register_kept_under_keys(KEPT)
