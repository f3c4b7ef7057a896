"""Who sends documents: the room that knows the channels registers itself here, so that pages, doors and
services of invoices can ask for it without knowing it.
"""

from __future__ import annotations

from datetime import date
from typing import Protocol
from uuid import UUID

from core.types import Actor


class Sender(Protocol):
    """Sends what an invoice has to be sent: see `invoicing.services.send_invoice`."""

    def __call__(self, *, invoice_id: UUID, on: date, actor: Actor, channel: str, sentence: str) -> None: ...


_senders: list[Sender] = []


def register_sender(sender: Sender) -> None:
    """Say who sends."""
    _senders[:] = [sender]


def sender() -> Sender:
    """Who sends. Raises `LookupError` where nobody registered."""
    if not _senders:
        raise LookupError("nobody sends documents")
    return _senders[0]
