"""REST doors of deductions."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent, identity_behind
from payroll.api.asked import read_body
from payroll.deductions import selectors, services
from payroll.deductions.filters import AdvanceFilter, SeizureFilter
from payroll.deductions.models import Advance, Seizure
from payroll.deductions.roles import ADVANCE_READERS, EVERYBODY, GIVERS_UP, KEEPERS, WRITERS
from payroll.deductions.serializers import (
    DeductionAnswerInput,
    SeizureCreditorInput,
    SeizureInput,
    SeizureOutput,
    WageAdvanceInput,
    WageAdvanceOutput,
)


def _seizure(request: Request, pk: UUID) -> Seizure:
    identity = identity_behind(request)
    return selectors.seizure_for(identity.person, identity.roles, pk)


def _advance(request: Request, pk: UUID) -> Advance:
    identity = identity_behind(request)
    return selectors.advance_for(identity.person, identity.roles, pk)


class Seizures(generics.ListAPIView[Seizure]):
    """Seizures: one's own, all of them for payroll."""

    required_roles = EVERYBODY | KEEPERS
    serializer_class = SeizureOutput
    filterset_class = SeizureFilter
    queryset = Seizure.objects.none()

    def get_queryset(self) -> QuerySet[Seizure]:
        """Newest first."""
        identity = identity_behind(self.request)
        return selectors.seizures(identity.person, identity.roles)


