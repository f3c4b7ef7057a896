"""Doors of what happens to contracts: amended, not performed, signed, copied, split, corrected, kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent, identity_behind, read_body, request_of
from core.doors import ActDoor
from core.rest import CursorPages
from members.enums import Role
from payroll import contract_selectors, selectors, services
from payroll import contract_serializers as shapes
from payroll.api.asked import ADMIN, WRITERS, ContractAct, caller, managed_contract
from payroll.contract_errors import TemplateNotFound
from payroll.contract_paper import paper_of
from payroll.enums import Side
from payroll.errors import NotTheWorker
from payroll.filters import ContractTemplateFilter
from payroll.models import ContractMonth, ContractTemplate, EmploymentContract
from payroll.signing_evidence import evidence_of, side_of

MEMBERS = frozenset({Role.MEMBER})


def detail_of(request: Request, pk: UUID, status: int = 200) -> Response:
    """A contract with everything about it, as the caller sees it."""
    identity = identity_behind(request)
    row = selectors.contract_for(identity.person, pk, roles=identity.roles)
    return Response(shapes.ContractDetail(row, context={"today": clock.today()}).data, status=status)


class DetailedAct(ContractAct):
    """An act after which everything about the contract is shown."""

    def answer(self, row: EmploymentContract) -> Response:
        """As the caller sees it now."""
        return detail_of(self.request, row.pk, self.status)


class AmendContract(DetailedAct):
    """Money, months and declaration follow; both sides sign again."""

    body = shapes.AmendInput
    output = shapes.ContractDetail
    operation_id = "amend_contract"

    def act(self, contract: EmploymentContract, **given: Any) -> EmploymentContract:
        services.amend_contract(contract_id=contract.pk, on=clock.now(), actor=self.actor, **given)
        return contract


class ReportNoShow(DetailedAct):
    """Nothing is paid; the invoice of a quick job is given back."""

    body = shapes.OtherEndInput
    operation_id = "contract_no_show"

    def act(self, contract: EmploymentContract, **why: Any) -> EmploymentContract:
        if contract.invoice_id is None:
            services.report_no_show(contract_id=contract.pk, on=clock.now(), actor=self.actor, **why)
        else:
            why.pop("end_reason", None)
            services.quick_job_not_done(contract_id=contract.pk, now=clock.now(), actor=self.actor, **why)
        return contract


class ContractPaper(APIView):
    """What there is to sign."""

    required_roles = WRITERS

    @extend_schema(responses=shapes.ContractPaperOutput, operation_id="contract_paper")
    def get(self, request: Request, pk: UUID) -> Response:
        """For the worker, and for who signs for the employer: terms in words and their digest."""
        identity = identity_behind(request)
        row = selectors.contract_for(identity.person, pk, roles=identity.roles)
        mine = identity.person is not None and identity.person.pk == row.person_id
        if side_of(identity, row) == Side.WORKER and not mine:
            raise NotTheWorker(name=str(row.person))
        return Response(shapes.ContractPaperOutput(paper_of(row)).data)


class SignContract(DetailedAct):
    """The worker for themselves, a payroll administrator for the employer; with explicit consent."""

    body = shapes.SignInput
    operation_id = "sign_contract"

    def found(self, pk: UUID) -> EmploymentContract:
        """One that the caller may see."""
        return selectors.contract_for(self.identity.person, pk, roles=self.identity.roles)

    def act(self, contract: EmploymentContract, **given: Any) -> EmploymentContract:
        services.sign_contract(
            contract_id=contract.pk,
            side=side_of(self.identity, contract),
            on=clock.now(),
            actor=self.actor,
            signer=self.identity.person,
            evidence=evidence_of(request_of(self.request), "REST"),
            **given,
        )
        return contract


class CopyContract(DetailedAct):
    """A draft of the same worker and terms, on the next working days or from the given one."""

    body = shapes.CopyContractInput
    status = 201
    operation_id = "copy_contract"

    def act(self, like: EmploymentContract, **given: Any) -> EmploymentContract:
        return services.copy_contract(contract_id=like.pk, actor=self.actor, today=clock.today(), **given)


class SplitContract(APIView):
    """A student's hours above the quota."""

    required_roles = WRITERS

    @extend_schema(request=None, responses=shapes.SplitOutput, operation_id="split_student_contract")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Two drafts: the student hours that are left, and an employee contract for the rest."""
        contract = managed_contract(request, pk)
        first, second = services.split_student_contract(contract_id=contract.pk, actor=actor_behind(request))
        shown = {
            "student": detail_of(request, first.pk).data if first else None,
            "employee": detail_of(request, second.pk).data,
        }
        return Response(shown)


class CorrectMonth(ActDoor):
    """Add hours and gross, or take them away: one more pay item, the last of its month."""

    required_roles = ADMIN
    body = shapes.CorrectMonthInput
    output = shapes.ContractDetail
    status = 201
    operation_id = "correct_contract_month"

    def found(self, pk: UUID) -> ContractMonth:
        """A settled month."""
        return contract_selectors.month_to_correct(pk)

    def act(self, month: ContractMonth, **given: Any) -> ContractMonth:
        services.correct_month(contract_month_id=month.pk, actor=self.actor, **given)
        return month

    def answer(self, row: ContractMonth) -> Response:
        """The contract of the month."""
        return detail_of(self.request, row.contract_id, self.status)


class TemplatePages(CursorPages):
    """By name."""

    ordering = ("name", "pk")  # type: ignore[assignment]  # the base names one


class WithdrawCorrection(APIView):
    """A correction entered by mistake."""

    required_roles = ADMIN

    @extend_schema(
        request=shapes.WithdrawCorrectionInput,
        responses=shapes.ContractDetail,
        operation_id="withdraw_contract_correction",
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Take it back while its pay is not computed; what it said stays in the contract's file."""
        row = contract_selectors.correction(pk)
        data = read_body(shapes.WithdrawCorrectionInput, request)
        services.withdraw_correction(
            contract_month_id=pk, at=clock.now(), actor=actor_behind(request), **data
        )
        return detail_of(request, row.contract_id)


