"""What changes seizures and advances."""

from payroll.deductions.services.advances import (
    agree_advance,
    ask_advance,
    refuse_advance,
    withdraw_advance,
    write_off_advance,
)
from payroll.deductions.services.seizures import (
    agree_seizure,
    correct_creditor,
    creditor_payment_returned,
    enter_seizure,
    lift_seizure,
    resume_seizure,
    suspend_seizure,
)
from payroll.deductions.services.telling import tell_deciders, tell_worker

__all__ = [
    "agree_advance",
    "agree_seizure",
    "ask_advance",
    "correct_creditor",
    "creditor_payment_returned",
    "enter_seizure",
    "lift_seizure",
    "refuse_advance",
    "resume_seizure",
    "suspend_seizure",
    "tell_deciders",
    "tell_worker",
    "withdraw_advance",
    "write_off_advance",
]
