"""REST doors of the treasury."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
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
from core.api import actor_behind, idempotent, read_body
from core.doors import ActDoor, NewDoor
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
        asked = read_body(StatementInput, request)
        upload = asked["file"]
        taken = services.take_statements(
            content=upload.read(),
            filename=upload.name,
            today=clock.today(),
            actor=actor_behind(request),
            tolerate=asked.get("tolerate"),
            keep_early=asked["keep_early"],
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


class LineDoor(ActDoor):
    """What a line of a statement is said to be."""

    required_roles = ACT
    output = WholeLineOutput

    def found(self, pk: UUID) -> BankTransaction:
        """Whatever the statement."""
        return get_object_or_404(BankTransaction.objects.select_related("statement__account"), pk=pk)


class Identify(LineDoor):
    """By a reference of ours, by an account, or by parts that make it."""

    body = ReferenceInput

    def act(self, line: BankTransaction, **asked: Any) -> BankTransaction:
        claims: Claims
        if asked.get("parts"):
            claims = tuple(
                replace(_claims(line, part)[0], amount=part.get("amount")) for part in asked["parts"]
            )
        else:
            claims = _claims(line, asked)
        return services.identify_transaction(
            transaction_id=line.pk, claim=claims, actor=self.actor, today=clock.today()
        )


def _claims(line: BankTransaction, asked: dict[str, Any]) -> Claims:
    """What is asked for. Raises `InvalidIdentification` where nothing of ours is called so."""
    reference = asked.get("reference")
    if not reference:
        return (services.account_claim(asked["account"], asked["text"]),)
    claims = selectors.claims_by_reference(line, reference)
    if claims is None:
        raise InvalidIdentification(account=reference)
    return claims


class Undo(LineDoor):
    """It waits to be identified again; what it paid is open again."""

    def act(self, line: BankTransaction) -> BankTransaction:
        return services.undo_identification(transaction_id=line.pk, today=clock.today(), actor=self.actor)


class Payouts(generics.ListAPIView):  # type: ignore[type-arg]
    """What is to pay."""

    required_roles = SEE_PAYMENTS
    serializer_class = PayoutOutput
    queryset = Payout.objects.none()

    def get_queryset(self) -> QuerySet[Payout]:
        """Open payments, by due date."""
        return selectors.due_payouts()


class Mend(ActDoor):
    """It is to pay again, today."""

    required_roles = ACT
    body = MendInput
    output = PayoutOutput

    def found(self, pk: UUID) -> Payout:
        """Whatever it pays."""
        return get_object_or_404(Payout, pk=pk)

    def act(self, payout: Payout, **given: Any) -> Payout:
        return services.mend_payout(payout_id=payout.pk, due_on=clock.today(), actor=self.actor, **given)


class Batches(generics.ListAPIView):  # type: ignore[type-arg]
    """Payment batches, newest first."""

    required_roles = SEE_PAYMENTS
    serializer_class = BatchOutput
    queryset = PayoutBatch.objects.none()

    def get_queryset(self) -> QuerySet[PayoutBatch]:
        """Every batch."""
        return selectors.payout_batches()


class NewBatch(NewDoor):
    """A draft, to be released by another person."""

    required_roles = ACT
    body = BatchInput
    output = BatchOutput

    def make(self, entity: UUID, kind: str, due_until: date | None = None) -> PayoutBatch:
        today = clock.today()
        return services.create_batch(
            entity_id=get_object_or_404(LegalEntity, pk=entity).pk,
            kind=kind,
            due_until=due_until or today,
            on=today,
            actor=self.actor,
        )


class OneBatch(generics.RetrieveAPIView):  # type: ignore[type-arg]
    """A payment batch."""

    required_roles = SEE_PAYMENTS
    serializer_class = BatchOutput
    lookup_field = "pk"
    queryset = PayoutBatch.objects.none()

    def get_queryset(self) -> QuerySet[PayoutBatch]:
        """Every batch."""
        return selectors.payout_batches()


class BatchDoor(ActDoor):
    """What becomes of a batch."""

    required_roles = ACT
    output = BatchOutput

    def found(self, pk: UUID) -> PayoutBatch:
        """Whoever made it."""
        return get_object_or_404(PayoutBatch, pk=pk)


class Release(BatchDoor):
    """By another person than the one who made it."""

    asks_again = ("POST",)

    def act(self, batch: PayoutBatch) -> PayoutBatch:
        return services.release_batch(batch_id=batch.pk, on=clock.today(), actor=self.actor)


class Cancel(BatchDoor):
    """Its payments are to pay again."""

    def act(self, batch: PayoutBatch) -> PayoutBatch:
        return services.cancel_batch(batch_id=batch.pk, actor=self.actor)


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
