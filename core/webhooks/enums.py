"""States of endpoints and deliveries."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EndpointState(TextChoices):
    """Whether an endpoint is told anything."""

    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")
    FAILING = "failing", _("failing: paused by itself")


class DeliveryState(TextChoices):
    """How far a delivery came."""

    PENDING = "pending", _("waiting")
    SENT = "sent", _("on its way")
    DELIVERED = "delivered", _("delivered")
    DEAD = "dead", _("given up")
    DROPPED = "dropped", _("dropped")
