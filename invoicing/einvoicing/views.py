"""Pages of sending: what is still to send or did not arrive, and one document before it leaves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.links import link
from core.tables import page_of
from invoicing.einvoicing import selectors, services
from invoicing.einvoicing.enums import Channel
from invoicing.einvoicing.errors import DeliveryNotOpen
from invoicing.einvoicing.forms import LostForm, SendForm
from invoicing.einvoicing.models import Delivery
from invoicing.einvoicing.panels import shown
from invoicing.einvoicing.reach import cannot_be_reached, channel_for, is_open, mail_addresses
from invoicing.enums import InvoiceState
from invoicing.models import IssuedDocument
from invoicing.roles import CONTROLLERS
from invoicing.services.messages import document_letter
from members.enums import Role
from members.reader import reader_of

SENDERS = (Role.MEMBER, *CONTROLLERS)
"""Members for their own invoices; controllers for all."""


@requires(*SENDERS)
def desk(request: HttpRequest) -> HttpResponse:
    """What did not reach its client, what is to be printed, invoices that nobody sent; sending several."""
    identity = identity_of(request)
    if request.method == "POST":
        return _send_chosen(request)
    person = reader_of(request)
    rows = selectors.desk_of(person, identity.roles)
    context = {
        "open": [shown(row) for row in rows[:100]],
        "page": page_of(request, selectors.unsent(person, identity.roles), 25),
        "all_chosen": not identity.roles & set(CONTROLLERS),
    }
    return render(request, "einvoicing/desk.html", context)


def _send_chosen(request: HttpRequest) -> HttpResponse:
    identity = identity_of(request)
    allowed = selectors.unsent(reader_of(request), identity.roles)
    keys = [key for key in request.POST.getlist("invoice") if _is_key(key)]
    chosen = list(allowed.filter(pk__in=keys).values_list("pk", flat=True)[:100])
    done = services.send_many(invoice_ids=chosen, on=clock.today(), actor=actor_of(request))
    sent = sum(not row.code for row in done)
    if sent:
        text = ngettext("%(count)s invoice is on its way.", "%(count)s invoices are on their way.", sent)
        messages.success(request, text % {"count": sent})
    for row in done:
        if row.code:
            messages.error(request, row.detail)
    if not done:
        messages.error(request, _("Choose at least one invoice."))
    return redirect(link("einvoicing:desk"))


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@requires(*SENDERS)
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One document before it leaves: how, and the e-mail as the client will read it; then sending it."""
    document = _document(request, pk)
    client, today = document.invoice.client, clock.today()
    by_mail = mail_addresses(client)
    proposed = channel_for(document, client, today)
    channels = [
        (channel.value, _how(channel, by_mail)) for channel in Channel if is_open(channel, document, client)
    ]
    form = SendForm(request.POST or None, channels=channels, initial={"channel": proposed.value})
    refusal = None
    if request.method == "POST" and form.is_valid() and request.POST.get("act") == "send":
        try:
            services.send_document(
                document_id=document.pk,
                on=today,
                actor=actor_of(request),
                channel=form.cleaned_data["channel"],
                sentence=form.cleaned_data.get("sentence", ""),
            )
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("%(number)s is on its way.") % {"number": document.number})
            return redirect(link("invoicing:invoice", pk=document.invoice_id))
    context = {
        "document": document,
        "form": form,
        "refusal": refusal,
        "proposed": _how(proposed, by_mail),
        "client": client,
        "must_receive": cannot_be_reached(client, document.kind),
        "letter": document_letter(document, request.POST.get("sentence", "")[:300]) if by_mail else None,
        "earlier": [shown(row) for row in selectors.sendings_of(document)],
    }
    wrong = 422 if form.errors else refusal.status if refusal else 200
    return render(request, "einvoicing/send.html", context, status=wrong)


def _how(channel: Channel, addresses: list[str]) -> str:
    match channel:
        case Channel.PEPPOL:
            return _("by Peppol, straight into the client's books")
        case Channel.EMAIL:
            return _("by e-mail to %(email)s, with the PDF") % {"email": ", ".join(addresses)}
        case _:
            return _("on paper: print the PDF and post it")


def _document(request: HttpRequest, pk: UUID) -> IssuedDocument:
    identity = identity_of(request)
    document = selectors.document_to_send(reader_of(request), identity.roles, pk)
    if document.invoice.state == InvoiceState.DRAFT:  # pragma: no cover - a draft has no document
        raise Http404
    return document


@requires(*SENDERS)
def act(request: HttpRequest, pk: UUID, act: str) -> HttpResponse:
    """Note that a document was handed over, came back, or needs nothing more."""
    identity = identity_of(request)
    row = selectors.sending_to_note(reader_of(request), identity.roles, pk)
    if act == "lost":
        return _lost(request, row)
    return _note(request, row, act)


@require_POST
def _note(request: HttpRequest, row: Delivery, act: str) -> HttpResponse:
    actor = actor_of(request)
    match act:
        case "handed_over":
            services.note_handed_over(delivery_id=row.pk, on=clock.today(), actor=actor)
            messages.success(request, _("Noted: it was handed over."))
        case "set_aside":
            services.set_aside(delivery_id=row.pk, actor=actor)
            messages.success(request, _("Noted: nothing more is to be done."))
        case _:
            raise DeliveryNotOpen
    return redirect(link("invoicing:invoice", pk=row.document.invoice_id))


def _lost(request: HttpRequest, row: Delivery) -> HttpResponse:
    form = LostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.note_lost(
            delivery_id=row.pk, reason=form.cleaned_data["reason"], on=clock.today(), actor=actor_of(request)
        )
        messages.success(request, _("Noted: correct the client and send it again."))
        return redirect(link("invoicing:invoice", pk=row.document.invoice_id))
    context: dict[str, Any] = {"form": form, "row": row}
    return render(request, "einvoicing/lost.html", context, status=422 if form.errors else 200)
