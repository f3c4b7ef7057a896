"""REST doors of dues."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent
from ledger.selectors import entity_by_code
from ledger.treasury.dues import selectors, services
from ledger.treasury.dues.models import Due, EntityTransfer
from ledger.treasury.dues.roles import ACT, SEE
from ledger.treasury.dues.serializers import (
    CorrectInput,
    DueBatchInput,
    DueBatchOutput,
    DueOutput,
    TransferInput,
    TransferOutput,
)


def _due(pk: UUID) -> Any:
    return get_object_or_404(selectors.dues(), pk=pk)


class Dues(generics.ListAPIView):  # type: ignore[type-arg]
    """What is owed to public bodies, the last made first."""

    required_roles = SEE
    serializer_class = DueOutput
    queryset = Due.objects.none()

    def get_queryset(self) -> QuerySet[Due]:
        """Every one."""
        found: QuerySet[Due] = selectors.dues()
        return found


class OneDue(APIView):
    """A due."""

    required_roles = SEE

    @extend_schema(responses=DueOutput)
    def get(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002 - a view
        """As it stands."""
        return Response(DueOutput(_due(pk)).data)


class AgreeDue(APIView):
    """Agree to pay a due."""

    required_roles = ACT

    @extend_schema(request=None, responses=DueOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It can be put in a batch."""
        services.agree_due(due_id=_due(pk).pk, today=clock.today(), actor=actor_behind(request))
        return Response(DueOutput(_due(pk)).data)


class CorrectDue(APIView):
    """Set what the body's notice says."""

    required_roles = ACT

    @extend_schema(request=CorrectInput, responses=DueOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """A colleague agrees to it."""
        due = _due(pk)
        data = CorrectInput(data=request.data)
        data.is_valid(raise_exception=True)
        services.correct_due(due_id=due.pk, actor=actor_behind(request), **data.validated_data)
        return Response(DueOutput(_due(pk)).data)


class NewDueBatch(APIView):
    """Put agreed dues and open payments of an entity in a batch."""

    required_roles = ACT

    @extend_schema(request=DueBatchInput, responses={201: DueBatchOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Somebody else releases it."""
        data = DueBatchInput(data=request.data)
        data.is_valid(raise_exception=True)
        asked = data.validated_data
        batch = services.make_batch(
            entity_id=entity_by_code(asked["entity"]).pk,
            kind=asked["kind"],
            until=asked["until"],
            today=clock.today(),
            actor=actor_behind(request),
        )
        return Response(DueBatchOutput(batch).data, status=201)


class Transfers(generics.ListAPIView):  # type: ignore[type-arg]
    """Transfers between entities, the last made first."""

    required_roles = SEE
    serializer_class = TransferOutput
    queryset = EntityTransfer.objects.none()

    def get_queryset(self) -> QuerySet[EntityTransfer]:
        """Every one."""
        return selectors.transfers()


class NewTransfer(APIView):
    """Write a transfer between entities down."""

    required_roles = ACT

    @extend_schema(request=TransferInput, responses={201: TransferOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Above the policy's amount it waits for a colleague."""
        data = TransferInput(data=request.data)
        data.is_valid(raise_exception=True)
        asked = dict(data.validated_data)
        row = services.propose_transfer(
            giver_id=entity_by_code(asked.pop("giver")).pk,
            taker_id=entity_by_code(asked.pop("taker")).pk,
            document=None,
            actor=actor_behind(request),
            **asked,
        )
        return Response(TransferOutput(row).data, status=201)


class AgreeTransfer(APIView):
    """A colleague agrees to a transfer."""

    required_roles = ACT

    @extend_schema(request=None, responses=TransferOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It is carried out."""
        row = get_object_or_404(selectors.transfers(), pk=pk)
        done = services.agree_transfer(transfer_id=row.pk, today=clock.today(), actor=actor_behind(request))
        return Response(TransferOutput(done).data)
