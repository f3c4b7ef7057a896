"""The desk of the tax office, as the rest of the house sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class IntervatUnavailable(RuntimeError):
    """The desk cannot be reached: send the same file again later."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk said: accepted with its own reference, or refused with a reason."""

    accepted: bool
    reference: str = ""
    reason: str = ""


class IntervatGateway(Protocol):
    """Takes files in."""

    def submit(self, reference: str, content: bytes) -> Answer:
        """Hand a file in. The same reference and file again give the same answer and file nothing twice.

        Raises `IntervatUnavailable`.
        """
        ...
