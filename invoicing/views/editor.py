"""From a draft to an issued invoice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.models import Activity
from activities.selectors import open_activities_of
from core import clock
from core.access import actor_of, requires
from core.errors import DomainError
from core.forms import version_sent
from core.kit.formats import day, money
from core.links import link
from core.money import ZERO
from core.rates import find_policy
from invoicing import selectors, services
from invoicing.advances import advances_to_deduct, deduction_lines
from invoicing.enums import InvoiceKind, InvoiceState
from invoicing.forms import (
    InvoiceForm,
    LineFormSet,
    line_formset,
)
from invoicing.models import Client, Invoice
from invoicing.rendering import document_context
from invoicing.sections import hints_of
from invoicing.services.drafts import inputs_of, suggestion_for, terms_of_draft
from invoicing.services.issuing import content_on
from invoicing.types import LineInput, Totals, levy_of
from invoicing.vat import vat_code, vat_codes
from invoicing.views.asked import chosen_activity
from invoicing.views.moved_lines import rearranged_lines
from invoicing.views.written_lines import line_initial
from members.enums import Role
from members.reader import reader_of


@requires(Role.MEMBER)
def new(request: HttpRequest) -> HttpResponse:
    """Write a draft for one of my open Activities."""
    activities = list(open_activities_of(reader_of(request)))
    activity = chosen_activity(request, activities)
    if activity is None:
        return render(request, "invoicing/choose_activity.html", {"activities": activities})
    return _editor(request, activity, None)


@requires(Role.MEMBER)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a draft of mine."""
    invoice = selectors.own_invoice_for(reader_of(request), pk)
    if invoice.state != InvoiceState.DRAFT:
        return redirect(link("invoicing:invoice", pk=invoice.pk))
    return _editor(request, invoice.activity, invoice)


def _editor(request: HttpRequest, activity: Activity, invoice: Invoice | None) -> HttpResponse:
    today = clock.today()
    codes = vat_codes(activity.entity.country, on=today)
    known = list(selectors.clients_of_activity(activity.pk))
    act = request.POST.get("act", "")
    rearranged = request.method == "POST" and act not in ("issue", "keep", "")
    form = _head(request, activity, invoice, known, rearranged=rearranged)
    if rearranged:
        formset = rearranged_lines(request, codes, act)
    elif request.method == "POST":
        formset = line_formset(request.POST, codes=codes)
        if form.is_valid() and formset.is_valid():
            answer = _save_draft(request, activity, invoice, form, formset)
            if answer is not None:
                return answer
    else:
        own = _own_lines(invoice) if invoice else []
        lines = [line_initial(line) | {"quantity": line.quantity} for line in own]
        formset = line_formset(codes=codes, initial=lines, extra=1)
    wrong = request.method == "POST" and not rearranged
    context = {
        "form": form,
        "formset": formset,
        "activity": activity,
        "invoice": invoice,
        "totals": _totals_context(request, activity, formset) if request.method == "POST" else None,
        "hints": hints_of(request, known, request.POST.get("client", str(form.initial.get("client", "")))),
        "new_client_url": f"{link('invoicing:new_client')}?activity={activity.pk}&next=invoice",
        "back_url": link("invoicing:invoice", pk=invoice.pk) if invoice else link("invoicing:invoices"),
    }
    return render(request, "invoicing/editor.html", context, status=422 if wrong else 200)


def _head(
    request: HttpRequest,
    activity: Activity,
    invoice: Invoice | None,
    known: list[Client],
    *,
    rearranged: bool = False,
) -> InvoiceForm:
    """The form of what stands above and around the lines; as it was sent, unchecked, when only the lines
    move.
    """
    fields: dict[str, Any] = {
        "clients": known,
        "today": clock.today(),
        "advances": _advance_choices(activity),
    }
    if request.method != "POST":
        return InvoiceForm(initial=_initial(request, invoice), **fields)
    if not rearranged:
        return InvoiceForm(request.POST, **fields)
    sent: dict[str, Any] = {name: request.POST.get(name, "") for name in InvoiceForm.base_fields}
    return InvoiceForm(initial=sent | {"advances": request.POST.getlist("advances")}, **fields)


def _initial(request: HttpRequest, invoice: Invoice | None) -> dict[str, Any]:
    if invoice is None:
        return {"client": request.GET.get("client", "")}
    terms = {name: value for name, value in asdict(terms_of_draft(invoice)).items() if value}
    return {
        "client": str(invoice.client_id),
        "delivery_date": invoice.delivery_date,
        "buyer_reference": invoice.buyer_reference,
        "note": invoice.note,
        "advances": [str(pk) for pk in _deducted(invoice)],
        **terms,
        "kind": InvoiceKind.ADVANCE if invoice.kind == InvoiceKind.ADVANCE else InvoiceKind.INVOICE,
    }


def _own_lines(invoice: Invoice) -> list[LineInput]:
    """The lines that people write; those that deduct an advance are chosen apart."""
    return inputs_of(invoice.lines.filter(advance__isnull=True).order_by("position"))


def _deducted(invoice: Invoice) -> list[UUID]:
    """The advances that a draft deducts."""
    ids = invoice.lines.filter(advance__isnull=False).values_list("advance_id", flat=True)
    return sorted({pk for pk in ids if pk is not None})


