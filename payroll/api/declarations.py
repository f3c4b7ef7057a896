"""Doors of declarations of work."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent
from core.doors import FILE, ActDoor, NewDoor, SeenList
from payroll import selectors, serializers
from payroll.api.asked import ADMIN, KEEPERS, READERS
from payroll.declaration_selectors import open_differences
from payroll.declaration_serializers import (
    DealtWithInput,
    DeclarationBatchOutput,
    DeclarationDifferenceOutput,
    OfficeAnswersInput,
    OfficeAnswersOutput,
)
from payroll.dimona.answers import LARGEST
from payroll.errors import AnswerFileRefused
from payroll.filters import (
    DeclarationFilter,
)
from payroll.models import Declaration, DeclarationDifference
from payroll.services import declaration_files, declarations


class Declarations(SeenList[Declaration]):
    """Declarations of the contracts that the caller may see."""

    required_roles = READERS
    serializer_class = serializers.DeclarationOutput
    filterset_class = DeclarationFilter
    queryset = Declaration.objects.none()
    seen = staticmethod(selectors.visible_declarations)


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


class SettleDeclaration(ActDoor):
    """The declaration, out of the queue, with what was done."""

    required_roles = ADMIN
    body = DealtWithInput
    output = serializers.DeclarationOutput
    operation_id = "settle_declaration"

    def found(self, pk: UUID) -> Declaration:
        """Whatever the contract."""
        return get_object_or_404(Declaration, pk=pk)

    def act(self, declaration: Declaration, note: str) -> Declaration:
        return declarations.settle_declaration(
            declaration_id=declaration.pk, note=note, at=clock.now(), actor=self.actor
        )


class DeclarationDifferences(generics.ListAPIView[DeclarationDifference]):
    """Where what is agreed and what the office holds disagree, oldest first."""

    required_roles = KEEPERS
    serializer_class = DeclarationDifferenceOutput
    queryset = DeclarationDifference.objects.none()

    def get_queryset(self) -> QuerySet[DeclarationDifference]:
        """Those that stand."""
        return open_differences()


class MakeDeclarationFiles(APIView):
    """Put declarations that nothing was sent of into files of the batch channel."""

    required_roles = ADMIN

    @extend_schema(
        request=None, responses=DeclarationBatchOutput(many=True), operation_id="make_declaration_files"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """The files that were made."""
        made = declaration_files.make_batches(at=clock.now(), actor=actor_behind(request))
        return Response(DeclarationBatchOutput(made, many=True).data)


class ReadDeclarationAnswers(NewDoor):
    """What it changed."""

    required_roles = ADMIN
    body = OfficeAnswersInput
    media = FILE
    output = OfficeAnswersOutput
    status = 200
    operation_id = "read_declaration_answers"

    def make(self, file: UploadedFile[bytes]) -> dict[str, Any]:
        if (file.size or 0) > LARGEST:
            raise AnswerFileRefused
        read = declaration_files.import_answers(
            content=file.read(), name=file.name or "answers.xml", at=clock.now(), actor=self.actor
        )
        return {"taken": read.taken, "unknown": read.unknown, "refused": read.refused}
