"""Orders: what an accepted quote becomes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from activities.services import open_activity_for_update
from core import audit
from core.calendar import check_days
from core.outbox import publish
from core.types import Actor
from invoicing.line_data import data_of, lines_of
from invoicing.quotes import selectors
from invoicing.quotes.enums import OrderState, PartKind, QuoteState
from invoicing.quotes.errors import (
    NothingChosen,
    OrderNotOpen,
    PlannedDatesInvalid,
    QuoteNotAccepted,
    QuoteNotFound,
    StaleOrder,
)
from invoicing.quotes.models import Order, Quote
from invoicing.quotes.services.parts import invoice_order, settle
from invoicing.selectors import client_for_update
from invoicing.services.drafts import code_for
from ledger.services import take_number

SERIES = "ORD"
"""Number series of orders: one per entity and year."""


@transaction.atomic
def order_quote(
    *,
    quote_id: UUID,
    on: date,
    actor: Actor,
    client_reference: str = "",
    planned_from: date | None = None,
    planned_to: date | None = None,
) -> Order:
    """Carry out an accepted quote; its advance, if it has one, becomes a draft at once.

    Lines keep the VAT codes that fit today. Locks: Activity, client, quote, number series. Raises
    `ActivityNotOpen`, `QuoteNotAccepted`, `PlannedDatesInvalid`. A second call raises `QuoteNotAccepted`.
    """
    found = Quote.objects.filter(pk=quote_id).first()
    if found is None:
        raise QuoteNotFound
    open_activity_for_update(found.activity_id)
    client_for_update(found.client_id)
    quote = selectors.quote_for_update(quote_id)
    if quote.state != QuoteState.ACCEPTED:
        raise QuoteNotAccepted(state=quote.get_state_display())
    _check_dates(planned_from, planned_to)
    lines = lines_of(quote.lines)
    data = data_of(lines)
    for row in data:
        row["vat_code"] = row["vat_code"] or code_for(quote.entity, quote.client)
    quote.state = QuoteState.ORDERED
    quote.version += 1
    quote.save(update_fields=["state", "version"])
    sequence = take_number(entity_id=quote.entity_id, journal=SERIES, year=on.year)
    order = Order.objects.create(
        quote=quote,
        activity=quote.activity,
        entity=quote.entity,
        client=quote.client,
        number=f"{quote.entity.code}-CM-{on.year}-{sequence:06}",
        title=quote.title,
        client_reference=(client_reference or quote.buyer_reference).strip()[:60],
        planned_from=planned_from,
        planned_to=planned_to,
        lines=data,
        net=quote.net,
        ordered_on=on,
    )
    audit.record(actor, "order.made", order, quote=str(quote.pk), net=str(order.net))
    publish("order.made", order)
    if quote.advance_percent:
        invoice_order(
            order_id=order.pk,
            kind=PartKind.ADVANCE,
            percent=quote.advance_percent,
            delivery_date=max(on, planned_to) if planned_to else on,
            actor=actor,
        )
        order.refresh_from_db()
    return order


@transaction.atomic
def change_order(
    *,
    order_id: UUID,
    client_reference: str,
    planned_from: date | None,
    planned_to: date | None,
    actor: Actor,
    version: int | None = None,
) -> Order:
    """Note the client's own number and the planned days. `version`: of the order that was looked at. Locks
    the order. Raises `StaleOrder`, `PlannedDatesInvalid`, `DayOutOfReach`.
    """
    order = selectors.order_for_update(order_id)
    if version is not None and version != order.version:
        raise StaleOrder
    _check_dates(planned_from, planned_to)
    order.client_reference = client_reference.strip()[:60]
    order.planned_from, order.planned_to = planned_from, planned_to
    order.version += 1
    order.save(update_fields=["client_reference", "planned_from", "planned_to", "version"])
    audit.record(actor, "order.changed", order)
    return order


@transaction.atomic
def supplement_order(*, order_id: UUID, amount: Decimal, reason: str, actor: Actor) -> Order:
    """Note what the client agreed to pay beyond the order, in euro without VAT: from now on that much more
    can be invoiced. Locks the order. Raises `NothingChosen` without amount or reason; every call adds.
    """
    order = selectors.order_for_update(order_id)
    if amount <= 0 or not reason.strip():
        raise NothingChosen
    if order.state == OrderState.CLOSED:
        raise OrderNotOpen
    order.supplement += amount
    order.supplement_reason = "; ".join(filter(None, (order.supplement_reason, reason.strip())))[:300]
    settle(order)
    audit.record(actor, "order.supplement", order, amount=str(amount), reason=reason.strip())
    return order


@transaction.atomic
def close_order(*, order_id: UUID, on: date, actor: Actor) -> Order:
    """Give up what is left of an order: nothing more is invoiced. Locks the order; a repeat changes
    nothing.
    """
    order = selectors.order_for_update(order_id)
    if order.state == OrderState.CLOSED:
        return order
    order.state, order.closed_on = OrderState.CLOSED, on
    order.version += 1
    order.save(update_fields=["state", "closed_on", "version"])
    audit.record(actor, "order.closed", order, given_up=str(order.net + order.supplement - order.invoiced))
    return order


def _check_dates(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        raise PlannedDatesInvalid
    check_days(first, last)