def _advance_choices(activity: Activity) -> list[tuple[str, str]]:
    """Advances that may be deducted; a draft takes nothing of them yet."""
    return [
        (str(row.pk), f"{row.number} · {row.client.name} · {money(sum(left.values(), ZERO))}")
        for row, left in advances_to_deduct(activity.pk)
    ]


def _save_draft(
    request: HttpRequest, activity: Activity, invoice: Invoice | None, form: InvoiceForm, formset: LineFormSet
) -> HttpResponse | None:
    fields: dict[str, Any] = {
        "client_id": UUID(form.cleaned_data["client"]),
        "lines": [*formset.lines(), *_deductions(activity, form.cleaned_data.get("advances", ()))],
        "delivery_date": form.cleaned_data["delivery_date"],
        "buyer_reference": form.cleaned_data["buyer_reference"],
        "note": form.cleaned_data["note"],
        "terms": form.terms,
        "actor": actor_of(request),
    }
    try:
        if invoice is None:
            saved = services.create_draft(activity_id=activity.pk, **fields)
        else:
            version = version_sent(request.POST, invoice.version)
            saved = services.change_draft(invoice_id=invoice.pk, version=version, **fields)
    except DomainError as refusal:
        form.add_error(None, refusal.detail)
        return None
    return redirect(
        link("invoicing:issue" if request.POST.get("act") == "issue" else "invoicing:invoice", pk=saved.pk)
    )


def _deductions(activity: Activity, chosen: Iterable[str]) -> list[LineInput]:
    """Lines that deduct all that is left of the chosen advances."""
    wanted = set(chosen)
    return deduction_lines([row for row, _left in advances_to_deduct(activity.pk) if str(row.pk) in wanted])


@require_POST
@requires(Role.MEMBER)
def totals(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The live total of the editor for an Activity: what the lines would amount to today. Writes nothing."""
    activity = next((row for row in open_activities_of(reader_of(request)) if row.pk == pk), None)
    if activity is None:
        raise Http404
    formset = line_formset(request.POST, codes=vat_codes(activity.entity.country, on=clock.today()))
    known = selectors.clients_of_activity(activity.pk)
    context = {
        "totals": _totals_context(request, activity, formset),
        "activity": activity,
        "hints": hints_of(request, known, request.POST.get("client", "")),
    }
    return render(request, "invoicing/totals.html", context)


def _totals_context(request: HttpRequest, activity: Activity, formset: LineFormSet) -> dict[str, Any] | None:
    """VAT, levy and what the budget gets, of lines that are right so far."""
    today = clock.today()
    rows = selectors.clients_of_activity(activity.pk)
    asked = request.POST.get("client", "")
    buyer = next((row for row in rows if str(row.pk) == asked), None)
    if not formset.is_bound:
        return None
    head = _head(request, activity, None, list(rows))
    head.is_valid()  # what is not right yet counts for nothing here
    lines = [*formset.lines(), *_deductions(activity, request.POST.getlist("advances"))]
    try:
        amounts: Totals = services.preview_totals(
            entity=activity.entity, client=buyer, lines=lines, on=today, terms=head.terms
        )
    except DomainError as refusal:
        return {"refusal": refusal.detail} if lines else None
    automatic = suggestion_for(activity.entity, buyer, on=today) if buyer else None
    rate = find_policy("levy.rate", on=today)
    levy = levy_of(amounts.net, rate.rate) if rate else None
    return {
        "amounts": amounts,
        "parts": [(vat_code(activity.entity.country, part.code, on=today), part) for part in amounts.parts],
        "automatic": automatic,
        "payable_early": amounts.total - amounts.early if amounts.early else None,
        "levy": levy,
        "levy_rate": rate.rate if rate else None,
        "budget": amounts.net - levy if levy is not None else None,
    }


@requires(Role.MEMBER)
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The draft as the client will see it: the same markup and style as the PDF."""
    found = selectors.own_invoice_for(reader_of(request), pk)
    if found.state != InvoiceState.DRAFT:
        return redirect(link("invoicing:invoice", pk=found.pk))
    content, _totals, _due = content_on(found, clock.today())
    context = {"invoice": found, **document_context({**content, "number": _("draft")})}
    return render(request, "invoicing/preview.html", context)


@requires(Role.MEMBER)
def issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What issuing will do, and doing it."""
    found = selectors.own_invoice_for(reader_of(request), pk)
    if found.state != InvoiceState.DRAFT:
        return redirect(link("invoicing:invoice", pk=found.pk))
    today, refusal = clock.today(), None
    if request.method == "POST":
        try:
            issued = services.issue_invoice(invoice_id=found.pk, issued_on=today, actor=actor_of(request))
            if request.POST.get("send"):
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
            "text": _("By Peppol, by e-mail or on paper, as the client receives documents."),
        },
        {
            "title": _("The client pays by %(day)s") % {"day": day(due_on)},
            "text": _("If not, we send the reminders."),
        },
    ]


@require_POST
@requires(Role.MEMBER)
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw a draft of mine away."""
    found = selectors.own_invoice_for(reader_of(request), pk)
    services.delete_draft(invoice_id=found.pk, actor=actor_of(request))
    messages.success(request, _("The draft is gone."))
    return redirect(link("invoicing:invoices"))
