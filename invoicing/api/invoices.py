"""REST doors of invoices."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import (
    actor_behind,
    checked_body,
    edits,
    idempotent,
    read_query,
    versioned,
)
from core.bulk import ATOMIC, bulk, results_of
from core.doors import FILE, SeenList
from core.rest import SortedPages
from invoicing import selectors, services
from invoicing.advances import advances_to_deduct
from invoicing.api.asked import MEMBERS, READ, OfOwnInvoice, caller, client_of, invoice_of, own_activity
from invoicing.filters import InvoiceFilter
from invoicing.models import Invoice, InvoiceAttachment
from invoicing.serializers import (
    AdvanceOutput,
    AdvancesAsked,
    AttachmentInput,
    AttachmentOutput,
    CreditableOutput,
    CreditInput,
    DocumentOutput,
    DraftInput,
    InvoiceOutput,
    NewDraftInput,
    OneInvoiceOutput,
)
from invoicing.services.crediting import given_back
from invoicing.types import NO_TERMS


def _answer(request: Request, pk: UUID, status: int = 200) -> Response:
    invoice = invoice_of(request, pk)
    return versioned(OneInvoiceOutput(invoice).data, invoice.version, status)


class Invoices(SeenList[Invoice]):
    """Invoices that I may see; writing a draft."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = InvoiceOutput
    filterset_class = InvoiceFilter
    queryset = Invoice.objects.none()
    seen = staticmethod(selectors.visible_invoices)

    @extend_schema(request=NewDraftInput, responses={201: OneInvoiceOutput}, operation_id="invoices_draft")
    @idempotent
    def post(self, request: Request) -> Response:
        """Write a draft for one of my Activities."""
        return _answer(request, _new_draft(request, request.data).pk, 201)


def _new_draft(request: Request, row: Any) -> Invoice:
    data = NewDraftInput(data=row)
    data.is_valid(raise_exception=True)
    fields = data.validated_data
    activity_id = own_activity(request, fields["activity"])
    return services.create_draft(
        activity_id=activity_id,
        client_id=client_of(request, fields["client"]).pk,
        lines=data.to_lines(),
        delivery_date=fields["delivery_date"],
        buyer_reference=fields["buyer_reference"],
        note=fields["note"],
        terms=data.to_terms() or NO_TERMS,
        actor=actor_behind(request),
    )


class ManyInvoices(APIView):
    """Drafts by the hundred."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(
        parameters=[ATOMIC],
        request=NewDraftInput(many=True),
        responses={207: results_of(OneInvoiceOutput)},
        operation_id="invoices_draft_many",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Write drafts for Activities of mine: a result per row."""
        return bulk(
            request, lambda row: OneInvoiceOutput(invoice_of(request, _new_draft(request, row).pk)).data
        )


