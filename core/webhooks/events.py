"""The events that programs may hear of.

Public and permanent: names and meanings do not change, new ones come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Event:
    """type: public name. topic: of the house's own news behind it. text: what happened, translated."""

    type: str
    topic: str
    text: Any


EVENTS = (
    Event("person.registered", "person.registered", _("A person was registered")),
    Event("person.updated", "person.updated", _("What is known of a person changed")),
    Event("activity.requested", "activity.requested", _("An Activity waits for an adviser's agreement")),
    Event("activity.opened", "activity.opened", _("An Activity was opened")),
    Event("expense.submitted", "expense.submitted", _("An expense was handed in")),
    Event("expense.approved", "expense.approved", _("An expense was approved and will be paid")),
    Event("expense.refused", "expense.refused", _("An expense was refused")),
    Event("invoice.issued", "invoice.issued", _("An invoice was issued")),
    Event("invoice.paid", "invoice.paid", _("An invoice was paid in full")),
    Event("invoice.delivered", "invoice.delivered", _("An invoice or a credit note reached its client")),
    Event("invoice.rejected", "invoice.rejected", _("A client or the network rejected an invoice")),
    Event("invoice.reminded", "collection.reminded", _("A client was reminded of a late invoice")),
    Event("invoice.charged", "collection.claimed", _("Charges for lateness were claimed on an invoice")),
    Event("invoice.doubtful", "collection.doubtful", _("An invoice was written down as doubtful")),
    Event("invoice.lost", "collection.lost", _("An invoice was given up as lost")),
    Event("payment_plan.broken", "collection.plan_broken", _("A client did not keep its payment plan")),
    Event("collection_file.opened", "collection.handed_over", _("Invoices went to a collector or a lawyer")),
    Event("quote.sent", "quote.sent", _("A quote was sent to its client")),
    Event("quote.accepted", "quote.accepted", _("A client accepted a quote")),
    Event("quote.refused", "quote.refused", _("A client refused a quote")),
    Event("order.made", "order.made", _("A quote became an order")),
    Event("contract.submitted", "contract.submitted", _("A contract was submitted")),
    Event("contract.declared", "contract.declared", _("The work of a contract is declared")),
    Event("contract.shortened", "contract.shortened", _("A contract was shortened")),
    Event("contract.cancelled", "contract.cancelled", _("A contract was cancelled")),
    Event("declaration.refused", "declaration.refused", _("A declaration was refused or not delivered")),
    Event(
        "declaration.quota_exceeded",
        "declaration.quota_exceeded",
        _("Hours of a student bear ordinary contributions"),
    ),
    Event("declaration.stopped", "declaration.stopped", _("Nothing is declared for an employer any more")),
    Event("pay_item.settled", "payitem.settled", _("Work was settled; its pay is on the way")),
    Event("payslip.issued", "payslip.issued", _("A payslip was made")),
    Event("payroll_run.closed", "payroll_run.closed", _("A month of payroll was closed")),
    Event("payout.paid", "payout.paid", _("The bank made a payment")),
    Event("payout.returned", "payout.returned", _("The bank sent a payment back")),
    Event("shares.issued", "governance.shares_issued", _("Shares were issued")),
)
TYPES = {event.type: event for event in EVENTS}
BY_TOPIC = {event.topic: event for event in EVENTS}
TEST = "endpoint.test"
"""Sent on demand, to try an endpoint."""
