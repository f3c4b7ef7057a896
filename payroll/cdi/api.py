"""REST doors of open-ended contracts."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from activities.selectors import holds
from core import clock
from core.api import actor_behind, idempotent, identity_behind
from core.calendar import first_of_month, last_of_month
from members.enums import Role
from payroll.api.asked import caller, read_body
from payroll.cdi import selectors, services
from payroll.cdi.errors import OpenEndedNotFound
from payroll.cdi.filters import AbsenceFilter, OpenEndedFilter
from payroll.cdi.models import Absence, SalaryProposal
from payroll.cdi.serializers import (
    AbsenceDecisionInput,
    AbsenceInput,
    AbsenceOutput,
    AllowanceInput,
    AllowanceOutput,
    OpenEndedEndInput,
    OpenEndedOutput,
    SalaryAnswerInput,
    SalaryConsentInput,
    SalaryMonthOutput,
    SalaryProposalInput,
    SalaryProposalOutput,
    WorkDayOutput,
)
from payroll.cdi.smoothing import Estimate
from payroll.models import EmploymentContract

READ = frozenset({Role.MEMBER, Role.ADVISER, Role.ADVISER_LEAD, Role.PAYROLL_ADMIN, Role.AUDITOR})
WRITE = READ - {Role.AUDITOR}
ADMIN = frozenset({Role.PAYROLL_ADMIN})


def _contract(request: Request, pk: UUID) -> EmploymentContract:
    identity = identity_behind(request)
    return selectors.contract_for(identity.person, pk, roles=identity.roles)


def _decides(request: Request, activity_id: UUID) -> bool:
    identity = identity_behind(request)
    return selectors.decides(identity.person, activity_id, identity.roles)


class OpenEndedContracts(generics.ListAPIView[EmploymentContract]):
    """Open-ended contracts that the caller may see."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = OpenEndedOutput
    filterset_class = OpenEndedFilter
    queryset = EmploymentContract.objects.none()

    def get_queryset(self) -> QuerySet[EmploymentContract]:
        """Newest first, with their months."""
        identity = identity_behind(self.request)
        rows = selectors.visible_contracts(identity.person, identity.roles)
        return rows.prefetch_related("salary_months").order_by("-id")


class OneOpenEndedContract(APIView):
    """One open-ended contract."""

    required_roles: ClassVar[frozenset[str]] = READ

    @extend_schema(responses=OpenEndedOutput, operation_id="open_ended_contract")
    def get(self, request: Request, pk: UUID) -> Response:
        """With the salary of each month."""
        return Response(OpenEndedOutput(_contract(request, pk)).data)


