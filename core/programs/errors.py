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
