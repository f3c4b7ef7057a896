"""What is to pay, invoices, and what one does with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.errors import DomainError
from core.identifiers import format_iban, format_structured_communication
from core.links import link
from core.money import ZERO
from invoicing.collection.selectors import charges_of
from invoicing.collection.services import dispute_invoice
from invoicing.enums import OPEN_STATES, DocumentKind, InvoiceState
from invoicing.models import Invoice
from invoicing.portal import selectors
from invoicing.portal.contracts import contracts_for
from invoicing.portal.rendering import day_in, euro_in, pay_code
from invoicing.portal.views.frame import file_or_wait, shown
from invoicing.portal.visitors import Visitor, portal
from invoicing.portal.wording import wording
from invoicing.quotes.links import path_of
from invoicing.quotes.selectors import versions_of
from invoicing.rendering import document_context
from invoicing.selectors import documents_of, payments_of

KINDS = {"pdf": "invoice_pdf", "xml": "invoice_ubl"}
PER_PAGE = 25
RECENT = 4


@dataclass(frozen=True, slots=True)
class Row:
    """An invoice in a list, in the reader's language."""

    pk: UUID
    number: str
    client: str
    work: str
    amount: str
    left: str
    hint: str
    state: str
    tone: str


@require_safe
@portal
def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What is to pay, late first; quotes to answer; the latest documents."""
    return shown(request, visitor, "portal/home.html", **home_context(visitor))


@require_safe
@portal
def invoices(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Every invoice of the visitor's clients, newest first."""
    page = Paginator(selectors.invoices_of(visitor.clients), PER_PAGE).get_page(request.GET.get("page"))
    rows = [row_of(invoice, visitor.language) for invoice in page]
    return shown(request, visitor, "portal/invoices.html", rows=rows, page=page)


@require_safe
@portal
def invoice(request: HttpRequest, visitor: Visitor, pk: UUID) -> HttpResponse:
    """One invoice as it was issued, how to pay it, and what came in."""
    return _invoice_page(request, visitor, selectors.invoice_of(visitor.clients, pk))


@require_POST
@portal
def contest(request: HttpRequest, visitor: Visitor, pk: UUID) -> HttpResponse:
    """Contest an open invoice, with a reason: controllers see it, reminders stop."""
    found = selectors.invoice_of(visitor.clients, pk)
    reason = " ".join(request.POST.get("reason", "").split())
    if not reason:
        return _invoice_page(request, visitor, found, wrong=True, status=422)
    try:
        dispute_invoice(invoice_id=found.pk, on=clock.today(), reason=reason, actor=visitor.actor)
    except DomainError as refusal:
        return _invoice_page(
            request, visitor, selectors.invoice_of(visitor.clients, pk), status=refusal.status
        )
    return redirect(link("portal:invoice", pk=found.pk))


@require_safe
@portal
def document(request: HttpRequest, visitor: Visitor, pk: UUID, kind: str) -> HttpResponse:
    """Download an invoice or a credit note as PDF or UBL; one that is not made yet is waited for."""
    if kind not in KINDS:
        raise Http404
    found = selectors.document_of(visitor.clients, pk)
    return file_or_wait(
        request,
        visitor,
        KINDS[kind],
        found.pk,
        url=link("portal:document", pk=found.pk, kind=kind),
        back_url=link("portal:invoice", pk=found.invoice_id),
        title=found.number,
    )


