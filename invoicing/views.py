"""Pages of invoicing: clients, invoices, what is late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.models import Activity
from activities.selectors import holds, open_activities_of
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
from core.rates import find_policy
from core.tables import Column, Table, page_of, sorted_by
from invoicing import selectors, services
from invoicing.enums import OPEN_STATES, DocumentKind, InvoiceState
from invoicing.errors import InvoiceNotFound
from invoicing.filters import ClientFilter, InvoiceFilter
from invoicing.forms import (
    ClientForm,
    CreditForm,
    DisputeForm,
    InvoiceForm,
    LineFormSet,
    line_formset,
)
from invoicing.models import Invoice, IssuedDocument
from invoicing.panels import waterfall_of
from invoicing.rendering import document_context
from invoicing.services.crediting import left_to_credit
from invoicing.services.drafts import inputs_of
from invoicing.services.issuing import content_on
from invoicing.types import Totals, levy_of
from invoicing.vat import vat_code, vat_codes
from members.enums import Role
from members.models import Person

CONTROLLERS = (Role.CREDIT_CONTROLLER, Role.FINANCE, Role.LEGAL)
KINDS = {"pdf": "invoice_pdf", "xml": "invoice_ubl"}


def _me(request: HttpRequest) -> Person:
    person: Person | None = identity_of(request).person
    if person is None:
        raise PermissionDenied
    return person


def _invoice(request: HttpRequest, pk: UUID) -> Invoice:
    identity = identity_of(request)
    return selectors.invoice_for(identity.person, pk, roles=identity.roles)


def _chosen_activity(request: HttpRequest, activities: list[Activity]) -> Activity | None:
    asked = request.GET.get("activity") or request.POST.get("activity") or ""
    return next(
        (row for row in activities if str(row.pk) == asked), activities[0] if len(activities) == 1 else None
    )


# --- clients -----------------------------------------------------------------------------------------------


@requires(*SEE)
def clients(request: HttpRequest) -> HttpResponse:
    """Clients of my Activities, or all for staff."""
    identity = identity_of(request)
    found = ClientFilter(request.GET, queryset=selectors.visible_clients(_me(request), identity.roles))
    table = Table(
        id="client-list",
        caption=_("Clients"),
        columns=[
            Column(_("Name"), "name", href=lambda row: link("invoicing:client", pk=row.pk), lead=True),
            Column(_("Kind"), lambda row: row.get_kind_display()),
            Column(_("VAT number"), lambda row: row.vat_number or row.enterprise_number or "—"),
            Column(_("City"), "city"),
            Column(_("E-mail"), lambda row: row.email or "—"),
        ],
        page=page_of(request, found.qs),
        empty_title=_("No client here"),
        empty_text=_("A client is made once and used for every invoice."),
        export="invoicing.clients",
        empty_action_label=_("New client"),
        empty_action_url=link("invoicing:new_client"),
    )
    return render(request, "invoicing/clients.html", {"filters": found.form, "table": table})


@requires(Role.MEMBER)
def new_client(request: HttpRequest) -> HttpResponse:
    """Make a client known to one of my Activities; `next=invoice` goes on to the invoice."""
    activities = list(open_activities_of(_me(request)))
    activity = _chosen_activity(request, activities) or (activities[0] if activities else None)
    form = ClientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            client = services.create_client(
                activity_id=activity.pk if activity else None, actor=actor_of(request), **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error(_field_of(refusal, form), refusal.detail)
        else:
            messages.success(request, _("%(name)s is one of your clients.") % {"name": client.name})
            if request.GET.get("next") == "invoice" and activity is not None:
                return redirect(f"{link('invoicing:new')}?activity={activity.pk}&client={client.pk}")
            return redirect(link("invoicing:client", pk=client.pk))
    context = {"form": form, "title": _("New client"), "back_url": link("invoicing:clients")}
    return render(request, "invoicing/client_form.html", context, status=422 if form.errors else 200)


@requires(*SEE)
def client(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One client: who it is, its invoices that I may see, what it was written."""
    identity = identity_of(request)
    found = selectors.client_for(identity.person, pk, roles=identity.roles)
    rows = selectors.visible_invoices(_me(request), identity.roles).filter(client=found)
    context = {
        "client": found,
        "table": _invoice_table(request, rows, with_client=False),
        "letters": selectors.messages_to(found)[:10] if identity.roles & set(CONTROLLERS) else [],
        "may_change": bool(identity.roles & {Role.MEMBER, *CONTROLLERS}),
    }
    return render(request, "invoicing/client.html", context)


