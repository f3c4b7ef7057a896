"""REST doors of work abroad."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent, identity_behind
from core.files import file_response
from members.enums import Role
from payroll.abroad import selectors, services
from payroll.abroad.errors import AbroadNotFound
from payroll.abroad.filters import MissionFilter, StepFilter
from payroll.abroad.models import AbroadMission, MissionStep
from payroll.abroad.roles import CERTIFICATE_READERS, KEEPERS, READERS, STAFF, WRITERS
from payroll.abroad.serializers import (
    A1RequestOutput,
    AbroadReasonInput,
    MissionChangeInput,
    MissionInput,
    MissionOutput,
    StepDoneInput,
    StepOutput,
)
from payroll.api.asked import read_body
from payroll.selectors import contract_for


def _on_paper(request: Request, person_id: UUID) -> bool:
    """Whether payroll states for somebody else."""
    identity = identity_behind(request)
    own = identity.person is not None and identity.person.pk == person_id
    return not own and Role.PAYROLL_ADMIN in identity.roles


def _writable(request: Request, pk: UUID) -> AbroadMission:
    identity = identity_behind(request)
    return selectors.mission_to_write(identity.person, identity.roles & WRITERS, pk)


def _step(request: Request, pk: UUID) -> MissionStep:
    identity = identity_behind(request)
    return selectors.step_for(identity.person, identity.roles & KEEPERS, pk)


def _shown(mission: AbroadMission) -> dict[str, object]:
    return dict(MissionOutput(selectors.missions().get(pk=mission.pk)).data)


class Missions(generics.ListAPIView[AbroadMission]):
    """Work abroad that I may see."""

    required_roles = READERS
    serializer_class = MissionOutput
    filterset_class = MissionFilter
    queryset = AbroadMission.objects.none()

    def get_queryset(self) -> QuerySet[AbroadMission]:
        """The latest start first."""
        identity = identity_behind(self.request)
        return selectors.visible_missions(identity.person, identity.roles)


class OneMission(APIView):
    """One mission."""

    required_roles = READERS

    @extend_schema(responses=MissionOutput, operation_id="abroad_mission_retrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """With its steps."""
        identity = identity_behind(request)
        return Response(MissionOutput(selectors.mission_for(identity.person, identity.roles, pk)).data)


class Declare(APIView):
    """The form of a contract."""

    required_roles = WRITERS

    @extend_schema(request=MissionInput, responses={201: MissionOutput}, operation_id="abroad_declare")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Fill it in: what must be done follows from it."""
        identity = identity_behind(request)
        contract = contract_for(identity.person, pk, roles=identity.roles & WRITERS)
        if not selectors.may_write(identity.person, identity.roles, contract):
            raise AbroadNotFound
        data = MissionInput(data=request.data)
        data.is_valid(raise_exception=True)
        made = services.declare_mission(
            contract_id=contract.pk,
            terms=data.terms(data.validated_data["country"]),
            on=clock.now(),
            actor=actor_behind(request),
            stated=data.validated_data["stated"],
            on_paper=_on_paper(request, contract.person_id),
        )
        return Response(_shown(made), status=201)


class Change(APIView):
    """A change of the form."""

    required_roles = WRITERS

    @extend_schema(request=MissionChangeInput, responses=MissionOutput, operation_id="abroad_change")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Write it anew before the work begins."""
        row = _writable(request, pk)
        data = MissionChangeInput(data=request.data)
        data.is_valid(raise_exception=True)
        made = services.change_mission(
            mission_id=row.pk,
            terms=data.terms(row.country),
            version=data.validated_data["version"],
            on=clock.now(),
            actor=actor_behind(request),
            stated=data.validated_data["stated"],
            on_paper=_on_paper(request, row.person_id),
        )
        return Response(_shown(made))


class Confirm(APIView):
    """The worker's statement."""

    required_roles = WRITERS

    @extend_schema(request=None, responses=MissionOutput, operation_id="abroad_confirm")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The form is true."""
        row = _writable(request, pk)
        services.confirm_mission(
            mission_id=row.pk,
            on=clock.now(),
            actor=actor_behind(request),
            on_paper=_on_paper(request, row.person_id),
        )
        return Response(_shown(row))


class Cancel(APIView):
    """Work abroad that does not take place."""

    required_roles = WRITERS

    @extend_schema(request=None, responses=MissionOutput, operation_id="abroad_cancel")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Its certificate is withdrawn."""
        row = _writable(request, pk)
        services.cancel_mission(mission_id=row.pk, on=clock.now(), actor=actor_behind(request))
        return Response(_shown(row))


