"""REST door by which a purchase is split."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from activities.errors import NotAHolder
from core import clock
from core.api import actor_behind, idempotent, identity_behind
from invoicing.purchases import selectors, services
from invoicing.purchases.pages import is_mine_or_queue
from invoicing.purchases.roles import ACT, QUEUE
from invoicing.purchases.serializers import OnePurchaseOutput, PurchaseSplitInput


class Split(APIView):
    """Split a purchase over Activities and kinds of cost."""

    required_roles: ClassVar[frozenset[str]] = ACT

    @extend_schema(request=PurchaseSplitInput, responses=OnePurchaseOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Its people are asked to accept their parts; members split over Activities of theirs only."""
        identity = identity_behind(request)
        found = selectors.visible_purchase(identity.person, pk, roles=identity.roles)
        data = PurchaseSplitInput(data=request.data)
        data.is_valid(raise_exception=True)
        if identity.person is None or not is_mine_or_queue(found, identity.person, identity.roles):
            self.permission_denied(request)
        wanted = {part["activity"] for part in data.validated_data["parts"]}
        if not identity.roles & QUEUE:
            known = selectors.may_bear(found, identity.person, identity.roles)
            if wanted - {row.pk for row in known}:
                raise NotAHolder
        purchase = services.split_purchase(
            purchase_id=found.pk,
            parts=[
                services.PartInput(part["activity"], part["category"], part["base"], part["vat_row"])
                for part in data.validated_data["parts"]
            ],
            case=data.validated_data["case"],
            on=clock.today(),
            actor=actor_behind(request),
        )
        return Response(OnePurchaseOutput(purchase).data)
