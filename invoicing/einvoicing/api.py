"""REST doors of sending."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from activities.views import SEE
from core import clock
from core.api import actor_behind, idempotent, identity_behind
from invoicing import selectors as invoices
from invoicing.einvoicing import selectors, services
from invoicing.einvoicing.models import Delivery
from invoicing.einvoicing.serializers import DeliverInput, DocumentDeliveryOutput
from invoicing.errors import DocumentNotFound, InvoiceNotFound
from invoicing.models import Invoice


class Deliveries(generics.ListAPIView[Delivery]):
    """How an invoice and its credit notes went to the client: every sending, the latest first."""

    required_roles: ClassVar[frozenset[str]] = frozenset(SEE)
    serializer_class = DocumentDeliveryOutput
    queryset = Delivery.objects.none()

    def get_queryset(self) -> QuerySet[Delivery]:
        """Of the documents of an invoice that I may see."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return selectors.deliveries_of(_seen(self.request, self.kwargs["pk"]))

    @extend_schema(
        request=DeliverInput,
        responses={201: DocumentDeliveryOutput(many=True)},
        operation_id="invoice_deliver",
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Send its documents; for the people of its Activity, and for whoever watches over all invoices."""
        identity, invoice = identity_behind(request), _seen(request, pk)
        if not selectors.may_send(identity.person, identity.roles, invoice):
            raise InvoiceNotFound
        data = DeliverInput(data=request.data)
        data.is_valid(raise_exception=True)
        given = data.validated_data
        chosen = given.pop("document")
        if chosen is None:
            services.send_invoice(
                invoice_id=invoice.pk, on=clock.today(), actor=actor_behind(request), **given
            )
        else:
            if not invoices.documents_of(invoice).filter(pk=chosen).exists():
                raise DocumentNotFound(number=str(chosen))
            services.send_document(document_id=chosen, on=clock.today(), actor=actor_behind(request), **given)
        return _answer(invoice, 201)


def _seen(request: Request, pk: UUID) -> Invoice:
    identity = identity_behind(request)
    return invoices.invoice_for(identity.person, pk, roles=identity.roles)


def _answer(invoice: Invoice, status: int = 200) -> Response:
    rows = selectors.deliveries_of(invoice)
    return Response(DocumentDeliveryOutput(rows, many=True).data, status=status)
