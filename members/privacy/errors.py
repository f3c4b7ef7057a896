"""Why a request about one's data cannot be met now."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class RequestNotFound(DomainError):
    """No such request."""

    code = "privacy_request_not_found"
    kind = "not_found"
    message = _("There is no such request.")


class RequestAnswered(DomainError):
    """It has its answer."""

    code = "privacy_request_answered"
    kind = "conflict"
    message = _("This request has its answer already.")


class OwnRequest(DomainError):
    """Nobody erases themselves."""

    code = "privacy_own_request"
    kind = "forbidden"
    message = _("Another administrator must answer your own request.")
