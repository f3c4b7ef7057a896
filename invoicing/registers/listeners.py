"""News that make the registers be asked."""

from __future__ import annotations

from core.registry import Message
from invoicing.models import Client
from invoicing.registers.services import ask_about


def client_changed(message: Message) -> None:
    """A client is known or changed: ask about the numbers that are new."""
    client = Client.objects.filter(pk=message.subject_id, merged_into=None).first()
    if client is not None:
        ask_about(client)
