"""REST doors of the books."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, checked_body, idempotent, read_query
from core.documents import finished_file
from core.doors import ActDoor, NewDoor
from core.files import file_response
from ledger import selectors, services
from ledger.closing import closing_points
from ledger.filters import JournalFilter, ManualFilter, MovementFilter
from ledger.models import (
    Account,
    AuditExport,
    BooksCheck,
    JournalEntry,
    JournalLine,
    ManualEntry,
    Period,
    Seal,
)
from ledger.roles import ACT, SEE
from ledger.serializers import (
    AccountLineOutput,
    AuditExportInput,
    AuditExportOutput,
    BalanceOutput,
    BalanceQuery,
    BecauseInput,
    BooksCheckOutput,
    ClosingInput,
    ClosingPointOutput,
    DaysQuery,
    FundOutput,
    JournalEntryOutput,
    ManualEntryInput,
    ManualEntryOutput,
    MonthQuery,
    OneEntryOutput,
    PeriodOutput,
    SealOutput,
    UndoInput,
)
from ledger.services.exports import EXPORT


class TrialBalance(APIView):
    """The balance of every account of an entity over some days."""

    required_roles = SEE

    @extend_schema(parameters=[BalanceQuery], responses=BalanceOutput(many=True))
    def get(self, request: Request, **kwargs: Any) -> Response:  # noqa: ARG002 - a view
        """By code; debit is positive."""
        asked = read_query(BalanceQuery, request)
        rows = selectors.balances(
            selectors.entity_by_code(asked["entity"]),
            asked["since"],
            asked["until"],
            statutory=asked["statutory"],
        )
        return Response(BalanceOutput(rows, many=True).data)


class Funds(APIView):
    """The pot and the other funds, by entity."""

    required_roles = SEE

    @extend_schema(parameters=[DaysQuery], responses=FundOutput(many=True))
    def get(self, request: Request, **kwargs: Any) -> Response:  # noqa: ARG002 - a view
        """Over some days."""
        asked = read_query(DaysQuery, request)
        rows = selectors.fund_rows(asked["since"], asked["until"])
        return Response(FundOutput(rows, many=True).data)


class AccountLines(generics.ListAPIView):  # type: ignore[type-arg]
    """The lines of an account of an entity, newest first."""

    required_roles = SEE
    serializer_class = AccountLineOutput
    filterset_class = MovementFilter
    queryset = JournalLine.objects.none()

    def get_queryset(self) -> QuerySet[JournalLine]:
        """Of an account of the chart."""
        if getattr(self, "swagger_fake_view", False):
            return JournalLine.objects.none()
        account = get_object_or_404(Account, code=self.kwargs["code"])
        entity = selectors.entity_by_code(self.kwargs["entity"])
        return selectors.movements(entity, account.code).select_related("entry__entity")


class JournalEntries(generics.ListAPIView):  # type: ignore[type-arg]
    """Entries of the journals, newest first."""

    required_roles = SEE
    serializer_class = JournalEntryOutput
    filterset_class = JournalFilter
    queryset = JournalEntry.objects.none()

    def get_queryset(self) -> QuerySet[JournalEntry]:
        """Every entry."""
        return selectors.journal_entries()


class OneEntry(generics.RetrieveAPIView):  # type: ignore[type-arg]
    """An entry with its lines and its seal."""

    required_roles = SEE
    serializer_class = OneEntryOutput
    lookup_field = "pk"
    queryset = JournalEntry.objects.none()

    def get_queryset(self) -> QuerySet[JournalEntry]:
        """Every entry."""
        return selectors.journal_entries().select_related("sealed__seal").prefetch_related("lines")


class UndoEntry(ActDoor):
    """It waits for a second person."""

    required_roles = ACT
    body = UndoInput
    output = ManualEntryOutput
    status = 201

    def found(self, pk: UUID) -> JournalEntry:
        """Whatever its journal."""
        return get_object_or_404(JournalEntry.objects.select_related("entity"), pk=pk)

    def act(self, entry: JournalEntry, date: date, reason: str) -> ManualEntry:
        return services.propose_reversal(
            entry=entry, on=date, reason=reason, today=clock.today(), actor=self.actor
        )


class Periods(generics.ListAPIView):  # type: ignore[type-arg]
    """Closed months, last closed first."""

    required_roles = SEE
    serializer_class = PeriodOutput
    queryset = Period.objects.none()

    def get_queryset(self) -> QuerySet[Period]:
        """Every closed month."""
        return Period.objects.filter(closed_at__isnull=False).select_related("entity")


class ClosingList(APIView):
    """What must be so before a month is closed."""

    required_roles = SEE

    @extend_schema(parameters=[MonthQuery], responses=ClosingPointOutput(many=True))
    def get(self, request: Request, **kwargs: Any) -> Response:  # noqa: ARG002 - a view
        """Point by point."""
        asked = read_query(MonthQuery, request)
        entity = selectors.entity_by_code(asked["entity"])
        points = closing_points(entity, asked["year"], asked["month"], today=clock.today())
        return Response(ClosingPointOutput(points, many=True).data)


class ClosePeriod(NewDoor):
    """Once every point of its list is met or explained."""

    required_roles = ACT
    body = ClosingInput
    output = PeriodOutput
    status = 200

    def make(self, entity: str, **given: Any) -> Period:
        return services.close_month(
            entity=selectors.entity_by_code(entity), today=clock.today(), actor=self.actor, **given
        )


class ManualEntries(generics.ListAPIView):  # type: ignore[type-arg]
    """Entries by hand, newest first."""

    required_roles = SEE
    serializer_class = ManualEntryOutput
    filterset_class = ManualFilter
    queryset = ManualEntry.objects.none()

    def get_queryset(self) -> QuerySet[ManualEntry]:
        """Every one."""
        return ManualEntry.objects.select_related("entity")


class NewManualEntry(APIView):
    """Propose an entry."""

    required_roles = ACT

    @extend_schema(request=ManualEntryInput, responses={201: ManualEntryOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """It waits for a second person."""
        data = checked_body(ManualEntryInput, request)
        manual = services.propose_entry(
            entity=selectors.entity_by_code(data.validated_data["entity"]),
            on=data.validated_data["date"],
            text=data.validated_data["text"],
            reason=data.validated_data["reason"],
            lines=data.written_lines,
            today=clock.today(),
            actor=actor_behind(request),
        )
        return Response(ManualEntryOutput(manual).data, status=201)


class OneManualEntry(generics.RetrieveAPIView):  # type: ignore[type-arg]
    """An entry by hand."""

    required_roles = SEE
    serializer_class = ManualEntryOutput
    lookup_field = "pk"
    queryset = ManualEntry.objects.select_related("entity")


class ProposalDoor(ActDoor):
    """What is done with a proposed entry."""

    required_roles = ACT
    output = ManualEntryOutput

    def found(self, pk: UUID) -> ManualEntry:
        """Whoever proposed it."""
        return get_object_or_404(ManualEntry, pk=pk)


class ApproveManualEntry(ProposalDoor):
    """By another person than the one who proposed it."""

    def act(self, entry: ManualEntry) -> ManualEntry:
        return services.approve_entry(manual_id=entry.pk, today=clock.today(), actor=self.actor)


class RefuseManualEntry(ProposalDoor):
    """By another person than the one who proposed it, with a reason."""

    body = BecauseInput

    def act(self, entry: ManualEntry, **given: Any) -> ManualEntry:
        return services.refuse_entry(manual_id=entry.pk, actor=self.actor, **given)


class WithdrawManualEntry(ProposalDoor):
    """Only who proposed it."""

    def act(self, entry: ManualEntry) -> ManualEntry:
        return services.withdraw_entry(manual_id=entry.pk, actor=self.actor)


class Seals(generics.ListAPIView):  # type: ignore[type-arg]
    """Seals, newest first."""

    required_roles = SEE
    serializer_class = SealOutput
    queryset = Seal.objects.select_related("entity")


class Checks(generics.ListAPIView):  # type: ignore[type-arg]
    """Checks of the books, newest first."""

    required_roles = SEE
    serializer_class = BooksCheckOutput
    queryset = BooksCheck.objects.all()


class Exports(generics.ListAPIView):  # type: ignore[type-arg]
    """Exports that were asked for, newest first."""

    required_roles = SEE
    serializer_class = AuditExportOutput
    queryset = AuditExport.objects.select_related("entity")


class NewExport(NewDoor):
    """The file is made apart; ask for it until it is there."""

    required_roles = SEE
    body = AuditExportInput
    output = AuditExportOutput
    status = 202

    def make(self, entity: str, **given: Any) -> AuditExport:
        return services.ask_export(entity=selectors.entity_by_code(entity), actor=self.actor, **given)


class ExportFile(APIView):
    """The file of an export; 404 until it is made."""

    required_roles = SEE

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 - a view
        """A ZIP of tables with a manifest."""
        export = get_object_or_404(AuditExport, pk=pk)
        file = finished_file(EXPORT, export.pk)
        if file is None:
            raise Http404
        return file_response(file)
