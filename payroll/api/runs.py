"""Doors of the monthly run."""

from __future__ import annotations

from datetime import date
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
from ledger.selectors import entity_by_code
from members.enums import Role
from payroll import selectors, serializers
from payroll.api.asked import ADMIN, KEEPERS, read_body
from payroll.errors import PayNotFound
from payroll.filters import (
    ExceptionFilter,
)
from payroll.models import PayException, PayrollRun
from payroll.services import reviews, runs


class Runs(generics.ListAPIView[PayrollRun]):
    """Monthly runs; starting one."""

    required_roles = KEEPERS
    serializer_class = serializers.RunOutput
    queryset = PayrollRun.objects.none()

    def get_queryset(self) -> QuerySet[PayrollRun]:
        """Newest first."""
        return PayrollRun.objects.order_by("-pk")

    @extend_schema(request=serializers.RunInput, responses={201: serializers.RunOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Begin the run of a month that is over: of one legal entity, or of all of them in one."""
        if Role.PAYROLL_ADMIN not in identity_behind(request).roles:
            self.permission_denied(request)
        given = read_body(serializers.RunInput, request)
        month: date = given["month"]
        entity = entity_by_code(given["entity"]) if given.get("entity") else None
        run = runs.start_run(
            month=month,
            on=clock.today(),
            at=clock.now(),
            actor=actor_behind(request),
            entity_id=entity.pk if entity else None,
        )
        return Response(serializers.RunOutput(run).data, status=201)


class OneRun(APIView):
    """One run."""

    required_roles = KEEPERS

    @extend_schema(responses=serializers.RunOutput, operation_id="run")
    def get(self, request: Request, pk: UUID) -> Response:
        """State and totals."""
        run = PayrollRun.objects.filter(pk=pk).first()
        if run is None:
            raise PayNotFound
        return Response(serializers.RunOutput(run).data)


class ComputeRun(APIView):
    """Once more, after exceptions were mended."""

    required_roles = ADMIN

    @extend_schema(request=None, responses=serializers.RunOutput, operation_id="compute_run")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Shards are made anew."""
        found = get_object_or_404(PayrollRun, pk=pk)
        run = runs.compute_again(run_id=found.pk, on=clock.today(), actor=actor_behind(request))
        return Response(serializers.RunOutput(run).data)


class ApproveRun(APIView):
    """A second person agrees."""

    required_roles = ADMIN

    @extend_schema(request=None, responses=serializers.RunOutput, operation_id="approve_run")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Payslips, exit holidays and wage batches are made."""
        found = get_object_or_404(PayrollRun, pk=pk)
        run = runs.approve_run(run_id=found.pk, on=clock.today(), at=clock.now(), actor=actor_behind(request))
        return Response(serializers.RunOutput(run).data)


class PauseRun(APIView):
    """Stop it between two parts."""

    required_roles = ADMIN

    @extend_schema(request=None, responses=serializers.RunOutput, operation_id="pause_run")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """No worker takes another part; nothing is lost."""
        found = get_object_or_404(PayrollRun, pk=pk)
        run = runs.pause_run(run_id=found.pk, at=clock.now(), actor=actor_behind(request))
        return Response(serializers.RunOutput(run).data)


class ResumeRun(APIView):
    """Go on."""

    required_roles = ADMIN

    @extend_schema(request=None, responses=serializers.RunOutput, operation_id="resume_run")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It goes on where it stands."""
        found = get_object_or_404(PayrollRun, pk=pk)
        run = runs.resume_run(run_id=found.pk, actor=actor_behind(request))
        return Response(serializers.RunOutput(run).data)


class RetryRun(APIView):
    """Parts that were given up."""

    required_roles = ADMIN

    @extend_schema(request=None, responses=serializers.RunOutput, operation_id="retry_run")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """They are tried once more."""
        found = get_object_or_404(PayrollRun, pk=pk)
        runs.retry_shards(run_id=found.pk, actor=actor_behind(request))
        found.refresh_from_db()
        return Response(serializers.RunOutput(found).data)


class RetryException(APIView):
    """Once more, after its cause was mended."""

    required_roles = ADMIN

    @extend_schema(request=None, responses=serializers.ExceptionOutput, operation_id="retry_exception")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Settled at once, or refused as before: `resolved_at` says which."""
        found = selectors.exception_for(pk)
        reviews.retry_exceptions(exception_ids=[found.pk], on=clock.today(), actor=actor_behind(request))
        found.refresh_from_db()
        return Response(serializers.ExceptionOutput(found).data)


class Exceptions(generics.ListAPIView[PayException]):
    """What stopped somebody's pay."""

    required_roles = KEEPERS
    serializer_class = serializers.ExceptionOutput
    filterset_class = ExceptionFilter
    queryset = PayException.objects.none()

    def get_queryset(self) -> QuerySet[PayException]:
        """Newest first."""
        return PayException.objects.select_related("entity").order_by("-pk")


class ReviewException(APIView):
    """Somebody looked at it."""

    required_roles = ADMIN

    @extend_schema(
        request=serializers.ExceptionReviewInput,
        responses=serializers.ExceptionOutput,
        operation_id="review_exception",
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """What follows is kept."""
        found = selectors.exception_for(pk)
        note = read_body(serializers.ExceptionReviewInput, request)["note"]
        row = reviews.review_exception(
            exception_id=found.pk, note=note, at=clock.now(), actor=actor_behind(request)
        )
        return Response(serializers.ExceptionOutput(row).data)
