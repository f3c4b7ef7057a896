"""REST doors of answers to purchases beside acceptance, and of invoices on paper."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent, identity_behind, read_body
from core.doors import ActDoor
from core.identifiers import InvalidIdentifier, normalise_iban
from core.money import ZERO
from invoicing.api.asked import own_activity
from invoicing.purchases import selectors, services
from invoicing.purchases.api import AnswerablePurchaseDoor, PurchaseDoor
from invoicing.purchases.enums import PurchaseKind
from invoicing.purchases.models import Purchase
from invoicing.purchases.roles import APPROVE
from invoicing.purchases.serializers import OnePurchaseOutput, WhyInput
from invoicing.purchases.services.paper import Typed
from members.enums import Role

EURO: dict[str, Any] = {"max_digits": 14, "decimal_places": 2}


def _iban(text: str) -> str:
    try:
        return normalise_iban(text) if text.strip() else ""
    except InvalidIdentifier as error:
        raise serializers.ValidationError(str(error)) from error


class SupplierIbanInput(serializers.Serializer[Any]):
    """The account that is paid."""

    iban = serializers.CharField(max_length=42)

    def validate_iban(self, value: str) -> str:
        """A number that holds."""
        return _iban(value)


class PaperInput(serializers.Serializer[Any]):
    """An invoice on paper, copied by hand, with its receipt (PDF, PNG or JPEG), sent as multipart. `total`
    with VAT.
    """

    activity = serializers.UUIDField()
    supplier_name = serializers.CharField(max_length=200)
    vat_number = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    country = serializers.RegexField("^[A-Z]{2}$", required=False, default="BE")
    kind = serializers.ChoiceField(choices=PurchaseKind.choices, default=PurchaseKind.INVOICE)
    number = serializers.CharField(max_length=100)
    issued_on = serializers.DateField()
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    total = serializers.DecimalField(**EURO)
    vat = serializers.DecimalField(**EURO, required=False, default=ZERO)
    iban = serializers.CharField(max_length=42, required=False, allow_blank=True, default="")
    reference = serializers.CharField(max_length=140, required=False, allow_blank=True, default="")
    text = serializers.CharField(max_length=140)
    receipt = serializers.FileField()

    def validate_iban(self, value: str) -> str:
        """A number that holds, or none."""
        return _iban(value)


class Paper(APIView):
    """An invoice that came on paper."""

    required_roles: ClassVar[frozenset[str]] = frozenset({Role.MEMBER})

    @extend_schema(
        request={"multipart/form-data": PaperInput},
        responses={201: OnePurchaseOutput},
        operation_id="purchases_paper",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Enter it for one of my Activities: it waits to be accepted."""
        typed = read_body(PaperInput, request)
        identity, receipt = identity_behind(request), typed.pop("receipt")
        purchase = services.enter_purchase(
            activity_id=own_activity(request, typed.pop("activity")),
            typed=Typed(**typed),
            receipt=receipt,
            on=clock.today(),
            actor=actor_behind(request),
        )
        shown = selectors.visible_purchase(identity.person, purchase.pk, roles=identity.roles)
        return Response(OnePurchaseOutput(shown).data, status=201)


class GiveBack(PurchaseDoor, ActDoor):
    """It waits for finance again; the answer shows it as it left me."""

    required_roles = frozenset({Role.MEMBER})
    body = WhyInput
    operation_id = "purchases_give_back"

    def act(self, purchase: Purchase, reason: str) -> Purchase:
        return services.give_back_purchase(purchase_id=purchase.pk, reason=reason, actor=self.actor)


class SendBack(PurchaseDoor, ActDoor):
    """The money is free again, and the member reads why."""

    required_roles = APPROVE
    body = WhyInput
    operation_id = "purchases_send_back"

    def act(self, purchase: Purchase, reason: str) -> Purchase:
        return services.send_back_purchase(purchase_id=purchase.pk, reason=reason, actor=self.actor)


class NameAccount(AnswerablePurchaseDoor, ActDoor):
    """By people of its Activity, or by whoever assigns; finance confirms another one than before."""

    body = SupplierIbanInput
    operation_id = "purchases_account"

    def act(self, purchase: Purchase, iban: str) -> Purchase:
        return services.name_account(purchase_id=purchase.pk, iban=iban, on=clock.today(), actor=self.actor)
