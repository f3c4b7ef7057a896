"""Figures by which operators see how the books are."""

from __future__ import annotations

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.registry import Gauge
from ledger.models import BooksCheck, JournalEntry
from ledger.seal_checks import count_unsealed


def seal_lag() -> float:
    """Seconds since the oldest entry without a seal was posted; 0 when every entry has one."""
    oldest = JournalEntry.objects.filter(sealed__isnull=True).aggregate(at=Min("posted_at"))["at"]
    return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0


def waiting() -> float:
    """Entries without a seal."""
    return float(count_unsealed())


def check_age() -> float | None:
    """Seconds since the books were checked."""
    last = BooksCheck.objects.order_by("-at").values_list("at", flat=True).first()
    return (timezone.now() - last).total_seconds() if last else None


def check_breaks() -> float | None:
    """What the last check found."""
    last = BooksCheck.objects.order_by("-at").first()
    return float(len(last.breaks)) if last else None


_SEALS = _(
    "Entries are sealed every three minutes, and here this does not happen. Finance can seal by hand (Books, "
    "Seals and checks); if that is refused too, the sentence there says why."
)
_CHECKS = _(
    "The books are checked every night, and here this did not happen. Finance can start a check by hand "
    "(Books, Seals and checks)."
)
_BREAKS = _(
    "The last check found what must not be. Close no month, pay nothing and repair nothing by hand: tell "
    "finance and whoever runs the servers, who find in the runbook what each finding means."
)

GAUGES = (
    Gauge(
        "seal_lag_seconds",
        _("Oldest entry without a seal"),
        seal_lag,
        alarm=3600,
        link="ledger:checks",
        advice=_SEALS,
    ),
    Gauge("entries_unsealed", _("Entries without a seal"), waiting, link="ledger:checks"),
    Gauge(
        "books_check_age_seconds",
        _("Since the books were checked"),
        check_age,
        alarm=36 * 3600,
        required=True,
        link="ledger:checks",
        advice=_CHECKS,
    ),
    Gauge(
        "books_breaks",
        _("Broken invariants of the books"),
        check_breaks,
        alarm=0,
        link="ledger:checks",
        advice=_BREAKS,
    ),
)
