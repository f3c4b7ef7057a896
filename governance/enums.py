"""Closed lists of governance."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ShareCategory(TextChoices):
    """Who holds a share (DOMAIN §9)."""

    A = "A", _("user")
    B = "B", _("permanent staff")
    C = "C", _("partner")


class SubscriptionState(TextChoices):
    """Life of a subscription."""

    PENDING = "pending", _("awaiting payment")
    PAID = "paid", _("paid")
    CANCELLED = "cancelled", _("cancelled")


class MovementKind(TextChoices):
    """Why the register of members changes."""

    SUBSCRIPTION = "subscription", _("subscription")
    TRANSFER = "transfer", _("transfer")
    EXIT = "exit", _("exit")
    EXCLUSION = "exclusion", _("exclusion")
