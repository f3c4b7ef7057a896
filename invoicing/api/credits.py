"""REST doors of the credits of clients."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent, identity_behind
from core.rest import CursorPages
from invoicing import overpaid, selectors
from invoicing.api.asked import CONTROL
from invoicing.models import Invoice
from invoicing.serializers.credits import (
    ClientCreditOutput,
    CreditsQuery,
    RefundInput,
    RefundOutput,
    SetOffInput,
)
from invoicing.services.credits import cancel_refund, refund_credit, set_off_credit
from ledger.treasury.models import Payout


def _invoice(request: Request, pk: UUID) -> Invoice:
    identity = identity_behind(request)
    return selectors.invoice_for(identity.person, pk, roles=identity.roles)


class CreditPages(CursorPages):
    """The oldest first."""

    ordering = ("issued_on", "pk")  # type: ignore[assignment]  # the base names one


@extend_schema(parameters=[CreditsQuery], filters=False)
class Credits(generics.ListAPIView[Invoice]):
    """What is owed to clients, the oldest first."""

    required_roles: ClassVar[frozenset[str]] = CONTROL
    serializer_class = ClientCreditOutput
    pagination_class = CreditPages
    question = CreditsQuery
    queryset = Invoice.objects.none()

    def get_queryset(self) -> QuerySet[Invoice]:
        """Every credit, or those of clients whose name begins so."""
        query = CreditsQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        return overpaid.credits(query.validated_data.get("q", ""))


class Refund(APIView):
    """Giving a credit back."""

    required_roles: ClassVar[frozenset[str]] = CONTROL

    @extend_schema(request=RefundInput, responses={201: RefundOutput})
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Ask for a refund: it waits for a batch, which two people sign."""
        source = _invoice(request, pk)
        data = RefundInput(data=request.data)
        data.is_valid(raise_exception=True)
        payout = refund_credit(
            invoice_id=source.pk,
            on=clock.today(),
            actor=actor_behind(request),
            **data.validated_data,
        )
        return Response(RefundOutput(payout).data, status=201)


class SetOff(APIView):
    """Paying another invoice with a credit."""

    required_roles: ClassVar[frozenset[str]] = CONTROL

    @extend_schema(request=SetOffInput, responses=ClientCreditOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The open invoice is paid by that much; what is left of the credit is answered."""
        source = _invoice(request, pk)
        data = SetOffInput(data=request.data)
        data.is_valid(raise_exception=True)
        set_off_credit(
            from_id=source.pk,
            to_id=_invoice(request, data.validated_data["invoice"]).pk,
            amount=data.validated_data["amount"],
            on=clock.today(),
            actor=actor_behind(request),
        )
        return Response(ClientCreditOutput(_invoice(request, pk)).data)


class Refunds(generics.ListAPIView[Payout]):
    """Refunds that have not left."""

    required_roles: ClassVar[frozenset[str]] = CONTROL
    serializer_class = RefundOutput
    queryset = Payout.objects.none()

    def get_queryset(self) -> QuerySet[Payout]:
        """Asked for, held or in a batch that waits for its second person."""
        return overpaid.refunds_on_their_way()


class Cancel(APIView):
    """Giving a refund up."""

    required_roles: ClassVar[frozenset[str]] = CONTROL

    @extend_schema(request=None, responses=ClientCreditOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The credit stands on its invoice again; refused once a file holds the payment."""
        invoice = cancel_refund(payout_id=pk, on=clock.today(), actor=actor_behind(request))
        return Response(ClientCreditOutput(_invoice(request, invoice.pk)).data)
