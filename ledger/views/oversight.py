"""Seals, checks and exports: how one sees that the books hold, and takes them along."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, requires
from core.documents import finished_file
from core.doorbell import ring
from core.files import file_response
from core.links import link
from core.models import DocumentJob
from core.tables import Column, Table, page_of
from core.tenancy import current_cooperative
from ledger import services
from ledger.forms import ExportForm
from ledger.gauges import seal_lag
from ledger.models import AuditExport, BooksCheck, Seal
from ledger.roles import SEE
from ledger.seal_checks import count_unsealed
from ledger.services.exports import EXPORT
from ledger.views.books import year_so_far


@requires(*SEE)
def checks(request: HttpRequest) -> HttpResponse:
    """The last checks of the books, the last seals, what waits for one."""
    table = Table(
        id="checks",
        caption=_("Checks"),
        columns=[
            Column(_("When"), lambda row: f"{row.at.astimezone(clock.ZONE):%d/%m/%Y %H:%M}", lead=True),
            Column(_("Outcome"), lambda row: "ok" if row.ok else "failed", "badge",
                   shown=lambda row: _("holds") if row.ok else _("breaks")),
            Column(_("Entries"), "entries", "number"),
            Column(_("Breaks"), lambda row: len(row.breaks), "number"),
        ],
        page=page_of(request, BooksCheck.objects.order_by("-at"), 10),
        empty_title=_("The books were never checked"),
        empty_text=_("They are checked each night; check them now if you cannot wait."),
    )  # fmt: skip
    seals = Table(
        id="seals",
        caption=_("Last seals"),
        columns=[
            Column(_("Seal"), lambda row: str(row.number), lead=True),
            Column(_("Entity"), "entity.name"),
            Column(_("Journal"), lambda row: f"{row.get_journal_display()} {row.year}"),
            Column(_("Numbers"), lambda row: f"{row.first_number} – {row.last_number}"),
            Column(_("Sealed"), lambda row: f"{row.sealed_at.astimezone(clock.ZONE):%d/%m/%Y %H:%M}"),
            Column(_("Signature"), lambda row: f"{row.signature[:16]}…"),
        ],
        page=page_of(request, list(Seal.objects.select_related("entity").order_by("-number")[:10]), 10),
        empty_title=_("No seal yet"),
        empty_text=_("Entries are sealed within minutes of their posting."),
    )
    context = {
        "table": table,
        "seals": seals,
        "last": BooksCheck.objects.order_by("-at").first(),
        "unsealed": count_unsealed(),
        "lag": int(seal_lag() // 60),
    }
    return render(request, "ledger/checks.html", context)


@require_POST
@requires(*SEE)
def check_now(request: HttpRequest) -> HttpResponse:
    """Ask for a check; it runs apart from the page."""
    ring("ledger.check_books_of", current_cooperative().pk)
    messages.success(request, _("The books are being checked: reload this page in a moment."))
    return redirect(link("ledger:checks"))


@require_POST
@requires(*SEE)
def seal_now(request: HttpRequest) -> HttpResponse:
    """Seal what waits, without waiting for the next tick."""
    done = services.seal_entries(actor=actor_of(request))
    messages.success(
        request,
        ngettext("%(count)s entry is sealed.", "%(count)s entries are sealed.", done.entries)
        % {"count": done.entries},
    )
    return redirect(link("ledger:checks"))


@requires(*SEE)
def exports(request: HttpRequest) -> HttpResponse:
    """What was asked to take along, and the form that asks."""
    form = ExportForm(request.POST or None, initial=year_so_far())
    if request.method == "POST" and form.is_valid():
        services.ask_export(
            entity=form.cleaned_data["entity"],
            since=form.cleaned_data["since"],
            until=form.cleaned_data["until"],
            actor=actor_of(request),
        )
        messages.success(request, _("The file is being made: reload this page in a moment."))
        return redirect(link("ledger:exports"))
    page = page_of(request, AuditExport.objects.select_related("entity").order_by("-pk"))
    jobs = {
        job.source_id: job
        for job in DocumentJob.objects.filter(kind=EXPORT, source_id__in=[row.pk for row in page.object_list])
    }
    table = Table(
        id="exports",
        caption=_("Exports"),
        columns=[
            Column(_("Entity"), "entity.name", lead=True),
            Column(_("From"), "since", "date"),
            Column(_("Up to"), "until", "date"),
            Column(_("Asked by"), "asked_by"),
            Column(_("State"), lambda row: jobs[row.pk].state, "badge",
                   shown=lambda row: jobs[row.pk].get_state_display()),
            Column(_("File"), lambda row: _("download") if jobs[row.pk].file_id else "—",
                   href=lambda row: link("ledger:export_file", pk=row.pk) if jobs[row.pk].file_id else ""),
        ],
        page=page,
        empty_title=_("Nothing was exported"),
        empty_text=_("Choose an entity and some days: journals, balances and seals come as one file."),
    )  # fmt: skip
    context = {"form": form, "table": table}
    return render(request, "ledger/exports.html", context, status=422 if form.errors else 200)


@requires(*SEE)
def export_file(request: HttpRequest, pk: UUID) -> HttpResponse:  # noqa: ARG001 - a view
    """The file of an export, once it is made."""
    found = get_object_or_404(AuditExport, pk=pk)
    file = finished_file(EXPORT, found.pk)
    if file is None:
        raise Http404
    return file_response(file)
