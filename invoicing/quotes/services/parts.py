"""Parts of orders: invoices that together never take more than was ordered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import transaction

from activities.services import open_activity_for_update
from core import audit
from core.money import ZERO
from core.registry import Message
from core.types import Actor
from invoicing.advances import deduction_lines
from invoicing.enums import InvoiceKind
from invoicing.line_data import lines_of
from invoicing.models import Invoice
from invoicing.quotes import selectors, splitting
from invoicing.quotes.enums import OrderState, PartKind, QuoteState
from invoicing.quotes.errors import NothingChosen, OrderExceeded, OrderNotFound, OrderNotOpen
from invoicing.quotes.models import Order, OrderPart, Quote
from invoicing.quotes.wording import wording
from invoicing.selectors import client_for_update
from invoicing.services.drafts import create_draft
from invoicing.types import NO_TERMS, DraftTerms, LineInput, sum_by_code


@dataclass(frozen=True, slots=True)
class Part:
    """What an invoice would take of an order, and the lines that it would show."""

    taken: splitting.Taken
    lines: Sequence[LineInput]


@transaction.atomic
def invoice_order(
    *,
    order_id: UUID,
    kind: PartKind | str,
    delivery_date: date,
    actor: Actor,
    percent: Decimal | None = None,
    quantities: Mapping[int, Decimal] | None = None,
    extra: Sequence[LineInput] = (),
) -> Invoice:
    """Make a draft of a part of an order: a percentage (also as an advance), quantities of lines by their
    place, or all that is left; `extra` lines draw on the agreed supplement.

    Together the drafts and invoices of an order never pass what was ordered plus its supplement. Locks:
    Activity, client, order. Raises `ActivityNotOpen`, `OrderNotOpen`, `NothingChosen`, `OrderExceeded`, and
    what `create_draft` raises. A second call takes another part, while something is left.
    """
    found = Order.objects.filter(pk=order_id).first()
    if found is None:
        raise OrderNotFound
    open_activity_for_update(found.activity_id)
    client_for_update(found.client_id)
    order = selectors.order_for_update(order_id)
    part = preview_part(order, kind=kind, percent=percent, quantities=quantities, extra=extra)
    invoice = create_draft(
        activity_id=order.activity_id,
        client_id=order.client_id,
        lines=part.lines,
        delivery_date=delivery_date,
        buyer_reference=order.client_reference,
        actor=actor,
        terms=DraftTerms(kind=InvoiceKind.ADVANCE) if kind == PartKind.ADVANCE else NO_TERMS,
    )
    OrderPart.objects.create(
        order=order,
        invoice=invoice,
        kind=PartKind(kind),
        percent=percent if kind in (PartKind.SHARE, PartKind.ADVANCE) else None,
        amounts=_as_text(part.taken.amounts),
        fractions=_as_text(part.taken.fractions),
        net=invoice.net,
    )
    order.invoiced += invoice.net
    settle(order)
    audit.record(actor, "order.invoiced", order, invoice=str(invoice.pk), net=str(invoice.net))
    return invoice


def preview_part(
    order: Order,
    *,
    kind: PartKind | str,
    percent: Decimal | None = None,
    quantities: Mapping[int, Decimal] | None = None,
    extra: Sequence[LineInput] = (),
) -> Part:
    """What an invoice of a part would take and show; writes nothing. Raises `OrderNotOpen`, `NothingChosen`,
    `OrderExceeded`.
    """
    if order.state == OrderState.CLOSED:
        raise OrderNotOpen
    kind = PartKind(kind)
    lines, taken = lines_of(order.lines), selectors.taken_of(order)
    left = splitting.lines_left([(line.net, line.quantity) for line in lines], taken)
    if kind in (PartKind.SHARE, PartKind.ADVANCE):
        if percent is None or percent <= 0:
            raise NothingChosen
        if all(Fraction(percent) / 100 > line.fraction for line in left):
            raise OrderExceeded(left=order.left)
        part = splitting.share_of(left, percent)
    elif kind == PartKind.LINES:
        _check_quantities(left, quantities or {}, order)
        part = splitting.quantities_of(left, quantities or {})
    else:
        part = splitting.rest_of(left)
    found = dict(part.amounts)
    beyond = sum((line.net for line in extra), ZERO)
    if beyond:
        room = order.supplement - splitting.amount_of(taken, splitting.SUPPLEMENT)
        if beyond > room:
            raise OrderExceeded(left=max(room, ZERO))
        found[splitting.SUPPLEMENT] = beyond
    if not any(found.values()) or sum(found.values()) <= 0:
        raise NothingChosen if order.left else OrderNotOpen
    if kind == PartKind.REST and (statement := _final_statement(order, lines)):
        return Part(splitting.Taken(found, part.fractions), [*statement, *extra])
    amounts = [part.amounts.get(str(place), ZERO) for place in range(len(lines))]
    grouped = kind in (PartKind.SHARE, PartKind.ADVANCE) or selectors.was_shared(order)
    shown = (
        _by_code(order, lines, amounts, kind, percent) if grouped else _by_line(order, lines, amounts, part)
    )
    return Part(splitting.Taken(found, part.fractions), [*shown, *extra])


def take_of_order(*, order_id: UUID, invoice: Invoice, actor: Actor) -> OrderPart:
    """Count a draft that another room wrote (hours of a time sheet) on an order: it takes of the lines in
    their order, then of the supplement. Locks the order. Raises `OrderNotOpen`, `OrderExceeded`.
    """
    order = selectors.order_for_update(order_id)
    if order.state == OrderState.CLOSED or not order.left:
        raise OrderNotOpen
    others = selectors.taken_of(order)
    left = splitting.lines_left([(line.net, line.quantity) for line in lines_of(order.lines)], others)
    room = order.supplement - splitting.amount_of(others, splitting.SUPPLEMENT)
    taken = splitting.spread(splitting.Taken(), left, room, invoice.net)
    if taken is None:
        raise OrderExceeded(left=order.left)
    part = OrderPart.objects.create(
        order=order,
        invoice=invoice,
        kind=PartKind.LINES,
        amounts=_as_text(taken.amounts),
        fractions=_as_text(taken.fractions),
        net=invoice.net,
    )
    order.invoiced += invoice.net
    settle(order)
    audit.record(actor, "order.invoiced", order, invoice=str(invoice.pk), net=str(invoice.net))
    return part


def settle(order: Order) -> None:
    """Give the (locked) order and its quote the state that its amounts mean."""
    if order.state != OrderState.CLOSED:
        order.state = OrderState.OPEN if order.left else OrderState.INVOICED
    order.version += 1
    order.save(update_fields=["state", "invoiced", "supplement", "supplement_reason", "version"])
    state = QuoteState.INVOICED if order.state == OrderState.INVOICED else QuoteState.ORDERED
    Quote.objects.filter(pk=order.quote_id).exclude(state=state).update(state=state)


# --- what becomes of the drafts ----------------------------------------------------------------------------


def part_thrown_away(invoice: Invoice) -> None:
    """A draft goes: what it took is left again. Locks the order."""
    part = selectors.part_of(invoice)
    if part is None:
        return
    order = selectors.order_for_update(part.order_id)
    order.invoiced -= part.net
    part.delete()
    settle(order)


def parts_about_to_issue(invoices: Sequence[Invoice]) -> None:
    """Drafts that somebody changed meanwhile take what they say now. Locks their orders. Raises
    `OrderExceeded` when that is more than is left.
    """
    nets = {invoice.pk: invoice.net for invoice in invoices}
    for part in OrderPart.objects.filter(invoice__in=nets).order_by("order_id", "pk"):
        if part.net != nets[part.invoice_id]:
            _take_anew(part, nets[part.invoice_id])


def _take_anew(part: OrderPart, net: Decimal) -> None:
    order = selectors.order_for_update(part.order_id)
    others = selectors.taken_of(order)
    left = splitting.lines_left([(line.net, line.quantity) for line in lines_of(order.lines)], others)
    room = order.supplement - splitting.amount_of(others, splitting.SUPPLEMENT)
    spread = splitting.spread(selectors.taken_by(part), left, room, net - part.net)
    if spread is None:
        raise OrderExceeded(left=order.left + part.net)
    order.invoiced += net - part.net
    part.amounts, part.fractions = _as_text(spread.amounts), _as_text(spread.fractions)
    part.net = net
    part.save(update_fields=["amounts", "fractions", "net"])
    settle(order)


@transaction.atomic
def invoice_credited(message: Message) -> None:
    """An invoice was given back in full: what it took of an order can be invoiced again. Told twice, it
    counts once. Locks the order.
    """
    if not message.payload.get("in_full"):
        return
    part = OrderPart.objects.filter(invoice_id=message.subject_id, freed_on=None).first()
    if part is None:
        return
    order = selectors.order_for_update(part.order_id)
    part = OrderPart.objects.get(pk=part.pk)
    if part.freed_on is not None:
        return
    credited_on = Invoice.objects.get(pk=message.subject_id).documents.order_by("-pk")[0].issued_on
    part.freed_on = credited_on
    part.save(update_fields=["freed_on"])
    order.invoiced -= part.net
    settle(order)


# --- lines -------------------------------------------------------------------------------------------------


def _check_quantities(
    left: Sequence[splitting.LineLeft], wanted: Mapping[int, Decimal], order: Order
) -> None:
    if not any(wanted.values()):
        raise NothingChosen
    for place, asked in wanted.items():
        if not 0 <= place < len(left) or asked < 0:
            raise NothingChosen
        if asked > left[place].units:
            raise OrderExceeded(left=order.left)


def _as_text(values: Mapping[str, Decimal | Fraction]) -> dict[str, str]:
    return {place: str(value) for place, value in values.items() if value}


def _final_statement(order: Order, lines: Sequence[LineInput]) -> list[LineInput]:
    """Every line of the order less its advances, where nothing but issued advances was invoiced; else
    nothing. An advance that was given back in part is no longer what the order gave for it: nothing either.
    """
    parts = [part for part in selectors.parts_of(order) if part.freed_on is None]
    issued = all(part.kind == PartKind.ADVANCE and part.invoice.number for part in parts)
    if not parts or not issued:
        return []
    deductions = deduction_lines([part.invoice for part in parts])
    if -sum((line.net for line in deductions), ZERO) != sum((part.net for part in parts), ZERO):
        return []
    return [*lines, *deductions]


def _by_code(
    order: Order,
    lines: Sequence[LineInput],
    amounts: Sequence[Decimal],
    kind: PartKind,
    percent: Decimal | None,
) -> list[LineInput]:
    """One line per VAT code that names the order."""
    words = wording(order.client.language)
    values: dict[str, Any] = {
        "order": order.client_reference or order.number,
        "title": order.title,
        "percent": f"{(percent or Decimal(0)).normalize():f}",
    }
    text = words[f"part_{kind}"] % values
    sums = sum_by_code((line.vat_code, amount) for line, amount in zip(lines, amounts, strict=True))
    return [_flat(text, amount, code) for code, amount in sums.items() if amount]


def _by_line(
    order: Order, lines: Sequence[LineInput], amounts: Sequence[Decimal], taken: splitting.Taken
) -> list[LineInput]:
    """The lines themselves, whole or with the quantity that gives the amount; else the amount as such."""
    words = wording(order.client.language)
    shown = []
    for place, (line, amount) in enumerate(zip(lines, amounts, strict=True)):
        if not amount:
            continue
        exact = Fraction(line.quantity) * taken.fractions[str(place)]
        quantity = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.001"))
        part = replace(line, quantity=quantity)
        if amount == line.net:
            shown.append(line)
        elif part.net == amount and quantity:
            shown.append(part)
        else:
            shown.append(_flat(words["part_line"] % {"text": line.description}, amount, line.vat_code))
    return shown


def _flat(text: str, amount: Decimal, code: str) -> LineInput:
    sign = Decimal(-1) if amount < 0 else Decimal(1)
    return LineInput(text[:300], sign, "flat", abs(amount), code)
