"""The state of an invoice as people say it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from invoicing.enums import OPEN_STATES
from invoicing.models import Invoice


def situation_of(invoice: Invoice, today: date) -> tuple[str, str]:
    """Value for the badge, and words: disputed and late are no states of the row."""
    if invoice.disputed_on and invoice.state in OPEN_STATES:
        return "disputed", _("disputed")
    if invoice.state in OPEN_STATES and invoice.due_on and invoice.due_on < today:
        days = (today - invoice.due_on).days
        return "late", _("%(days)s days late") % {"days": days}
    return invoice.state, str(invoice.get_state_display())
