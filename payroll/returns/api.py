"""REST doors of returns and of workers' papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
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
from ledger.selectors import entity_by_code
from members.enums import Role
from payroll.api.asked import ADMIN, KEEPERS, PAY, WRITERS, caller, read_body
from payroll.models import EmploymentContract
from payroll.returns import selectors, services
from payroll.returns.models import PublicReturn, ReturnRow, WorkerPaper
from payroll.returns.periods import parse_return_period
from payroll.returns.serializers import (
    BuildReturnInput,
    EndDueOutput,
    OneWorkerPaperOutput,
    PublicReturnOutput,
    ReturnRowOutput,
    WorkerPaperOutput,
)
from payroll.selectors import contract_for


class PublicReturns(generics.ListAPIView[PublicReturn]):
    """Returns to public bodies."""

    required_roles = KEEPERS
    serializer_class = PublicReturnOutput
    queryset = PublicReturn.objects.none()

    def get_queryset(self) -> QuerySet[PublicReturn]:
        """Every one, the last made first."""
        return PublicReturn.objects.select_related("entity", "file").order_by("-pk")


class BuildPublicReturn(APIView):
    """Make a return, or make it anew."""

    required_roles = ADMIN

    @extend_schema(
        request=BuildReturnInput, responses={202: PublicReturnOutput}, operation_id="build_public_return"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Workers are read in the background; the state becomes `draft` when all are there."""
        asked = read_body(BuildReturnInput, request)
        row = services.build_return(
            kind=asked["kind"],
            entity=entity_by_code(asked["entity"]),
            period=parse_return_period(asked["kind"], asked["period"]),
            on=clock.today(),
            actor=actor_behind(request),
        )
        return Response(PublicReturnOutput(row).data, status=202)


class OnePublicReturn(APIView):
    """One return."""

    required_roles = KEEPERS

    @extend_schema(responses=PublicReturnOutput, operation_id="public_return")
    def get(self, request: Request, pk: UUID) -> Response:  # noqa: ARG002 - a view
        """As it stands."""
        return Response(PublicReturnOutput(selectors.return_by_key(pk)).data)


class PublicReturnRows(generics.ListAPIView[ReturnRow]):
    """Workers of a return, with what is declared of each."""

    required_roles = KEEPERS
    serializer_class = ReturnRowOutput
    queryset = ReturnRow.objects.none()

    def get_queryset(self) -> QuerySet[ReturnRow]:
        """In the order of their making."""
        if getattr(self, "swagger_fake_view", False):
            return ReturnRow.objects.none()
        row = selectors.return_by_key(self.kwargs["pk"])
        return ReturnRow.objects.filter(public_return=row).select_related("person").order_by("-pk")


class PublicReturnFile(APIView):
    """The file that the body gets."""

    required_roles = KEEPERS

    @extend_schema(responses={(200, "application/xml"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """Reading it leaves a trace with every worker in it."""
        return file_response(
            services.read_return_file(return_id=pk, actor=actor_behind(request), purpose="REST")
        )


def _acted(request: Request, pk: UUID, act: Callable[..., PublicReturn]) -> Response:
    row = selectors.return_by_key(pk)
    done = act(return_id=row.pk, on=clock.today(), actor=actor_behind(request))
    return Response(PublicReturnOutput(done).data)


class CheckPublicReturn(APIView):
    """Hold a return against the books."""

    required_roles = ADMIN

    @extend_schema(request=None, responses=PublicReturnOutput, operation_id="check_public_return")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It waits for a second person."""
        return _acted(request, pk, services.check_return)


class ApprovePublicReturn(APIView):
    """A second person agrees."""

    required_roles = ADMIN

    @extend_schema(request=None, responses=PublicReturnOutput, operation_id="approve_public_return")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The figures stand."""
        return _acted(request, pk, services.approve_return)


class SendPublicReturn(APIView):
    """Send an approved return on its way."""

    required_roles = ADMIN

    @extend_schema(request=None, responses=PublicReturnOutput, operation_id="send_public_return")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The answer comes later."""
        return _acted(request, pk, services.send_return)


class RetryPublicReturn(APIView):
    """Send again what did not arrive."""

    required_roles = ADMIN

    @extend_schema(request=None, responses=PublicReturnOutput, operation_id="retry_public_return")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The same file: nothing is declared twice."""
        return _acted(request, pk, services.retry_return)


class EndsDue(generics.ListAPIView[EmploymentContract]):
    """Contracts that ended and whose paper is not made."""

    required_roles = KEEPERS
    serializer_class = EndDueOutput
    queryset = EmploymentContract.objects.none()

    def get_queryset(self) -> QuerySet[EmploymentContract]:
        """The last ones of their workers."""
        if getattr(self, "swagger_fake_view", False):
            return EmploymentContract.objects.none()
        return selectors.ends_due(clock.today()).order_by("-pk")


class EndOfContract(APIView):
    """Make the paper of a contract's end."""

    required_roles = WRITERS

    @extend_schema(request=None, responses={201: WorkerPaperOutput}, operation_id="end_of_contract_paper")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The worker's own contract, or anybody's for payroll; a contract that has its paper gives that
        one.
        """
        identity = identity_behind(request)
        if Role.PAYROLL_ADMIN in identity.roles:
            contract = contract_for(identity.person, pk, roles=identity.roles)
        else:
            contract = selectors.own_contract(caller(request), pk)
        row = services.end_contract(contract_id=contract.pk, on=clock.today(), actor=actor_behind(request))
        paper = WorkerPaper.objects.select_related("entity").filter(public_return=row).latest("number")
        return Response(WorkerPaperOutput(paper).data, status=201)


class WorkerPapers(generics.ListAPIView[WorkerPaper]):
    """Papers of workers: one's own; every one for who keeps the pay."""

    required_roles = PAY
    serializer_class = WorkerPaperOutput
    queryset = WorkerPaper.objects.none()

    def get_queryset(self) -> QuerySet[WorkerPaper]:
        """Newest first."""
        if getattr(self, "swagger_fake_view", False):
            return WorkerPaper.objects.none()
        identity = identity_behind(self.request)
        return selectors.visible_papers(identity.person, identity.roles)


class OneWorkerPaper(APIView):
    """One paper."""

    required_roles = PAY

    @extend_schema(responses=OneWorkerPaperOutput, operation_id="worker_paper")
    def get(self, request: Request, pk: UUID) -> Response:
        """As issued; a reading by staff is written down."""
        identity = identity_behind(request)
        found = selectors.paper_for(identity.person, pk, roles=identity.roles)
        paper: Any = services.read_paper(paper=found, actor=actor_behind(request), purpose="REST")
        return Response(OneWorkerPaperOutput(paper).data)
