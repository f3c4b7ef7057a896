"""The foundation app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Tenancy, dated rates, audit, outbox, documents, files, UI kit."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Show how the foundation is; read keys fast."""
        from core.gauges import GAUGES
        from core.keys import read_keys_fast
        from core.registry import register_gauge

        read_keys_fast()
        for gauge in GAUGES:
            register_gauge(gauge)
