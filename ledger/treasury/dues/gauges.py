"""Figures by which finance sees that nothing is forgotten."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import clock
from core.registry import Gauge
from ledger.treasury.dues import selectors

GAUGES = (
    Gauge(
        "dues_overdue_count",
        _("Dues to public bodies whose day has passed"),
        lambda: float(selectors.overdue_count(clock.today())),
        alarm=0.0,
        link="dues:dues",
        advice=_(
            "Public bodies add interest to what comes late. Open Dues: agree to what is to check, make the "
            "batch, and ask a colleague to release it today."
        ),
    ),
)
