"""The doors of the public bodies for returns, as the rest of the house sees them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol


class BodyUnavailable(RuntimeError):
    """The body cannot be reached: send the same file again later."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file on its way. `reference` is ours: the same one again is the same parcel. `period`: last day."""

    reference: str
    kind: str
    period: date
    sent_on: date
    content: bytes


@dataclass(frozen=True, slots=True)
class BodyAnswer:
    """What a body said: accepted (`receipt` is its own number), or refused; `remarks` by code and words."""

    accepted: bool
    receipt: str = ""
    remarks: tuple[dict[str, str], ...] = field(default_factory=tuple)


class ReturnsGateway(Protocol):
    """Takes files in and answers later; both calls may raise `BodyUnavailable`."""

    def submit(self, parcel: Parcel) -> str:
        """Hand a file in and return the body's ticket (the receipt of the file, as ACRF is). The same
        reference again gives the same ticket and files nothing twice.
        """
        ...

    def poll(self, ticket: str) -> BodyAnswer | None:
        """The answer to a file (as DMFANOT is), None while the body is at work."""
        ...
