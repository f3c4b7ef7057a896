"""REST doors of purchases."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent, identity_behind, read_body
from core.doors import ActDoor, SeenList, ShowDoor, ThingDoor
from core.files import file_response
from invoicing.purchases import selectors, services
from invoicing.purchases.enums import Origin
from invoicing.purchases.filters import PurchaseFilter
from invoicing.purchases.models import Purchase, Supplier, SupplierAccount
from invoicing.purchases.pages import is_mine_or_queue
from invoicing.purchases.roles import ACT, APPROVE, BRING, CONFIRM, QUEUE, SEE, SUPPLIERS
from invoicing.purchases.serializers import (
    AcceptInput,
    AccountOutput,
    AssignInput,
    ConfirmInput,
    DocumentInput,
    OnePurchaseOutput,
    OverrideInput,
    PurchaseOutput,
    SupplierOutput,
    WhyInput,
)
from invoicing.ubl.intake import LARGEST
from invoicing.ubl.refusals import UblTooLarge
from members.enums import Role


class Purchases(SeenList[Purchase]):
    """Purchases that I may see."""

    required_roles: ClassVar[frozenset[str]] = SEE
    serializer_class = PurchaseOutput
    filterset_class = PurchaseFilter
    queryset = Purchase.objects.none()
    seen = staticmethod(selectors.visible_purchases)


class Receive(APIView):
    """Bring a supplier's electronic document."""

    required_roles: ClassVar[frozenset[str]] = BRING

    @extend_schema(
        request={"multipart/form-data": DocumentInput},
        responses={200: OnePurchaseOutput, 201: OnePurchaseOutput},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Read, check and keep it; 200 when the document was here already."""
        upload = read_body(DocumentInput, request)["file"]
        if upload.size > LARGEST:
            raise UblTooLarge(limit=f"{LARGEST // 1024 // 1024} MB")
        received = services.receive_document(
            content=upload.read(),
            name=upload.name,
            origin=Origin.UPLOAD,
            received_on=clock.today(),
            actor=actor_behind(request),
        )
        return Response(OnePurchaseOutput(received.purchase).data, status=201 if received.new else 200)


class PurchaseDoor(ThingDoor):
    """A purchase that the caller may see."""

    output = OnePurchaseOutput

    def found(self, pk: UUID) -> Purchase:
        """One of an Activity of theirs, or of their queue."""
        return selectors.visible_purchase(self.identity.person, pk, roles=self.identity.roles)


class AnswerablePurchaseDoor(PurchaseDoor):
    """A purchase to which the caller says yes or no."""

    required_roles = ACT

    def found(self, pk: UUID) -> Purchase:
        """One of an Activity of mine, or of the queue that I assign."""
        purchase = super().found(pk)
        if not is_mine_or_queue(purchase, self.identity.person, self.identity.roles):
            self.permission_denied(self.request)
        return purchase


class OnePurchase(PurchaseDoor, ShowDoor):
    """With everything that its document says."""

    required_roles = SEE


class Original(APIView):
    """The document as it came."""

    required_roles: ClassVar[frozenset[str]] = SEE

    @extend_schema(responses={(200, "application/xml"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 - a view
        """To the byte."""
        identity = identity_behind(request)
        purchase = selectors.visible_purchase(identity.person, pk, roles=identity.roles)
        return file_response(purchase.document.file)


class Assign(PurchaseDoor, ActDoor):
    """Its people are asked to accept it."""

    required_roles = QUEUE
    body = AssignInput

    def act(self, purchase: Purchase, activity: UUID) -> Purchase:
        return services.assign_purchase(
            purchase_id=purchase.pk, activity_id=activity, on=clock.today(), actor=self.actor
        )


class Accept(PurchaseDoor, ActDoor):
    """It is booked and paid on its due date; above the threshold an adviser agrees first."""

    required_roles = frozenset({Role.MEMBER})
    body = AcceptInput

    def act(self, purchase: Purchase, **given: Any) -> Purchase:
        return services.accept_purchase(purchase_id=purchase.pk, on=clock.today(), actor=self.actor, **given)


class Approve(PurchaseDoor, ActDoor):
    """By an adviser who is none of its people."""

    required_roles = APPROVE

    def act(self, purchase: Purchase) -> Purchase:
        return services.approve_purchase(purchase_id=purchase.pk, on=clock.today(), actor=self.actor)


class Refuse(AnswerablePurchaseDoor, ActDoor):
    """By people of its Activity, or by whoever assigns. Nothing is booked or paid."""

    body = WhyInput

    def act(self, purchase: Purchase, reason: str) -> Purchase:
        return services.refuse_purchase(
            purchase_id=purchase.pk, reason=reason, on=clock.today(), actor=self.actor
        )


class Override(PurchaseDoor, ActDoor):
    """From now on it may be accepted; the reason is kept for an audit."""

    required_roles = QUEUE
    body = OverrideInput

    def act(self, purchase: Purchase, reason: str) -> Purchase:
        return services.override_rules(
            purchase_id=purchase.pk, reason=reason, on=clock.today(), actor=self.actor
        )


class Suppliers(generics.ListAPIView[Supplier]):
    """Suppliers with their accounts."""

    required_roles: ClassVar[frozenset[str]] = SUPPLIERS
    serializer_class = SupplierOutput
    queryset = Supplier.objects.none()

    def get_queryset(self) -> QuerySet[Supplier]:
        """Every supplier."""
        return selectors.suppliers()


class ConfirmAccount(ActDoor):
    """It may be paid from now on."""

    required_roles = CONFIRM
    body = ConfirmInput
    output = AccountOutput

    def found(self, pk: UUID) -> UUID:
        """An account of a supplier."""
        selectors.supplier_of_account(pk)
        return pk

    def act(self, account_id: UUID, **given: Any) -> SupplierAccount:
        return services.confirm_account(account_id=account_id, on=clock.today(), actor=self.actor, **given)
