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
from invoicing.collection.roles import WRITERS_DOWN
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
    WriteDownOutput,
)
from invoicing.models import Client, Invoice
from invoicing.roles import CONTROLLERS
from invoicing.selectors import client_for, invoice_for
from invoicing.serializers import OneInvoiceOutput
from members.enums import Role

CONTROL = frozenset(CONTROLLERS)
DECIDE = frozenset(WRITERS_DOWN)


def _client(request: Request, pk: UUID) -> Client:
    identity = identity_behind(request)
    return client_for(identity.person, pk, roles=identity.roles)


def _invoice(request: Request, pk: UUID) -> Invoice:
    identity = identity_behind(request)
    return invoice_for(identity.person, pk, roles=identity.roles)


def _read(request: Request, shape: type[BaseSerializer[Any]]) -> dict[str, Any]:
    data = shape(data=request.data)
    data.is_valid(raise_exception=True)
    return dict(data.validated_data)


def _by(request: Request) -> dict[str, Any]:
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
        letter = services.preview_reminder(_client(request, pk), clock.today())
        if letter is None:
            raise NobodyToRemind
        return Response(LetterOutput(letter).data)

    @extend_schema(request=None, responses=ReminderOutput(many=True), operation_id="reminder_send")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Send it now."""
        sent = services.remind_now(client_id=_client(request, pk).pk, **_by(request))
        return Response(ReminderOutput(sent, many=True).data)


class PauseReminders(_Control):
    """Pausing."""

    @extend_schema(request=PauseInput, responses=PauseOutput(many=True), operation_id="reminders_pause")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """No reminder of these invoices until a day."""
        _client(request, pk)
        fields = _read(request, PauseInput)
        rows = services.pause_invoices(
            client_id=pk, invoice_ids=fields.pop("invoices"), **fields, **_by(request)
        )
        return Response(PauseOutput(rows, many=True).data)


class AgreePlan(_Control):
    """Payment plans of a client."""

    @extend_schema(request=PlanInput, responses={201: OnePlanOutput}, operation_id="plan_agree")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Agree payment by instalments: reminders stop."""
        client = _client(request, pk)
        fields = _read(request, PlanInput)
        parts = [(part["due_on"], part["amount"]) for part in fields.pop("instalments")]
        plan = services.agree_plan(
            client_id=client.pk,
            invoice_ids=fields.pop("invoices"),
            instalments=parts,
            **fields,
            **_by(request),
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
                plan_id=selectors.plan(pk).pk, **_read(request, GivenReasonInput), **_by(request)
            )
        )


class OpenFile(_Control):
    """Files of a client."""

    @extend_schema(request=HandOverInput, responses={201: HandOverOutput}, operation_id="file_hand_over")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Give invoices to a collector or a lawyer."""
        client = _client(request, pk)
        fields = _read(request, HandOverInput)
        file = services.hand_over(
            client_id=client.pk, invoice_ids=fields.pop("invoices"), **fields, **_by(request)
        )
        return Response(HandOverOutput(file).data, status=201)


class TakeBack(_Control):
    """The return of a file."""

    @extend_schema(request=GivenReasonInput, responses=HandOverOutput, operation_id="file_take_back")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Reminders go on where they stopped."""
        file = services.take_back(
            hand_over_id=selectors.hand_over(pk).pk, **_read(request, GivenReasonInput), **_by(request)
        )
        return Response(HandOverOutput(file).data)


class Fee(_Control):
    """What an agent asks."""

    @extend_schema(request=FeeInput, responses={201: HandOverOutput}, operation_id="file_fee")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Note a fee; it is booked with the agent's own invoice."""
        services.note_fee(hand_over_id=selectors.hand_over(pk).pk, **_read(request, FeeInput), **_by(request))
        return Response(HandOverOutput(selectors.hand_over(pk)).data, status=201)


class NoteContact(_Control):
    """What was said with a client."""

    @extend_schema(request=ClientCallInput, responses={201: ClientCallOutput}, operation_id="contact_note")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Keep it, with what was promised."""
        row = services.note_contact(
            client_id=_client(request, pk).pk, **_read(request, ClientCallInput), **_by(request)
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
        return selectors.charges_of([_invoice(self.request, self.kwargs["pk"]).pk])

    @extend_schema(request=None, responses={201: ChargeOutput(many=True)}, operation_id="charges_claim")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Claim the interest and the indemnity that the law allows today."""
        rows = services.claim_charges(invoice_id=_invoice(request, pk).pk, **_by(request))
        return Response(ChargeOutput(rows, many=True).data, status=201)