class Retract(APIView):
    """A request for a certificate that is taken back."""

    required_roles = KEEPERS

    @extend_schema(request=AbroadReasonInput, responses=A1RequestOutput, operation_id="abroad_retract")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Granted or not: the step waits again."""
        identity = identity_behind(request)
        mission = selectors.mission_for(identity.person, identity.roles, pk)
        data = read_body(AbroadReasonInput, request)
        row = services.retract_a1(mission_id=mission.pk, on=clock.now(), actor=actor_behind(request), **data)
        return Response(A1RequestOutput(row).data)


class Certificate(APIView):
    """The certificate."""

    required_roles = CERTIFICATE_READERS

    @extend_schema(
        responses={(200, "application/pdf"): OpenApiTypes.BINARY}, operation_id="abroad_certificate"
    )
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """As the office gave it; readings by staff are written down."""
        identity = identity_behind(request)
        step = selectors.certificate_step(identity.person, identity.roles, pk)
        file = services.read_certificate(
            step=step, at=clock.now(), actor=actor_behind(request), purpose="A1 (REST)"
        )
        return file_response(file)


class Steps(generics.ListAPIView[MissionStep]):
    """What must be done for work abroad, the nearest deadline first."""

    required_roles = STAFF
    serializer_class = StepOutput
    filterset_class = StepFilter
    queryset = MissionStep.objects.none()

    def get_queryset(self) -> QuerySet[MissionStep]:
        """For advisers that of their portfolio."""
        identity = identity_behind(self.request)
        return selectors.steps(identity.person, identity.roles)


class Send(APIView):
    """A request for a certificate."""

    required_roles = KEEPERS

    @extend_schema(request=None, responses={201: A1RequestOutput}, operation_id="abroad_send")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Send it on its way."""
        row = services.ask_a1(
            step_id=_step(request, pk).pk, on=clock.now(), day=clock.today(), actor=actor_behind(request)
        )
        return Response(A1RequestOutput(row).data, status=201)


class Done(APIView):
    """A step that was done by hand."""

    required_roles = KEEPERS

    @extend_schema(
        request={"multipart/form-data": StepDoneInput, "application/json": StepDoneInput},
        responses=StepOutput,
        operation_id="abroad_done",
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """With what proves it."""
        data = read_body(StepDoneInput, request)
        row = services.note_done(
            step_id=_step(request, pk).pk,
            on=clock.now(),
            day=clock.today(),
            actor=actor_behind(request),
            **data,
        )
        return Response(StepOutput(row).data)


class NotNeeded(APIView):
    """A step of which nothing is to be done."""

    required_roles = KEEPERS

    @extend_schema(request=AbroadReasonInput, responses=StepOutput, operation_id="abroad_not_needed")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """And why."""
        step = _step(request, pk)
        data = read_body(AbroadReasonInput, request)
        row = services.note_not_needed(
            step_id=step.pk,
            on=clock.now(),
            day=clock.today(),
            actor=actor_behind(request),
            **data,
        )
        return Response(StepOutput(row).data)


class Reopen(APIView):
    """A step that was noted wrongly."""

    required_roles = KEEPERS

    @extend_schema(request=None, responses=StepOutput, operation_id="abroad_reopen")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It waits again."""
        row = services.reopen_step(step_id=_step(request, pk).pk, on=clock.now(), actor=actor_behind(request))
        return Response(StepOutput(row).data)