class WorkDays(APIView):
    """Days of a contract."""

    required_roles: ClassVar[frozenset[str]] = READ

    @extend_schema(
        responses=WorkDayOutput(many=True),
        parameters=[OpenApiParameter("month", OpenApiTypes.DATE, description="Any day of the month.")],
        operation_id="open_ended_contract_days",
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Every part of a day of a month: hours and work-time code; this month unless another is named."""
        row = _contract(request, pk)
        month = first_of_month(_day(request))
        days = selectors.work_days(row, month, last_of_month(month))
        return Response(WorkDayOutput(list(days), many=True).data)


def _day(request: Request) -> date:
    text = request.query_params.get("month")
    day: date = serializers.DateField().run_validation(text) if text else clock.today()
    return day


class EndContract(APIView):
    """Ending a contract."""

    required_roles: ClassVar[frozenset[str]] = ADMIN

    @extend_schema(
        request=OpenEndedEndInput, responses=OpenEndedOutput, operation_id="open_ended_contract_end"
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Give it its last day: the declaration and the last salary follow."""
        row = _contract(request, pk)
        data = read_body(OpenEndedEndInput, request)
        services.end_contract(contract_id=row.pk, on=clock.now(), actor=actor_behind(request), **data)
        return Response(OpenEndedOutput(_contract(request, pk)).data)


class PayAllowance(APIView):
    """Paying an allowance."""

    required_roles: ClassVar[frozenset[str]] = ADMIN

    @extend_schema(
        request=AllowanceInput, responses={201: AllowanceOutput}, operation_id="open_ended_contract_allowance"
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Post an allowance that is due, and ask for its payment today."""
        row = _contract(request, pk)
        data = read_body(AllowanceInput, request)
        made = services.pay_allowance(
            contract_id=row.pk, on=clock.today(), actor=actor_behind(request), second=True,
            **data,
        )  # fmt: skip
        return Response(AllowanceOutput(made).data, status=201)


class LendSalary(APIView):
    """Loans of the pot for a salary."""

    required_roles: ClassVar[frozenset[str]] = ADMIN

    @extend_schema(request=None, responses=SalaryMonthOutput, operation_id="salary_month_lend")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Let the pot lend what the salary lacks; above the threshold a second call, by another person."""
        identity = identity_behind(request)
        row = selectors.uncovered_of(identity.person, identity.roles, pk)
        done = services.lend_salary(salary_month_id=row.pk, on=clock.today(), actor=actor_behind(request))
        return Response(SalaryMonthOutput(done).data)


class Proposals(generics.ListAPIView[SalaryProposal]):
    """Salaries to agree on; proposing one."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = SalaryProposalOutput
    queryset = SalaryProposal.objects.none()

    def get_queryset(self) -> QuerySet[SalaryProposal]:
        """Newest first."""
        identity = identity_behind(self.request)
        rows = selectors.visible_proposals(identity.person, identity.roles)
        return rows.prefetch_related("months")

    @extend_schema(
        request=SalaryProposalInput, responses={201: SalaryProposalOutput}, operation_id="salary_propose"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Propose a salary in an Activity of the caller's, or in one that they accompany."""
        data, me = read_body(SalaryProposalInput, request), caller(request)
        activity_id, contract_id = data.pop("activity"), data.pop("contract", None)
        if not holds(me.pk, activity_id) and not _decides(request, activity_id):
            raise OpenEndedNotFound
        contract = _contract(request, contract_id) if contract_id else None
        if contract is not None and contract.activity_id != activity_id:
            raise OpenEndedNotFound
        person_id = contract.person_id if contract else data.pop("person", me.pk)
        data.pop("person", None)
        estimates = [Estimate(**row) for row in data.pop("estimates")]
        made = services.propose_salary(
            activity_id=activity_id, person_id=person_id, contract=contract, estimates=estimates,
            on=clock.today(), actor=actor_behind(request), **data,
        )  # fmt: skip
        return Response(SalaryProposalOutput(made).data, status=201)


class OneProposal(APIView):
    """One proposed salary."""

    required_roles: ClassVar[frozenset[str]] = READ

    @extend_schema(responses=SalaryProposalOutput, operation_id="salary_proposal")
    def get(self, request: Request, pk: UUID) -> Response:
        """With its estimate and who has agreed."""
        identity = identity_behind(request)
        return Response(
            SalaryProposalOutput(selectors.proposal_for(identity.person, pk, roles=identity.roles)).data
        )


class AgreeProposal(APIView):
    """Agreeing."""

    required_roles: ClassVar[frozenset[str]] = WRITE

    @extend_schema(request=SalaryConsentInput, responses=SalaryProposalOutput, operation_id="salary_agree")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Agree on one side; with the last one the salary stands."""
        identity = identity_behind(request)
        row = selectors.proposal_for(identity.person, pk, roles=identity.roles)
        data = read_body(SalaryConsentInput, request)
        services.agree_salary(
            proposal_id=row.pk, side=data["side"], person=caller(request),
            as_cooperative=_decides(request, row.activity_id), on=clock.now(), actor=actor_behind(request),
        )  # fmt: skip
        return Response(
            SalaryProposalOutput(selectors.proposal_for(identity.person, pk, roles=identity.roles)).data
        )


class RefuseProposal(APIView):
    """Refusing."""

    required_roles: ClassVar[frozenset[str]] = WRITE

    @extend_schema(request=SalaryAnswerInput, responses=SalaryProposalOutput, operation_id="salary_refuse")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Say no, as somebody who would have to agree."""
        me, identity = caller(request), identity_behind(request)
        row = selectors.proposal_for(identity.person, pk, roles=identity.roles)
        mine = me.pk == row.person_id or holds(me.pk, row.activity_id)
        if not mine and not _decides(request, row.activity_id):
            raise OpenEndedNotFound
        data = read_body(SalaryAnswerInput, request)
        done = services.refuse_proposal(
            proposal_id=row.pk, reason=data["answer"], actor=actor_behind(request)
        )
        return Response(SalaryProposalOutput(done).data)


class Absences(generics.ListAPIView[Absence]):
    """Absences that the caller may see; asking for one."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = AbsenceOutput
    filterset_class = AbsenceFilter
    queryset = Absence.objects.none()

    def get_queryset(self) -> QuerySet[Absence]:
        """Newest first."""
        identity = identity_behind(self.request)
        visible = selectors.visible_contracts(identity.person, identity.roles).order_by().values("pk")
        return Absence.objects.filter(contract__in=visible).order_by("-id")

    @extend_schema(request=AbsenceInput, responses={201: AbsenceOutput}, operation_id="absence_ask")
    @idempotent
    def post(self, request: Request) -> Response:
        """Ask for an absence of the caller's, or of somebody for whom they decide."""
        data, me = read_body(AbsenceInput, request), caller(request)
        contract = _contract(request, data.pop("contract"))
        if me.pk != contract.person_id and not _decides(request, contract.activity_id):
            raise OpenEndedNotFound
        made = services.ask_absence(contract_id=contract.pk, actor=actor_behind(request), **data)
        return Response(AbsenceOutput(made).data, status=201)


class OneAbsence(APIView):
    """One absence."""

    required_roles: ClassVar[frozenset[str]] = READ

    @extend_schema(responses=AbsenceOutput, operation_id="absence")
    def get(self, request: Request, pk: UUID) -> Response:
        """With what was decided."""
        identity = identity_behind(request)
        return Response(AbsenceOutput(selectors.absence_for(identity.person, pk, roles=identity.roles)).data)


class DecideAbsence(APIView):
    """Deciding."""

    required_roles: ClassVar[frozenset[str]] = WRITE

    @extend_schema(request=AbsenceDecisionInput, responses=AbsenceOutput, operation_id="absence_decide")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Approve or refuse; the salary follows."""
        identity = identity_behind(request)
        row = selectors.absence_for(identity.person, pk, roles=identity.roles)
        if not _decides(request, row.contract.activity_id):
            raise OpenEndedNotFound
        data = read_body(AbsenceDecisionInput, request)
        done = services.decide_absence(
            absence_id=row.pk, approve=data["approve"], answer=data["answer"], on=clock.today(),
            actor=actor_behind(request),
        )  # fmt: skip
        return Response(AbsenceOutput(done).data)


class CancelAbsence(APIView):
    """Taking back."""

    required_roles: ClassVar[frozenset[str]] = WRITE

    @extend_schema(request=None, responses=AbsenceOutput, operation_id="absence_cancel")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Take an absence back: the caller's own before it begins, or one that they decide on."""
        identity = identity_behind(request)
        row = selectors.absence_for(identity.person, pk, roles=identity.roles)
        mine = caller(request).pk == row.contract.person_id
        if not mine and not _decides(request, row.contract.activity_id):
            raise OpenEndedNotFound
        done = services.cancel_absence(absence_id=row.pk, on=clock.today(), actor=actor_behind(request))
        return Response(AbsenceOutput(done).data)
