"""One invoice: its story, its documents, and what may be done with it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.selectors import holds
from activities.views import SEE
from core import clock
from core.access import actor_of, identity_of, requires
from core.documents import finished_file, request_document
from core.enums import NOT_MADE
from core.errors import DomainError
from core.files import file_response
from core.identifiers import format_structured_communication
from core.kit.formats import money
from core.links import link
from invoicing import selectors, services
from invoicing.enums import OPEN_STATES, DocumentKind, InvoiceState
from invoicing.errors import InvoiceNotFound
from invoicing.forms import (
    AttachForm,
    CreditForm,
)
from invoicing.models import Invoice, InvoiceAttachment, IssuedDocument
from invoicing.panels import waterfall_of
from invoicing.sections import events_of, sections_of
from invoicing.services.crediting import given_back
from invoicing.situations import situation_of
from invoicing.vat import vat_code
from invoicing.views.asked import invoice_of
from members.enums import Role
from members.models import Person
from members.reader import reader_of

KINDS = {"pdf": "invoice_pdf", "xml": "invoice_ubl"}


@requires(*SEE)
def invoice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One invoice: where it stands, what happened, its documents, what it brings."""
    identity, today = identity_of(request), clock.today()
    found = invoice_of(request, pk)
    mine = _is_mine(identity.person, found)
    documents = list(selectors.documents_of(found))
    context = {
        "invoice": found,
        "situation": situation_of(found, today),
        "mine": mine,
        "is_draft": found.state == InvoiceState.DRAFT,
        "is_open": found.state in OPEN_STATES,
        "documents": documents,
        "lines": found.lines.order_by("position"),
        "attachments": selectors.attachments_of([found])[found.pk],
        "events": _events(found, documents, today),
        "waterfall": waterfall_of(found),
        "communication": format_structured_communication(found.communication) if found.communication else "",
        "sections": sections_of("invoice", request, found),
        "may_credit": mine and found.state != InvoiceState.DRAFT and found.credited < found.total,
    }
    return render(request, "invoicing/invoice.html", context)


def _is_mine(person: Person | None, invoice: Invoice) -> bool:
    if person is None:
        return False
    return holds(person.pk, invoice.activity_id)


def _events(invoice: Invoice, documents: list[IssuedDocument], today: date) -> list[dict[str, Any]]:
    """What happened to an invoice, and what comes next, oldest first."""
    events: list[dict[str, Any]] = []
    for row in documents:
        title = (
            _("Issued under number %(number)s")
            if row.kind == DocumentKind.INVOICE
            else _("Credited by %(number)s")
        )
        events.append({"when": row.issued_on, "title": title % {"number": row.number}, "text": row.reason})
    if invoice.sent_on:
        events.append({"when": invoice.sent_on, "title": _("Sent to the client"), "text": ""})
    for payment in selectors.payments_of(invoice):
        title = _("Received: %(amount)s") % {"amount": money(payment.amount)}
        events.append({"when": payment.received_on, "title": title, "text": payment.text, "tone": "success"})
    for reminder in selectors.reminders_of(invoice):
        title = _("Reminder %(step)s") % {"step": reminder.step}
        events.append(
            {"when": reminder.sent_on, "title": title, "text": reminder.message.recipient, "tone": "warning"}
        )
    if invoice.disputed_on:
        events.append(
            {
                "when": invoice.disputed_on,
                "title": _("Disputed"),
                "text": invoice.dispute_reason,
                "tone": "danger",
            }
        )
    if invoice.state in OPEN_STATES and invoice.due_on:
        late = invoice.due_on < today
        events.append(
            {"when": invoice.due_on, "title": _("Was to be paid") if late else _("To be paid"),
             "tone": "warning" if late else ""}
        )  # fmt: skip
    events += [
        {"when": event.when, "title": event.title, "text": event.text, "tone": event.tone}
        for event in events_of(invoice)
    ]
    return sorted(events, key=lambda event: event["when"])


