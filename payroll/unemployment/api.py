"""REST doors of temporary unemployment."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent, identity_behind
from payroll.api.asked import read_body
from payroll.selectors import contract_for
from payroll.unemployment import selectors, services
from payroll.unemployment.filters import SpellFilter
from payroll.unemployment.models import UnemploymentSpell
from payroll.unemployment.serializers import SpellInput, SpellOutput


class Spells(generics.ListAPIView[UnemploymentSpell]):
    """Days without work that I may see."""

    required_roles = selectors.READERS
    serializer_class = SpellOutput
    filterset_class = SpellFilter
    queryset = UnemploymentSpell.objects.none()

    def get_queryset(self) -> QuerySet[UnemploymentSpell]:
        """Newest first."""
        identity = identity_behind(self.request)
        return selectors.visible_spells(identity.person, identity.roles)


class Record(APIView):
    """Enter days of a contract on which there was no work."""

    required_roles = selectors.WRITERS

    @extend_schema(request=SpellInput, responses={201: SpellOutput}, operation_id="unemployment_record")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The contract loses the days, the solidarity fund tops them up."""
        identity = identity_behind(request)
        contract = contract_for(identity.person, pk, roles=identity.roles & selectors.WRITERS)
        data = read_body(SpellInput, request)
        spell = services.record_unemployment(
            contract_id=contract.pk, on=clock.now(), actor=actor_behind(request), **data
        )
        return Response(SpellOutput(selectors.spells().get(pk=spell.pk)).data, status=201)
