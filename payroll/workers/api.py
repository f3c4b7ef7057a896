"""REST doors of worker files."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent, identity_behind, read_body
from core.digits import year_in
from core.doors import ActDoor, SeenList, ShowDoor, ThingDoor
from core.files import file_response
from payroll.api.asked import caller
from payroll.workers import selectors, services
from payroll.workers.filters import AttestationFilter
from payroll.workers.models import Attestation, ElsewhereHours
from payroll.workers.roles import CHECKERS, EVERYBODY, READERS
from payroll.workers.serializers import (
    AttestationAnswerInput,
    AttestationInput,
    AttestationOutput,
    ElsewhereHoursInput,
    ElsewhereHoursOutput,
    StudentYearOutput,
)


class AttestationDoor(ThingDoor):
    """An attestation that the caller may see."""

    required_roles: ClassVar[frozenset[str]] = CHECKERS
    output = AttestationOutput

    def found(self, pk: UUID) -> Attestation:
        """One's own, any for who reads them."""
        return selectors.attestation_for(self.identity.person, self.identity.roles, pk)


class Attestations(SeenList[Attestation]):
    """Attestations that I may see; handing in one of mine."""

    required_roles = EVERYBODY | READERS
    serializer_class = AttestationOutput
    filterset_class = AttestationFilter
    queryset = Attestation.objects.none()
    seen = staticmethod(selectors.attestations)

    @extend_schema(
        request={"multipart/form-data": AttestationInput, "application/json": AttestationInput},
        responses={201: AttestationOutput},
        operation_id="attestation_hand_in",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """It counts once somebody checked it."""
        row = services.hand_in_attestation(
            person=caller(request), actor=actor_behind(request), **read_body(AttestationInput, request)
        )
        return Response(AttestationOutput(row).data, status=201)


class OneAttestation(AttestationDoor, ShowDoor):
    """With what became of it."""

    required_roles = EVERYBODY | READERS
    operation_id = "attestation_retrieve"


class AttestationFile(APIView):
    """Its paper."""

    required_roles = EVERYBODY | READERS

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY}, operation_id="attestation_file")
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """As it was handed in."""
        identity = identity_behind(request)
        row = selectors.attestation_for(identity.person, identity.roles, pk)
        if row.file is None:
            raise Http404
        return file_response(row.file)


class CheckAttestation(AttestationDoor, ActDoor):
    """It is in order and counts from now on."""

    operation_id = "attestation_check"

    def act(self, attestation: Attestation) -> Attestation:
        return services.check_attestation(attestation_id=attestation.pk, on=clock.today(), actor=self.actor)


class RefuseAttestation(AttestationDoor, ActDoor):
    """It is not in order; the worker reads why."""

    body = AttestationAnswerInput
    operation_id = "attestation_refuse"

    def act(self, attestation: Attestation, **given: Any) -> Attestation:
        return services.refuse_attestation(
            attestation_id=attestation.pk, on=clock.today(), actor=self.actor, **given
        )


class StudentHours(generics.GenericAPIView[ElsewhereHours]):
    """My student hours."""

    required_roles = EVERYBODY
    serializer_class = ElsewhereHoursOutput
    queryset = ElsewhereHours.objects.none()

    @extend_schema(
        responses=StudentYearOutput,
        operation_id="student_hours",
        parameters=[OpenApiParameter("year", OpenApiTypes.INT)],
    )
    def get(self, request: Request) -> Response:
        """Of this year or the one asked for: the quota, with us, elsewhere, left."""
        year = year_in(request.query_params.get("year", "")) or clock.today().year
        found = selectors.student_year(caller(request), year)
        if found is None:
            raise Http404
        return Response(StudentYearOutput(found).data)

    @extend_schema(
        request=ElsewhereHoursInput, responses={201: ElsewhereHoursOutput}, operation_id="student_hours_note"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Note hours of a year with other employers; the newest count."""
        row = services.note_elsewhere(
            person=caller(request),
            on=clock.today(),
            actor=actor_behind(request),
            **read_body(ElsewhereHoursInput, request),
        )
        return Response(ElsewhereHoursOutput(row).data, status=201)
