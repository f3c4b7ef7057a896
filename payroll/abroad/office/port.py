"""The office that gives A1 certificates, as the rest of the house sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from payroll.abroad.types import Days


class OfficeUnavailable(RuntimeError):
    """The office cannot be reached: send the same request again later."""


@dataclass(frozen=True, slots=True)
class Application:
    """A request. `reference` is ours: the same one again is the same request. `asked_on`: when."""

    reference: str
    employer: str
    national_number: str
    worker: str
    article: int
    country: str
    parts: tuple[Days, ...]
    place: str
    receiver: str
    receiver_vat: str
    asked_on: date


@dataclass(frozen=True, slots=True)
class OfficeAnswer:
    """Granted with number, days and paper; or refused. `code` and `text`: the reason, or a remark."""

    granted: bool
    number: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    document: bytes = b""
    code: str = ""
    text: str = ""


class A1Office(Protocol):
    """Takes requests in and answers later. Every call may raise `OfficeUnavailable`."""

    def submit(self, application: Application) -> str:
        """Hand a request in and return the office's ticket; the same reference again gives the same one and
        asks for nothing twice.
        """
        ...

    def poll(self, ticket: str) -> OfficeAnswer | None:
        """The answer, None while the office is at work."""
        ...

    def retract(self, reference: str) -> None:
        """Take a request back, granted or not. Unknown and repeated ones change nothing; a request that
        arrives after its own withdrawal is refused.
        """
        ...
