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

from core import clock
from core.api import actor_behind, idempotent, identity_behind, read_body
from core.doors import ActDoor, ShowDoor, ThingDoor
from ledger.selectors import entity_by_code
from members.enums import Role
from payroll import selectors, serializers
from payroll.api.asked import ADMIN, KEEPERS
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


class RunDoor(ThingDoor):
    """A run of the cooperative."""

    required_roles = ADMIN
    output = serializers.RunOutput

    def found(self, pk: UUID) -> PayrollRun:
        """Whatever its month."""
        return get_object_or_404(PayrollRun, pk=pk)


class OneRun(RunDoor, ShowDoor):
    """State and totals."""

    required_roles = KEEPERS
    operation_id = "run"


class ComputeRun(RunDoor, ActDoor):
    """Shards are made anew."""

    operation_id = "compute_run"

    def act(self, run: PayrollRun) -> PayrollRun:
        return runs.compute_again(run_id=run.pk, on=clock.today(), actor=self.actor)


class ApproveRun(RunDoor, ActDoor):
    """Payslips, exit holidays and wage batches are made."""

    operation_id = "approve_run"

    def act(self, run: PayrollRun) -> PayrollRun:
        return runs.approve_run(run_id=run.pk, on=clock.today(), at=clock.now(), actor=self.actor)


class PauseRun(RunDoor, ActDoor):
    """No worker takes another part; nothing is lost."""

    operation_id = "pause_run"

    def act(self, run: PayrollRun) -> PayrollRun:
        return runs.pause_run(run_id=run.pk, at=clock.now(), actor=self.actor)


class ResumeRun(RunDoor, ActDoor):
    """It goes on where it stands."""

    operation_id = "resume_run"

    def act(self, run: PayrollRun) -> PayrollRun:
        return runs.resume_run(run_id=run.pk, actor=self.actor)


class RetryRun(RunDoor, ActDoor):
    """They are tried once more."""

    operation_id = "retry_run"

    def act(self, run: PayrollRun) -> PayrollRun:
        runs.retry_shards(run_id=run.pk, actor=self.actor)
        run.refresh_from_db()
        return run


class Exceptions(generics.ListAPIView[PayException]):
    """What stopped somebody's pay."""

    required_roles = KEEPERS
    serializer_class = serializers.ExceptionOutput
    filterset_class = ExceptionFilter
    queryset = PayException.objects.none()

    def get_queryset(self) -> QuerySet[PayException]:
        """Newest first."""
        return PayException.objects.select_related("entity").order_by("-pk")


class ExceptionDoor(ThingDoor):
    """Something that stopped somebody's pay."""

    required_roles = ADMIN
    output = serializers.ExceptionOutput

    def found(self, pk: UUID) -> PayException:
        """Whoever's pay it is."""
        return selectors.exception_for(pk)


class RetryException(ExceptionDoor, ActDoor):
    """Settled at once, or refused as before: `resolved_at` says which."""

    operation_id = "retry_exception"

    def act(self, found: PayException) -> PayException:
        reviews.retry_exceptions(exception_ids=[found.pk], on=clock.today(), actor=self.actor)
        found.refresh_from_db()
        return found


class ReviewException(ExceptionDoor, ActDoor):
    """What follows is kept."""

    body = serializers.ExceptionReviewInput
    operation_id = "review_exception"

    def act(self, found: PayException, note: str) -> PayException:
        return reviews.review_exception(exception_id=found.pk, note=note, at=clock.now(), actor=self.actor)
