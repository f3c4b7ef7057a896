"""REST doors of work and pay."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from activities.selectors import holds
from core import clock
from core.access import Identity, actor_of, identity_of
from core.api import idempotent, request_of
from core.bulk import ATOMIC, bulk, results_of
from core.types import Actor
from members.disclosure import log_access
from members.enums import Disclosed, Role
from members.errors import UnknownPerson
from members.models import Person
from payroll import selectors, serializers, services
from payroll.errors import ContractNotFound, PayNotFound
from payroll.estimates import Question, estimate
from payroll.filters import (
    ContractFilter,
    DeclarationFilter,
    ExceptionFilter,
    PayItemFilter,
    PayslipFilter,
)
from payroll.models import Declaration, EmploymentContract, PayException, PayItem, PayrollRun, Payslip
from payroll.services import declarations, runs
from payroll.types import ExpenseInput, NewClient

READERS = frozenset(
    {Role.MEMBER, Role.ADVISER, Role.ADVISER_LEAD, Role.PAYROLL_ADMIN, Role.LEGAL, Role.AUDITOR}
)
WRITERS = frozenset({Role.MEMBER, Role.PAYROLL_ADMIN})
KEEPERS = frozenset({Role.PAYROLL_ADMIN, Role.AUDITOR})
ADMIN = frozenset({Role.PAYROLL_ADMIN})
PAY = frozenset({Role.MEMBER, Role.PAYROLL_ADMIN, Role.AUDITOR})


def _identity(request: Request) -> Identity:
    return identity_of(request_of(request))


def _actor(request: Request) -> Actor:
    return actor_of(request_of(request))


def _me(request: Request) -> Person:
    person: Person | None = _identity(request).person
    if person is None:
        raise UnknownPerson
    return person


def _given(serializer: type[Any], request: Request) -> dict[str, Any]:
    data = serializer(data=request.data)
    data.is_valid(raise_exception=True)
    given: dict[str, Any] = dict(data.validated_data)
    return given


def _managed(request: Request, pk: UUID) -> EmploymentContract:
    identity = _identity(request)
    return selectors.contract_to_manage(identity.person, pk, roles=identity.roles)


def _shown(request: Request, pk: UUID) -> Response:
    identity = _identity(request)
    row = selectors.contract_for(identity.person, pk, roles=identity.roles)
    return Response(serializers.ContractOutput(row).data)


# --- contracts ----------------------------------------------------------------------------------------------


class Contracts(generics.ListAPIView[EmploymentContract]):
    """Contracts that the caller may see; drafting one."""

    required_roles = READERS
    serializer_class = serializers.ContractOutput
    filterset_class = ContractFilter
    queryset = EmploymentContract.objects.none()

    def get_queryset(self) -> QuerySet[EmploymentContract]:
        """Newest first."""
        identity = _identity(self.request)
        return selectors.visible_contracts(identity.person, identity.roles)

    @extend_schema(request=serializers.ContractInput, responses={201: serializers.ContractOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Draft a contract in an Activity of the caller's."""
        return Response(_new_contract(request, request.data), status=201)


def _new_contract(request: Request, row: Any) -> dict[str, Any]:
    given = serializers.ContractInput(data=row)
    given.is_valid(raise_exception=True)
    data, me = dict(given.validated_data), _me(request)
    activity_id = data.pop("activity")
    if Role.PAYROLL_ADMIN not in _identity(request).roles and not holds(me.pk, activity_id):
        raise ContractNotFound
    contract = services.create_contract(
        activity_id=activity_id, person_id=data.pop("person", me.pk), actor=_actor(request), **data
    )
    shown: dict[str, Any] = _shown(request, contract.pk).data
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

    @extend_schema(responses=serializers.ContractOutput, operation_id="contract")
    def get(self, request: Request, pk: UUID) -> Response:
        """With its declarations."""
        return _shown(request, pk)


class SubmitContract(APIView):
    """A draft becomes binding."""

    required_roles = WRITERS

    @extend_schema(request=None, responses=serializers.ContractOutput, operation_id="submit_contract")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Reserve the budget and declare the work; refused with the reason, nothing changed."""
        services.submit_contract(contract_id=_managed(request, pk).pk, on=clock.now(), actor=_actor(request))
        return _shown(request, pk)


class CancelContract(APIView):
    """Before the start."""

    required_roles = WRITERS

    @extend_schema(
        request=serializers.WithdrawalInput,
        responses=serializers.ContractOutput,
        operation_id="cancel_contract",
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Free the money and withdraw the declaration; a quick job takes its invoice back with it."""
        reason = _given(serializers.WithdrawalInput, request)["reason"]
        contract, moment, actor = _managed(request, pk), clock.now(), _actor(request)
        if contract.invoice_id is None:
            services.cancel_contract(contract_id=contract.pk, on=moment, actor=actor, reason=reason)
        else:
            services.cancel_quick_job(contract_id=contract.pk, now=moment, actor=actor, reason=reason)
        return _shown(request, pk)


