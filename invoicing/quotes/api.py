"""REST doors of quotes and orders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, checked_body, edits, idempotent, identity_behind, read_body, versioned
from core.doors import ActDoor, SeenList, ThingDoor
from invoicing.api.asked import MEMBERS, READ, client_of, own_activity
from invoicing.models import Invoice
from invoicing.quotes import selectors, services
from invoicing.quotes.filters import OrderFilter, QuoteFilter
from invoicing.quotes.models import Order, Quote
from invoicing.quotes.serializers import (
    ChangedOrderInput,
    NewQuoteInput,
    NotedAnswerInput,
    OneOrderOutput,
    OneQuoteOutput,
    OrderInput,
    OrderOutput,
    OrderPartInput,
    QuoteInput,
    QuoteOutput,
    SupplementInput,
)
from invoicing.quotes.services.drafts import usual_last_day
from invoicing.selectors import invoice_for
from invoicing.serializers import OneInvoiceOutput
from invoicing.types import LineInput
from members.models import Person

USUALLY = timedelta(days=30)
"""For how long a quote is good where no policy says it."""


def _person(request: Request) -> Person | None:
    person: Person | None = identity_behind(request).person
    return person


def _mine(request: Request, pk: UUID) -> Quote:
    return selectors.own_quote_for(_person(request), pk)


def _my_order(request: Request, pk: UUID) -> Order:
    return selectors.own_order_for(_person(request), pk)


def _answer(request: Request, pk: UUID, status: int = 200) -> Response:
    identity = identity_behind(request)
    quote = selectors.quote_for(identity.person, pk, roles=identity.roles)
    return versioned(OneQuoteOutput(quote).data, quote.version, status)


def _order_answer(request: Request, pk: UUID, status: int = 200) -> Response:
    identity = identity_behind(request)
    order = selectors.order_for(identity.person, pk, roles=identity.roles)
    return versioned(OneOrderOutput(order).data, order.version, status)


def _fields(request: Request, data: QuoteInput) -> dict[str, Any]:
    """What services want of a quote's input."""
    given = dict(data.validated_data)
    client, today = client_of(request, given.pop("client")), clock.today()
    given.pop("activity", None)
    return given | {
        "client_id": client.pk,
        "lines": data.to_lines(),
        "valid_until": given["valid_until"] or usual_last_day(today) or today + USUALLY,
        "on": today,
        "actor": actor_behind(request),
    }


class Quotes(SeenList[Quote]):
    """Quotes that I may see; writing one."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = QuoteOutput
    filterset_class = QuoteFilter
    queryset = Quote.objects.none()
    seen = staticmethod(selectors.visible_quotes)

    @extend_schema(request=NewQuoteInput, responses={201: OneQuoteOutput}, operation_id="quotes_draft")
    @idempotent
    def post(self, request: Request) -> Response:
        """Write a quote for one of my Activities."""
        data = checked_body(NewQuoteInput, request)
        activity_id = own_activity(request, data.validated_data["activity"])
        quote = services.create_quote(activity_id=activity_id, **_fields(request, data))
        return _answer(request, quote.pk, 201)


class OneQuote(APIView):
    """One quote; changing one that is being written."""

    required_roles: ClassVar[frozenset[str]] = READ

    @extend_schema(responses=OneQuoteOutput, operation_id="quotes_retrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """With its lines, versions and answers; the ETag names its version."""
        return _answer(request, pk)

    @extend_schema(request=QuoteInput, responses=OneQuoteOutput, operation_id="quotes_change")
    @edits
    def put(self, request: Request, pk: UUID, version: int) -> Response:
        """Replace everything in a quote of mine that is being written."""
        quote = _mine(request, pk)
        data = checked_body(QuoteInput, request)
        services.change_quote(quote_id=quote.pk, version=version, **_fields(request, data))
        return _answer(request, pk)

    @extend_schema(responses={204: None}, operation_id="quotes_delete")
    @edits
    def delete(self, request: Request, pk: UUID, version: int) -> Response:
        """Throw a quote of mine away that was never sent."""
        services.delete_quote(quote_id=_mine(request, pk).pk, version=version, actor=actor_behind(request))
        return Response(status=204)


class QuoteDoor(ThingDoor):
    """A quote of mine."""

    required_roles = MEMBERS
    output = OneQuoteOutput

    def found(self, pk: UUID) -> Quote:
        """Of an Activity of mine."""
        return _mine(self.request, pk)

    def answer(self, row: Quote) -> Response:
        """As it stands now, with its version."""
        return _answer(self.request, row.pk, self.status)


class SendQuote(QuoteDoor, ActDoor):
    """Number and freeze a quote of mine, and write to its client with the link by which to answer."""

    def act(self, quote: Quote) -> Quote:
        return services.send_quote(quote_id=quote.pk, on=clock.today(), actor=self.actor)


class ResendQuote(QuoteDoor, ActDoor):
    """Write the letter of an unanswered quote of mine again."""

    def act(self, quote: Quote) -> Quote:
        return services.resend_quote(quote_id=quote.pk, on=clock.today(), actor=self.actor)


class WithdrawQuote(QuoteDoor, ActDoor):
    """Take an unanswered quote of mine back: nobody can accept it any more."""

    def act(self, quote: Quote) -> Quote:
        return services.withdraw_quote(quote_id=quote.pk, on=clock.today(), actor=self.actor)


class ReviseQuote(QuoteDoor, ActDoor):
    """Begin the next version of a quote of mine; the one that was sent can no longer be accepted."""

    def act(self, quote: Quote) -> Quote:
        today = clock.today()
        last_day = usual_last_day(today) or today + USUALLY
        services.revise_quote(quote_id=quote.pk, valid_until=last_day, actor=self.actor)
        return quote


class RevokeLinks(QuoteDoor, ActDoor):
    """Make every link given out of a quote of mine worthless."""

    def act(self, quote: Quote) -> Quote:
        return services.revoke_links(quote_id=quote.pk, actor=self.actor)


class NoteAnswer(QuoteDoor, ActDoor):
    """Note what the client of a quote of mine said by paper or telephone; it cannot be changed."""

    body = NotedAnswerInput

    def act(self, quote: Quote, **given: Any) -> Quote:
        services.note_answer(quote_id=quote.pk, at=clock.now(), actor=self.actor, **given)
        return quote


class OrderQuote(ActDoor):
    """Carry out an accepted quote of mine; its advance becomes a draft at once."""

    required_roles = MEMBERS
    body = OrderInput
    output = OneOrderOutput
    status = 201

    def found(self, pk: UUID) -> Quote:
        """A quote of an Activity of mine."""
        return _mine(self.request, pk)

    def act(self, quote: Quote, **given: Any) -> Order:
        return services.order_quote(quote_id=quote.pk, on=clock.today(), actor=self.actor, **given)

    def answer(self, row: Order) -> Response:
        """The order."""
        return _order_answer(self.request, row.pk, self.status)


class Orders(SeenList[Order]):
    """Orders that I may see."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = OrderOutput
    filterset_class = OrderFilter
    queryset = Order.objects.none()
    seen = staticmethod(selectors.visible_orders)


