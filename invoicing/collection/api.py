"""REST doors of collection."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent, identity_behind
from core.money import ZERO
from core.rest import CursorPages
from core.tables import page_of
from invoicing.collection import selectors, services
from invoicing.collection.errors import NobodyToRemind
from invoicing.collection.filters import LateFilter
from invoicing.collection.ladders import ladders_on
from invoicing.collection.models import Charge, Plan
from invoicing.collection.serializers import (
    ChargeOutput,
    ClientCallInput,
    ClientCallOutput,
    CostsInput,
    DisputeInput,
    FeeInput,
    GivenReasonInput,
    HandOverInput,
    HandOverOutput,
    LateClientOutput,
    LateClientsOutput,
    LetterOutput,
    OnePlanOutput,
    PassDisputeInput,
    PauseInput,
    PauseOutput,
    PlanInput,
    ReminderOutput,
    ResumeInput,
)
from invoicing.models import Client, Invoice
from invoicing.roles import CONTROLLERS
from invoicing.selectors import client_for, invoice_for
from invoicing.serializers import OneInvoiceOutput
from members.enums import Role

CONTROL = frozenset(CONTROLLERS)


def client_of(request: Request, pk: UUID) -> Client:
    """The client of the address, if whoever asks may see it."""
    identity = identity_behind(request)
    return client_for(identity.person, pk, roles=identity.roles)


def invoice_of(request: Request, pk: UUID) -> Invoice:
    """The invoice of the address, if whoever asks may see it."""
    identity = identity_behind(request)
    return invoice_for(identity.person, pk, roles=identity.roles)


def body_of(request: Request, shape: type[BaseSerializer[Any]]) -> dict[str, Any]:
    """What was sent, checked against a shape."""
    data = shape(data=request.data)
    data.is_valid(raise_exception=True)
    return dict(data.validated_data)


def by_whom(request: Request) -> dict[str, Any]:
    """Who and when, for services."""
    return {"on": clock.today(), "actor": actor_behind(request)}


def _plan(plan: Plan, status: int = 200) -> Response:
    progress = selectors.progress_of([plan])[plan.pk]
    return Response(OnePlanOutput(plan, context={"progress": progress}).data, status=status)


class _Control(APIView):
    """A door of those who follow late clients."""

    required_roles: ClassVar[frozenset[str]] = CONTROL


class LateClients(_Control):
    """Late clients."""

    @extend_schema(
        responses=LateClientsOutput,
        operation_id="late_clients",
        parameters=[
            OpenApiParameter("page", OpenApiTypes.INT),
            *(
                OpenApiParameter(name, OpenApiTypes.STR)
                for name in ("q", "kind", "step", "situation", "adviser", "office", "at_least")
            ),
        ],
    )
    def get(self, request: Request) -> Response:
        """The most money at stake first, 25 a page, narrowed as on the desk."""
        today = clock.today()
        found = LateFilter(request.query_params, queryset=selectors.late_with_step(today))
        rows = found.qs
        at_least = found.form.cleaned_data.get("at_least") or ZERO
        page = page_of(request, selectors.desk(rows, at_least=at_least))
        clients = selectors.late_clients(list(page.object_list), ladders_on(today), today)
        following = page.next_page_number() if page.has_next() else None
        return Response({"next": following, "results": LateClientOutput(clients, many=True).data})


class Remind(_Control):
    """The next reminder of a client."""

    @extend_schema(responses=LetterOutput, operation_id="reminder_preview")
    def get(self, request: Request, pk: UUID) -> Response:
        """As it would go today."""
        letter = services.preview_reminder(client_of(request, pk), clock.today())
        if letter is None:
            raise NobodyToRemind
        return Response(LetterOutput(letter).data)

    @extend_schema(request=None, responses=ReminderOutput(many=True), operation_id="reminder_send")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Send it now."""
        sent = services.remind_now(client_id=client_of(request, pk).pk, **by_whom(request))
        return Response(ReminderOutput(sent, many=True).data)


class PauseReminders(_Control):
    """Pausing."""

    @extend_schema(request=PauseInput, responses=PauseOutput(many=True), operation_id="reminders_pause")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """No reminder of these invoices until a day."""
        client_of(request, pk)
        fields = body_of(request, PauseInput)
        rows = services.pause_invoices(
            client_id=pk, invoice_ids=fields.pop("invoices"), **fields, **by_whom(request)
        )
        return Response(PauseOutput(rows, many=True).data)


class AgreePlan(_Control):
    """Payment plans of a client."""

    @extend_schema(request=PlanInput, responses={201: OnePlanOutput}, operation_id="plan_agree")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Agree payment by instalments: reminders stop."""
        client = client_of(request, pk)
        fields = body_of(request, PlanInput)
        parts = [(part["due_on"], part["amount"]) for part in fields.pop("instalments")]
        plan = services.agree_plan(
            client_id=client.pk,
            invoice_ids=fields.pop("invoices"),
            instalments=parts,
            **fields,
            **by_whom(request),
        )
        return _plan(plan, 201)


class OnePlan(_Control):
    """One plan."""

    @extend_schema(responses=OnePlanOutput, operation_id="plan_retrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """Where it stands."""
        return _plan(selectors.plan(pk))


class CancelPlan(_Control):
    """The end of a plan."""

    @extend_schema(request=GivenReasonInput, responses=OnePlanOutput, operation_id="plan_cancel")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Reminders go on where they stood."""
        return _plan(
            services.cancel_plan(
                plan_id=selectors.plan(pk).pk, **body_of(request, GivenReasonInput), **by_whom(request)
            )
        )


