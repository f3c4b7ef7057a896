"""Reads of quotes and orders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from activities.models import Activity, ActivityHolder
from activities.selectors import READERS, own_or_accompanied
from core.locks import for_update
from core.money import ZERO
from invoicing.models import Invoice
from invoicing.quotes.enums import OrderState, QuoteState
from invoicing.quotes.errors import OrderNotFound, QuoteFileNotFound, QuoteNotFound
from invoicing.quotes.models import Order, OrderPart, Quote, QuoteAnswer, QuoteFile, SentQuote
from invoicing.quotes.splitting import Taken
from members.models import Person

# --- quotes ------------------------------------------------------------------------------------------------


def quotes() -> QuerySet[Quote]:
    """Quotes with their client, Activity and entity."""
    return Quote.objects.select_related("client", "activity", "entity")


def visible_quotes(person: Person, roles: frozenset[str] = frozenset()) -> QuerySet[Quote]:
    """Quotes of the Activities that the person may see, newest first; every one for staff who read all."""
    rows = quotes().order_by("-pk")
    if roles & READERS:
        return rows
    return rows.filter(activity__in=own_or_accompanied(person, roles))


def quote_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> Quote:
    """A quote that the person may see. Raises `QuoteNotFound`, as if it did not exist."""
    found = visible_quotes(person, roles).filter(pk=pk).first() if person is not None else None
    if found is None:
        raise QuoteNotFound
    return found


def own_quote_for(person: Person | None, pk: UUID) -> Quote:
    """A quote of an Activity whose people the person belongs to: who may write. Raises `QuoteNotFound`."""
    found = quotes().filter(pk=pk, activity__in=_held(person)).first() if person is not None else None
    if found is None:
        raise QuoteNotFound
    return found


def quote_for_update(quote_id: UUID) -> Quote:
    """The quote, locked. Raises `QuoteNotFound`."""
    found = for_update(quotes().filter(pk=quote_id)).first()
    if found is None:
        raise QuoteNotFound
    return found


def versions_of(quote: Quote) -> QuerySet[SentQuote]:
    """The versions as sent, the latest first."""
    return SentQuote.objects.filter(quote=quote).order_by("-revision")


def standing_version(quote: Quote) -> SentQuote | None:
    """The version that was sent last, unless another one is being written."""
    return SentQuote.objects.filter(quote=quote, revision=quote.revision).first()


def answers_of(quote: Quote) -> QuerySet[QuoteAnswer]:
    """What the client answered, in order."""
    return QuoteAnswer.objects.filter(sent__quote=quote).select_related("sent").order_by("pk")


def answer_to(sent: SentQuote) -> QuoteAnswer | None:
    """What the client answered to a version."""
    return QuoteAnswer.objects.filter(sent=sent).first()


def files_of(quote: Quote) -> QuerySet[QuoteFile]:
    """What goes with a quote."""
    return QuoteFile.objects.filter(quote=quote).select_related("file").order_by("pk")


def file_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> QuoteFile:
    """A file that goes with a quote that the person may see. Raises `QuoteFileNotFound`."""
    if person is not None:
        seen = visible_quotes(person, roles).order_by().values("pk")
        rows = QuoteFile.objects.select_related("file", "quote").filter(pk=pk, quote__in=seen)
        if (found := rows.first()) is not None:
            return found
    raise QuoteFileNotFound


def waiting_until(day: date) -> QuerySet[Quote]:
    """Sent quotes whose last day lies before `day`."""
    return Quote.objects.filter(state=QuoteState.SENT, valid_until__lt=day).order_by("pk")


def to_remind(sent_by: date, today: date) -> QuerySet[Quote]:
    """Quotes sent on `sent_by` or before, still good today, unanswered and never recalled."""
    return Quote.objects.filter(
        state=QuoteState.SENT, sent_on__lte=sent_by, valid_until__gte=today, reminded_on=None, remind=True
    ).order_by("pk")


# --- orders ------------------------------------------------------------------------------------------------


def orders() -> QuerySet[Order]:
    """Orders with their quote, client, Activity and entity; `to_invoice` is what is left."""
    return Order.objects.select_related("quote", "client", "activity", "entity").annotate(
        to_invoice=F("net") + F("supplement") - F("invoiced")
    )


def visible_orders(person: Person, roles: frozenset[str] = frozenset()) -> QuerySet[Order]:
    """Orders of the Activities that the person may see, newest first; every one for staff who read all."""
    rows = orders().order_by("-pk")
    if roles & READERS:
        return rows
    return rows.filter(activity__in=own_or_accompanied(person, roles))


def order_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> Order:
    """An order that the person may see. Raises `OrderNotFound`."""
    found = visible_orders(person, roles).filter(pk=pk).first() if person is not None else None
    if found is None:
        raise OrderNotFound
    return found


def own_order_for(person: Person | None, pk: UUID) -> Order:
    """An order of an Activity whose people the person belongs to. Raises `OrderNotFound`."""
    found = orders().filter(pk=pk, activity__in=_held(person)).first() if person is not None else None
    if found is None:
        raise OrderNotFound
    return found


def order_for_update(order_id: UUID) -> Order:
    """The order, locked. Raises `OrderNotFound`."""
    rows = Order.objects.select_related("quote", "client", "activity", "entity")
    found = for_update(rows.filter(pk=order_id)).first()
    if found is None:
        raise OrderNotFound
    return found


def order_of(quote: Quote) -> Order | None:
    """The order that a quote became."""
    return orders().filter(quote=quote).first()


def parts_of(order: Order) -> QuerySet[OrderPart]:
    """What was invoiced of an order, drafts too, in order."""
    return OrderPart.objects.filter(order=order).select_related("invoice").order_by("pk")


def taken_by(part: OrderPart) -> Taken:
    """What a part takes, as numbers."""
    return Taken(
        {place: Decimal(amount) for place, amount in part.amounts.items()},
        {place: Fraction(fraction) for place, fraction in part.fractions.items()},
    )


def taken_of(order: Order) -> list[Taken]:
    """What the parts of an order take, those that were given back apart."""
    return [taken_by(part) for part in parts_of(order) if part.freed_on is None]


def was_shared(order: Order) -> bool:
    """Whether a percentage of the order was invoiced and stands."""
    return OrderPart.objects.filter(order=order, freed_on=None, percent__isnull=False).exists()


def part_of(invoice: Invoice) -> OrderPart | None:
    """The part of an order that an invoice takes."""
    return OrderPart.objects.filter(invoice=invoice).select_related("order").first()


# --- figures -----------------------------------------------------------------------------------------------


def forecast_of(activity_ids: Iterable[UUID], today: date) -> dict[UUID, tuple[Decimal, Decimal, Decimal]]:
    """Per Activity, euro without VAT: quotes that wait for an answer, quotes won and not ordered yet, what
    orders still bring. Two queries whatever their number.
    """
    ids = list(activity_ids)
    found: dict[UUID, list[Decimal]] = {}
    rows = Quote.objects.filter(activity__in=ids, state__in=(QuoteState.SENT, QuoteState.ACCEPTED))
    rows = rows.exclude(state=QuoteState.SENT, valid_until__lt=today)
    for row in rows.order_by().values("activity_id", "state").annotate(sum=Sum("net")):
        place = 0 if row["state"] == QuoteState.SENT else 1
        found.setdefault(row["activity_id"], [ZERO] * 3)[place] = row["sum"]
    left = Order.objects.filter(activity__in=ids, state=OrderState.OPEN).order_by().values("activity_id")
    for order in left.annotate(sum=Sum(F("net") + F("supplement") - F("invoiced"))):
        found.setdefault(order["activity_id"], [ZERO] * 3)[2] = order["sum"]
    return {pk: (sums[0], sums[1], sums[2]) for pk, sums in found.items()}


def quotes_of_activity(activity: Activity) -> QuerySet[Quote]:
    """Quotes of an Activity, newest first."""
    return quotes().filter(activity=activity).order_by("-pk")


def orders_to_invoice(person: Person) -> QuerySet[Order]:
    """Open orders of the person's Activities with something left, the earliest planned end first."""
    return (
        orders()
        .filter(activity__in=_held(person), state=OrderState.OPEN)
        .order_by(F("planned_to").asc(nulls_last=True), "pk")
    )


def _held(person: Person | None) -> QuerySet[ActivityHolder, UUID]:
    return ActivityHolder.objects.filter(person=person).values_list("activity_id", flat=True)
