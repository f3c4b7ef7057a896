"""Orders: made of a quote, invoiced in parts."""

from __future__ import annotations

from decimal import Decimal
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
from core.errors import DomainError
from core.links import link
from invoicing.line_data import lines_of
from invoicing.quotes import selectors, services, splitting
from invoicing.quotes.enums import OrderState, QuoteState
from invoicing.quotes.forms import OrderForm, PartForm, SupplementForm
from invoicing.quotes.models import Order
from invoicing.quotes.situations import order_situation
from invoicing.situations import situation_of
from invoicing.types import LineInput
from members.enums import Role
from members.reader import reader_of


@requires(Role.MEMBER)
def order_quote(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make an order of an accepted quote of mine."""
    quote = selectors.own_quote_for(reader_of(request), pk)
    if quote.state != QuoteState.ACCEPTED:
        return redirect(link("quotes:quote", pk=quote.pk))
    form = OrderForm(request.POST or None, initial={"client_reference": quote.buyer_reference})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.order_quote(
                quote_id=quote.pk, on=clock.today(), actor=actor_of(request), **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, _("Order %(number)s is made.") % {"number": made.number})
            return redirect(link("quotes:order", pk=made.pk))
    context = {
        "form": form,
        "title": _("Make the order"),
        "subtitle": quote.title,
        "back_url": link("quotes:quote", pk=quote.pk),
        "back_label": quote.number,
        "submit": _("Make the order"),
    }
    return render(request, "quotes/form.html", context, status=422 if form.errors else 200)


@requires(*SEE)
def order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One order: what was ordered, what is invoiced, what is left."""
    identity, today = identity_of(request), clock.today()
    found = selectors.order_for(identity.person, pk, roles=identity.roles)
    parts = list(selectors.parts_of(found))
    context = {
        "order": found,
        "situation": order_situation(found),
        "mine": holds(identity.person.pk, found.activity_id),
        "is_open": found.state == OrderState.OPEN,
        "closed": found.state == OrderState.CLOSED,
        "lines": _lines(found),
        "parts": [(part, *situation_of(part.invoice, today)) for part in parts],
        "whole": found.net + found.supplement,
    }
    return render(request, "quotes/order.html", context)


@requires(Role.MEMBER)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change the client's number and the planned days of an order of mine."""
    found = selectors.own_order_for(reader_of(request), pk)
    names = ("client_reference", "planned_from", "planned_to")
    form = OrderForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_order(order_id=found.pk, actor=actor_of(request), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            return redirect(link("quotes:order", pk=found.pk))
    return _form_page(request, form, found, _("Change the order"), _("Save"))


@requires(Role.MEMBER)
def supplement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note what the client of an order of mine agreed to pay beyond it."""
    found = selectors.own_order_for(reader_of(request), pk)
    form = SupplementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.supplement_order(order_id=found.pk, actor=actor_of(request), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            return redirect(link("quotes:order", pk=found.pk))
    return _form_page(request, form, found, _("Agreed supplement"), _("Save"))


@require_POST
@requires(Role.MEMBER)
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give up what is left of an order of mine."""
    found = selectors.own_order_for(reader_of(request), pk)
    services.close_order(order_id=found.pk, on=clock.today(), actor=actor_of(request))
    messages.success(request, _("Order %(number)s is closed.") % {"number": found.number})
    return redirect(link("quotes:order", pk=found.pk))


@requires(Role.MEMBER)
def invoice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make a draft of a part of an order of mine."""
    found = selectors.own_order_for(reader_of(request), pk)
    rows = [
        (place, line.description, left.units)
        for place, (line, left) in enumerate(_lines(found))
        if left.units
    ]
    room = found.supplement - splitting.amount_of(selectors.taken_of(found), splitting.SUPPLEMENT)
    form = PartForm(request.POST or None, lines=rows, today=clock.today(), room=room)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        extra = []
        if data.get("extra_amount"):
            text = data.get("extra_text") or _("Supplement")
            code = lines_of(found.lines)[0].vat_code
            extra = [LineInput(text, Decimal(1), "flat", data["extra_amount"], code)]
        try:
            draft = services.invoice_order(
                order_id=found.pk,
                kind=data["kind"],
                percent=data["percent"],
                quantities=form.quantities,
                extra=extra,
                delivery_date=data["delivery_date"],
                actor=actor_of(request),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            return redirect(link("invoicing:issue", pk=draft.pk))
    return _form_page(request, form, found, _("Invoice this order"), _("Make the draft"))


def _form_page(request: HttpRequest, form: Any, found: Order, title: str, submit: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "subtitle": found.title,
        "back_url": link("quotes:order", pk=found.pk),
        "back_label": found.number,
        "submit": submit,
    }
    return render(request, "quotes/form.html", context, status=422 if form.errors else 200)


def _lines(found: Order) -> list[tuple[LineInput, splitting.LineLeft]]:
    """Each line with what is left of it."""
    lines = lines_of(found.lines)
    left = splitting.lines_left([(line.net, line.quantity) for line in lines], selectors.taken_of(found))
    return list(zip(lines, left, strict=True))