class OneInvoice(APIView):
    """One invoice; changing a draft."""

    required_roles: ClassVar[frozenset[str]] = READ

    @extend_schema(responses=OneInvoiceOutput, operation_id="invoices_retrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """With its lines and documents; the ETag names its version."""
        return _answer(request, pk)

    @extend_schema(request=DraftInput, responses=OneInvoiceOutput, operation_id="invoices_change")
    @edits
    def put(self, request: Request, pk: UUID, version: int) -> Response:
        """Replace everything in a draft of mine."""
        invoice = selectors.own_invoice_for(caller(request), pk)
        data = checked_body(DraftInput, request)
        fields = data.validated_data
        services.change_draft(
            invoice_id=invoice.pk,
            client_id=client_of(request, fields["client"]).pk,
            lines=data.to_lines(),
            delivery_date=fields["delivery_date"],
            buyer_reference=fields["buyer_reference"],
            note=fields["note"],
            terms=data.to_terms(),
            version=version,
            actor=actor_behind(request),
        )
        return _answer(request, pk)

    @extend_schema(responses={204: None}, operation_id="invoices_delete")
    @edits
    def delete(self, request: Request, pk: UUID, version: int) -> Response:
        """Throw a draft of mine away."""
        invoice = selectors.own_invoice_for(caller(request), pk)
        services.delete_draft(invoice_id=invoice.pk, version=version, actor=actor_behind(request))
        return Response(status=204)


class Issue(OfOwnInvoice):
    """Number, freeze and post a draft of mine, dated today."""

    output = OneInvoiceOutput

    def act(self, draft: Invoice) -> Invoice:
        services.issue_invoice(invoice_id=draft.pk, issued_on=clock.today(), actor=self.actor)
        return draft

    def answer(self, row: Invoice) -> Response:
        """As it stands now, with its version."""
        return _answer(self.request, row.pk, self.status)


class Credit(APIView):
    """Giving an invoice back."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(responses=CreditableOutput)
    def get(self, request: Request, pk: UUID) -> Response:
        """What can still be credited of an invoice of mine."""
        invoice = selectors.own_invoice_for(caller(request), pk)
        given = given_back(invoice)
        lines = [
            {"position": row.position, "description": row.row["description"],
             "quantity_left": row.quantity_left, "left": row.left}
            for row in given.lines.values()
        ]  # fmt: skip
        amounts = {code: part.left for code, part in given.parts.items()}
        return Response(CreditableOutput({"amounts": amounts, "lines": lines}).data)

    @extend_schema(request=CreditInput, responses={201: DocumentOutput})
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Issue a credit note on an invoice of mine, dated today."""
        invoice = selectors.own_invoice_for(caller(request), pk)
        data = checked_body(CreditInput, request)
        document = services.credit_invoice(
            invoice_id=invoice.pk,
            on=clock.today(),
            actor=actor_behind(request),
            reason=data.validated_data["reason"],
            amounts=data.validated_data["amounts"],
            lines=data.to_lines(),
        )
        return Response(DocumentOutput(document).data, status=201)


class Duplicate(OfOwnInvoice):
    """Write a draft with the client, lines and terms of an invoice of mine, delivered today."""

    output = OneInvoiceOutput
    status = 201

    def act(self, like: Invoice) -> Invoice:
        return services.duplicate_invoice(invoice_id=like.pk, delivery_date=clock.today(), actor=self.actor)

    def answer(self, row: Invoice) -> Response:
        """The draft, with its version."""
        return _answer(self.request, row.pk, self.status)


class AdvancePages(SortedPages):
    """The oldest first."""

    @staticmethod
    def key_of(row: Any) -> tuple[str | int, ...]:
        """By day of issue."""
        return str(row["issued_on"]), str(row["id"])


class Advances(generics.GenericAPIView):  # type: ignore[type-arg]  # its rows are computed
    """Advance invoices that a final statement may deduct."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS
    pagination_class = AdvancePages
    question = AdvancesAsked

    @extend_schema(parameters=[AdvancesAsked], filters=False, responses=AdvanceOutput(many=True))
    def get(self, request: Request) -> Response:
        """Those of a client of an Activity of mine of which something is left, oldest first."""
        asked = read_query(AdvancesAsked, request)
        activity_id = own_activity(request, asked["activity"])
        client = client_of(request, asked["client"])
        rows: Any = [
            {"id": row.pk, "number": row.number, "issued_on": row.issued_on, "left": left}
            for row, left in advances_to_deduct(activity_id, client)
        ]
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(AdvanceOutput(page, many=True).data)


class Attachments(OfOwnInvoice):
    """Add a file to a draft of mine."""

    body = AttachmentInput
    media = FILE
    output = AttachmentOutput
    status = 201

    def act(self, draft: Invoice, **given: Any) -> InvoiceAttachment:
        return services.attach_file(invoice_id=draft.pk, actor=self.actor, **given)


class OneAttachment(APIView):
    """One file that goes with an invoice."""

    required_roles: ClassVar[frozenset[str]] = READ

    @extend_schema(responses=AttachmentOutput, operation_id="attachments_retrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """What it is; the ETag is that of its invoice. The file itself is downloaded under its page."""
        row = selectors.attachment(pk)
        invoice = invoice_of(request, row.invoice_id)
        return versioned(AttachmentOutput(row).data, invoice.version)

    @extend_schema(responses={204: None}, operation_id="attachments_delete")
    @edits
    def delete(self, request: Request, pk: UUID, version: int) -> Response:
        """Take a file off a draft of mine; the version is that of the invoice."""
        row = selectors.attachment(pk)
        invoice = selectors.own_invoice_for(caller(request), row.invoice_id)
        services.detach_file(
            invoice_id=invoice.pk, attachment_id=row.pk, version=version, actor=actor_behind(request)
        )
        return Response(status=204)


class Send(OfOwnInvoice):
    """Write an issued invoice of mine to its client."""

    output = OneInvoiceOutput

    def act(self, invoice: Invoice) -> Invoice:
        services.send_invoice(invoice_id=invoice.pk, on=clock.today(), actor=self.actor)
        return invoice

    def answer(self, row: Invoice) -> Response:
        """As it stands now, with its version."""
        return _answer(self.request, row.pk, self.status)
