"""REST doors of quotes and orders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from activities.selectors import holds
from activities.views import SEE
from core import clock
from core.api import actor_behind, edits, idempotent, identity_behind, versioned
from invoicing.errors import ActivityNotYours
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
from invoicing.selectors import client_for, invoice_for
from invoicing.serializers import OneInvoiceOutput
from invoicing.types import LineInput
from members.enums import Role
from members.models import Person

READ = frozenset(SEE)
MEMBERS = frozenset({Role.MEMBER})
USUALLY = timedelta(days=30)
"""For how long a quote is good where no policy says it."""


def _person(request: Request) -> Person | None:
    person: Person | None = identity_behind(request).person
    return person


def _mine(request: Request, pk: UUID) -> Quote:
    return selectors.own_quote_for(_person(request), pk)


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
    identity, today = identity_behind(request), clock.today()
    client = client_for(identity.person, given.pop("client"), roles=identity.roles)
    given.pop("activity", None)
    return given | {
        "client_id": client.pk,
        "lines": data.to_lines(),
        "valid_until": given["valid_until"] or usual_last_day(today) or today + USUALLY,
        "on": today,
        "actor": actor_behind(request),
    }


class Quotes(generics.ListAPIView[Quote]):
    """Quotes that I may see; writing one."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = QuoteOutput
    filterset_class = QuoteFilter
    queryset = Quote.objects.none()

    def get_queryset(self) -> QuerySet[Quote]:
        """Those of Activities that I may see."""
        identity = identity_behind(self.request)
        return selectors.visible_quotes(identity.person, identity.roles) if identity.person else self.queryset

    @extend_schema(request=NewQuoteInput, responses={201: OneQuoteOutput}, operation_id="quotes_draft")
    @idempotent
    def post(self, request: Request) -> Response:
        """Write a quote for one of my Activities."""
        data = NewQuoteInput(data=request.data)
        data.is_valid(raise_exception=True)
        person, activity_id = _person(request), data.validated_data["activity"]
        if person is None or not holds(person.pk, activity_id):
            raise ActivityNotYours
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
        data = QuoteInput(data=request.data)
        data.is_valid(raise_exception=True)
        services.change_quote(quote_id=quote.pk, version=version, **_fields(request, data))
        return _answer(request, pk)

    @extend_schema(responses={204: None}, operation_id="quotes_delete")
    @edits
    def delete(self, request: Request, pk: UUID, version: int) -> Response:
        """Throw a quote of mine away that was never sent."""
        services.delete_quote(quote_id=_mine(request, pk).pk, version=version, actor=actor_behind(request))
        return Response(status=204)


class SendQuote(APIView):
    """Sending a quote."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(request=None, responses=OneQuoteOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Number and freeze a quote of mine, and write to its client with the link by which to answer."""
        services.send_quote(quote_id=_mine(request, pk).pk, on=clock.today(), actor=actor_behind(request))
        return _answer(request, pk)


class ResendQuote(APIView):
    """Writing again."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(request=None, responses=OneQuoteOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Write the letter of an unanswered quote of mine again."""
        services.resend_quote(quote_id=_mine(request, pk).pk, on=clock.today(), actor=actor_behind(request))
        return _answer(request, pk)


class WithdrawQuote(APIView):
    """Taking a quote back."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(request=None, responses=OneQuoteOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Take an unanswered quote of mine back: nobody can accept it any more."""
        services.withdraw_quote(quote_id=_mine(request, pk).pk, on=clock.today(), actor=actor_behind(request))
        return _answer(request, pk)


class ReviseQuote(APIView):
    """Another version."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(request=None, responses=OneQuoteOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Begin the next version of a quote of mine; the one that was sent can no longer be accepted."""
        today = clock.today()
        services.revise_quote(
            quote_id=_mine(request, pk).pk,
            valid_until=usual_last_day(today) or today + USUALLY,
            actor=actor_behind(request),
        )
        return _answer(request, pk)


class RevokeLinks(APIView):
    """Worthless links."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(request=None, responses=OneQuoteOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Make every link given out of a quote of mine worthless."""
        services.revoke_links(quote_id=_mine(request, pk).pk, actor=actor_behind(request))
        return _answer(request, pk)


class NoteAnswer(APIView):
    """An answer that came outside the link."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(request=NotedAnswerInput, responses=OneQuoteOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Note what the client of a quote of mine said by paper or telephone; it cannot be changed."""
        quote = _mine(request, pk)
        data = NotedAnswerInput(data=request.data)
        data.is_valid(raise_exception=True)
        services.note_answer(
            quote_id=quote.pk, at=clock.now(), actor=actor_behind(request), **data.validated_data
        )
        return _answer(request, pk)


class OrderQuote(APIView):
    """An accepted quote becomes an order."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(request=OrderInput, responses={201: OneOrderOutput})
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Carry out an accepted quote of mine; its advance becomes a draft at once."""
        quote = _mine(request, pk)
        data = OrderInput(data=request.data)
        data.is_valid(raise_exception=True)
        order = services.order_quote(
            quote_id=quote.pk,
            on=clock.today(),
            actor=actor_behind(request),
            **data.validated_data,
        )
        return _order_answer(request, order.pk, 201)


class Orders(generics.ListAPIView[Order]):
    """Orders that I may see."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = OrderOutput
    filterset_class = OrderFilter
    queryset = Order.objects.none()

    def get_queryset(self) -> QuerySet[Order]:
        """Those of Activities that I may see."""
        identity = identity_behind(self.request)
        return selectors.visible_orders(identity.person, identity.roles) if identity.person else self.queryset


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
        order = selectors.own_order_for(_person(request), pk)
        data = ChangedOrderInput(data=request.data)
        data.is_valid(raise_exception=True)
        services.change_order(
            order_id=order.pk, version=version, actor=actor_behind(request), **data.validated_data
        )
        return _order_answer(request, pk)


class InvoiceOrder(APIView):
    """Invoicing a part of an order."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(request=OrderPartInput, responses={201: OneInvoiceOutput})
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Make a draft of a part of an order of mine; never more than was ordered and agreed."""
        order = selectors.own_order_for(_person(request), pk)
        data = OrderPartInput(data=request.data)
        data.is_valid(raise_exception=True)
        fields = dict(data.validated_data)
        extra = [LineInput(**line) for line in fields.pop("extra")]
        draft = services.invoice_order(order_id=order.pk, extra=extra, actor=actor_behind(request), **fields)
        shown = invoice_for(_person(request), draft.pk)
        return versioned(OneInvoiceOutput(shown).data, shown.version, 201)


class SupplementOrder(APIView):
    """What was agreed beyond an order."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(request=SupplementInput, responses=OneOrderOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Note what the client of an order of mine agreed to pay beyond it."""
        order = selectors.own_order_for(_person(request), pk)
        data = SupplementInput(data=request.data)
        data.is_valid(raise_exception=True)
        services.supplement_order(order_id=order.pk, actor=actor_behind(request), **data.validated_data)
        return _order_answer(request, pk)


class CloseOrder(APIView):
    """Giving up what is left."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(request=None, responses=OneOrderOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Give up what is left of an order of mine."""
        order = selectors.own_order_for(_person(request), pk)
        services.close_order(order_id=order.pk, on=clock.today(), actor=actor_behind(request))
        return _order_answer(request, pk)
