"""REST doors of what public bodies say: their terms, their statements, every difference with the books."""

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
from core.api import actor_behind, idempotent
from core.rest import CursorPages
from ledger.selectors import entity_by_code
from ledger.treasury.dues import selectors, services
from ledger.treasury.dues.models import BodyLine, BodyStatement, CreditorTerms
from ledger.treasury.dues.reading import ReadLine
from ledger.treasury.dues.roles import ACT, SEE
from ledger.treasury.dues.serializers import DueOutput, TransferOutput
from ledger.treasury.dues.statement_serializers import (
    BodyLineOutput,
    BodyStatementInput,
    BodyStatementOutput,
    ExplainInput,
    OneBodyStatementOutput,
    TermsInput,
    TermsOutput,
)
from ledger.treasury.references import reference_of


def _line(pk: UUID) -> BodyLine:
    found: BodyLine = get_object_or_404(BodyLine.objects.all(), pk=pk)
    return found


class Terms(generics.ListAPIView[CreditorTerms]):
    """Where creditors are paid, the last entered first; entering it."""

    required_roles = SEE
    serializer_class = TermsOutput
    queryset = CreditorTerms.objects.none()

    def get_queryset(self) -> QuerySet[CreditorTerms]:
        """Every one."""
        return selectors.terms()


class NewTerms(APIView):
    """Say where a creditor is paid."""

    required_roles = ACT

    @extend_schema(request=TermsInput, responses={201: TermsOutput}, operation_id="creditor_terms_enter")
    @idempotent
    def post(self, request: Request) -> Response:
        """What was entered before stays; the last one in force on a day holds."""
        data = TermsInput(data=request.data)
        data.is_valid(raise_exception=True)
        asked = dict(data.validated_data)
        row = services.enter_terms(
            entity=entity_by_code(asked.pop("entity")), actor=actor_behind(request), **asked
        )
        return Response(TermsOutput(row).data, status=201)


class BodyStatements(generics.ListAPIView[BodyStatement]):
    """Statements of creditors, the last kept first."""

    required_roles = SEE
    serializer_class = BodyStatementOutput
    queryset = BodyStatement.objects.none()

    def get_queryset(self) -> QuerySet[BodyStatement]:
        """Every one."""
        return selectors.body_statements()


class NewBodyStatement(APIView):
    """Keep what a creditor says."""

    required_roles = ACT

    @extend_schema(
        request=BodyStatementInput,
        responses={201: OneBodyStatementOutput},
        operation_id="body_statements_enter",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Each line is matched with one of our dues where reference, period or amount say so."""
        data = BodyStatementInput(data=request.data)
        data.is_valid(raise_exception=True)
        asked = dict(data.validated_data)
        lines = [
            ReadLine(**row | {"reference": (reference_of(row["reference"]) or row["reference"])[:35]})
            for row in asked.pop("lines")
        ]
        row = services.enter_statement(
            entity=entity_by_code(asked.pop("entity")),
            lines=lines,
            file=None,
            actor=actor_behind(request),
            **asked,
        )
        return Response(OneBodyStatementOutput(row).data, status=201)


class OneBodyStatement(APIView):
    """What a creditor says, against the books."""

    required_roles = SEE

    @extend_schema(responses=OneBodyStatementOutput, operation_id="body_statements_retrieve")
    def get(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002 - a view
        """With every difference; the books are what they say plus the differences."""
        return Response(OneBodyStatementOutput(get_object_or_404(selectors.body_statements(), pk=pk)).data)


class LinePages(CursorPages):
    """In the order of the statement."""

    ordering = "position"


class BodyLines(generics.ListAPIView[BodyLine]):
    """Lines of a creditor's statement, in its order."""

    required_roles = SEE
    serializer_class = BodyLineOutput
    pagination_class = LinePages
    queryset = BodyLine.objects.none()

    def get_queryset(self) -> QuerySet[BodyLine]:
        """Of one statement."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return selectors.body_lines(get_object_or_404(BodyStatement, pk=self.kwargs["pk"]))


class ExplainLine(APIView):
    """Why a line differs."""

    required_roles = ACT

    @extend_schema(request=ExplainInput, responses=BodyLineOutput, operation_id="body_lines_explain")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Kept with the line: it waits no more."""
        line = _line(pk)
        data = ExplainInput(data=request.data)
        data.is_valid(raise_exception=True)
        services.explain_line(line_id=line.pk, actor=actor_behind(request), **data.validated_data)
        return Response(BodyLineOutput(_line(pk)).data)


class ClaimLine(APIView):
    """What a creditor claims more than we know."""

    required_roles = ACT

    @extend_schema(request=ExplainInput, responses={201: DueOutput}, operation_id="body_lines_claim")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It becomes a due of its own, which a colleague agrees to."""
        line = _line(pk)
        data = ExplainInput(data=request.data)
        data.is_valid(raise_exception=True)
        due = services.claim_line(
            line_id=line.pk, today=clock.today(), actor=actor_behind(request), **data.validated_data
        )
        return Response(DueOutput(selectors.dues().get(pk=due.pk)).data, status=201)


class RefuseTransfer(APIView):
    """Give a transfer between entities up."""

    required_roles = ACT

    @extend_schema(request=None, responses=TransferOutput, operation_id="entity_transfers_refuse")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Nothing is booked; whoever wrote it may do it too."""
        row = get_object_or_404(selectors.transfers(), pk=pk)
        services.refuse_transfer(transfer_id=row.pk, actor=actor_behind(request))
        return Response(TransferOutput(get_object_or_404(selectors.transfers(), pk=pk)).data)
