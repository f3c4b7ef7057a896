"""Pages of lists as files: ask, wait, fetch."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.enums import DocumentState
from core.exports import selectors, services
from core.exports.enums import CONTENT_TYPES, ExportForm
from core.exports.errors import ListNotFound
from core.exports.models import ListExport
from core.exports.sources import label_of
from core.links import link
from core.models import User
from core.tables import Column, Table, page_of

LONGEST_QUERY = 2_000


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the guard of each page lets only accounts in
    return request.user


@require_POST
@requires()
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for a list as a file: `form` csv or xlsx, `filters` the query of the page."""
    form = request.POST.get("form", ExportForm.XLSX)
    if form not in ExportForm.values:
        raise ListNotFound
    export = services.ask_export(
        key=key,
        form=form,
        filters=QueryDict(request.POST.get("filters", "")[:LONGEST_QUERY]),
        user=_user(request),
        language=get_language() or "fr",
        at=clock.now(),
        actor=actor_of(request),
    )
    return redirect(link("exports:export", pk=export.pk))


@requires()
def export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One file on its way, polled until it is there."""
    found = selectors.export_for(_user(request), pk, clock.now())
    context = {
        "export": found,
        "title": label_of(found.list),
        "done": found.state == DocumentState.DONE,
        "failed": found.state in (DocumentState.FAILED, DocumentState.DROPPED),
        "refused": found.error in ("list_not_found", "filters_unreadable"),
        "most": services.MOST_ROWS,
        "ends_at": selectors.ends_at(found),
    }
    return render(request, "exports/export.html", context)


@requires()
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bytes, for whoever asked and may still have the list."""
    return answer(selectors.export_for(_user(request), pk, clock.now()), identity_of(request).roles)


def answer(found: ListExport, roles: frozenset[str]) -> HttpResponse:
    """A file as a download. Raises `ExportNotReady`, `ListNotFound`."""
    content = selectors.content_of(found, roles)
    response = HttpResponse(content, content_type=CONTENT_TYPES[ExportForm(found.form)])
    response["Content-Disposition"] = f'attachment; filename="{selectors.name_of(found)}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@requires()
def mine(request: HttpRequest) -> HttpResponse:
    """Files that I asked for in the last week."""
    table = Table(
        id="exports",
        caption=_("My files"),
        columns=[
            Column(
                _("List"),
                lambda row: label_of(row.list),
                lead=True,
                href=lambda row: link("exports:export", pk=row.pk),
            ),
            Column(_("Asked for"), lambda row: localtime(row.asked_at).date(), "date"),
            Column(_("Form"), "get_form_display"),
            Column(_("Rows"), "rows", "number"),
            Column(_("State"), "state", "badge", shown="get_state_display"),
        ],
        page=page_of(request, selectors.exports_of(_user(request), clock.now())),
        empty_title=_("No file yet"),
        empty_text=_("Below a list, “Export” makes a file of it, with the filters that you chose."),
    )
    return render(request, "exports/mine.html", {"table": table})
