"""Figures by which people see that payroll's work goes on."""

from __future__ import annotations

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.registry import Gauge
from payroll.enums import DeclarationState
from payroll.models import Declaration


def declarations_age() -> float:
    """Seconds since the oldest declaration that the office has not answered was made; 0 without one.

    Those whose identity the office looks up may wait for days and do not count.
    """
    states = (DeclarationState.DRAFT, DeclarationState.SENT)
    oldest = Declaration.objects.filter(state__in=states).aggregate(at=Min("created_at"))["at"]
    return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0


GAUGES = (
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
