"""The only writer of work abroad."""

from payroll.abroad.services.missions import (
    CALLED_OFF,
    cancel_mission,
    change_mission,
    confirm_mission,
    declare_mission,
    follow_contract,
)
from payroll.abroad.services.requests import OFFICE, ask_a1, carry, carry_due, due_requests, retract_a1
from payroll.abroad.services.steps import note_done, note_not_needed, read_certificate, reopen_step

__all__ = [
    "CALLED_OFF",
    "OFFICE",
    "ask_a1",
    "cancel_mission",
    "carry",
    "carry_due",
    "change_mission",
    "confirm_mission",
    "declare_mission",
    "due_requests",
    "follow_contract",
    "note_done",
    "note_not_needed",
    "read_certificate",
    "reopen_step",
    "retract_a1",
]
