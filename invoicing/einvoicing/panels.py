"""What sending adds to other pages: its part of an invoice, of its story, of what needs a member."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from activities.home import Need
from activities.models import Activity
from core.access import identity_of
from core.links import link
from invoicing.einvoicing import selectors
from invoicing.einvoicing.enums import UNDELIVERED, AnswerCode, AnswerLevel, Channel, SendingState
from invoicing.einvoicing.models import Delivery
from invoicing.einvoicing.reach import cannot_be_reached
from invoicing.einvoicing.words import why
from invoicing.enums import InvoiceState
from invoicing.models import Invoice
from invoicing.sections import Event
from invoicing.selectors import documents_of

TONES = {
    SendingState.PENDING: "info",
    SendingState.SENT: "success",
    SendingState.DELIVERED: "success",
    SendingState.REJECTED: "danger",
    SendingState.NO_RECEIVER: "warning",
    SendingState.FAILED: "danger",
    SendingState.DROPPED: "",
}
"""State of a sending → tone of its badge."""


def sending_section(request: HttpRequest, invoice: Invoice) -> SafeString | None:
    """How each document of an invoice went to its client, and what may be done."""
    if invoice.state == InvoiceState.DRAFT:
        return None
    identity = identity_of(request)
    by_document: dict[Any, list[Delivery]] = {}
    for row in selectors.deliveries_of(invoice):
        by_document.setdefault(row.document_id, []).append(row)
    context = {
        "documents": [
            (document, [shown(row) for row in by_document.get(document.pk, [])])
            for document in documents_of(invoice)
        ],
        "may_send": selectors.may_send(identity.person, identity.roles, invoice),
        "must_receive": cannot_be_reached(invoice.client),
        "client": invoice.client,
    }
    return render_to_string("einvoicing/section.html", context, request)


def shown(row: Delivery) -> dict[str, Any]:
    """A sending as pages show it."""
    answers = [
        {
            "when": answer.said_at,
            "who": answer.get_level_display(),
            "what": answer.get_code_display(),
            "text": answer.text,
        }
        for answer in row.answers.all()
        if answer.level == AnswerLevel.BUSINESS or answer.code == AnswerCode.REJECTED
    ]
    return {
        "row": row,
        "tone": TONES[SendingState(row.state)],
        "why": why(row) if row.state in UNDELIVERED else "",
        "answers": answers,
        "acts": acts_of(row),
    }


def acts_of(row: Delivery) -> tuple[str, ...]:
    """What people may note about a sending."""
    if row.channel == Channel.PAPER and row.state == SendingState.PENDING:
        return ("handed_over", "set_aside")
    if not row.handled and row.state in UNDELIVERED:
        return ("set_aside",)
    return ()


def sending_events(invoice: Invoice) -> Iterator[Event]:
    """What became of the sendings of an invoice, for its story."""
    for row in reversed(selectors.deliveries_of(invoice)):
        how = f"{row.document.number} · {row.get_channel_display()}"
        if row.settled_on and row.state == SendingState.DELIVERED:
            yield Event(row.settled_on, _("Received by the client"), how, "success")
        elif row.settled_on and row.state in UNDELIVERED:
            business = row.response == AnswerCode.REJECTED
            title = _("Rejected by the client") if business else _("Did not arrive")
            yield Event(row.settled_on, title, f"{how} · {why(row)}", "danger" if business else "warning")
        for answer in row.answers.all():
            if answer.level == AnswerLevel.BUSINESS and answer.code != AnswerCode.REJECTED:
                title = _("The client says: %(what)s") % {"what": answer.get_code_display()}
                yield Event(answer.heard_on, title, answer.text)


def needs(person: Any, activities: list[Activity], today: date) -> Iterator[Need]:
    """Documents of the member that did not reach their client."""
    del today
    mine = selectors.open_deliveries().filter(
        document__invoice__activity__in=[activity.pk for activity in activities]
    )
    for row in mine[:5]:
        number = {"number": row.document.number}
        invoice = link("invoicing:invoice", pk=row.document.invoice_id)
        if row.channel == Channel.PAPER and row.state == SendingState.PENDING:
            yield Need(
                _("%(number)s has to be printed") % number, _("The client has no e-mail address."), invoice
            )
        elif row.response == AnswerCode.REJECTED:
            yield Need(_("The client rejected %(number)s") % number, why(row), invoice, "danger")
        else:
            yield Need(_("%(number)s did not arrive") % number, why(row), invoice, "warning")
