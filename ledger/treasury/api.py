"""REST doors of the treasury."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent
from core.files import file_response
from ledger.models import LegalEntity
from ledger.treasury import selectors, services
from ledger.treasury.errors import InvalidIdentification, UnknownBatch
from ledger.treasury.matching import Claims
from ledger.treasury.models import BankStatement, BankTransaction, Payout, PayoutBatch
from ledger.treasury.roles import ACT, SEE, SEE_PAYMENTS
from ledger.treasury.serializers import (
    BatchInput,
    BatchOutput,
    MendInput,
    PayoutOutput,
    ReferenceInput,
    StatementInput,
    StatementLineOutput,
    StatementOutput,
    WholeLineOutput,
)


class Statements(generics.ListAPIView):  # type: ignore[type-arg]
    """Bank statements, newest first."""

    required_roles = SEE
    serializer_class = StatementOutput
    queryset = BankStatement.objects.none()

    def get_queryset(self) -> QuerySet[BankStatement]:
        """Every statement."""
        return selectors.bank_statements()


class ImportStatement(APIView):
    """Enter a CODA or CAMT.053 file."""

    required_roles = ACT

    @extend_schema(request=StatementInput, responses={201: StatementOutput(many=True)})
    @idempotent
    def post(self, request: Request) -> Response:
        """All of the file or nothing; a statement that stands is given back, one that came early is kept when
        `keep_early` says so.
        """
        data = StatementInput(data=request.data)
        data.is_valid(raise_exception=True)
        upload = data.validated_data["file"]
        taken = services.take_statements(
            content=upload.read(),
            filename=upload.name,
            today=clock.today(),
            actor=actor_behind(request),
            tolerate=data.validated_data.get("tolerate"),
            keep_early=data.validated_data["keep_early"],
        )
        return Response(StatementOutput(taken.entered, many=True).data, status=201)


class Lines(generics.ListAPIView):  # type: ignore[type-arg]
    """Lines that wait for somebody to say what they are."""

    required_roles = SEE
    serializer_class = StatementLineOutput
    queryset = BankTransaction.objects.none()

    def get_queryset(self) -> QuerySet[BankTransaction]:
        """The queue."""
        return selectors.lines_to_identify()


class StatementLines(generics.ListAPIView):  # type: ignore[type-arg]
    """Every line of a statement, and where it went."""

    required_roles = SEE
    serializer_class = StatementLineOutput
    queryset = BankTransaction.objects.none()

    def get_queryset(self) -> QuerySet[BankTransaction]:
        """The lines."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return selectors.statement_lines(get_object_or_404(BankStatement, pk=self.kwargs["pk"]))


class Identify(APIView):
    """Say what a line is."""

    required_roles = ACT

    @extend_schema(request=ReferenceInput, responses=WholeLineOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """By a reference of ours, by an account, or by parts that make it."""
        line = get_object_or_404(BankTransaction.objects.select_related("statement__account"), pk=pk)
        data = ReferenceInput(data=request.data)
        data.is_valid(raise_exception=True)
        asked = data.validated_data
        claims: Claims
        if asked.get("parts"):
            claims = tuple(
                replace(_claims(line, part)[0], amount=part.get("amount")) for part in asked["parts"]
            )
        else:
            claims = _claims(line, asked)
        line = services.identify_transaction(
            transaction_id=line.pk, claim=claims, actor=actor_behind(request), today=clock.today()
        )
        return Response(WholeLineOutput(line).data)


def _claims(line: BankTransaction, asked: dict[str, Any]) -> Claims:
    """What is asked for. Raises `InvalidIdentification` where nothing of ours is called so."""
    reference = asked.get("reference")
    if not reference:
        return (services.account_claim(asked["account"], asked["text"]),)
    claims = selectors.claims_by_reference(line, reference)
    if claims is None:
        raise InvalidIdentification(account=reference)
    return claims


class Undo(APIView):
    """Take back what a line was said to be."""

    required_roles = ACT

    @extend_schema(request=None, responses=WholeLineOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It waits to be identified again; what it paid is open again."""
        line = get_object_or_404(BankTransaction, pk=pk)
        line = services.undo_identification(
            transaction_id=line.pk, today=clock.today(), actor=actor_behind(request)
        )
        return Response(WholeLineOutput(line).data)


class Payouts(generics.ListAPIView):  # type: ignore[type-arg]
    """What is to pay."""

    required_roles = SEE_PAYMENTS
    serializer_class = PayoutOutput
    queryset = Payout.objects.none()

    def get_queryset(self) -> QuerySet[Payout]:
        """Open payments, by due date."""
        return selectors.due_payouts()


class Mend(APIView):
    """Give a payment that came back its right account."""

    required_roles = ACT

    @extend_schema(request=MendInput, responses=PayoutOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It is to pay again, today."""
        payout = get_object_or_404(Payout, pk=pk)
        data = MendInput(data=request.data)
        data.is_valid(raise_exception=True)
        payout = services.mend_payout(
            payout_id=payout.pk, due_on=clock.today(), actor=actor_behind(request), **data.validated_data
        )
        return Response(PayoutOutput(payout).data)


class Batches(generics.ListAPIView):  # type: ignore[type-arg]
    """Payment batches, newest first."""

    required_roles = SEE_PAYMENTS
    serializer_class = BatchOutput
    queryset = PayoutBatch.objects.none()

    def get_queryset(self) -> QuerySet[PayoutBatch]:
        """Every batch."""
        return selectors.payout_batches()


class NewBatch(APIView):
    """Put what is due in a batch."""

    required_roles = ACT

    @extend_schema(request=BatchInput, responses={201: BatchOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """A draft, to be released by another person."""
        data = BatchInput(data=request.data)
        data.is_valid(raise_exception=True)
        today = clock.today()
        entity = get_object_or_404(LegalEntity, pk=data.validated_data["entity"])
        batch = services.create_batch(
            entity_id=entity.pk,
            kind=data.validated_data["kind"],
            due_until=data.validated_data.get("due_until", today),
            on=today,
            actor=actor_behind(request),
        )
        return Response(BatchOutput(batch).data, status=201)


class OneBatch(generics.RetrieveAPIView):  # type: ignore[type-arg]
    """A payment batch."""

    required_roles = SEE_PAYMENTS
    serializer_class = BatchOutput
    lookup_field = "pk"
    queryset = PayoutBatch.objects.none()

    def get_queryset(self) -> QuerySet[PayoutBatch]:
        """Every batch."""
        return selectors.payout_batches()


class Release(APIView):
    """Sign a batch off."""

    required_roles = ACT
    asks_again = ("POST",)

    @extend_schema(request=None, responses=BatchOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """By another person than the one who made it."""
        batch = get_object_or_404(PayoutBatch, pk=pk)
        batch = services.release_batch(batch_id=batch.pk, on=clock.today(), actor=actor_behind(request))
        return Response(BatchOutput(batch).data)


class Cancel(APIView):
    """Give a draft batch up."""

    required_roles = ACT

    @extend_schema(request=None, responses=BatchOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Its payments are to pay again."""
        batch = get_object_or_404(PayoutBatch, pk=pk)
        return Response(
            BatchOutput(services.cancel_batch(batch_id=batch.pk, actor=actor_behind(request))).data
        )


class BatchFile(APIView):
    """The payment file of a released batch."""

    required_roles = SEE_PAYMENTS

    @extend_schema(responses={(200, "application/xml"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 - a view
        """pain.001 as it was signed off."""
        batch = get_object_or_404(PayoutBatch, pk=pk)
        if batch.file is None:
            raise UnknownBatch(number=batch.number)
        return file_response(batch.file)
