"""The only writers of collection."""

from invoicing.collection.services.charges import (
    claim_charges,
    claim_costs,
    correct_charges,
    waive_charge,
)
from invoicing.collection.services.contacts import note_contact, post_letter
from invoicing.collection.services.credit_back import credit_surcharges_back
from invoicing.collection.services.disputes import dispute_invoice, pass_dispute, resume_invoice
from invoicing.collection.services.hand_overs import follow_hand_over, hand_over, note_fee, take_back
from invoicing.collection.services.pauses import end_pause, pause_invoices
from invoicing.collection.services.plans import agree_plan, cancel_plan, follow_plan, follow_plans
from invoicing.collection.services.reminders import (
    preview_reminder,
    remind_cooperative,
    remind_now,
    remind_some,
    run_reminders,
)
from invoicing.collection.services.write_downs import (
    agree_write_down,
    declare_lost,
    follow_write_down,
    refuse_write_down,
    undo_write_down,
    write_down,
)

__all__ = [
    "agree_plan",
    "agree_write_down",
    "cancel_plan",
    "claim_charges",
    "claim_costs",
    "correct_charges",
    "credit_surcharges_back",
    "declare_lost",
    "dispute_invoice",
    "end_pause",
    "follow_hand_over",
    "follow_plan",
    "follow_plans",
    "follow_write_down",
    "hand_over",
    "note_contact",
    "note_fee",
    "pass_dispute",
    "pause_invoices",
    "post_letter",
    "preview_reminder",
    "refuse_write_down",
    "remind_cooperative",
    "remind_now",
    "remind_some",
    "resume_invoice",
    "run_reminders",
    "take_back",
    "undo_write_down",
    "waive_charge",
    "write_down",
]
