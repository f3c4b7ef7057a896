"""Doors of the quick job and the simulator."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from activities.selectors import holds
from core import clock
from core.api import read_body
from core.doors import NewDoor
from members.enums import Role
from payroll import contract_serializers as shapes
from payroll import job_serializers, services
from payroll.api.asked import ContractAct, caller
from payroll.errors import ContractNotFound
from payroll.estimates import Question, estimate
from payroll.household import family_told
from payroll.models import EmploymentContract
from payroll.services.quick_jobs import QuickJob
from payroll.types import ExpenseInput, NewClient


class QuickJobs(NewDoor):
    """Invoice, expenses and contract, or nothing at all."""

    required_roles = frozenset({Role.MEMBER})
    body = job_serializers.QuickJobInput
    output = job_serializers.QuickJobOutput
    operation_id = "quick_job"

    def make(
        self,
        activity: UUID,
        client: UUID | None = None,
        new_client: dict[str, Any] | None = None,
        expenses: Sequence[dict[str, Any]] = (),
        **given: Any,
    ) -> QuickJob:
        me = caller(self.request)
        if not holds(me.pk, activity):
            raise ContractNotFound
        return services.quick_job(
            person=me,
            activity_id=activity,
            client=NewClient(dict(new_client)) if new_client else client,
            expenses=[ExpenseInput(**row) for row in expenses],
            actor=self.actor,
            now=clock.now(),
            **given,
        )


class CancelQuickJob(ContractAct):
    """A credit note for the invoice, the contract cancelled."""

    body = shapes.OtherEndInput
    operation_id = "cancel_quick_job"

    def act(self, contract: EmploymentContract, **why: Any) -> EmploymentContract:
        services.cancel_quick_job(contract_id=contract.pk, now=clock.now(), actor=self.actor, **why)
        return contract


class Simulations(APIView):
    """What I invoice becomes what I receive, and back; no account needed."""

    permission_classes = (AllowAny,)
    required_roles = None

    @extend_schema(
        request=job_serializers.SimulationInput,
        responses=job_serializers.SimulationOutput,
        operation_id="simulate",
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """The waterfall; nothing is kept."""
        data = read_body(job_serializers.SimulationInput, request)
        today = clock.today()
        question = Question(
            amount=data["amount"],
            contract_type=data["contract_type"],
            hours=data["hours"],
            last_day=data.get("last_day") or today,
            expenses=data["expenses"],
            backwards=data["direction"] == "net",
            family=family_told(data),
        )
        found = estimate(question, on=today)
        names = (
            "amount",
            "levy",
            "budget",
            "expenses",
            "employment_budget",
            "gross",
            "margin",
            "net",
            "left_over",
        )
        amounts: dict[str, Decimal] = {name: getattr(found.waterfall, name) for name in names}
        answer = job_serializers.SimulationOutput({**amounts, "pay_on": found.pay_on, "steps": found.steps})
        return Response(answer.data)
