"""REST doors of open-ended contracts."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from activities.selectors import holds
from core import clock
from core.api import actor_behind, idempotent, identity_behind, read_body
from core.calendar import first_of_month, last_of_month
from core.doors import ActDoor, ShowDoor, ThingDoor
from members.enums import Role
from payroll.api.asked import caller
from payroll.cdi import selectors, services
from payroll.cdi.errors import OpenEndedNotFound
from payroll.cdi.filters import AbsenceFilter, OpenEndedFilter
from payroll.cdi.models import Absence, Allowance, SalaryMonth, SalaryProposal
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


class OpenEndedDoor(ThingDoor):
    """An open-ended contract that the caller may see."""

    required_roles: ClassVar[frozenset[str]] = ADMIN
    output: ClassVar[type[BaseSerializer[Any]]] = OpenEndedOutput

    def found(self, pk: UUID) -> EmploymentContract:
        """With its months."""
        return _contract(self.request, pk)


class OneOpenEndedContract(OpenEndedDoor, ShowDoor):
    """With the salary of each month."""

    required_roles = READ
    operation_id = "open_ended_contract"


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


class EndContract(OpenEndedDoor, ActDoor):
    """Give it its last day: the declaration and the last salary follow."""

    body = OpenEndedEndInput
    operation_id = "open_ended_contract_end"

    def act(self, contract: EmploymentContract, **given: Any) -> EmploymentContract:
        services.end_contract(contract_id=contract.pk, on=clock.now(), actor=self.actor, **given)
        return self.found(contract.pk)


class PayAllowance(OpenEndedDoor, ActDoor):
    """Post an allowance that is due, and ask for its payment today."""

    body = AllowanceInput
    output = AllowanceOutput
    status = 201
    operation_id = "open_ended_contract_allowance"

    def act(self, contract: EmploymentContract, **given: Any) -> Allowance:
        return services.pay_allowance(
            contract_id=contract.pk, on=clock.today(), actor=self.actor, second=True, **given
        )


class LendSalary(ActDoor):
    """Let the pot lend what the salary lacks; above the threshold a second call, by another person."""

    required_roles = ADMIN
    output = SalaryMonthOutput
    operation_id = "salary_month_lend"

    def found(self, pk: UUID) -> SalaryMonth:
        """A month whose salary lacks money."""
        return selectors.uncovered_of(self.identity.person, self.identity.roles, pk)

    def act(self, month: SalaryMonth) -> SalaryMonth:
        return services.lend_salary(salary_month_id=month.pk, on=clock.today(), actor=self.actor)


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


class ProposalDoor(ThingDoor):
    """A proposed salary that the caller may see."""

    required_roles: ClassVar[frozenset[str]] = WRITE
    output = SalaryProposalOutput

    def found(self, pk: UUID) -> SalaryProposal:
        """With its estimate and who has agreed."""
        return selectors.proposal_for(self.identity.person, pk, roles=self.identity.roles)


class OneProposal(ProposalDoor, ShowDoor):
    """With its estimate and who has agreed."""

    required_roles = READ
    operation_id = "salary_proposal"


class AgreeProposal(ProposalDoor, ActDoor):
    """Agree on one side; with the last one the salary stands."""

    body = SalaryConsentInput
    operation_id = "salary_agree"

    def act(self, proposal: SalaryProposal, side: str) -> SalaryProposal:
        services.agree_salary(
            proposal_id=proposal.pk,
            side=side,
            person=caller(self.request),
            as_cooperative=_decides(self.request, proposal.activity_id),
            on=clock.now(),
            actor=self.actor,
        )
        return self.found(proposal.pk)


class RefuseProposal(ProposalDoor, ActDoor):
    """Say no, as somebody who would have to agree."""

    body = SalaryAnswerInput
    operation_id = "salary_refuse"

    def found(self, pk: UUID) -> SalaryProposal:
        """One to which the caller would have to agree."""
        me, proposal = caller(self.request), super().found(pk)
        mine = me.pk == proposal.person_id or holds(me.pk, proposal.activity_id)
        if not mine and not _decides(self.request, proposal.activity_id):
            raise OpenEndedNotFound
        return proposal

    def act(self, proposal: SalaryProposal, answer: str) -> SalaryProposal:
        return services.refuse_proposal(proposal_id=proposal.pk, reason=answer, actor=self.actor)


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


class AbsenceDoor(ThingDoor):
    """An absence that the caller may see."""

    required_roles: ClassVar[frozenset[str]] = WRITE
    output = AbsenceOutput

    def found(self, pk: UUID) -> Absence:
        """With what was decided."""
        return selectors.absence_for(self.identity.person, pk, roles=self.identity.roles)


class OneAbsence(AbsenceDoor, ShowDoor):
    """With what was decided."""

    required_roles = READ
    operation_id = "absence"


class DecideAbsence(AbsenceDoor, ActDoor):
    """Approve or refuse; the salary follows."""

    body = AbsenceDecisionInput
    operation_id = "absence_decide"

    def found(self, pk: UUID) -> Absence:
        """One on which the caller decides."""
        absence = super().found(pk)
        if not _decides(self.request, absence.contract.activity_id):
            raise OpenEndedNotFound
        return absence

    def act(self, absence: Absence, approve: bool, answer: str) -> Absence:
        return services.decide_absence(
            absence_id=absence.pk, approve=approve, answer=answer, on=clock.today(), actor=self.actor
        )


class CancelAbsence(AbsenceDoor, ActDoor):
    """Take an absence back: the caller's own before it begins, or one that they decide on."""

    operation_id = "absence_cancel"

    def found(self, pk: UUID) -> Absence:
        """The caller's own, or one on which they decide."""
        absence = super().found(pk)
        mine = caller(self.request).pk == absence.contract.person_id
        if not mine and not _decides(self.request, absence.contract.activity_id):
            raise OpenEndedNotFound
        return absence

    def act(self, absence: Absence) -> Absence:
        return services.cancel_absence(absence_id=absence.pk, on=clock.today(), actor=self.actor)
