"""The foundation app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Tenancy, dated rates, audit, outbox, documents, files, UI kit."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Show how the foundation is."""
        from core.gauges import GAUGES
        from core.registry import register_gauge

        for gauge in GAUGES:
            register_gauge(gauge)
