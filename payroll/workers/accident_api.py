"""REST doors of accidents, insurances and holiday certificates."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
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
from core.documents import finished_file
from core.doors import ActDoor, NewDoor, SeenList, ShowDoor, ThingDoor
from core.files import file_response
from payroll.api.asked import caller
from payroll.workers import selectors, services
from payroll.workers.errors import WorkerThingNotFound
from payroll.workers.filters import AccidentFilter, CertificateFilter, CoverFilter
from payroll.workers.models import HolidayCertificate, InsuranceCover, WorkAccident
from payroll.workers.roles import EVERYBODY, KEEPERS, WRITERS
from payroll.workers.serializers import (
    AccidentInput,
    AccidentOutput,
    AccidentRatesOutput,
    CertificateOutput,
    ClosedInput,
    CoverInput,
    CoverOutput,
    DeclaredInput,
    LastDayInput,
)
from payroll.workers.services.certificates import KIND


class AccidentDoor(ThingDoor):
    """An accident that the caller may see."""

    required_roles: ClassVar[frozenset[str]] = WRITERS
    output = AccidentOutput

    def found(self, pk: UUID) -> WorkAccident:
        """One's own, any for payroll."""
        return selectors.accident_for(self.identity.person, self.identity.roles, pk)


class Accidents(SeenList[WorkAccident]):
    """Accidents: one's own, all of them for payroll."""

    required_roles = EVERYBODY | KEEPERS
    serializer_class = AccidentOutput
    filterset_class = AccidentFilter
    queryset = WorkAccident.objects.none()
    seen = staticmethod(selectors.accidents)

    @extend_schema(
        request={"multipart/form-data": AccidentInput, "application/json": AccidentInput},
        responses={201: AccidentOutput},
        operation_id="accident_report",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Report one of mine; payroll may report that of any worker."""
        fields = read_body(AccidentInput, request)
        asked = fields.pop("person")
        identity = identity_behind(request)
        person = caller(request)
        if asked is not None and asked != person.pk:
            person = selectors.file_for(person, identity.roles & WRITERS, asked)
        row = services.report_accident(person=person, on=clock.today(), actor=actor_behind(request), **fields)
        return Response(AccidentOutput(row).data, status=201)


class OneAccident(AccidentDoor, ShowDoor):
    """With the day until which the insurer must hear of it."""

    required_roles = EVERYBODY | KEEPERS
    operation_id = "accident_retrieve"


class DeclareAccident(AccidentDoor, ActDoor):
    """Said again it renews reference and lost days."""

    body = DeclaredInput
    operation_id = "accident_declare"

    def act(self, accident: WorkAccident, **given: Any) -> WorkAccident:
        return services.declare_accident(accident_id=accident.pk, on=clock.today(), actor=self.actor, **given)


class CloseAccident(AccidentDoor, ActDoor):
    """The lost days are final."""

    body = ClosedInput
    operation_id = "accident_close"

    def act(self, accident: WorkAccident, **given: Any) -> WorkAccident:
        return services.close_accident(accident_id=accident.pk, on=clock.today(), actor=self.actor, **given)


class Rates(APIView):
    """Frequency and severity of accidents at work."""

    required_roles = KEEPERS

    @extend_schema(
        responses=AccidentRatesOutput(many=True),
        operation_id="accident_rates",
        parameters=[OpenApiParameter("year", OpenApiTypes.INT)],
    )
    def get(self, request: Request) -> Response:
        """Of this year or the one asked for, by legal entity."""
        year = year_in(request.query_params.get("year", "")) or clock.today().year
        return Response(AccidentRatesOutput(selectors.accident_rates(year), many=True).data)


class Covers(generics.ListAPIView[InsuranceCover]):
    """Insurances of the house."""

    required_roles = KEEPERS
    serializer_class = CoverOutput
    filterset_class = CoverFilter
    queryset = InsuranceCover.objects.none()

    def get_queryset(self) -> QuerySet[InsuranceCover]:
        """By what they cover."""
        return selectors.covers()


class AddCover(NewDoor):
    """Workers see it in their file."""

    required_roles = WRITERS
    body = CoverInput
    output = CoverOutput
    operation_id = "cover_add"

    def make(self, **given: Any) -> InsuranceCover:
        return services.add_cover(actor=self.actor, **given)


class EndCover(ActDoor):
    """Said again it is another last day."""

    required_roles = WRITERS
    body = LastDayInput
    output = CoverOutput
    operation_id = "cover_end"

    def found(self, pk: UUID) -> InsuranceCover:
        """Of the house."""
        cover = selectors.covers().filter(pk=pk).first()
        if cover is None:
            raise WorkerThingNotFound
        return cover

    def act(self, cover: InsuranceCover, **given: Any) -> InsuranceCover:
        return services.end_cover(cover_id=cover.pk, actor=self.actor, **given)


class Certificates(SeenList[HolidayCertificate]):
    """Holiday certificates: one's own, all of them for payroll."""

    required_roles = EVERYBODY | KEEPERS
    serializer_class = CertificateOutput
    filterset_class = CertificateFilter
    queryset = HolidayCertificate.objects.none()
    seen = staticmethod(selectors.certificates)


class CertificateFile(APIView):
    """A certificate as a PDF."""

    required_roles = EVERYBODY | KEEPERS

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY}, operation_id="certificate_file")
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """404 while it is being made."""
        identity = identity_behind(request)
        row = selectors.certificate_for(identity.person, identity.roles, pk)
        file = finished_file(KIND, row.pk)
        if file is None:
            raise Http404
        services.read_certificate(certificate=row, actor=actor_behind(request), purpose="REST")
        return file_response(file)
