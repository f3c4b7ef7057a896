"""REST doors of the credits of clients."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent, read_query
from core.rest import CursorPages
from invoicing import overpaid
from invoicing.api.asked import CONTROL, OfInvoice, invoice_of
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
        return overpaid.credits(read_query(CreditsQuery, self.request).get("q", ""))


class Refund(OfInvoice):
    """Ask for a refund: it waits for a batch, which two people sign."""

    body = RefundInput
    output = RefundOutput
    status = 201

    def act(self, source: Invoice, **given: Any) -> Payout:
        return refund_credit(invoice_id=source.pk, on=clock.today(), actor=self.actor, **given)


class SetOff(OfInvoice):
    """The open invoice is paid by that much; what is left of the credit is answered."""

    body = SetOffInput
    output = ClientCreditOutput

    def act(self, source: Invoice, invoice: UUID, **given: Any) -> Invoice:
        paid = invoice_of(self.request, invoice)
        set_off_credit(from_id=source.pk, to_id=paid.pk, on=clock.today(), actor=self.actor, **given)
        return self.found(source.pk)


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
        return Response(ClientCreditOutput(invoice_of(request, invoice.pk)).data)