@require_safe
@portal
def contracts(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Contracts made for the visitor's clients: who, as what, when, declared or not; no pay."""
    rows = [
        {
            "contract": row,
            "days": wording(visitor.language)["period"]
            % {
                "starts_on": day_in(row.starts_on.isoformat(), visitor.language),
                "ends_on": day_in(row.ends_on.isoformat(), visitor.language),
            },
        }
        for row in contracts_for(selectors.with_merged(visitor.clients))
    ]
    return shown(request, visitor, "portal/contracts.html", rows=rows)


def home_context(visitor: Visitor) -> dict[str, Any]:
    """What the first page shows; staff see the same."""
    language, words = visitor.language, wording(visitor.language)
    owed = selectors.owed_by(visitor.clients)
    quotes = []
    for quote in selectors.quotes_waiting(visitor.clients):
        sent = versions_of(quote).first()
        if sent is not None:
            until = day_in(sent.valid_until.isoformat(), language)
            quotes.append(
                {
                    "quote": quote,
                    "total": euro_in(quote.total, language),
                    "until": words["valid_until"] % {"day": until},
                    "url": path_of(quote, sent),
                }
            )
    return {
        "owed": owed,
        "total": euro_in(owed.total, language),
        "charges": words["with_charges"] % {"amount": euro_in(owed.charges, language)}
        if owed.charges
        else "",
        "rows": [row_of(row, language) for row in owed.invoices],
        "quotes": quotes,
        "recent": [row_of(row, language) for row in selectors.invoices_of(visitor.clients)[:RECENT]],
    }


def row_of(invoice: Invoice, language: str) -> Row:
    """An invoice in a list: what is left, by when, how it stands."""
    words, today = wording(language), clock.today()
    state, tone = _state(invoice, today)
    if state == "late":
        hint = words["late_since"] % {"days": invoice.days_late(today)}
    else:
        hint = words["due"] % {"day": day_in(_text(invoice.due_on), language)}
    return Row(
        pk=invoice.pk,
        number=invoice.number,
        client=invoice.client.name,
        work=invoice.activity.name,
        amount=euro_in(invoice.total, language),
        left=euro_in(invoice.open_amount, language),
        hint=hint if invoice.state in OPEN_STATES else day_in(_text(invoice.issued_on), language),
        state=words[f"state_{state}"],
        tone=tone,
    )


def _state(invoice: Invoice, today: date) -> tuple[str, str]:
    if invoice.state == InvoiceState.CREDITED:
        return "credited", ""
    if invoice.state not in OPEN_STATES:
        return "paid", "success"
    if invoice.disputed_on:
        return "disputed", "warning"
    return ("late", "danger") if invoice.days_late(today) > 0 else ("open", "")


def _invoice_page(
    request: HttpRequest, visitor: Visitor, found: Invoice, *, wrong: bool = False, status: int = 200
) -> HttpResponse:
    language, words = visitor.language, wording(visitor.language)
    documents = list(documents_of(found))
    charges = [row for row in charges_of([found.pk]) if row.open_amount]
    claimed = sum((row.open_amount for row in charges), ZERO)
    left = max(found.open_amount, ZERO) if found.state in OPEN_STATES else ZERO
    content = documents[0].content
    return shown(
        request,
        visitor,
        "portal/invoice.html",
        status=status,
        invoice=found,
        row=row_of(found, language),
        document_id=documents[0].pk,
        notes=[row for row in documents if row.kind == DocumentKind.CREDIT_NOTE],
        pays=_pay(content, left + claimed, language),
        charges=[
            {"label": words["m_charge"], "day": day_in(_text(row.claimed_on), language),
             "amount": euro_in(row.open_amount, language)} for row in charges
        ],
        payments=[
            {"label": words["m_payment" if row.amount > 0 else "m_returned"],
             "day": day_in(_text(row.received_on), language), "amount": euro_in(row.amount, language)}
            for row in payments_of(found)
        ],
        may_contest=found.state in OPEN_STATES and not found.disputed_on,
        given=request.POST.get("reason", ""),
        wrong=wrong,
        paper={**document_context(content), "qr": ""},
    )  # fmt: skip


def _pay(content: dict[str, Any], amount: Decimal, language: str) -> dict[str, str]:
    """What somebody types or scans to pay; nothing when there is nothing to pay."""
    if amount <= 0:
        return {}
    return {
        "amount": euro_in(amount, language),
        "iban": format_iban(content["seller"]["iban"]),
        "name": content["seller"]["name"],
        "communication": format_structured_communication(content["communication"]),
        "qr": pay_code(content, amount),
    }


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