class EnterSeizure(APIView):
    """A notification."""

    required_roles = WRITERS

    @extend_schema(
        request={"multipart/form-data": SeizureInput, "application/json": SeizureInput},
        responses={201: SeizureOutput},
        operation_id="seizure_enter",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """The worker's pay waits until a second person agrees."""
        fields = read_body(SeizureInput, request)
        worker = selectors.worker_for(fields.pop("person"))
        row = services.enter_seizure(person=worker, on=clock.today(), actor=actor_behind(request), **fields)
        return Response(SeizureOutput(_seizure(request, row.pk)).data, status=201)


class OneSeizure(APIView):
    """One seizure."""

    required_roles = EVERYBODY | KEEPERS

    @extend_schema(responses=SeizureOutput, operation_id="seizure_retrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """With what it has taken so far."""
        return Response(SeizureOutput(_seizure(request, pk)).data)


class AgreeSeizure(APIView):
    """A second person."""

    required_roles = WRITERS

    @extend_schema(request=None, responses=SeizureOutput, operation_id="seizure_agree")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It takes of each pay from now on."""
        key = _seizure(request, pk).pk
        services.agree_seizure(seizure_id=key, on=clock.today(), actor=actor_behind(request))
        return Response(SeizureOutput(_seizure(request, key)).data)


class SuspendSeizure(APIView):
    """A pause."""

    required_roles = WRITERS

    @extend_schema(request=DeductionAnswerInput, responses=SeizureOutput, operation_id="seizure_suspend")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Pay is settled without it."""
        key = _seizure(request, pk).pk
        services.suspend_seizure(
            seizure_id=key,
            on=clock.today(),
            actor=actor_behind(request),
            **read_body(DeductionAnswerInput, request),
        )
        return Response(SeizureOutput(_seizure(request, key)).data)


class ResumeSeizure(APIView):
    """The end of a pause."""

    required_roles = WRITERS

    @extend_schema(request=None, responses=SeizureOutput, operation_id="seizure_resume")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It takes again."""
        key = _seizure(request, pk).pk
        services.resume_seizure(seizure_id=key, on=clock.today(), actor=actor_behind(request))
        return Response(SeizureOutput(_seizure(request, key)).data)


class LiftSeizure(APIView):
    """The end."""

    required_roles = WRITERS

    @extend_schema(request=DeductionAnswerInput, responses=SeizureOutput, operation_id="seizure_lift")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It never takes again."""
        key = _seizure(request, pk).pk
        services.lift_seizure(
            seizure_id=key,
            on=clock.today(),
            actor=actor_behind(request),
            **read_body(DeductionAnswerInput, request),
        )
        return Response(SeizureOutput(_seizure(request, key)).data)


class CorrectCreditor(APIView):
    """The creditor's account."""

    required_roles = WRITERS

    @extend_schema(request=SeizureCreditorInput, responses=SeizureOutput, operation_id="seizure_creditor")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """What came back is to pay again."""
        key = _seizure(request, pk).pk
        services.correct_creditor(
            seizure_id=key,
            on=clock.today(),
            actor=actor_behind(request),
            **read_body(SeizureCreditorInput, request),
        )
        return Response(SeizureOutput(_seizure(request, key)).data)


class Advances(generics.ListAPIView[Advance]):
    """Advances: one's own, all of them for payroll."""

    required_roles = EVERYBODY | ADVANCE_READERS
    serializer_class = WageAdvanceOutput
    filterset_class = AdvanceFilter
    queryset = Advance.objects.none()

    def get_queryset(self) -> QuerySet[Advance]:
        """Newest first."""
        identity = identity_behind(self.request)
        return selectors.advances(identity.person, identity.roles)


class AskAdvance(APIView):
    """A request."""

    required_roles = EVERYBODY | WRITERS

    @extend_schema(request=WageAdvanceInput, responses={201: WageAdvanceOutput}, operation_id="advance_ask")
    @idempotent
    def post(self, request: Request) -> Response:
        """Mine; payroll may ask for any worker."""
        fields = read_body(WageAdvanceInput, request)
        identity, asked = identity_behind(request), fields.pop("person")
        person = identity.person
        if asked is not None and (person is None or asked != person.pk):
            if not identity.roles & WRITERS:
                raise PermissionDenied
            person = selectors.worker_for(asked)
        if person is None:
            raise PermissionDenied
        row = services.ask_advance(person=person, on=clock.today(), actor=actor_behind(request), **fields)
        return Response(WageAdvanceOutput(_advance(request, row.pk)).data, status=201)


class OneAdvance(APIView):
    """One advance."""

    required_roles = EVERYBODY | ADVANCE_READERS

    @extend_schema(responses=WageAdvanceOutput, operation_id="advance_retrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """With what came back of it."""
        return Response(WageAdvanceOutput(_advance(request, pk)).data)


class AgreeAdvance(APIView):
    """A second person."""

    required_roles = WRITERS

    @extend_schema(request=None, responses=WageAdvanceOutput, operation_id="advance_agree")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It is to pay today."""
        key = _advance(request, pk).pk
        services.agree_advance(advance_id=key, on=clock.today(), actor=actor_behind(request))
        return Response(WageAdvanceOutput(_advance(request, key)).data)


class RefuseAdvance(APIView):
    """A refusal."""

    required_roles = WRITERS

    @extend_schema(request=DeductionAnswerInput, responses=WageAdvanceOutput, operation_id="advance_refuse")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The worker sees why."""
        key = _advance(request, pk).pk
        services.refuse_advance(
            advance_id=key,
            on=clock.today(),
            actor=actor_behind(request),
            **read_body(DeductionAnswerInput, request),
        )
        return Response(WageAdvanceOutput(_advance(request, key)).data)


class WithdrawAdvance(APIView):
    """Changed one's mind."""

    required_roles = EVERYBODY | WRITERS

    @extend_schema(request=None, responses=WageAdvanceOutput, operation_id="advance_withdraw")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Before anybody decided."""
        key = _advance(request, pk).pk
        services.withdraw_advance(advance_id=key, actor=actor_behind(request))
        return Response(WageAdvanceOutput(_advance(request, key)).data)


class WriteOffAdvance(APIView):
    """Giving up."""

    required_roles = GIVERS_UP

    @extend_schema(
        request=DeductionAnswerInput, responses=WageAdvanceOutput, operation_id="advance_write_off"
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """At the charge of the common pot."""
        key, because = _advance(request, pk).pk, read_body(DeductionAnswerInput, request)["answer"]
        services.write_off_advance(
            advance_id=key, because=because, on=clock.today(), actor=actor_behind(request)
        )
        return Response(WageAdvanceOutput(_advance(request, key)).data)
