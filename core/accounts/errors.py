"""Refusals at the doors of the house."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class SecondFactorRequired(DomainError):
    """Who works for the cooperative proves who they are with a second factor."""

    code = "second_factor_required"
    kind = "forbidden"
    message = _("Your role asks for a second factor: set one up under “Sign-in security”, then come back.")


class RecentSignInRequired(DomainError):
    """A dangerous act wants to know that it is still the same person."""

    code = "recent_sign_in_required"
    kind = "forbidden"
    message = _("Confirm first that it is you: log in again, or use your second factor. Then repeat the act.")


class TooManyTries(DomainError):
    """Too many tries for the account or from the address."""

    code = "too_many_tries"
    kind = "forbidden"
    message = _("Too many tries. Wait a quarter of an hour, or choose a new password.")


class UnknownAccount(DomainError):
    """No such account."""

    code = "unknown_account"
    kind = "not_found"
    message = _("There is no account with this address.")


class SessionNotFound(DomainError):
    """No such session of this account."""

    code = "session_not_found"
    kind = "not_found"
    message = _("There is no such session: it may have ended already.")
