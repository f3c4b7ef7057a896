"""Pages of hours."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.selectors import holds, open_activities_of
from activities.views import SEE
from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.links import link
from core.tables import Column, Table, page_of
from invoicing.quotes.enums import OrderState
from invoicing.quotes.models import Order
from invoicing.selectors import clients_of_activity
from invoicing.timesheets import approval, selectors, services
from invoicing.timesheets.enums import SheetAnswerKind
from invoicing.timesheets.errors import EntryNotFound
from invoicing.timesheets.filters import HoursFilter
from invoicing.timesheets.forms import EntryForm, InvoiceHoursForm, SendSheetForm
from invoicing.timesheets.links import address_of
from invoicing.timesheets.models import TimeEntry
from invoicing.views.asked import chosen_activity
from members.enums import Role
from members.reader import reader_of

SHEETS = 5
"""Time sheets that the page of hours shows, the latest."""


@requires(*SEE)
def hours(request: HttpRequest) -> HttpResponse:
    """Hours that I may see, and what of mine waits to be invoiced."""
    identity = identity_of(request)
    is_member = Role.MEMBER in identity.roles
    rows = selectors.visible_entries(reader_of(request), identity.roles)
    found = HoursFilter(request.GET, queryset=rows)
    table = Table(
        id="hours-list",
        caption=_("Hours"),
        columns=[
            Column(_("Day"), "day", kind="date", lead=True, href=_page_of if is_member else _unlinked),
            Column(_("Client"), "client.name"),
            Column(_("Who"), "person"),
            Column(_("Task"), lambda row: " – ".join(filter(None, (row.task, row.text))) or "—"),
            Column(_("Hours"), "hours", kind="number"),
            Column(_("Amount"), "amount", kind="money"),
            Column(
                _("State"),
                lambda row: "done" if row.is_invoiced else "sent" if row.is_with_client else "waiting",
                kind="badge",
                shown=_state,
            ),
        ],
        page=page_of(request, found.qs),
        empty_title=_("No hours here"),
        empty_text=_("Note the hours that you work for a client; one click makes the invoice."),
        empty_action_label=_("Note hours") if is_member else "",
        empty_action_url=link("timesheets:new") if is_member else "",
        export="invoicing.hours",
    )
    waiting = [
        {
            "client": client,
            "activity": activity,
            "hours": worked,
            "amount": amount,
            "url": link("timesheets:invoice", pk=activity_id, client=client_id),
        }
        for activity_id, client_id, activity, client, worked, amount in (
            selectors.waiting_by_client(reader_of(request)) if is_member else []
        )
    ]
    sheets = list(selectors.visible_sheets(reader_of(request), identity.roles)[:SHEETS])
    for sheet in sheets:
        sheet.state = _state_of(sheet)  # type: ignore[attr-defined]  # the word that the page shows
    context = {"filters": found.form, "table": table, "waiting": waiting, "sheets": sheets}
    return render(request, "timesheets/hours.html", context)


def _page_of(row: Any) -> str:
    locked = row.is_invoiced or row.is_with_client or row.is_approved
    return "" if locked else link("timesheets:edit", pk=row.pk)


def _unlinked(row: Any) -> str:
    """Staff read what members noted; they open nothing of it."""
    return ""


def _state(row: Any) -> str:
    if row.is_invoiced:
        return _("invoiced")
    if row.is_with_client:
        return _("with the client")
    return _("approved, to invoice") if row.is_approved else _("to invoice")


def _state_of(sheet: Any) -> str:
    return str(SheetAnswerKind(sheet.answered).label) if sheet.answered else _("with the client")


@requires(Role.MEMBER)
def new(request: HttpRequest) -> HttpResponse:
    """Note hours for one of my open Activities."""
    person = reader_of(request)
    activities = list(open_activities_of(person))
    activity = chosen_activity(request, activities)
    if activity is None:
        context = {
            "activities": activities,
            "what": _("Note hours"),
            "back": _("Hours"),
            "back_url": link("timesheets:hours"),
        }
        return render(request, "invoicing/choose_activity.html", context)
    clients = list(clients_of_activity(activity.pk))
    orders = list(Order.objects.filter(activity=activity, state=OrderState.OPEN).order_by("pk"))
    before = TimeEntry.objects.filter(activity=activity, person=person).order_by("-pk").first()
    usual = {"client": str(before.client_id), "rate": before.rate, "task": before.task} if before else {}
    form = EntryForm(request.POST or None, clients=clients, orders=orders, today=clock.today(), initial=usual)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.write_hours(
                activity_id=activity.pk,
                client_id=UUID(data["client"]),
                person=person,
                order_id=UUID(data["order"]) if data.get("order") else None,
                actor=actor_of(request),
                **{name: data[name] for name in ("day", "hours", "rate", "task", "text")},
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, _("The hours are noted."))
            return redirect(f"{link('timesheets:new')}?activity={activity.pk}")
    return _form(request, form, _("Note hours"), activity.name)


@requires(Role.MEMBER)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct hours of mine."""
    entry = selectors.own_entry_for(reader_of(request), pk)
    names = ("day", "hours", "rate", "task", "text")
    initial = {name: getattr(entry, name) for name in names} | {"client": str(entry.client_id)}
    form = EntryForm(
        request.POST or None, clients=[entry.client], orders=[], today=entry.day, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_hours(
                entry_id=entry.pk,
                actor=actor_of(request),
                **{name: form.cleaned_data[name] for name in names},
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            return redirect(link("timesheets:hours"))
    return _form(request, form, _("Correct hours"), entry.activity.name, entry)


@require_POST
@requires(Role.MEMBER)
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw hours of mine away."""
    entry = selectors.own_entry_for(reader_of(request), pk)
    services.delete_hours(entry_id=entry.pk, actor=actor_of(request))
    return redirect(link("timesheets:hours"))


@requires(Role.MEMBER)
def invoice(request: HttpRequest, pk: UUID, client: UUID) -> HttpResponse:
    """Make a draft of the hours of a client of an Activity of mine."""
    person = reader_of(request)
    activity = next((row for row in open_activities_of(person) if row.pk == pk), None)
    if activity is None:
        raise EntryNotFound
    form = InvoiceHoursForm(request.POST or None, initial={"last": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            draft = services.invoice_hours(
                activity_id=activity.pk, client_id=client, actor=actor_of(request), **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            return redirect(link("invoicing:invoice", pk=draft.pk))
    rows = list(selectors.waiting(activity.pk, client, None, clock.today()))
    send_url = link("timesheets:send", pk=activity.pk, client=client)
    return _form(request, form, _("Invoice hours"), activity.name, rows=rows, send_url=send_url)


@requires(Role.MEMBER)
def send(request: HttpRequest, pk: UUID, client: UUID) -> HttpResponse:
    """Put the hours of a client of an Activity of mine to the client."""
    activity = next((row for row in open_activities_of(reader_of(request)) if row.pk == pk), None)
    if activity is None:
        raise EntryNotFound
    form = SendSheetForm(request.POST or None, initial={"last": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            sheet = approval.send_sheet(
                activity_id=activity.pk,
                client_id=client,
                on=clock.today(),
                actor=actor_of(request),
                **form.cleaned_data,
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            return redirect(link("timesheets:sheet", pk=sheet.pk))
    rows = [
        row
        for row in selectors.waiting(activity.pk, client, None, clock.today())
        if not getattr(row, "is_approved", False)
    ]
    return _form(request, form, _("Ask the client to approve"), activity.name, rows=rows)


@requires(*SEE)
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One time sheet: what was put to the client, the link, the answer."""
    identity = identity_of(request)
    found = selectors.sheet_for(identity.person, pk, roles=identity.roles)
    answer, mine = selectors.answer_to(found), holds(identity.person.pk, found.activity_id)
    rows = [
        {**row, "day": date.fromisoformat(row["day"]), "hours": Decimal(row["hours"]),
         "amount": Decimal(row["amount"])}
        for row in found.content["hours"]
    ]  # fmt: skip
    context = {
        "sheet": found,
        "rows": rows,
        "answer": answer,
        "waits": answer is None,
        "mine": mine,
        "client_url": address_of(found) if answer is None and mine else "",
    }
    return render(request, "timesheets/one_sheet.html", context)


@require_POST
@requires(Role.MEMBER)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a time sheet of mine back."""
    found = selectors.own_sheet_for(reader_of(request), pk)
    approval.withdraw_sheet(sheet_id=found.pk, at=clock.now(), actor=actor_of(request))
    return redirect(link("timesheets:sheet", pk=found.pk))


def _form(
    request: HttpRequest,
    form: Any,
    title: str,
    subtitle: str,
    entry: TimeEntry | None = None,
    rows: list[TimeEntry] | None = None,
    send_url: str = "",
) -> HttpResponse:
    context = {
        "form": form, "title": title, "subtitle": subtitle, "entry": entry, "rows": rows,
        "send_url": send_url,
    }  # fmt: skip
    return render(request, "timesheets/form.html", context, status=422 if form.errors else 200)
