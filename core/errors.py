"""Refusals: what a rule of the enterprise forbids, said so that the person knows what to do next."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Literal

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

Kind = Literal["invalid", "conflict", "forbidden", "not_found"]

HTTP_STATUS: Mapping[Kind, int] = {"invalid": 422, "conflict": 409, "forbidden": 403, "not_found": 404}


class DomainError(Exception):
    """A rule said no; nothing was written.

    `code` is public and permanent, `message` is translated and may hold `%(name)s` places filled from the
    parameters, `kind` decides the HTTP status. Subclasses set the three as class attributes.
    """

    code: ClassVar[str] = "refused"
    message: ClassVar[Any] = "Refused."
    kind: ClassVar[Kind] = "invalid"

    def __init__(self, **params: Any) -> None:
        super().__init__(self.code)
        self.params = params

    @property
    def detail(self) -> str:
        """The message in the active language, with its places filled; numbers as the language writes them."""
        if not self.params:
            return str(self.message)
        return str(self.message) % {
            name: number_format(value, force_grouping=True) if isinstance(value, Decimal) else value
            for name, value in self.params.items()
        }

    @property
    def status(self) -> int:
        """HTTP status of the refusal."""
        return HTTP_STATUS[self.kind]

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class NoRateInForce(DomainError):
    """The cooperative has entered no value for that day."""

    code = "no_rate_in_force"
    message = _("No %(key)s is in force on %(on)s: an administrator must enter one first.")


class DayOutOfReach(DomainError):
    """A slip of the keyboard: no enterprise works in that year."""

    code = "day_out_of_reach"
    message = _("%(day)s is too far away: choose a day of the years %(first)s to %(last)s.")


class LinesUnreadable(DomainError):
    """No form of ours sends that number of lines."""

    code = "lines_unreadable"
    message = _("How many lines were sent cannot be read: go back, reload the page and write them again.")


class UnknownCooperative(DomainError):
    """There is no such cooperative."""

    code = "unknown_cooperative"
    kind = "not_found"
    message = _("There is no cooperative “%(slug)s”.")


class StaleVersion(DomainError):
    """Somebody changed it since it was read; REST says 412 instead of 409."""

    code = "stale_version"
    kind = "conflict"
    message = _("Somebody changed this meanwhile: read it again, then change it.")


class ScopeMissing(DomainError):
    """The token was not given this scope."""

    code = "scope_missing"
    kind = "forbidden"
    message = _("This token may not do that: it lacks the scope %(scope)s.")
