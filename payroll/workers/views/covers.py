"""Insurances of the house."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.kit.formats import day
from core.links import link
from core.tables import Column, Table, page_of
from payroll.workers import selectors, services
from payroll.workers.errors import WorkerThingNotFound
from payroll.workers.filters import CoverFilter
from payroll.workers.forms import CoverForm, EndForm
from payroll.workers.roles import KEEPERS, WRITERS


@requires(*KEEPERS)
def covers(request: HttpRequest) -> HttpResponse:
    """What the house has insured for its workers."""
    writes = bool(identity_of(request).roles & WRITERS)
    rows = CoverFilter(request.GET or None, selectors.covers())
    table = Table(
        id="covers",
        caption=_("Insurance"),
        columns=(
            Column(
                _("Cover"),
                "get_kind_display",
                lead=True,
                href=(lambda row: link("workers:end_cover", pk=row.pk)) if writes else None,
            ),
            Column(_("Insurer"), "insurer"),
            Column(_("Policy number"), "policy_number"),
            Column(_("Months after the last contract"), "months_after", "number"),
            Column(_("From"), "valid_from", "date"),
            Column(_("Until"), lambda row: day(row.valid_to) if row.valid_to else _("without an end")),
        ),
        page=page_of(request, rows.qs),
        empty_title=_("No insurance is entered"),
        empty_text=_("Workers see here what covers them, also after their last contract."),
        export="payroll.insurance_covers",
    )
    context = {"table": table, "filters": rows.form, "writes": writes}
    return render(request, "workers/covers.html", context)


@requires(*WRITERS)
def add(request: HttpRequest) -> HttpResponse:
    """Enter an insurance."""
    form = CoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.add_cover(actor=actor_of(request), **form.cleaned_data)
        messages.success(request, _("Workers see this insurance in their file."))
        return redirect(link("workers:covers"))
    context = {"form": form, "title": _("Enter an insurance"), "back_url": link("workers:covers")}
    return render(request, "workers/form.html", context, status=422 if form.errors else 200)


@requires(*WRITERS)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Name the last day of an insurance."""
    row = selectors.covers().filter(pk=pk).first()
    if row is None:
        raise WorkerThingNotFound
    form = EndForm(request.POST or None, initial={"last_day": row.valid_to})
    if request.method == "POST" and form.is_valid():
        try:
            services.end_cover(cover_id=row.pk, actor=actor_of(request), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, _("The last day is noted."))
            return redirect(link("workers:covers"))
    context = {"form": form, "title": _("End of an insurance"), "subtitle": row.insurer,
               "back_url": link("workers:covers")}  # fmt: skip
    return render(request, "workers/form.html", context, status=422 if form.errors else 200)
