"""Refusals of sending."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class DeliveryNotFound(DomainError):
    """There is no such sending, or it is not for this person."""

    code = "delivery_not_found"
    kind = "not_found"
    message = _("There is no such sending among yours.")


class ChannelClosed(DomainError):
    """The client cannot be reached this way."""

    code = "channel_closed"
    message = _(
        "This client cannot be reached this way (%(channel)s): choose another one, or complete the client."
    )


class DeliveryUnderWay(DomainError):
    """The same document is being sent."""

    code = "delivery_under_way"
    kind = "conflict"
    message = _("%(number)s is being sent: wait for what becomes of it.")


class DeliveryNotOpen(DomainError):
    """Nothing is to be done about it any more."""

    code = "delivery_not_open"
    kind = "conflict"
    message = _("Nothing is left to do about this sending: look at the latest one of the document.")
