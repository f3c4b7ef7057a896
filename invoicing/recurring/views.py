"""Pages of recurring invoices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.models import Activity
from activities.selectors import holds, open_activities_of
from activities.views import SEE
from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.forms import version_sent
from core.links import link
from core.tables import Column, Table, page_of
from invoicing.forms import line_formset
from invoicing.line_data import LineData, lines_of
from invoicing.recurring import selectors, services
from invoicing.recurring.enums import TemplateState
from invoicing.recurring.forms import PriceForm, TemplateForm
from invoicing.recurring.models import RecurringInvoice
from invoicing.recurring.situations import rhythm_of
from invoicing.selectors import clients_of_activity
from invoicing.vat import vat_codes
from invoicing.views.asked import chosen_activity
from invoicing.views.written_lines import another_line, line_initial
from members.enums import Role
from members.reader import reader_of


@requires(*SEE)
def templates(request: HttpRequest) -> HttpResponse:
    """Recurring invoices that I may see."""
    identity = identity_of(request)
    rows = selectors.visible_templates(reader_of(request), identity.roles)
    table = Table(
        id="recurring-list",
        caption=_("Recurring invoices"),
        columns=[
            Column(
                _("What for?"), "title", href=lambda row: link("recurring:template", pk=row.pk), lead=True
            ),
            Column(_("Client"), "client.name"),
            Column(_("Rhythm"), rhythm_of),
            Column(_("Next"), "next_on", kind="date"),
            Column(_("State"), "state", kind="badge", shown="get_state_display"),
        ],
        page=page_of(request, rows),
        empty_title=_("No recurring invoice here"),
        empty_text=_("Hosting, rent, a subscription: write it once, it is made each month."),
        empty_action_label=_("New recurring invoice"),
        empty_action_url=link("recurring:new"),
    )
    return render(request, "recurring/templates.html", {"table": table})


@requires(Role.MEMBER)
def new(request: HttpRequest) -> HttpResponse:
    """Make one for one of my open Activities."""
    activities = list(open_activities_of(reader_of(request)))
    activity = chosen_activity(request, activities)
    if activity is None:
        context = {
            "activities": activities,
            "what": _("New recurring invoice"),
            "back": _("Recurring invoices"),
            "back_url": link("recurring:templates"),
        }
        return render(request, "invoicing/choose_activity.html", context)
    return _editor(request, activity, None)


@requires(Role.MEMBER)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change one of mine."""
    found = selectors.own_template_for(reader_of(request), pk)
    if found.state == TemplateState.ENDED:
        return redirect(link("recurring:template", pk=found.pk))
    return _editor(request, found.activity, found)


def _editor(request: HttpRequest, activity: Activity, found: RecurringInvoice | None) -> HttpResponse:
    today = clock.today()
    head: dict[str, Any] = {
        "clients": list(clients_of_activity(activity.pk)), "today": today, "template": found,
    }  # fmt: skip
    form = TemplateForm(request.POST or None, **head)
    formset = _lines(request, activity, found.lines if found else [])
    act = request.POST.get("act", "")
    if act == "add":
        form = TemplateForm(**head)
        form.initial = {name: request.POST.get(name, "") for name in form.fields}
    elif request.method == "POST" and form.is_valid() and formset.is_valid():
        fields: dict[str, Any] = {
            **{name: form.cleaned_data[name] for name in ("title", "note", "buyer_reference")},
            "client_id": UUID(form.cleaned_data["client"]),
            "lines": formset.lines(),
            "rule": form.rule,
            "actor": actor_of(request),
        }
        try:
            if found is None:
                saved = services.create_template(activity_id=activity.pk, **fields)
            else:
                version = version_sent(request.POST, found.version)
                saved = services.change_template(template_id=found.pk, version=version, **fields)
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            return redirect(link("recurring:template", pk=saved.pk))
    context = {
        "form": form,
        "formset": formset,
        "activity": activity,
        "template": found,
        "back_url": link("recurring:template", pk=found.pk) if found else link("recurring:templates"),
    }
    wrong = request.method == "POST" and act != "add"
    return render(request, "recurring/editor.html", context, status=422 if wrong else 200)


