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
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent, read_body
from core.doors import ActDoor, ShowDoor, ThingDoor
from core.money import ZERO
from core.rest import CursorPages
from core.tables import page_of
from invoicing.api.asked import CONTROL, OfClient, OfInvoice, client_of, invoice_of
from invoicing.collection import selectors, services
from invoicing.collection.errors import NobodyToRemind
from invoicing.collection.filters import LateFilter
from invoicing.collection.ladders import ladders_on
from invoicing.collection.models import Charge, Contact, HandOver, Plan
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
from invoicing.serializers import OneInvoiceOutput
from members.enums import Role


def by_whom(request: Request) -> dict[str, Any]:
    """Who and when, for services."""
    return {"on": clock.today(), "actor": actor_behind(request)}


def _plan(plan: Plan, status: int = 200) -> Response:
    progress = selectors.progress_of([plan])[plan.pk]
    return Response(OnePlanOutput(plan, context={"progress": progress}).data, status=status)


class _Control(APIView):
    """A door of those who follow late clients."""

    required_roles: ClassVar[frozenset[str]] = CONTROL


class OfFile(ThingDoor):
    """A file with an agent."""

    required_roles = CONTROL

    def found(self, pk: UUID) -> HandOver:
        """Whoever has it."""
        return selectors.hand_over(pk)


class OfPlan(ThingDoor):
    """A payment plan, with what came of it."""

    required_roles = CONTROL
    output = OnePlanOutput

    def found(self, pk: UUID) -> Plan:
        """Whoever agreed to it."""
        return selectors.plan(pk)

    def answer(self, row: Plan) -> Response:
        """Where it stands."""
        return _plan(row, self.status)


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
        fields = read_body(PauseInput, request)
        rows = services.pause_invoices(
            client_id=pk, invoice_ids=fields.pop("invoices"), **fields, **by_whom(request)
        )
        return Response(PauseOutput(rows, many=True).data)


class AgreePlan(OfClient):
    """Agree payment by instalments: reminders stop."""

    body = PlanInput
    output = OnePlanOutput
    status = 201
    operation_id = "plan_agree"

    def act(
        self, client: Client, invoices: list[UUID], instalments: list[dict[str, Any]], **given: Any
    ) -> Plan:
        return services.agree_plan(
            client_id=client.pk,
            invoice_ids=invoices,
            instalments=[(part["due_on"], part["amount"]) for part in instalments],
            on=clock.today(),
            actor=self.actor,
            **given,
        )

    def answer(self, row: Plan) -> Response:
        """Where the plan stands."""
        return _plan(row, self.status)


class OnePlan(OfPlan, ShowDoor):
    """Where it stands."""

    operation_id = "plan_retrieve"


class CancelPlan(OfPlan, ActDoor):
    """Reminders go on where they stood."""

    body = GivenReasonInput
    operation_id = "plan_cancel"

    def act(self, plan: Plan, **given: Any) -> Plan:
        return services.cancel_plan(plan_id=plan.pk, on=clock.today(), actor=self.actor, **given)


class OpenFile(OfClient):
    """Give invoices to a collector or a lawyer."""

    body = HandOverInput
    output = HandOverOutput
    status = 201
    operation_id = "file_hand_over"

    def act(self, client: Client, invoices: list[UUID], **given: Any) -> HandOver:
        return services.hand_over(
            client_id=client.pk, invoice_ids=invoices, on=clock.today(), actor=self.actor, **given
        )


class TakeBack(OfFile, ActDoor):
    """Reminders go on where they stopped."""

    body = GivenReasonInput
    output = HandOverOutput
    operation_id = "file_take_back"

    def act(self, file: HandOver, **given: Any) -> HandOver:
        return services.take_back(hand_over_id=file.pk, on=clock.today(), actor=self.actor, **given)


class Fee(OfFile, ActDoor):
    """Note a fee; it is booked with the agent's own invoice."""

    body = FeeInput
    output = HandOverOutput
    status = 201
    operation_id = "file_fee"

    def act(self, file: HandOver, **given: Any) -> HandOver:
        services.note_fee(hand_over_id=file.pk, on=clock.today(), actor=self.actor, **given)
        return selectors.hand_over(file.pk)


class NoteContact(OfClient):
    """Keep it, with what was promised."""

    body = ClientCallInput
    output = ClientCallOutput
    status = 201
    operation_id = "contact_note"

    def act(self, client: Client, **given: Any) -> Contact:
        return services.note_contact(client_id=client.pk, on=clock.today(), actor=self.actor, **given)


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


class ClaimCosts(OfInvoice):
    """Claim them from a firm or a public body."""

    body = CostsInput
    output = ChargeOutput
    status = 201
    operation_id = "charges_costs"

    def act(self, invoice: Invoice, **given: Any) -> Charge:
        return services.claim_costs(invoice_id=invoice.pk, on=clock.today(), actor=self.actor, **given)


class Waive(ActDoor):
    """The opposite entry."""

    required_roles = CONTROL
    body = GivenReasonInput
    output = ChargeOutput
    operation_id = "charge_waive"

    def found(self, pk: UUID) -> Charge:
        """Whatever it was claimed on."""
        return selectors.charge(pk)

    def act(self, charge: Charge, **given: Any) -> Charge:
        return services.waive_charge(charge_id=charge.pk, on=clock.today(), actor=self.actor, **given)


class InvoiceAct(OfInvoice):
    """An act after which the invoice is shown again."""

    output = OneInvoiceOutput

    def answer(self, row: Invoice) -> Response:
        """As it stands now."""
        return super().answer(self.found(row.pk))


class Dispute(InvoiceAct):
    """Note what the client contests: reminders stop."""

    body = DisputeInput
    operation_id = "invoices_dispute_create"

    def act(self, invoice: Invoice, **given: Any) -> Invoice:
        services.dispute_invoice(invoice_id=invoice.pk, on=clock.today(), actor=self.actor, **given)
        return invoice


class PassDispute(InvoiceAct):
    """Say who goes on with it."""

    body = PassDisputeInput
    operation_id = "invoices_dispute_pass"

    def act(self, invoice: Invoice, **given: Any) -> Invoice:
        services.pass_dispute(invoice_id=invoice.pk, actor=self.actor, **given)
        return invoice


class Resume(InvoiceAct):
    """Reminders go on, or a credit note follows."""

    body = ResumeInput
    operation_id = "invoices_resume_create"

    def act(self, invoice: Invoice, **given: Any) -> Invoice:
        services.resume_invoice(
            invoice_id=invoice.pk,
            by_legal=Role.LEGAL in self.identity.roles,
            on=clock.today(),
            actor=self.actor,
            **given,
        )
        return invoice
