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
from core.api import actor_behind, idempotent, identity_behind
from core.files import file_response
from invoicing.purchases import selectors, services
from invoicing.purchases.enums import Origin
from invoicing.purchases.filters import PurchaseFilter
from invoicing.purchases.models import Purchase, Supplier
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


def _purchase(request: Request, pk: UUID) -> Purchase:
    identity = identity_behind(request)
    return selectors.visible_purchase(identity.person, pk, roles=identity.roles)


def _answer(purchase: Purchase, status: int = 200) -> Response:
    return Response(OnePurchaseOutput(purchase).data, status=status)


class Purchases(generics.ListAPIView[Purchase]):
    """Purchases that I may see."""

    required_roles: ClassVar[frozenset[str]] = SEE
    serializer_class = PurchaseOutput
    filterset_class = PurchaseFilter
    queryset = Purchase.objects.none()

    def get_queryset(self) -> QuerySet[Purchase]:
        """Those of Activities that I may see, and what waits for whoever assigns it."""
        identity = identity_behind(self.request)
        if not identity.person:
            return self.queryset
        return selectors.visible_purchases(identity.person, identity.roles)


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
        data = DocumentInput(data=request.data)
        data.is_valid(raise_exception=True)
        upload = data.validated_data["file"]
        if upload.size > LARGEST:
            raise UblTooLarge(limit=f"{LARGEST // 1024 // 1024} MB")
        received = services.receive_document(
            content=upload.read(),
            name=upload.name,
            origin=Origin.UPLOAD,
            received_on=clock.today(),
            actor=actor_behind(request),
        )
        return _answer(received.purchase, 201 if received.new else 200)


class OnePurchase(APIView):
    """A purchase."""

    required_roles: ClassVar[frozenset[str]] = SEE

    @extend_schema(responses=OnePurchaseOutput)
    def get(self, request: Request, pk: UUID, **kwargs: Any) -> Response:  # noqa: ARG002 - a view
        """With everything that its document says."""
        return _answer(_purchase(request, pk))


class Original(APIView):
    """The document as it came."""

    required_roles: ClassVar[frozenset[str]] = SEE

    @extend_schema(responses={(200, "application/xml"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 - a view
        """To the byte."""
        return file_response(_purchase(request, pk).document.file)


class Assign(APIView):
    """Say whose a purchase is."""

    required_roles: ClassVar[frozenset[str]] = QUEUE

    @extend_schema(request=AssignInput, responses=OnePurchaseOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Its people are asked to accept it."""
        found = _purchase(request, pk)
        data = AssignInput(data=request.data)
        data.is_valid(raise_exception=True)
        purchase = services.assign_purchase(
            purchase_id=found.pk,
            activity_id=data.validated_data["activity"],
            on=clock.today(),
            actor=actor_behind(request),
        )
        return _answer(purchase)


class Accept(APIView):
    """Accept a purchase of an Activity of mine."""

    required_roles: ClassVar[frozenset[str]] = frozenset({Role.MEMBER})

    @extend_schema(request=AcceptInput, responses=OnePurchaseOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It is booked and paid on its due date; above the threshold an adviser agrees first."""
        found = _purchase(request, pk)
        data = AcceptInput(data=request.data)
        data.is_valid(raise_exception=True)
        purchase = services.accept_purchase(
            purchase_id=found.pk,
            on=clock.today(),
            actor=actor_behind(request),
            **data.validated_data,
        )
        return _answer(purchase)


class Approve(APIView):
    """Agree to a purchase above the threshold."""

    required_roles: ClassVar[frozenset[str]] = APPROVE

    @extend_schema(request=None, responses=OnePurchaseOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """By an adviser who is none of its people."""
        purchase = services.approve_purchase(
            purchase_id=_purchase(request, pk).pk, on=clock.today(), actor=actor_behind(request)
        )
        return _answer(purchase)


class Refuse(APIView):
    """Refuse a purchase, and tell the supplier why."""

    required_roles: ClassVar[frozenset[str]] = ACT

    @extend_schema(request=WhyInput, responses=OnePurchaseOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """By people of its Activity, or by whoever assigns. Nothing is booked or paid."""
        found, identity = _purchase(request, pk), identity_behind(request)
        data = WhyInput(data=request.data)
        data.is_valid(raise_exception=True)
        if not is_mine_or_queue(found, identity.person, identity.roles):
            self.permission_denied(request)
        purchase = services.refuse_purchase(
            purchase_id=found.pk,
            reason=data.validated_data["reason"],
            on=clock.today(),
            actor=actor_behind(request),
        )
        return _answer(purchase)


class Override(APIView):
    """Take a document that breaks the public rules all the same."""

    required_roles: ClassVar[frozenset[str]] = QUEUE

    @extend_schema(request=OverrideInput, responses=OnePurchaseOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """From now on it may be accepted; the reason is kept for an audit."""
        found = _purchase(request, pk)
        data = OverrideInput(data=request.data)
        data.is_valid(raise_exception=True)
        purchase = services.override_rules(
            purchase_id=found.pk,
            reason=data.validated_data["reason"],
            on=clock.today(),
            actor=actor_behind(request),
        )
        return _answer(purchase)


class Suppliers(generics.ListAPIView[Supplier]):
    """Suppliers with their accounts."""

    required_roles: ClassVar[frozenset[str]] = SUPPLIERS
    serializer_class = SupplierOutput
    queryset = Supplier.objects.none()

    def get_queryset(self) -> QuerySet[Supplier]:
        """Every supplier."""
        return selectors.suppliers()


class ConfirmAccount(APIView):
    """Say that a changed account is the supplier's."""

    required_roles: ClassVar[frozenset[str]] = CONFIRM

    @extend_schema(request=ConfirmInput, responses=AccountOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It may be paid from now on."""
        selectors.supplier_of_account(pk)
        data = ConfirmInput(data=request.data)
        data.is_valid(raise_exception=True)
        account = services.confirm_account(
            account_id=pk, on=clock.today(), actor=actor_behind(request), **data.validated_data
        )
        return Response(AccountOutput(account).data)