class OpenFile(_Control):
    """Files of a client."""

    @extend_schema(request=HandOverInput, responses={201: HandOverOutput}, operation_id="file_hand_over")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Give invoices to a collector or a lawyer."""
        client = client_of(request, pk)
        fields = body_of(request, HandOverInput)
        file = services.hand_over(
            client_id=client.pk, invoice_ids=fields.pop("invoices"), **fields, **by_whom(request)
        )
        return Response(HandOverOutput(file).data, status=201)


class TakeBack(_Control):
    """The return of a file."""

    @extend_schema(request=GivenReasonInput, responses=HandOverOutput, operation_id="file_take_back")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Reminders go on where they stopped."""
        file = services.take_back(
            hand_over_id=selectors.hand_over(pk).pk,
            **body_of(request, GivenReasonInput),
            **by_whom(request),
        )
        return Response(HandOverOutput(file).data)


class Fee(_Control):
    """What an agent asks."""

    @extend_schema(request=FeeInput, responses={201: HandOverOutput}, operation_id="file_fee")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Note a fee; it is booked with the agent's own invoice."""
        services.note_fee(
            hand_over_id=selectors.hand_over(pk).pk, **body_of(request, FeeInput), **by_whom(request)
        )
        return Response(HandOverOutput(selectors.hand_over(pk)).data, status=201)


class NoteContact(_Control):
    """What was said with a client."""

    @extend_schema(request=ClientCallInput, responses={201: ClientCallOutput}, operation_id="contact_note")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Keep it, with what was promised."""
        row = services.note_contact(
            client_id=client_of(request, pk).pk, **body_of(request, ClientCallInput), **by_whom(request)
        )
        return Response(ClientCallOutput(row).data, status=201)


class ChargePages(CursorPages):
    """In the order in which money settles them."""

    ordering = ("claimed_on", "pk")  # type: ignore[assignment]  # the base names one


class Claim(generics.ListAPIView[Charge]):
    """Charges of an invoice: what was claimed on it, with the lines that explain it."""

    required_roles: ClassVar[frozenset[str]] = CONTROL
    serializer_class = ChargeOutput
    pagination_class = ChargePages
    queryset = Charge.objects.none()

    def get_queryset(self) -> QuerySet[Charge]:
        """Of an invoice that I may see."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return selectors.charges_of([invoice_of(self.request, self.kwargs["pk"]).pk])

    @extend_schema(request=None, responses={201: ChargeOutput(many=True)}, operation_id="charges_claim")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Claim the interest and the indemnity that the law allows today."""
        rows = services.claim_charges(invoice_id=invoice_of(request, pk).pk, **by_whom(request))
        return Response(ChargeOutput(rows, many=True).data, status=201)


class ClaimCosts(_Control):
    """Recovery costs."""

    @extend_schema(request=CostsInput, responses={201: ChargeOutput}, operation_id="charges_costs")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Claim them from a firm or a public body."""
        row = services.claim_costs(
            invoice_id=invoice_of(request, pk).pk, **body_of(request, CostsInput), **by_whom(request)
        )
        return Response(ChargeOutput(row).data, status=201)


class Waive(_Control):
    """A charge that is given up."""

    @extend_schema(request=GivenReasonInput, responses=ChargeOutput, operation_id="charge_waive")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The opposite entry."""
        row = services.waive_charge(
            charge_id=selectors.charge(pk).pk, **body_of(request, GivenReasonInput), **by_whom(request)
        )
        return Response(ChargeOutput(row).data)


class Dispute(_Control):
    """A contested invoice."""

    @extend_schema(request=DisputeInput, responses=OneInvoiceOutput, operation_id="invoices_dispute_create")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Note what the client contests: reminders stop."""
        invoice_id = invoice_of(request, pk).pk
        services.dispute_invoice(invoice_id=invoice_id, **body_of(request, DisputeInput), **by_whom(request))
        return Response(OneInvoiceOutput(invoice_of(request, pk)).data)


class PassDispute(_Control):
    """A dispute in other hands."""

    @extend_schema(request=PassDisputeInput, responses=OneInvoiceOutput, operation_id="invoices_dispute_pass")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Say who goes on with it."""
        invoice = invoice_of(request, pk)
        fields = body_of(request, PassDisputeInput)
        services.pass_dispute(invoice_id=invoice.pk, actor=actor_behind(request), **fields)
        return Response(OneInvoiceOutput(invoice_of(request, pk)).data)


class Resume(_Control):
    """The end of a dispute."""

    @extend_schema(request=ResumeInput, responses=OneInvoiceOutput, operation_id="invoices_resume_create")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Reminders go on, or a credit note follows."""
        services.resume_invoice(
            invoice_id=invoice_of(request, pk).pk,
            by_legal=Role.LEGAL in identity_behind(request).roles,
            **body_of(request, ResumeInput),
            **by_whom(request),
        )
        return Response(OneInvoiceOutput(invoice_of(request, pk)).data)
