"""Accidents: reported by workers or payroll, declared to the insurer, closed; rates of the year."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.files import FileGone, file_response
from core.links import link
from core.tables import Column, Table, page_of
from members.models import Person
from payroll.workers import selectors, services
from payroll.workers.filters import AccidentFilter
from payroll.workers.forms import AccidentForm, CloseForm, DeclareForm
from payroll.workers.models import WorkAccident
from payroll.workers.roles import EVERYBODY, KEEPERS, WRITERS
from payroll.workers.views import me


@requires(*KEEPERS)
def accidents(request: HttpRequest) -> HttpResponse:
    """Every accident, newest first, and the rates of the year."""
    identity = identity_of(request)
    rows = AccidentFilter(request.GET or None, selectors.accidents(identity.person, identity.roles))
    today = clock.today()
    year = today.year
    if rows.form.is_valid() and rows.form.cleaned_data.get("year"):
        year = int(rows.form.cleaned_data["year"])
    table = Table(
        id="accidents",
        caption=_("Accidents"),
        columns=(
            Column(_("Worker"), "person", lead=True, href=lambda row: link("workers:accident", pk=row.pk)),
            Column(_("Day"), "happened_on", "date"),
            Column(_("Where"), "get_kind_display"),
            Column(_("Employer"), "entity.name"),
            Column(_("Days lost"), "days_lost", "number"),
            Column(_("Declare until"), lambda row: row.declare_until if row.is_waiting else None, "date"),
            Column(
                _("State"),
                lambda row: row.state_on(today)[0],
                "badge",
                shown=lambda row: row.state_on(today)[1],
            ),
        ),
        page=page_of(request, rows.qs),
        empty_title=_("No accident"),
        empty_text=_("Workers report accidents in their file; you can report one on a worker’s page."),
        export="payroll.accidents",
    )
    context = {
        "table": table,
        "filters": rows.form,
        "rates": selectors.accident_rates(year),
        "year": year,
    }
    return render(request, "workers/accidents.html", context)


def _report(request: HttpRequest, person: Person, back: str) -> HttpResponse:
    today = clock.today()
    form = AccidentForm(request.POST or None, request.FILES or None, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.report_accident(
                person=person, on=today, actor=actor_of(request), **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            until = f"{row.declare_until:%d/%m/%Y}"
            messages.success(
                request, _("The accident is noted; payroll declares it until %(day)s.") % {"day": until}
            )
            return redirect(back)
    context = {"form": form, "title": _("Report an accident"), "subtitle": person, "back_url": back}
    return render(request, "workers/form.html", context, status=422 if form.errors else 200)


@requires(*EVERYBODY)
def report(request: HttpRequest) -> HttpResponse:
    """Report an accident of mine."""
    return _report(request, me(request), link("workers:own"))


@requires(*WRITERS)
def report_for(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Report an accident of a worker."""
    identity = identity_of(request)
    worker = selectors.file_for(identity.person, identity.roles & WRITERS, pk)
    return _report(request, worker, link("workers:accidents"))


def _seen(request: HttpRequest, pk: UUID) -> WorkAccident:
    identity = identity_of(request)
    return selectors.accident_for(identity.person, identity.roles, pk)


@requires(*EVERYBODY, *KEEPERS)
def accident(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One accident."""
    return _page(request, _seen(request, pk))


def _page(
    request: HttpRequest, row: WorkAccident, form: DeclareForm | CloseForm | None = None
) -> HttpResponse:
    identity = identity_of(request)
    own = identity.person is not None and identity.person.pk == row.person_id
    writes = bool(identity.roles & WRITERS) and not own and row.state != "closed"
    initial = {"insurer_reference": row.insurer_reference, "days_lost": row.days_lost}
    context = {
        "row": row,
        "own": own,
        "writes": writes,
        "declare_form": form if isinstance(form, DeclareForm) else DeclareForm(initial=initial),
        "close_form": form if isinstance(form, CloseForm) else CloseForm(initial=initial, prefix="close"),
    }
    return render(request, "workers/accident.html", context, status=422 if form is not None else 200)


@requires(*EVERYBODY, *KEEPERS)
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The certificate that came with it."""
    row = _seen(request, pk)
    if row.file is None:
        raise FileGone
    return file_response(row.file)


@require_POST
@requires(*WRITERS)
def declare(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The insurer has the declaration."""
    row = _seen(request, pk)
    form = DeclareForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    services.declare_accident(
        accident_id=row.pk, on=clock.today(), actor=actor_of(request), **form.cleaned_data
    )
    messages.success(request, _("Noted: the insurer knows of it."))
    return redirect(link("workers:accident", pk=row.pk))


@require_POST
@requires(*WRITERS)
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is over."""
    row = _seen(request, pk)
    form = CloseForm(request.POST, prefix="close")
    if not form.is_valid():
        return _page(request, row, form)
    services.close_accident(
        accident_id=row.pk, on=clock.today(), actor=actor_of(request), **form.cleaned_data
    )
    messages.success(request, _("The accident is closed."))
    return redirect(link("workers:accident", pk=row.pk))