class Templates(generics.ListAPIView[ContractTemplate]):
    """The caller's models of contracts."""

    required_roles = MEMBERS
    serializer_class = shapes.ContractTemplateOutput
    filterset_class = ContractTemplateFilter
    pagination_class = TemplatePages
    queryset = ContractTemplate.objects.none()

    def get_queryset(self) -> QuerySet[ContractTemplate]:
        """Those of the caller alone."""
        return contract_selectors.templates_of(caller(self.request))

    @extend_schema(
        request=shapes.ContractTemplateInput,
        responses={201: shapes.ContractTemplateOutput},
        operation_id="keep_contract_template",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Keep a contract of the caller's Activities by a name."""
        data = read_body(shapes.ContractTemplateInput, request)
        like = managed_contract(request, data["contract"])
        kept = services.keep_template(
            contract_id=like.pk, owner=caller(request), name=data["name"], actor=actor_behind(request)
        )
        return Response(shapes.ContractTemplateOutput(kept).data, status=201)


class OneTemplate(APIView):
    """One model."""

    required_roles = MEMBERS

    @extend_schema(responses=shapes.ContractTemplateOutput, operation_id="contract_template_retrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """A model of the caller's."""
        row = contract_selectors.templates_of(caller(request)).filter(pk=pk).first()
        if row is None:
            raise TemplateNotFound
        return Response(shapes.ContractTemplateOutput(row).data)

    @extend_schema(responses={204: None}, operation_id="drop_contract_template")
    def delete(self, request: Request, pk: UUID) -> Response:
        """Forget it; contracts made from it stay."""
        services.drop_template(template_id=pk, owner=caller(request), actor=actor_behind(request))
        return Response(status=204)
