"""The only writer of VAT returns."""

from invoicing.vatreturns.services.filing import (
    BY_HAND,
    carry,
    carry_due,
    record_answer,
    reopen_return,
    submit_return,
)
from invoicing.vatreturns.services.payments import note_paid
from invoicing.vatreturns.services.preparing import approve_return, prepare_return

__all__ = [
    "BY_HAND",
    "approve_return",
    "carry",
    "carry_due",
    "note_paid",
    "prepare_return",
    "record_answer",
    "reopen_return",
    "submit_return",
]