class ShortenContract(APIView):
    """Less was worked."""

    required_roles = WRITERS

    @extend_schema(
        request=serializers.ShortenInput,
        responses=serializers.ContractOutput,
        operation_id="shorten_contract",
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Gross of what was worked; the rest of the reservation is free."""
        data = _given(serializers.ShortenInput, request)
        services.shorten_contract(
            contract_id=_managed(request, pk).pk, on=clock.now(), actor=_actor(request), **data
        )
        return _shown(request, pk)


class SignContract(APIView):
    """Sign for one's side."""

    required_roles = WRITERS

    @extend_schema(request=None, responses=serializers.ContractOutput, operation_id="sign_contract")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The worker for themselves, a payroll administrator for the employer."""
        identity = _identity(request)
        row = selectors.contract_for(identity.person, pk, roles=identity.roles)
        mine = identity.person is not None and identity.person.pk == row.person_id
        services.sign_contract(
            contract_id=row.pk,
            side="employer" if not mine and Role.PAYROLL_ADMIN in identity.roles else "worker",
            on=clock.now(),
            actor=_actor(request),
            signer=identity.person,
            evidence={"way": "REST", "user": request_of(request).user.pk},
        )
        return _shown(request, pk)


# --- declarations -------------------------------------------------------------------------------------------


class Declarations(generics.ListAPIView[Declaration]):
    """Declarations of the contracts that the caller may see."""

    required_roles = READERS
    serializer_class = serializers.DeclarationOutput
    filterset_class = DeclarationFilter
    queryset = Declaration.objects.none()

    def get_queryset(self) -> QuerySet[Declaration]:
        """Newest first."""
        identity = _identity(self.request)
        return selectors.visible_declarations(identity.person, identity.roles)


class RetryDeclaration(APIView):
    """The cause of a refusal is mended."""

    required_roles = ADMIN

    @extend_schema(
        request=None, responses=serializers.DeclarationOutput(many=True), operation_id="retry_declaration"
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The declarations that were made anew."""
        found = get_object_or_404(Declaration, pk=pk)
        rows = declarations.retry_declaration(declaration_id=found.pk, at=clock.now(), actor=_actor(request))
        return Response(serializers.DeclarationOutput(rows, many=True).data)


# --- pay ----------------------------------------------------------------------------------------------------


class PayItems(generics.ListAPIView[PayItem]):
    """Pay items that the caller may read."""

    required_roles = PAY
    serializer_class = serializers.PayItemOutput
    filterset_class = PayItemFilter
    queryset = PayItem.objects.none()

    def get_queryset(self) -> QuerySet[PayItem]:
        """Newest first."""
        identity = _identity(self.request)
        return selectors.visible_items(identity.person, identity.roles)


class OnePayItem(APIView):
    """One pay item."""

    required_roles = PAY

    @extend_schema(responses=serializers.PayItemDetail, operation_id="pay_item")
    def get(self, request: Request, pk: UUID) -> Response:
        """With every line that explains it."""
        identity = _identity(request)
        item = selectors.item_for(identity.person, pk, roles=identity.roles)
        _log(request, item.person, pk)
        return Response(serializers.PayItemDetail(item).data)


class Payslips(generics.ListAPIView[Payslip]):
    """Payslips that the caller may read."""

    required_roles = PAY
    serializer_class = serializers.PayslipOutput
    filterset_class = PayslipFilter
    queryset = Payslip.objects.none()

    def get_queryset(self) -> QuerySet[Payslip]:
        """Newest first."""
        identity = _identity(self.request)
        return selectors.visible_payslips(identity.person, identity.roles)


class OnePayslip(APIView):
    """One payslip."""

    required_roles = PAY

    @extend_schema(responses=serializers.PayslipDetail, operation_id="payslip")
    def get(self, request: Request, pk: UUID) -> Response:
        """As issued; a reading by staff is written down."""
        identity = _identity(request)
        slip = selectors.payslip_for(identity.person, pk, roles=identity.roles)
        _log(request, slip.person, pk)
        return Response(serializers.PayslipDetail(slip).data)


def _log(request: Request, person: Person, source_id: UUID) -> None:
    log_access(
        person=person, what=Disclosed.PAYSLIP, purpose="REST", actor=_actor(request), source_id=source_id
    )


# --- runs ---------------------------------------------------------------------------------------------------


class Runs(generics.ListAPIView[PayrollRun]):
    """Monthly runs; starting one."""

    required_roles = KEEPERS
    serializer_class = serializers.RunOutput
    queryset = PayrollRun.objects.none()

    def get_queryset(self) -> QuerySet[PayrollRun]:
        """Newest first."""
        return PayrollRun.objects.order_by("-pk")

    @extend_schema(request=serializers.RunInput, responses={201: serializers.RunOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Begin the run of a month that is over."""
        if Role.PAYROLL_ADMIN not in _identity(request).roles:
            self.permission_denied(request)
        month: date = _given(serializers.RunInput, request)["month"]
        run = runs.start_run(month=month, on=clock.today(), at=clock.now(), actor=_actor(request))
        return Response(serializers.RunOutput(run).data, status=201)


class OneRun(APIView):
    """One run."""

    required_roles = KEEPERS

    @extend_schema(responses=serializers.RunOutput, operation_id="run")
    def get(self, request: Request, pk: UUID) -> Response:
        """State and totals."""
        run = PayrollRun.objects.filter(pk=pk).first()
        if run is None:
            raise PayNotFound
        return Response(serializers.RunOutput(run).data)


class ComputeRun(APIView):
    """Once more, after exceptions were mended."""

    required_roles = ADMIN

    @extend_schema(request=None, responses=serializers.RunOutput, operation_id="compute_run")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Shards are made anew."""
        found = get_object_or_404(PayrollRun, pk=pk)
        run = runs.compute_again(run_id=found.pk, on=clock.today(), actor=_actor(request))
        return Response(serializers.RunOutput(run).data)


class ApproveRun(APIView):
    """A second person agrees."""

    required_roles = ADMIN

    @extend_schema(request=None, responses=serializers.RunOutput, operation_id="approve_run")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Payslips, exit holidays and wage batches are made."""
        found = get_object_or_404(PayrollRun, pk=pk)
        run = runs.approve_run(run_id=found.pk, on=clock.today(), at=clock.now(), actor=_actor(request))
        return Response(serializers.RunOutput(run).data)


class Exceptions(generics.ListAPIView[PayException]):
    """What stopped somebody's pay."""

    required_roles = KEEPERS
    serializer_class = serializers.ExceptionOutput
    filterset_class = ExceptionFilter
    queryset = PayException.objects.none()

    def get_queryset(self) -> QuerySet[PayException]:
        """Newest first."""
        return PayException.objects.select_related("entity").order_by("-pk")


class ReviewException(APIView):
    """Somebody looked at it."""

    required_roles = ADMIN

    @extend_schema(
        request=serializers.ExceptionReviewInput,
        responses=serializers.ExceptionOutput,
        operation_id="review_exception",
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """What follows is kept."""
        note = _given(serializers.ExceptionReviewInput, request)["note"]
        row = runs.review_exception(exception_id=pk, note=note, at=clock.now(), actor=_actor(request))
        return Response(serializers.ExceptionOutput(row).data)


# --- the quick job and the simulator ------------------------------------------------------------------------


class QuickJobs(APIView):
    """A job in one act."""

    required_roles = frozenset({Role.MEMBER})

    @extend_schema(
        request=serializers.QuickJobInput,
        responses={201: serializers.QuickJobOutput},
        operation_id="quick_job",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Invoice, expenses and contract, or nothing at all."""
        data = _given(serializers.QuickJobInput, request)
        me, new = _me(request), data.pop("new_client", None)
        client = NewClient(dict(new)) if new else data.pop("client", None)
        data.pop("client", None)
        activity_id = data.pop("activity")
        if not holds(me.pk, activity_id):
            raise ContractNotFound
        expenses = [ExpenseInput(**row) for row in data.pop("expenses", [])]
        done = services.quick_job(
            person=me,
            activity_id=activity_id,
            client=client,
            expenses=expenses,
            actor=_actor(request),
            now=clock.now(),
            **data,
        )
        return Response(serializers.QuickJobOutput(done).data, status=201)


class CancelQuickJob(APIView):
    """Undo a job before its work starts."""

    required_roles = WRITERS

    @extend_schema(
        request=serializers.WithdrawalInput,
        responses=serializers.ContractOutput,
        operation_id="cancel_quick_job",
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """A credit note for the invoice, the contract cancelled."""
        reason = _given(serializers.WithdrawalInput, request)["reason"]
        services.cancel_quick_job(
            contract_id=_managed(request, pk).pk, now=clock.now(), actor=_actor(request), reason=reason
        )
        return _shown(request, pk)


class Simulations(APIView):
    """What I invoice becomes what I receive, and back; no account needed."""

    permission_classes = (AllowAny,)
    required_roles = None

    @extend_schema(
        request=serializers.SimulationInput,
        responses=serializers.SimulationOutput,
        operation_id="simulate",
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """The waterfall; nothing is kept."""
        data = _given(serializers.SimulationInput, request)
        today = clock.today()
        question = Question(
            amount=data["amount"],
            contract_type=data["contract_type"],
            hours=data["hours"],
            last_day=data.get("last_day") or today,
            expenses=data["expenses"],
            backwards=data["direction"] == "net",
            family_status=data["family_status"],
            children=data["children"],
            single_parent=data["single_parent"],
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
        answer = serializers.SimulationOutput({**amounts, "pay_on": found.pay_on, "steps": found.steps})
        return Response(answer.data)
