"""What worker files hear."""

from __future__ import annotations

from core.doorbell import ring
from core.registry import Message
from core.tenancy import current_cooperative


def holidays_paid(message: Message) -> None:
    """A month is closed, exit holidays were paid: their certificates can be written."""
    del message
    ring("workers.write_certificates", current_cooperative().pk)
