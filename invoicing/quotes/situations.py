"""The state of a quote and of an order as people say it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from invoicing.quotes.enums import OrderState, QuoteState
from invoicing.quotes.models import Order, Quote


def situation_of(quote: Quote, today: date) -> tuple[str, str]:
    """Value for the badge, and words: a sent quote past its last day is expired before the task says so."""
    if quote.is_over(today):
        return QuoteState.EXPIRED, str(QuoteState.EXPIRED.label)
    if quote.state == QuoteState.DRAFT and quote.revision > 1:
        return QuoteState.DRAFT, _("version %(n)s in the making") % {"n": quote.revision}
    if quote.state == QuoteState.SENT:
        days = (quote.valid_until - today).days
        return "waiting", _("waits for the client, %(days)s days left") % {"days": days}
    tones = {QuoteState.ORDERED: "won", QuoteState.INVOICED: "complete"}
    return tones.get(QuoteState(quote.state), quote.state), str(quote.get_state_display())


def order_situation(order: Order) -> tuple[str, str]:
    """Value for the badge, and words."""
    if order.state == OrderState.OPEN and order.invoiced:
        return "partly_invoiced", _("partly invoiced")
    return order.state, str(order.get_state_display())
