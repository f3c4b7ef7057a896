"""The foundation app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Tenancy, dated rates, audit, outbox, documents, files, UI kit."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"
