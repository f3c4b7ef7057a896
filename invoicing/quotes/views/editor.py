"""Writing a quote."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.models import Activity
from activities.selectors import open_activities_of
from core import clock
from core.access import actor_of, requires
from core.errors import DomainError
from core.files import store_upload
from core.forms import version_sent
from core.links import link
from invoicing.forms import LineFormSet, line_formset
from invoicing.line_data import lines_of
from invoicing.quotes import selectors, services
from invoicing.quotes.enums import QuoteState
from invoicing.quotes.forms import AttachForm, QuoteForm
from invoicing.quotes.models import Quote
from invoicing.quotes.services.drafts import usual_last_day
from invoicing.selectors import clients_of_activity
from invoicing.vat import vat_codes
from invoicing.views.asked import chosen_activity
from invoicing.views.written_lines import another_line, line_initial
from members.enums import Role
from members.reader import reader_of


@requires(Role.MEMBER)
def new(request: HttpRequest) -> HttpResponse:
    """Write a quote for one of my open Activities."""
    activities = list(open_activities_of(reader_of(request)))
    activity = chosen_activity(request, activities)
    if activity is None:
        return render(request, "quotes/choose_activity.html", {"activities": activities})
    return _editor(request, activity, None)


@requires(Role.MEMBER)
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a quote of mine that is being written."""
    quote = selectors.own_quote_for(reader_of(request), pk)
    if quote.state != QuoteState.DRAFT:
        return redirect(link("quotes:quote", pk=quote.pk))
    return _editor(request, quote.activity, quote)


@require_POST
@requires(Role.MEMBER)
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw a quote of mine away that was never sent."""
    quote = selectors.own_quote_for(reader_of(request), pk)
    services.delete_quote(quote_id=quote.pk, actor=actor_of(request))
    messages.success(request, _("The quote is gone."))
    return redirect(link("quotes:quotes"))


@requires(Role.MEMBER)
def attach(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a file to a quote of mine."""
    quote = selectors.own_quote_for(reader_of(request), pk)
    form = AttachForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            services.attach_file(
                quote_id=quote.pk, file=store_upload(upload), name=upload.name, actor=actor_of(request)
            )
        except DomainError as refusal:
            form.add_error("file", refusal.detail)
        else:
            return redirect(link("quotes:quote", pk=quote.pk))
    context = {"form": form, "quote": quote}
    return render(request, "quotes/attach.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Role.MEMBER)
def detach(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a file off a quote of mine."""
    quote = selectors.own_quote_for(reader_of(request), pk)
    wanted = next((row for row in selectors.files_of(quote) if str(row.pk) == request.POST.get("file")), None)
    if wanted is not None:
        services.remove_file(quote_id=quote.pk, file_id=wanted.pk, actor=actor_of(request))
    return redirect(link("quotes:quote", pk=quote.pk))


def _editor(request: HttpRequest, activity: Activity, quote: Quote | None) -> HttpResponse:
    today = clock.today()
    codes = vat_codes(activity.entity.country, on=today)
    known = [quote.client] if quote and quote.number else list(clients_of_activity(activity.pk))
    head: dict[str, Any] = {"clients": known, "last_day": usual_last_day(today)}
    act = request.POST.get("act", "")
    if request.method == "POST":
        form = QuoteForm(request.POST, **head)
        formset = line_formset(request.POST, codes=codes)
        if act == "add":
            formset = another_line(request, codes)
            form = QuoteForm(initial={name: request.POST.get(name, "") for name in form.fields}, **head)
        elif form.is_valid() and formset.is_valid():
            answer = _save(request, activity, quote, form, formset)
            if answer is not None:
                return answer
    else:
        form = QuoteForm(initial=_initial(request, quote), **head)
        lines = [line_initial(line) for line in (lines_of(quote.lines) if quote else [])]
        formset = line_formset(codes=codes, initial=lines, extra=1)
    wrong = request.method == "POST" and act != "add"
    context = {
        "form": form,
        "formset": formset,
        "activity": activity,
        "quote": quote,
        "new_client_url": f"{link('invoicing:new_client')}?activity={activity.pk}",
        "back_url": link("quotes:quote", pk=quote.pk) if quote else link("quotes:quotes"),
    }
    return render(request, "quotes/editor.html", context, status=422 if wrong else 200)


def _initial(request: HttpRequest, quote: Quote | None) -> dict[str, Any]:
    if quote is None:
        return {"client": request.GET.get("client", "")}
    return {
        "client": str(quote.client_id),
        **{
            name: getattr(quote, name)
            for name in ("title", "valid_until", "buyer_reference", "terms", "advance_percent", "remind")
        },
    }


def _save(
    request: HttpRequest, activity: Activity, quote: Quote | None, form: QuoteForm, formset: LineFormSet
) -> HttpResponse | None:
    today = clock.today()
    fields: dict[str, Any] = {
        **{name: form.cleaned_data[name] for name in ("title", "valid_until", "buyer_reference", "terms")},
        "client_id": UUID(form.cleaned_data["client"]),
        "advance_percent": form.cleaned_data["advance_percent"],
        "remind": form.cleaned_data["remind"],
        "lines": formset.lines(),
        "on": today,
        "actor": actor_of(request),
    }
    try:
        if quote is None:
            saved = services.create_quote(activity_id=activity.pk, **fields)
        else:
            version = version_sent(request.POST, quote.version)
            saved = services.change_quote(quote_id=quote.pk, version=version, **fields)
    except DomainError as refusal:
        form.add_error(None, refusal.detail)
        return None
    return redirect(link("quotes:send" if request.POST.get("act") == "send" else "quotes:quote", pk=saved.pk))


def next_last_day(quote: Quote) -> Any:
    """Until when a new version is good: by policy, else as long as the one before from today."""
    today = clock.today()
    return usual_last_day(today) or today + timedelta(days=30)
