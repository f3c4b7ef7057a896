"""How sending is."""

from __future__ import annotations

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.registry import Gauge
from invoicing.einvoicing.enums import Channel, SendingState
from invoicing.einvoicing.models import Delivery
from invoicing.einvoicing.selectors import open_deliveries


def waiting_seconds() -> float:
    """Seconds since the oldest document that the network has not taken was asked for; 0: none waits."""
    rows = Delivery.objects.filter(
        next_attempt_at__isnull=False, channel=Channel.PEPPOL, state=SendingState.PENDING
    )
    oldest = rows.aggregate(at=Min("created_at"))["at"]
    return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0


def undelivered() -> float:
    """Documents that did not reach their client and that nobody dealt with."""
    return float(open_deliveries().count())


GAUGES = (
    Gauge(
        "delivery_age_seconds",
        _("Oldest document that waits for the network"),
        waiting_seconds,
        alarm=4 * 3600,
        link="einvoicing:desk",
        advice=_(
            "The Peppol access point does not take documents. They go by e-mail after some hours; ask its "
            "operator what is wrong, and look whether address and token are right."
        ),
    ),
    Gauge(
        "deliveries_undelivered",
        _("Documents that did not arrive"),
        undelivered,
        link="einvoicing:desk",
    ),
)
