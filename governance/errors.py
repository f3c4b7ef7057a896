"""Refusals of governance."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class TooManyShares(DomainError):
    """More shares at once than a person may want by mistake, or none."""

    code = "share_number_out_of_range"
    message = _("Choose between 1 and %(most)s shares.")


class SubscriptionPending(DomainError):
    """One subscription at a time waits for its payment."""

    code = "subscription_pending"
    kind = "conflict"
    message = _("You already have a subscription to pay (%(communication)s): pay it or cancel it first.")


class SubscriptionNotPending(DomainError):
    """Only a subscription that waits for its payment can be cancelled."""

    code = "subscription_not_pending"
    kind = "conflict"
    message = _("This subscription is no longer waiting for its payment.")
