"""Doors of contracts."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from activities.selectors import holds
from core import clock
from core.api import actor_behind, idempotent, identity_behind
from core.bulk import ATOMIC, bulk, results_of
from core.doors import SeenList
from members.enums import Role
from payroll import contract_serializers as shapes
from payroll import selectors, serializers, services
from payroll.api.asked import READERS, WRITERS, ContractAct, caller, show_contract
from payroll.api.contract_acts import detail_of
from payroll.errors import ContractNotFound
from payroll.filters import (
    ContractFilter,
)
from payroll.models import EmploymentContract


class Contracts(SeenList[EmploymentContract]):
    """Contracts that the caller may see; drafting one."""

    required_roles = READERS
    serializer_class = serializers.ContractOutput
    filterset_class = ContractFilter
    queryset = EmploymentContract.objects.none()
    seen = staticmethod(selectors.visible_contracts)

    @extend_schema(request=serializers.ContractInput, responses={201: serializers.ContractOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Draft a contract in an Activity of the caller's."""
        return Response(_new_contract(request, request.data), status=201)


def _new_contract(request: Request, row: Any) -> dict[str, Any]:
    given = serializers.ContractInput(data=row)
    given.is_valid(raise_exception=True)
    data, me = dict(given.validated_data), caller(request)
    activity_id = data.pop("activity")
    if Role.PAYROLL_ADMIN not in identity_behind(request).roles and not holds(me.pk, activity_id):
        raise ContractNotFound
    contract = services.create_contract(
        activity_id=activity_id, person_id=data.pop("person", me.pk), actor=actor_behind(request), **data
    )
    shown: dict[str, Any] = show_contract(request, contract.pk).data
    return shown


class ManyContracts(APIView):
    """Drafts by the hundred."""

    required_roles = WRITERS

    @extend_schema(
        parameters=[ATOMIC],
        request=serializers.ContractInput(many=True),
        responses={207: results_of(serializers.ContractOutput)},
        operation_id="contracts_draft_many",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Draft contracts in Activities of the caller's: a result per row."""
        return bulk(request, partial(_new_contract, request))


class OneContract(APIView):
    """One contract."""

    required_roles = READERS

    @extend_schema(responses=shapes.ContractDetail, operation_id="contract")
    def get(self, request: Request, pk: UUID) -> Response:
        """With its declarations, months, amendments and warnings."""
        return detail_of(request, pk)


class SubmitContract(ContractAct):
    """Reserve the budget and declare the work; refused with the reason, nothing changed."""

    operation_id = "submit_contract"

    def act(self, contract: EmploymentContract) -> EmploymentContract:
        services.submit_contract(contract_id=contract.pk, on=clock.now(), actor=self.actor)
        return contract


class CancelContract(ContractAct):
    """Free the money and withdraw the declaration; a quick job takes its invoice back with it."""

    body = shapes.OtherEndInput
    operation_id = "cancel_contract"

    def act(self, contract: EmploymentContract, **why: Any) -> EmploymentContract:
        if contract.invoice_id is None:
            services.cancel_contract(contract_id=contract.pk, on=clock.now(), actor=self.actor, **why)
        else:
            services.cancel_quick_job(contract_id=contract.pk, now=clock.now(), actor=self.actor, **why)
        return contract


class ShortenContract(ContractAct):
    """Gross of what was worked; the rest of the reservation is free."""

    body = shapes.ShortenInput
    operation_id = "shorten_contract"

    def act(self, contract: EmploymentContract, credit: Any = None, **given: Any) -> EmploymentContract:
        key, moment, actor = contract.pk, clock.now(), self.actor
        if contract.invoice_id is None or credit is None:
            services.shorten_contract(contract_id=key, on=moment, actor=actor, **given)
        else:
            services.shorten_quick_job(contract_id=key, credit=credit, now=moment, actor=actor, **given)
        return contract
