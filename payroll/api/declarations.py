"""Doors of declarations of work."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent, identity_behind
from payroll import selectors, serializers
from payroll.api.asked import ADMIN, READERS
from payroll.filters import (
    DeclarationFilter,
)
from payroll.models import Declaration
from payroll.services import declarations


class Declarations(generics.ListAPIView[Declaration]):
    """Declarations of the contracts that the caller may see."""

    required_roles = READERS
    serializer_class = serializers.DeclarationOutput
    filterset_class = DeclarationFilter
    queryset = Declaration.objects.none()

    def get_queryset(self) -> QuerySet[Declaration]:
        """Newest first."""
        identity = identity_behind(self.request)
        return selectors.visible_declarations(identity.person, identity.roles)


class RetryDeclaration(APIView):
    """The cause of a refusal is mended."""

    required_roles = ADMIN

    @extend_schema(
        request=None, responses=serializers.DeclarationOutput(many=True), operation_id="retry_declaration"
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The declarations that were made anew."""
        found = get_object_or_404(Declaration, pk=pk)
        rows = declarations.retry_declaration(
            declaration_id=found.pk, at=clock.now(), actor=actor_behind(request)
        )
        return Response(serializers.DeclarationOutput(rows, many=True).data)
