"""Figures by which people see that payroll's work goes on."""

from __future__ import annotations

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import clock
from core.registry import Gauge
from payroll.declaration_selectors import count_late, queue_counts
from payroll.enums import DeclarationState
from payroll.models import Declaration


def declarations_age() -> float:
    """Seconds since the oldest declaration that the office has not answered was made; 0 without one.

    Those whose identity the office looks up may wait for days and do not count.
    """
    states = (DeclarationState.DRAFT, DeclarationState.SENT)
    oldest = Declaration.objects.filter(state__in=states).aggregate(at=Min("created_at"))["at"]
    return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0


def declarations_queue() -> float:
    """Refused or undelivered declarations and differences that wait for a person."""
    counts = queue_counts()
    return float(counts["queue"] + counts["differences"])


def declarations_late() -> float:
    """Starts of work that passed without the office knowing of it."""
    return float(count_late(clock.today()))


GAUGES = (
    Gauge(
        "declarations_queue",
        _("Declarations of work that wait for a person"),
        declarations_queue,
        alarm=25,
        link="payroll:declarations",
        advice=_("Payroll deals with the queue: every row says why and what to do."),
    ),
    Gauge(
        "declarations_late",
        _("Work that began and is not declared"),
        declarations_late,
        alarm=1,
        link="payroll:declarations",
        advice=_("Payroll declares it at once, on the office's own site if need be."),
    ),
    Gauge(
        "declarations_age_seconds",
        _("Oldest declaration of work without an answer"),
        declarations_age,
        alarm=3600,
        link="payroll:declarations",
        advice=_(
            "Work must be declared before it begins. If the social security office does not answer, payroll "
            "declares what is urgent on its website; what waits here is sent as soon as the office answers."
        ),
    ),
)