class OneOrder(APIView):
    """One order; changing when it is planned."""

    required_roles: ClassVar[frozenset[str]] = READ

    @extend_schema(responses=OneOrderOutput, operation_id="orders_retrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """With its lines and invoices; the ETag names its version."""
        return _order_answer(request, pk)

    @extend_schema(request=ChangedOrderInput, responses=OneOrderOutput, operation_id="orders_change")
    @edits
    def put(self, request: Request, pk: UUID, version: int) -> Response:
        """Change the client's own number and the planned days of an order of mine."""
        order = _my_order(request, pk)
        given = read_body(ChangedOrderInput, request)
        services.change_order(order_id=order.pk, version=version, actor=actor_behind(request), **given)
        return _order_answer(request, pk)


class OrderDoor(ThingDoor):
    """An order of mine."""

    required_roles = MEMBERS
    output = OneOrderOutput

    def found(self, pk: UUID) -> Order:
        """Of an Activity of mine."""
        return _my_order(self.request, pk)

    def answer(self, row: Order) -> Response:
        """As it stands now, with its version."""
        return _order_answer(self.request, row.pk, self.status)


class InvoiceOrder(ActDoor):
    """Make a draft of a part of an order of mine; never more than was ordered and agreed."""

    required_roles = MEMBERS
    body = OrderPartInput
    output = OneInvoiceOutput
    status = 201

    def found(self, pk: UUID) -> Order:
        """An order of an Activity of mine."""
        return _my_order(self.request, pk)

    def act(self, order: Order, extra: list[dict[str, Any]], **given: Any) -> Invoice:
        lines = [LineInput(**line) for line in extra]
        return services.invoice_order(order_id=order.pk, extra=lines, actor=self.actor, **given)

    def answer(self, row: Invoice) -> Response:
        """The draft, with its version."""
        shown = invoice_for(_person(self.request), row.pk)
        return versioned(OneInvoiceOutput(shown).data, shown.version, self.status)


class SupplementOrder(OrderDoor, ActDoor):
    """Note what the client of an order of mine agreed to pay beyond it."""

    body = SupplementInput

    def act(self, order: Order, **given: Any) -> Order:
        services.supplement_order(order_id=order.pk, actor=self.actor, **given)
        return order


class CloseOrder(OrderDoor, ActDoor):
    """Give up what is left of an order of mine."""

    def act(self, order: Order) -> Order:
        return services.close_order(order_id=order.pk, on=clock.today(), actor=self.actor)
