"""What is switched on with the process."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created


class ObservabilityConfig(AppConfig):
    """Watches queries and tasks from the first one on; reports crashes when an address is set."""

    name = "core.observability"
    label = "observability"

    def ready(self) -> None:
        from core.observability import crashes, queries, tasks

        connection_created.connect(queries.watch, dispatch_uid="slow queries")
        tasks.watch()
        if settings.SENTRY_DSN:
            crashes.report_to(settings.SENTRY_DSN)
