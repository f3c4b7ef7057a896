"""The foundation app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Tenancy, dated rates, audit, outbox, documents, files, UI kit."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.conf import settings
        from django.utils.translation import gettext_lazy as _

        from core.backup.take import backup_age
        from core.registry import Gauge, register_gauge
        from core.rotation import rows_under_old_keys, rows_without_key

        register_gauge(
            Gauge(
                "backup_age_seconds",
                _("Since the last backup"),
                backup_age,
                alarm=26 * 3600,
                required=settings.PRODUCTION,
            )
        )
        register_gauge(Gauge("key_missing_rows", _("Rows whose key is missing"), rows_without_key, alarm=0))
        register_gauge(Gauge("key_old_rows", _("Rows under an older key"), rows_under_old_keys))