class ClaimCosts(_Control):
    """Recovery costs."""

    @extend_schema(request=CostsInput, responses={201: ChargeOutput}, operation_id="charges_costs")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Claim them from a firm or a public body."""
        row = services.claim_costs(
            invoice_id=_invoice(request, pk).pk, **_read(request, CostsInput), **_by(request)
        )
        return Response(ChargeOutput(row).data, status=201)


class Waive(_Control):
    """A charge that is given up."""

    @extend_schema(request=GivenReasonInput, responses=ChargeOutput, operation_id="charge_waive")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The opposite entry."""
        row = services.waive_charge(
            charge_id=selectors.charge(pk).pk, **_read(request, GivenReasonInput), **_by(request)
        )
        return Response(ChargeOutput(row).data)


class Dispute(_Control):
    """A contested invoice."""

    @extend_schema(request=DisputeInput, responses=OneInvoiceOutput, operation_id="invoices_dispute_create")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Note what the client contests: reminders stop."""
        invoice_id = _invoice(request, pk).pk
        services.dispute_invoice(invoice_id=invoice_id, **_read(request, DisputeInput), **_by(request))
        return Response(OneInvoiceOutput(_invoice(request, pk)).data)


class PassDispute(_Control):
    """A dispute in other hands."""

    @extend_schema(request=PassDisputeInput, responses=OneInvoiceOutput, operation_id="invoices_dispute_pass")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Say who goes on with it."""
        invoice = _invoice(request, pk)
        fields = _read(request, PassDisputeInput)
        services.pass_dispute(invoice_id=invoice.pk, actor=actor_behind(request), **fields)
        return Response(OneInvoiceOutput(_invoice(request, pk)).data)


class Resume(_Control):
    """The end of a dispute."""

    @extend_schema(request=ResumeInput, responses=OneInvoiceOutput, operation_id="invoices_resume_create")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Reminders go on, or a credit note follows."""
        services.resume_invoice(
            invoice_id=_invoice(request, pk).pk,
            by_legal=Role.LEGAL in identity_behind(request).roles,
            **_read(request, ResumeInput),
            **_by(request),
        )
        return Response(OneInvoiceOutput(_invoice(request, pk)).data)


class _Decide(APIView):
    """A door of those who answer for the books."""

    required_roles: ClassVar[frozenset[str]] = DECIDE


class WriteDown(_Decide):
    """A doubtful invoice."""

    @extend_schema(request=GivenReasonInput, responses={201: WriteDownOutput}, operation_id="write_down")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Above the policy's threshold somebody else must agree."""
        row = services.write_down(
            invoice_id=_invoice(request, pk).pk, **_read(request, GivenReasonInput), **_by(request)
        )
        return Response(WriteDownOutput(row).data, status=201)


class DeclareLost(_Decide):
    """A doubtful invoice that is given up."""

    @extend_schema(request=GivenReasonInput, responses=WriteDownOutput, operation_id="write_down_lost")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Above the policy's threshold somebody else must agree."""
        row = services.declare_lost(
            write_down_id=selectors.write_down(pk).pk, **_read(request, GivenReasonInput), **_by(request)
        )
        return Response(WriteDownOutput(row).data)


class AgreeWriteDown(_Decide):
    """A second person's yes."""

    @extend_schema(request=None, responses=WriteDownOutput, operation_id="write_down_agree")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """It is posted at once, for what is open now."""
        return Response(
            WriteDownOutput(
                services.agree_write_down(write_down_id=selectors.write_down(pk).pk, **_by(request))
            ).data
        )


class RefuseWriteDown(_Decide):
    """A second person's no."""

    @extend_schema(request=None, responses=WriteDownOutput, operation_id="write_down_refuse")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """What was proposed is dropped."""
        return Response(
            WriteDownOutput(
                services.refuse_write_down(write_down_id=selectors.write_down(pk).pk, **_by(request))
            ).data
        )


class UndoWriteDown(_Decide):
    """Hope again."""

    @extend_schema(request=GivenReasonInput, responses=WriteDownOutput, operation_id="write_down_undo")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The reverse of what stands."""
        row = services.undo_write_down(
            write_down_id=selectors.write_down(pk).pk, **_read(request, GivenReasonInput), **_by(request)
        )
        return Response(WriteDownOutput(row).data)