def _lines(request: HttpRequest, activity: Activity, written: Sequence[LineData]) -> Any:
    codes = vat_codes(activity.entity.country, on=clock.today())
    if request.POST.get("act") == "add":
        return another_line(request, codes)
    if request.method == "POST":
        return line_formset(request.POST, codes=codes)
    initial = [line_initial(line) for line in lines_of(written)]
    return line_formset(codes=codes, initial=initial, extra=1)


@requires(*SEE)
def template(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One recurring invoice: its rhythm, its prices, what came of each occurrence."""
    identity, today = identity_of(request), clock.today()
    found = selectors.template_for(identity.person, pk, roles=identity.roles)
    context = {
        "template": found,
        "mine": holds(identity.person.pk, found.activity_id),
        "rhythm": rhythm_of(found),
        "lines": lines_of(selectors.lines_on(found, found.next_on or today)),
        "prices": [
            (row, sum(line.net for line in lines_of(row.lines))) for row in selectors.prices_of(found)
        ],
        "page": page_of(request, selectors.occurrences_of(found), 12),
        "coming": [found.schedule.day_of(found.next_index + n) for n in range(3)] if found.next_on else [],
    }
    return render(request, "recurring/template.html", context)


@requires(Role.MEMBER)
def new_price(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Other lines from a day on for one of mine."""
    found = selectors.own_template_for(reader_of(request), pk)
    form = PriceForm(request.POST or None, initial={"valid_from": found.next_on})
    formset = _lines(request, found.activity, selectors.lines_on(found, found.next_on or clock.today()))
    act = request.POST.get("act", "")
    if act != "add" and request.method == "POST" and form.is_valid() and formset.is_valid():
        try:
            services.new_price(
                template_id=found.pk,
                valid_from=form.cleaned_data["valid_from"],
                lines=formset.lines(),
                actor=actor_of(request),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            return redirect(link("recurring:template", pk=found.pk))
    context = {
        "form": form,
        "formset": formset,
        "activity": found.activity,
        "template": found,
        "price_only": True,
        "back_url": link("recurring:template", pk=found.pk),
    }
    wrong = request.method == "POST" and act != "add"
    return render(request, "recurring/editor.html", context, status=422 if wrong else 200)


@require_POST
@requires(Role.MEMBER)
def pause(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make nothing of one of mine until it is resumed."""
    found = selectors.own_template_for(reader_of(request), pk)
    services.pause_template(template_id=found.pk, actor=actor_of(request))
    return redirect(link("recurring:template", pk=found.pk))


@require_POST
@requires(Role.MEMBER)
def resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Go on with one of mine; `catch_up` makes what fell into the pause."""
    found = selectors.own_template_for(reader_of(request), pk)
    services.resume_template(
        template_id=found.pk,
        on=clock.today(),
        actor=actor_of(request),
        catch_up=bool(request.POST.get("catch_up")),
    )
    return redirect(link("recurring:template", pk=found.pk))


@require_POST
@requires(Role.MEMBER)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End one of mine for good."""
    found = selectors.own_template_for(reader_of(request), pk)
    services.end_template(template_id=found.pk, actor=actor_of(request))
    return redirect(link("recurring:template", pk=found.pk))


@require_POST
@requires(Role.MEMBER)
def retry(request: HttpRequest, pk: UUID, index: int) -> HttpResponse:
    """Try an occurrence of mine again that could not be made."""
    found = selectors.own_template_for(reader_of(request), pk)
    row = services.retry_occurrence(
        template_id=found.pk, index=index, on=clock.today(), actor=actor_of(request)
    )
    if row.error:
        messages.error(request, row.error)
    else:
        messages.success(request, _("The invoice is made."))
    return redirect(link("recurring:template", pk=found.pk))


@require_POST
@requires(Role.MEMBER)
def leave_out(request: HttpRequest, pk: UUID, index: int) -> HttpResponse:
    """Give up an occurrence of mine that could not be made."""
    found = selectors.own_template_for(reader_of(request), pk)
    services.leave_out_occurrence(template_id=found.pk, index=index, actor=actor_of(request))
    return redirect(link("recurring:template", pk=found.pk))
