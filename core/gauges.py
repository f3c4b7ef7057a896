"""Figures by which operators see how the foundation is."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.backup.take import backup_age
from core.file_care import last_report
from core.registry import Gauge
from core.rotation import rows_under_old_keys, rows_without_key
from core.tenancy import current_cooperative


def files_lost() -> float | None:
    """Files that the last check missed or found damaged; None: never checked."""
    last = last_report(current_cooperative())
    return float(sum(last.missing.values()) + sum(last.damaged.values())) if last else None


def files_foreign() -> float | None:
    """What lay among the files at the last check and is none of ours."""
    last = last_report(current_cooperative())
    return float(len(last.foreign)) if last else None


def files_check_age() -> float | None:
    """Seconds since the files were checked."""
    last = last_report(current_cooperative())
    return (timezone.now() - last.moment).total_seconds() if last else None


GAUGES = (
    Gauge(
        "backup_age_seconds",
        _("Since the last backup"),
        backup_age,
        alarm=26 * 3600,
        required=settings.PRODUCTION,
        advice=_(
            "If the servers were lost now, everything since then would be lost. Ask whoever runs them why "
            "the nightly backup did not happen."
        ),
    ),
    Gauge(
        "key_missing_rows",
        _("Rows whose key is missing"),
        rows_without_key,
        alarm=0,
        advice=_(
            "What was encrypted with it cannot be read. Ask whoever runs the servers to put the key back "
            "behind the first one (runbook, Keys): nothing is lost as long as the key exists."
        ),
    ),
    Gauge("key_old_rows", _("Rows under an older key"), rows_under_old_keys),
    Gauge(
        "files_lost",
        _("Files missing or damaged"),
        files_lost,
        alarm=0,
        advice=_(
            "Documents or receipts cannot be given out as they were stored. Ask whoever runs the servers to "
            "take them from a backup."
        ),
    ),
    Gauge(
        "files_foreign",
        _("Foreign things among the files"),
        files_foreign,
        alarm=0,
        advice=_(
            "Something lies among the files that the product did not put there. Ask whoever runs the servers "
            "to look at it before anybody opens it."
        ),
    ),
    Gauge(
        "files_check_age_seconds",
        _("Since the files were checked"),
        files_check_age,
        alarm=36 * 3600,
        required=settings.PRODUCTION,
        advice=_("Nobody knows whether documents are whole. Ask whoever runs the servers whether beat runs."),
    ),
)
