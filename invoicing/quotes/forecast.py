"""What orders may still bring: won, and not invoiced yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from core.links import link
from core.rates import find_policy
from invoicing.quotes.enums import OrderState
from invoicing.quotes.selectors import orders
from ledger.treasury.forecast import Flow, FlowKind


def open_orders(first: date, last: date, on: date) -> Iterator[Flow]:
    """What is left to invoice (without VAT), after the planned end of the work and the payment term."""
    policy = find_policy("payment_term_days", on=on)
    usual = int(policy.value) if policy else 0
    for order in orders().filter(state=OrderState.OPEN):
        left = order.net + order.supplement - order.invoiced
        term = order.client.payment_term_days
        day = max(order.planned_to or on, on) + timedelta(days=usual if term is None else term)
        if left > 0 and first <= day <= last:
            label = f"{order.number} · {order.client.name}"
            page = link("quotes:order", pk=order.pk)
            yield Flow(day, FlowKind.RECEIPTS, left, order.entity_id, label, page, possible=True)