@requires(Role.MEMBER, *CONTROLLERS)
def edit_client(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what is known of a client."""
    identity = identity_of(request)
    found = selectors.client_for(identity.person, pk, roles=identity.roles)
    form = ClientForm(request.POST or None, client=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_client(client_id=found.pk, actor=actor_of(request), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(_field_of(refusal, form), refusal.detail)
        else:
            return redirect(link("invoicing:client", pk=found.pk))
    context = {"form": form, "title": found.name, "back_url": link("invoicing:client", pk=found.pk)}
    return render(request, "invoicing/client_form.html", context, status=422 if form.errors else 200)


def _field_of(refusal: DomainError, form: Any) -> str | None:
    """The field that a refusal is about, if the form has it."""
    field = {
        "vat_number_invalid": "vat_number",
        "enterprise_number_invalid": "enterprise_number",
        "client_name_missing": "name",
        "country_invalid": "country",
    }.get(refusal.code)
    return field if field in form.fields else None


# --- invoices ----------------------------------------------------------------------------------------------


@requires(*SEE)
def invoices(request: HttpRequest) -> HttpResponse:
    """Invoices that I may see, filtered and sorted."""
    identity = identity_of(request)
    found = InvoiceFilter(request.GET, queryset=selectors.visible_invoices(_me(request), identity.roles))
    table = replace(_invoice_table(request, found.qs), export="invoicing.invoices")
    return render(request, "invoicing/invoices.html", {"filters": found.form, "table": table})


def _invoice_table(request: HttpRequest, rows: Any, *, with_client: bool = True) -> Table:
    today = clock.today()
    names = Column(_("Client"), "client.name")
    return Table(
        id="invoice-list",
        caption=_("Invoices"),
        columns=[
            Column(
                _("Number"),
                lambda row: row.number or _("draft"),
                href=lambda row: link("invoicing:invoice", pk=row.pk),
                lead=True,
                sort="number",
            ),
            *([names] if with_client else []),
            Column(_("Activity"), "activity.name"),
            Column(_("Issued"), "issued_on", kind="date", sort="issued_on"),
            Column(_("Due"), "due_on", kind="date", sort="due_on"),
            Column(
                _("State"),
                lambda row: situation_of(row, today)[0],
                kind="badge",
                shown=lambda row: situation_of(row, today)[1],
            ),
            Column(_("Total"), "total", kind="money", sort="total_cents"),
            Column(_("To be paid"), "open_amount", kind="money"),
        ],
        page=page_of(
            request, sorted_by(request, rows, ("number", "issued_on", "due_on", "total_cents"), "-pk")
        ),
        empty_title=_("No invoice here"),
        empty_text=_("Write one: the budget is filled as soon as it is issued."),
        empty_action_label=_("New invoice"),
        empty_action_url=link("invoicing:new"),
    )


def situation_of(invoice: Invoice, today: date) -> tuple[str, str]:
    """The state of an invoice as people say it: value for the badge, and words."""
    if invoice.disputed_on and invoice.state in OPEN_STATES:
        return "disputed", _("disputed")
    if invoice.state in OPEN_STATES and invoice.due_on and invoice.due_on < today:
        days = (today - invoice.due_on).days
        return "late", _("%(days)s days late") % {"days": days}
    return invoice.state, str(invoice.get_state_display())


@requires(Role.MEMBER)
def new(request: HttpRequest) -> HttpResponse:
    """Write a draft for one of my open Activities."""
    activities = list(open_activities_of(_me(request)))
    activity = _chosen_activity(request, activities)
    if activity is None:
        return render(request, "invoicing/choose_activity.html", {"activities": activities})
    return _editor(request, activity, None)


@requires(Role.MEMBER)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a draft of mine."""
    invoice = selectors.own_invoice_for(_me(request), pk)
    if invoice.state != InvoiceState.DRAFT:
        return redirect(link("invoicing:invoice", pk=invoice.pk))
    return _editor(request, invoice.activity, invoice)


def _editor(request: HttpRequest, activity: Activity, invoice: Invoice | None) -> HttpResponse:
    today = clock.today()
    codes = vat_codes(activity.entity.country, on=today)
    known = list(selectors.clients_of_activity(activity.pk))
    act = request.POST.get("act", "")
    if request.method == "POST":
        form = InvoiceForm(request.POST, clients=known, today=today)
        formset = line_formset(request.POST, codes=codes)
        if act == "add":
            formset = _with_another_line(request, codes)
            form.is_bound = False
            form.initial = {name: request.POST.get(name, "") for name in form.fields}
        elif form.is_valid() and formset.is_valid():
            answer = _save_draft(request, activity, invoice, form, formset)
            if answer is not None:
                return answer
    else:
        form = InvoiceForm(clients=known, today=today, initial=_initial(request, invoice))
        lines = [
            {"description": line.description, "quantity": line.quantity.normalize(), "unit": line.unit,
             "unit_price": line.unit_price, "vat_code": line.vat_code}
            for line in (inputs_of(list(invoice.lines.all())) if invoice else [])
        ]  # fmt: skip
        formset = line_formset(codes=codes, initial=lines, extra=1 if lines else 2)
    wrong = request.method == "POST" and act != "add"
    context = {
        "form": form,
        "formset": formset,
        "activity": activity,
        "invoice": invoice,
        "totals": _totals_context(request, activity, formset)
        if request.method == "POST" or invoice
        else None,
        "new_client_url": f"{link('invoicing:new_client')}?activity={activity.pk}&next=invoice",
        "back_url": link("invoicing:invoice", pk=invoice.pk) if invoice else link("invoicing:invoices"),
    }
    return render(request, "invoicing/editor.html", context, status=422 if wrong else 200)


def _initial(request: HttpRequest, invoice: Invoice | None) -> dict[str, Any]:
    if invoice is not None:
        return {
            "client": str(invoice.client_id),
            "delivery_date": invoice.delivery_date,
            "buyer_reference": invoice.buyer_reference,
            "note": invoice.note,
        }
    return {"client": request.GET.get("client", "")}


def _with_another_line(request: HttpRequest, codes: Any) -> LineFormSet:
    """The lines as they were sent, unchecked, and one more."""
    count = min(int(request.POST.get("line-TOTAL_FORMS") or 0), 49)
    names = ("description", "quantity", "unit", "unit_price", "vat_code")
    sent = [{name: request.POST.get(f"line-{n}-{name}", "") for name in names} for n in range(count)]
    return line_formset(codes=codes, initial=sent, extra=1)


def _save_draft(
    request: HttpRequest, activity: Activity, invoice: Invoice | None, form: InvoiceForm, formset: LineFormSet
) -> HttpResponse | None:
    fields: dict[str, Any] = {
        "client_id": UUID(form.cleaned_data["client"]),
        "lines": formset.lines(),
        "delivery_date": form.cleaned_data["delivery_date"],
        "buyer_reference": form.cleaned_data["buyer_reference"],
        "note": form.cleaned_data["note"],
        "actor": actor_of(request),
    }
    try:
        if invoice is None:
            saved = services.create_draft(activity_id=activity.pk, **fields)
        else:
            version = int(request.POST.get("version") or invoice.version)
            saved = services.change_draft(invoice_id=invoice.pk, version=version, **fields)
    except DomainError as refusal:
        form.add_error(None, refusal.detail)
        return None
    return redirect(
        link("invoicing:issue" if request.POST.get("act") == "issue" else "invoicing:invoice", pk=saved.pk)
    )


@require_POST
@requires(Role.MEMBER)
def totals(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The live total of the editor for an Activity: what the lines would amount to today. Writes nothing."""
    activity = next((row for row in open_activities_of(_me(request)) if row.pk == pk), None)
    if activity is None:
        raise Http404
    formset = line_formset(request.POST, codes=vat_codes(activity.entity.country, on=clock.today()))
    context = {"totals": _totals_context(request, activity, formset), "activity": activity}
    return render(request, "invoicing/totals.html", context)


def _totals_context(request: HttpRequest, activity: Activity, formset: LineFormSet) -> dict[str, Any] | None:
    """VAT, levy and what the budget gets, of lines that are right so far."""
    today = clock.today()
    rows = selectors.clients_of_activity(activity.pk)
    asked = request.POST.get("client", "")
    buyer = next((row for row in rows if str(row.pk) == asked), None)
    lines = formset.lines() if formset.is_bound else [form.initial for form in formset.forms if form.initial]
    if not formset.is_bound:
        return None
    try:
        amounts: Totals = services.preview_totals(entity=activity.entity, client=buyer, lines=lines, on=today)
    except DomainError:
        return None
    rate = find_policy("levy.rate", on=today)
    levy = levy_of(amounts.net, rate.rate) if rate else None
    return {
        "amounts": amounts,
        "parts": [(vat_code(activity.entity.country, part.code, on=today), part) for part in amounts.parts],
        "levy": levy,
        "levy_rate": rate.rate if rate else None,
        "budget": amounts.net - levy if levy is not None else None,
    }


@requires(*SEE)
def invoice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One invoice: where it stands, what happened, its documents, what it brings."""
    identity, today = identity_of(request), clock.today()
    found = _invoice(request, pk)
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
        "events": _events(found, documents, today),
        "waterfall": waterfall_of(found),
        "communication": format_structured_communication(found.communication) if found.communication else "",
        "controls": bool(identity.roles & set(CONTROLLERS)),
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
        text = invoice.client.email
        events.append({"when": invoice.sent_on, "title": _("Sent to the client"), "text": text})
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
    return sorted(events, key=lambda event: event["when"])


@requires(Role.MEMBER)
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The draft as the client will see it: the same markup and style as the PDF."""
    found = selectors.own_invoice_for(_me(request), pk)
    if found.state != InvoiceState.DRAFT:
        return redirect(link("invoicing:invoice", pk=found.pk))
    content, _totals, _due = content_on(found, clock.today())
    context = {"invoice": found, **document_context({**content, "number": _("draft")})}
    return render(request, "invoicing/preview.html", context)


@requires(Role.MEMBER)
def issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What issuing will do, and doing it."""
    found = selectors.own_invoice_for(_me(request), pk)
    if found.state != InvoiceState.DRAFT:
        return redirect(link("invoicing:invoice", pk=found.pk))
    today, refusal = clock.today(), None
    if request.method == "POST":
        try:
            issued = services.issue_invoice(invoice_id=found.pk, issued_on=today, actor=actor_of(request))
            if request.POST.get("send") and issued.client.email:
                services.send_invoice(invoice_id=issued.pk, on=today, actor=actor_of(request))
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Invoice %(number)s is issued.") % {"number": issued.number})
            return redirect(link("invoicing:invoice", pk=issued.pk))
    rate = find_policy("levy.rate", on=today)
    content, amounts, due_on = content_on(found, today)
    levy = levy_of(amounts.net, rate.rate) if rate else None
    context = {
        "invoice": found,
        "amounts": amounts,
        "levy": levy,
        "levy_rate": rate.rate if rate else None,
        "budget": amounts.net - levy if levy is not None else None,
        "due_on": due_on,
        "refusal": refusal,
        "steps": _issue_steps(found, due_on),
    }
    del content
    return render(request, "invoicing/issue.html", context, status=refusal.status if refusal else 200)


def _issue_steps(invoice: Invoice, due_on: date) -> list[dict[str, Any]]:
    return [
        {"title": _("The invoice gets its number and can no longer change"), "state": "current"},
        {
            "title": _("Your budget grows by what is left after VAT and levy"),
            "text": _("At once, before the client pays."),
        },
        {
            "title": _("The client receives it"),
            "text": invoice.client.email or _("No e-mail address: download the PDF."),
        },
        {
            "title": _("The client pays by %(day)s") % {"day": f"{due_on:%d/%m/%Y}"},
            "text": _("If not, we send the reminders."),
        },
    ]


@require_POST
@requires(Role.MEMBER)
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send an issued invoice of mine to its client."""
    found = selectors.own_invoice_for(_me(request), pk)
    services.send_invoice(invoice_id=found.pk, on=clock.today(), actor=actor_of(request))
    messages.success(request, _("The invoice is on its way to %(email)s.") % {"email": found.client.email})
    return redirect(link("invoicing:invoice", pk=found.pk))


@require_POST
@requires(Role.MEMBER)
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw a draft of mine away."""
    found = selectors.own_invoice_for(_me(request), pk)
    services.delete_draft(invoice_id=found.pk, actor=actor_of(request))
    messages.success(request, _("The draft is gone."))
    return redirect(link("invoicing:invoices"))


@requires(Role.MEMBER)
def credit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give back an invoice of mine, whole or in part."""
    found = selectors.own_invoice_for(_me(request), pk)
    if found.state == InvoiceState.DRAFT:
        return redirect(link("invoicing:edit", pk=found.pk))
    left = {code: amount for code, amount in left_to_credit(found).items() if amount}
    day = found.issued_on or clock.today()
    labels = {code: vat_code(found.entity.country, code, on=day).label for code in left}
    form = CreditForm(request.POST or None, left=left, labels=labels)
    if request.method == "POST" and form.is_valid():
        try:
            document = services.credit_invoice(
                invoice_id=found.pk,
                on=clock.today(),
                actor=actor_of(request),
                reason=form.cleaned_data["reason"],
                amounts=form.amounts,
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, _("Credit note %(number)s is issued.") % {"number": document.number})
            return redirect(link("invoicing:invoice", pk=found.pk))
    context = {"form": form, "invoice": found, "left": left}
    return render(request, "invoicing/credit.html", context, status=422 if form.errors else 200)


# --- documents ---------------------------------------------------------------------------------------------


def _document(request: HttpRequest, pk: UUID) -> IssuedDocument:
    found = IssuedDocument.objects.filter(pk=pk).first()
    if found is None:
        raise InvoiceNotFound  # the same words as for a document of somebody else's invoice
    _invoice(request, found.invoice_id)
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


# --- what is late ------------------------------------------------------------------------------------------


@requires(*CONTROLLERS)
def late(request: HttpRequest) -> HttpResponse:
    """Late invoices grouped by client, the most money at stake first."""
    today = clock.today()
    groups = selectors.late_clients(today, text=request.GET.get("q", ""))
    context = {
        "page": page_of(request, groups, 20),
        "q": request.GET.get("q", ""),
        "at_stake": sum((group.at_stake for group in groups), start=Totals(()).net),
        "disputed": sum((group.disputed for group in groups), start=Totals(()).net),
        "count": sum(len(group.invoices) for group in groups),
        "clients": len(groups),
        "form": DisputeForm(),
    }
    return render(request, "invoicing/late.html", context)


@requires(*CONTROLLERS)
def dispute(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that the client contests an invoice: reminders stop."""
    found = _invoice(request, pk)
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.dispute_invoice(
            invoice_id=found.pk, on=clock.today(), reason=form.cleaned_data["reason"], actor=actor_of(request)
        )
        messages.success(request, _("Reminders of %(number)s are stopped.") % {"number": found.number})
        return redirect(link("invoicing:late"))
    context = {"form": form, "invoice": found}
    return render(request, "invoicing/dispute.html", context, status=422 if form.errors else 200)


@require_POST
@requires(*CONTROLLERS)
def resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The dispute is over: reminders go on."""
    found = services.resume_invoice(invoice_id=_invoice(request, pk).pk, actor=actor_of(request))
    messages.success(request, _("Reminders of %(number)s go on.") % {"number": found.number})
    return redirect(link("invoicing:late"))
