"""REST doors of work abroad."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, checked_body, idempotent, identity_behind
from core.doors import PAPER, ActDoor, SeenList, ShowDoor
from core.files import file_response
from members.enums import Role
from payroll.abroad import selectors, services
from payroll.abroad.errors import AbroadNotFound
from payroll.abroad.filters import MissionFilter, StepFilter
from payroll.abroad.models import A1Request, AbroadMission, MissionStep
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
from payroll.selectors import contract_for


def _on_paper(request: Request, person_id: UUID) -> bool:
    """Whether payroll states for somebody else."""
    identity = identity_behind(request)
    own = identity.person is not None and identity.person.pk == person_id
    return not own and Role.PAYROLL_ADMIN in identity.roles


def _writable(request: Request, pk: UUID) -> AbroadMission:
    identity = identity_behind(request)
    return selectors.mission_to_write(identity.person, identity.roles & WRITERS, pk)


def _shown(mission: AbroadMission) -> dict[str, object]:
    return dict(MissionOutput(selectors.missions().get(pk=mission.pk)).data)


class Missions(SeenList[AbroadMission]):
    """Work abroad that I may see."""

    required_roles = READERS
    serializer_class = MissionOutput
    filterset_class = MissionFilter
    queryset = AbroadMission.objects.none()
    seen = staticmethod(selectors.visible_missions)


class OneMission(ShowDoor):
    """With its steps."""

    required_roles = READERS
    output = MissionOutput
    operation_id = "abroad_mission_retrieve"

    def found(self, pk: UUID) -> AbroadMission:
        """One that the caller may see."""
        return selectors.mission_for(self.identity.person, self.identity.roles, pk)


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
        data = checked_body(MissionInput, request)
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
        data = checked_body(MissionChangeInput, request)
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


class MissionDoor(ActDoor):
    """An act on a mission whose form the caller may write."""

    required_roles = WRITERS
    output = MissionOutput

    def found(self, pk: UUID) -> AbroadMission:
        """Their own, or any for payroll."""
        return _writable(self.request, pk)

    def answer(self, row: AbroadMission) -> Response:
        """With its steps."""
        return Response(_shown(row), status=self.status)


class Confirm(MissionDoor):
    """The form is true."""

    operation_id = "abroad_confirm"

    def act(self, mission: AbroadMission) -> AbroadMission:
        return services.confirm_mission(
            mission_id=mission.pk,
            on=clock.now(),
            actor=self.actor,
            on_paper=_on_paper(self.request, mission.person_id),
        )


class Cancel(MissionDoor):
    """Its certificate is withdrawn."""

    operation_id = "abroad_cancel"

    def act(self, mission: AbroadMission) -> AbroadMission:
        return services.cancel_mission(mission_id=mission.pk, on=clock.now(), actor=self.actor)


class Retract(ActDoor):
    """Granted or not: the step waits again."""

    required_roles = KEEPERS
    body = AbroadReasonInput
    output = A1RequestOutput
    operation_id = "abroad_retract"

    def found(self, pk: UUID) -> AbroadMission:
        """A mission that the caller may see."""
        return selectors.mission_for(self.identity.person, self.identity.roles, pk)

    def act(self, mission: AbroadMission, **given: Any) -> A1Request:
        return services.retract_a1(mission_id=mission.pk, on=clock.now(), actor=self.actor, **given)


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


class Steps(SeenList[MissionStep]):
    """What must be done for work abroad, the nearest deadline first."""

    required_roles = STAFF
    serializer_class = StepOutput
    filterset_class = StepFilter
    queryset = MissionStep.objects.none()
    seen = staticmethod(selectors.steps)


class StepDoor(ActDoor):
    """What payroll does with a step."""

    required_roles = KEEPERS
    output: ClassVar[type[BaseSerializer[Any]]] = StepOutput

    def found(self, pk: UUID) -> MissionStep:
        """Of any mission."""
        return selectors.step_for(self.identity.person, self.identity.roles & KEEPERS, pk)


class Send(StepDoor):
    """Send it on its way."""

    output = A1RequestOutput
    status = 201
    operation_id = "abroad_send"

    def act(self, step: MissionStep) -> A1Request:
        return services.ask_a1(step_id=step.pk, on=clock.now(), day=clock.today(), actor=self.actor)


class Done(StepDoor):
    """With what proves it."""

    body = StepDoneInput
    media = PAPER
    operation_id = "abroad_done"

    def act(self, step: MissionStep, **given: Any) -> MissionStep:
        return services.note_done(
            step_id=step.pk, on=clock.now(), day=clock.today(), actor=self.actor, **given
        )


class NotNeeded(StepDoor):
    """And why."""

    body = AbroadReasonInput
    operation_id = "abroad_not_needed"

    def act(self, step: MissionStep, **given: Any) -> MissionStep:
        return services.note_not_needed(
            step_id=step.pk, on=clock.now(), day=clock.today(), actor=self.actor, **given
        )


class Reopen(StepDoor):
    """It waits again."""

    operation_id = "abroad_reopen"

    def act(self, step: MissionStep) -> MissionStep:
        return services.reopen_step(step_id=step.pk, on=clock.now(), actor=self.actor)
