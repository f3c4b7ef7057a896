"""Why a token is not made."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class UnknownScope(DomainError):
    """No such scope."""

    code = "unknown_scope"
    message = _("There is no scope %(scope)s.")


class TokenLifeWrong(DomainError):
    """It would live too long, or not at all."""

    code = "token_life_wrong"
    message = _("A token lives between 1 and %(most)s days: choose a number of days in between.")


class TooManyTokens(DomainError):
    """Nobody can oversee so many."""

    code = "too_many_tokens"
    kind = "conflict"
    message = _("You have %(most)s tokens already: revoke those that you no longer use.")


class TokenNotFound(DomainError):
    """No such token of this account here."""

    code = "token_not_found"
    kind = "not_found"
    message = _("There is no such token.")


class RedirectRefused(DomainError):
    """People cannot be sent there."""

    code = "redirect_refused"
    message = _(
        "%(uri)s cannot be a return address: write it in full with https:// (an app may also use "
        "http://127.0.0.1), without # and without *."
    )


class RedirectMissing(DomainError):
    """A program that acts for people needs an address to send them back to; a service has none."""

    code = "redirect_missing"
    message = _("A website or an app needs between 1 and %(most)s return addresses; a service has none.")


class ScopeNotForPrograms(DomainError):
    """A program makes no programs: what it makes would outlive what it was allowed."""

    code = "scope_not_for_programs"
    message = _("The scope %(scope)s cannot be given to a program.")


class ClientNotFound(DomainError):
    """No such program in this cooperative."""

    code = "client_not_found"
    kind = "not_found"
    message = _("There is no such program.")


class ClientWithoutSecret(DomainError):
    """A native program keeps no secret."""

    code = "client_without_secret"
    kind = "conflict"
    message = _("An app keeps no secret, so there is none to renew.")


class NotAmongUs(DomainError):
    """The account is nobody in the program's cooperative."""

    code = "not_among_us"
    kind = "forbidden"
    message = _("This program is for %(cooperative)s, where your account is not known: nothing was allowed.")


class GrantNotFound(DomainError):
    """No such program was allowed to act for this account here."""

    code = "grant_not_found"
    kind = "not_found"
    message = _("You allowed no such program, or it is over already.")
