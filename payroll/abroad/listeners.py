"""What work abroad hears of contracts."""

from __future__ import annotations

from core import clock
from core.registry import Message
from payroll.abroad.services import follow_contract


def contract_moved(message: Message) -> None:
    """A contract was submitted, changed, cut or called off: its work abroad follows. Bears repeats."""
    follow_contract(contract_id=message.subject_id, on=clock.now())