@require_POST
@requires(Role.MEMBER)
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send an issued invoice of mine to its client."""
    found = selectors.own_invoice_for(reader_of(request), pk)
    services.send_invoice(invoice_id=found.pk, on=clock.today(), actor=actor_of(request))
    messages.success(request, _("The invoice is on its way to %(client)s.") % {"client": found.client.name})
    return redirect(link("invoicing:invoice", pk=found.pk))


@requires(Role.MEMBER)
def credit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give back an invoice of mine, whole or in part."""
    found = selectors.own_invoice_for(reader_of(request), pk)
    if found.state == InvoiceState.DRAFT:
        return redirect(link("invoicing:edit", pk=found.pk))
    given = given_back(found)
    left = {code: part.left for code, part in given.parts.items() if part.left}
    day = found.issued_on or clock.today()
    labels = {code: vat_code(found.entity.country, code, on=day).label for code in left}
    lines = [line for line in given.lines.values() if line.left]
    form = CreditForm(request.POST or None, left=left, labels=labels, lines=lines)
    if request.method == "POST" and form.is_valid():
        try:
            document = services.credit_invoice(
                invoice_id=found.pk,
                on=clock.today(),
                actor=actor_of(request),
                reason=form.cleaned_data["reason"],
                amounts=form.amounts,
                lines=form.credit_lines,
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, _("Credit note %(number)s is issued.") % {"number": document.number})
            return redirect(link("invoicing:invoice", pk=found.pk))
    context = {"form": form, "invoice": found, "left": left}
    return render(request, "invoicing/credit.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Role.MEMBER)
def duplicate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write an invoice of mine again, as a draft."""
    found = selectors.own_invoice_for(reader_of(request), pk)
    draft = services.duplicate_invoice(
        invoice_id=found.pk, delivery_date=clock.today(), actor=actor_of(request)
    )
    messages.success(request, _("Here is the copy: check it, then issue it."))
    return redirect(link("invoicing:edit", pk=draft.pk))


@requires(Role.MEMBER)
def attach(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a file to a draft of mine."""
    found = selectors.own_invoice_for(reader_of(request), pk)
    form = AttachForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.attach_file(invoice_id=found.pk, file=form.cleaned_data["file"], actor=actor_of(request))
        except DomainError as refusal:
            form.add_error("file", refusal.detail)
        else:
            return redirect(link("invoicing:invoice", pk=found.pk))
    context = {"form": form, "invoice": found}
    return render(request, "invoicing/attach.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Role.MEMBER)
def detach(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a file off a draft of mine."""
    found = _attachment(request, pk)
    own = selectors.own_invoice_for(reader_of(request), found.invoice_id)
    services.detach_file(invoice_id=own.pk, attachment_id=found.pk, actor=actor_of(request))
    return redirect(link("invoicing:invoice", pk=own.pk))


@requires(*SEE)
def attachment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Download a file that goes with an invoice."""
    return file_response(_attachment(request, pk).file)


def _attachment(request: HttpRequest, pk: UUID) -> InvoiceAttachment:
    found = selectors.attachment(pk)
    invoice_of(request, found.invoice_id)
    return found


def _document(request: HttpRequest, pk: UUID) -> IssuedDocument:
    found = IssuedDocument.objects.filter(pk=pk).first()
    if found is None:
        raise InvoiceNotFound  # the same words as for a document of somebody else's invoice
    invoice_of(request, found.invoice_id)
    return found


@requires(*SEE)
def document(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Download a PDF or UBL; one that is not made yet goes to the front of the queue and the page waits for
    it.
    """
    found = _document(request, pk)
    file = finished_file(KINDS[kind], found.pk)
    if file is not None and "wait" not in request.GET:
        return file_response(file)
    job = None if file is not None else request_document(KINDS[kind], found.pk, urgent=True)
    context = {
        "document": found,
        "kind": kind,
        "done": file is not None,
        "failed": job is not None and job.state in NOT_MADE,
        "download_url": link("invoicing:document", pk=found.pk, kind=kind),
    }
    return render(request, "invoicing/waiting.html", context)
