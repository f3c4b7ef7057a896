"""Why an endpoint is not taken or told."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, StaleVersion


class AddressRefused(DomainError):
    """The address leads, or could lead, into a network that is not the receiver's."""

    code = "webhook_address_refused"
    message = _("This address cannot be used: %(reason)s. Give a public https address.")


class UnknownEvent(DomainError):
    """No such event is published."""

    code = "webhook_unknown_event"
    message = _("There is no event %(event)s. The developer page lists them.")


class EndpointNotFound(DomainError):
    """No such endpoint here."""

    code = "webhook_endpoint_not_found"
    kind = "not_found"
    message = _("There is no such endpoint.")


class DeliveryNotFound(DomainError):
    """Nothing like that was sent from this cooperative."""

    code = "webhook_delivery_not_found"
    kind = "not_found"
    message = _("There is no such delivery: it may have been removed with its endpoint.")


class EndpointChanged(StaleVersion):
    """Somebody changed it meanwhile."""

    code = "webhook_endpoint_changed"
    kind = "conflict"
    message = _("The endpoint was changed meanwhile: look at it again, then repeat your change.")


class EndpointPaused(DomainError):
    """Nothing is sent there now."""

    code = "webhook_endpoint_paused"
    kind = "conflict"
    message = _("The endpoint is paused: resume it first.")
