"""REST doors of returns and of workers' papers."""

from __future__ import annotations

from typing import Any, ClassVar
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
from core.api import actor_behind, identity_behind
from core.doors import ActDoor, NewDoor, ShowDoor, ThingDoor
from core.files import file_response
from ledger.selectors import entity_by_code
from members.enums import Role
from payroll.api.asked import ADMIN, KEEPERS, PAY, WRITERS, caller
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


class BuildPublicReturn(NewDoor):
    """Workers are read in the background; the state becomes `draft` when all are there."""

    required_roles = ADMIN
    body = BuildReturnInput
    output = PublicReturnOutput
    status = 202
    operation_id = "build_public_return"

    def make(self, kind: str, entity: str, period: str) -> PublicReturn:
        return services.build_return(
            kind=kind,
            entity=entity_by_code(entity),
            period=parse_return_period(kind, period),
            on=clock.today(),
            actor=self.actor,
        )


class ReturnDoor(ThingDoor):
    """A return to a public body."""

    required_roles: ClassVar[frozenset[str]] = ADMIN
    output = PublicReturnOutput

    def found(self, pk: UUID) -> PublicReturn:
        """Whatever the body."""
        return selectors.return_by_key(pk)


class OnePublicReturn(ReturnDoor, ShowDoor):
    """As it stands."""

    required_roles = KEEPERS
    operation_id = "public_return"


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


class CheckPublicReturn(ReturnDoor, ActDoor):
    """It waits for a second person."""

    operation_id = "check_public_return"

    def act(self, row: PublicReturn) -> PublicReturn:
        return services.check_return(return_id=row.pk, on=clock.today(), actor=self.actor)


class ApprovePublicReturn(ReturnDoor, ActDoor):
    """The figures stand."""

    operation_id = "approve_public_return"

    def act(self, row: PublicReturn) -> PublicReturn:
        return services.approve_return(return_id=row.pk, on=clock.today(), actor=self.actor)


class SendPublicReturn(ReturnDoor, ActDoor):
    """The answer comes later."""

    operation_id = "send_public_return"

    def act(self, row: PublicReturn) -> PublicReturn:
        return services.send_return(return_id=row.pk, on=clock.today(), actor=self.actor)


class RetryPublicReturn(ReturnDoor, ActDoor):
    """The same file: nothing is declared twice."""

    operation_id = "retry_public_return"

    def act(self, row: PublicReturn) -> PublicReturn:
        return services.retry_return(return_id=row.pk, on=clock.today(), actor=self.actor)


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


class EndOfContract(ActDoor):
    """The worker's own contract, or anybody's for payroll; a contract that has its paper gives that
    one.
    """

    required_roles = WRITERS
    output = WorkerPaperOutput
    status = 201
    operation_id = "end_of_contract_paper"

    def found(self, pk: UUID) -> EmploymentContract:
        """The caller's own, or any for payroll."""
        if Role.PAYROLL_ADMIN in self.identity.roles:
            return contract_for(self.identity.person, pk, roles=self.identity.roles)
        return selectors.own_contract(caller(self.request), pk)

    def act(self, contract: EmploymentContract) -> WorkerPaper:
        row = services.end_contract(contract_id=contract.pk, on=clock.today(), actor=self.actor)
        return WorkerPaper.objects.select_related("entity").filter(public_return=row).latest("number")


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
