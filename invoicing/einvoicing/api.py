"""REST doors of sending."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from activities.views import SEE
from core import clock
from core.api import actor_behind, idempotent, identity_behind, read_body
from core.doors import ActDoor
from invoicing import selectors as invoices
from invoicing.api.asked import invoice_of
from invoicing.einvoicing import selectors, services
from invoicing.einvoicing.errors import DeliveryNotFound
from invoicing.einvoicing.models import Delivery
from invoicing.einvoicing.serializers import (
    DeliverInput,
    DocumentDeliveryOutput,
    LostInput,
    SendManyInput,
    SentOutput,
)
from invoicing.errors import DocumentNotFound, InvoiceNotFound
from invoicing.models import Invoice
from invoicing.roles import CONTROLLERS
from members.enums import Role


class Deliveries(generics.ListAPIView[Delivery]):
    """How an invoice and its credit notes went to the client: every sending, the latest first."""

    required_roles: ClassVar[frozenset[str]] = frozenset(SEE)
    serializer_class = DocumentDeliveryOutput
    queryset = Delivery.objects.none()

    def get_queryset(self) -> QuerySet[Delivery]:
        """Of the documents of an invoice that I may see."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return selectors.deliveries_of(invoice_of(self.request, self.kwargs["pk"]))

    @extend_schema(
        request=DeliverInput,
        responses={201: DocumentDeliveryOutput(many=True)},
        operation_id="invoice_deliver",
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Send its documents; for the people of its Activity, and for whoever watches over all invoices."""
        identity, invoice = identity_behind(request), invoice_of(request, pk)
        if not selectors.may_send(identity.person, identity.roles, invoice):
            raise InvoiceNotFound
        given = read_body(DeliverInput, request)
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


class SendMany(APIView):
    """Invoices that nobody sent."""

    required_roles: ClassVar[frozenset[str]] = frozenset({Role.MEMBER, *CONTROLLERS})

    @extend_schema(request=SendManyInput, responses=SentOutput(many=True), operation_id="invoices_send_many")
    @idempotent
    def post(self, request: Request) -> Response:
        """Send several, as the policy of the day says: one that cannot be sent keeps back no other. What I
        may not send, or was sent, is passed over.
        """
        identity = identity_behind(request)
        asked = read_body(SendManyInput, request)["invoices"]
        allowed = (
            selectors.unsent(identity.person, identity.roles) if identity.person else Invoice.objects.none()
        )
        chosen = list(allowed.filter(pk__in=asked).values_list("pk", flat=True))
        done = services.send_many(invoice_ids=chosen, on=clock.today(), actor=actor_behind(request))
        return Response(SentOutput(done, many=True).data)


class SendingDoor(ActDoor):
    """What happened to a sending outside the network."""

    required_roles = frozenset({Role.MEMBER, *CONTROLLERS})
    output = DocumentDeliveryOutput

    def found(self, pk: UUID) -> Delivery:
        """A sending about which the caller may note something. Raises `DeliveryNotFound`."""
        if self.identity.person is None:
            raise DeliveryNotFound
        return selectors.sending_to_note(self.identity.person, self.identity.roles, pk)


class HandedOver(SendingDoor):
    """The printed document was posted or given by hand today."""

    operation_id = "deliveries_handed_over"

    def act(self, sending: Delivery) -> Delivery:
        return services.note_handed_over(delivery_id=sending.pk, on=clock.today(), actor=self.actor)


class Lost(SendingDoor):
    """An e-mail or a letter did not arrive: somebody has to look."""

    body = LostInput
    operation_id = "deliveries_lost"

    def act(self, sending: Delivery, **given: Any) -> Delivery:
        return services.note_lost(delivery_id=sending.pk, on=clock.today(), actor=self.actor, **given)


class SetAside(SendingDoor):
    """Nothing more is to be done about what did not arrive."""

    operation_id = "deliveries_set_aside"

    def act(self, sending: Delivery) -> Delivery:
        return services.set_aside(delivery_id=sending.pk, actor=self.actor)


def _answer(invoice: Invoice, status: int = 200) -> Response:
    rows = selectors.deliveries_of(invoice)
    return Response(DocumentDeliveryOutput(rows, many=True).data, status=status)
