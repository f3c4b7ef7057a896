"""The only writer of deliveries and of what was answered to them."""

from invoicing.einvoicing.services.carrying import carry, carry_due
from invoicing.einvoicing.services.desk import note_handed_over, note_lost, set_aside
from invoicing.einvoicing.services.letters import settle_letters
from invoicing.einvoicing.services.sending import (
    send_at_issue,
    send_credit_note,
    send_document,
    send_invoice,
    send_many,
)

__all__ = [
    "carry",
    "carry_due",
    "note_handed_over",
    "note_lost",
    "send_at_issue",
    "send_credit_note",
    "send_document",
    "send_invoice",
    "send_many",
    "set_aside",
    "settle_letters",
]
