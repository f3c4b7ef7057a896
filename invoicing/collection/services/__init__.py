"""The only writers of collection."""

from invoicing.collection.services.charges import (
    claim_charges,
    claim_costs,
    waive_charge,
)
from invoicing.collection.services.reminders import (
    preview_reminder,
    remind_cooperative,
    remind_now,
    remind_some,
    run_reminders,
)

__all__ = [
    "claim_charges",
    "claim_costs",
    "preview_reminder",
    "remind_cooperative",
    "remind_now",
    "remind_some",
    "run_reminders",
    "waive_charge",
]
