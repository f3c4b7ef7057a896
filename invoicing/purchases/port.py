"""What an access point offers to who receives: documents that wait, and a way to answer them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document at the access point: its key there, and its bytes."""

    key: str
    content: bytes


class Inbox(Protocol):
    """What an access point offers to who receives."""

    def waiting(self, most: int) -> Iterator[Waiting]:
        """Documents that were not acknowledged, oldest first, `most` at most."""
        ...

    def acknowledge(self, key: str) -> None:
        """It is kept here: it need not be given again."""
        ...

    def reject(self, key: str, reason: str) -> None:
        """It is no document that can be read: the sender is told why."""
        ...

    def answer(self, answer: Answer) -> None:
        """Tell the sender what became of a document; a repeat says the same. Raises `OSError`: the way is
        closed, try later.
        """
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """An Invoice Response (Peppol T111): what we say of a document to who sent it; `RE` is rejected."""

    key: str
    number: str
    supplier: str
    code: str
    reason: str
