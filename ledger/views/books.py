"""Reading the books: trial balance, an account, the journals, an entry, the funds."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from core import clock
from core.access import identity_of, requires
from core.links import link
from core.registry import source_links
from core.tables import Column, Table, page_of
from ledger import selectors
from ledger.errors import UnknownLegalEntity
from ledger.filters import JournalFilter, MovementFilter
from ledger.forms import BalanceForm, DaysForm
from ledger.models import Account, BooksCheck, JournalEntry, LegalEntity
from ledger.roles import ACT, SEE
from ledger.selectors.books import Movement
from ledger.services.by_hand import SOURCE

LINES = 25


def may_act(request: HttpRequest) -> bool:
    """Whether the person may do more than read."""
    return bool(identity_of(request).roles & ACT)


def year_so_far() -> dict[str, date]:
    """The days that are shown when none are asked for."""
    today = clock.today()
    return {"since": today.replace(month=1, day=1), "until": today}


def asked(request: HttpRequest, initial: dict[str, str]) -> dict[str, str]:
    """What the address asks for, over what is shown when it asks nothing."""
    return initial | {key: str(value) for key, value in request.GET.items() if value}


@requires(*SEE)
def books(request: HttpRequest) -> HttpResponse:
    """The trial balance of an entity over some days."""
    entity = selectors.default_entity()
    start = {key: day.isoformat() for key, day in year_so_far().items()}
    form = BalanceForm(asked(request, start | {"entity": entity.code if entity else ""}))
    rows, statutory = [], False
    if form.is_valid():
        statutory = form.cleaned_data["view"] == "statutory"
        entity = form.cleaned_data["entity"]
        rows = selectors.balances(
            form.cleaned_data["entity"], form.cleaned_data["since"], form.cleaned_data["until"],
            statutory=statutory,
        )  # fmt: skip
    context = {
        "form": form,
        "rows": rows,
        "total": selectors.totals_of(rows),
        "entity": entity,
        "statutory": statutory,
        "days": form.cleaned_data if form.is_valid() else None,
        "last_check": BooksCheck.objects.order_by("-at").first(),
    }
    return render(request, "ledger/books.html", context, status=422 if form.errors else 200)


@requires(*SEE)
def account(request: HttpRequest, entity: str, code: str) -> HttpResponse:
    """The general ledger of one account."""
    found, named = _entity(entity), get_object_or_404(Account, code=code)
    asked_for = MovementFilter(request.GET, selectors.movements(found, code))
    lines = asked_for.qs
    page = page_of(request, lines, LINES)
    shown = selectors.account_page(
        found,
        code,
        lines,
        list(page.object_list),
        page.start_index() - 1 if page.paginator.count else 0,
        since=asked_for.form.cleaned_data.get("since") if asked_for.form.is_valid() else None,
    )
    addresses = source_links({(r.line.entry.source_type, r.line.entry.source_id) for r in shown.rows})
    page.object_list = shown.rows
    table = Table(
        id="lines",
        caption=_("Lines"),
        columns=[
            Column(_("Date"), "line.entry.date", "date"),
            Column(_("Number"), lambda row: _number(row.line.entry)),
            Column(_("Text"), "line.entry.text", lead=True, href=lambda row: _entry_url(row.line.entry)),
            Column(_("Document"), lambda row: _("See") if _document(row, addresses) else "—",
                   href=lambda row: _document(row, addresses)),
            Column(_("Activity, fund or third party"), lambda row: _bearer(row.line)),
            Column(_("Debits"), lambda row: row.line.debit or None, "money"),
            Column(_("Credits"), lambda row: row.line.credit or None, "money"),
            Column(_("Balance"), "balance", "money"),
        ],
        page=page,
        empty_title=_("Nothing moved this account"),
        empty_text=_("Choose other days, or another account in the balances."),
    )  # fmt: skip
    context = {
        "entity": found, "account": named, "table": table, "filter": asked_for, "shown": shown
    }  # fmt: skip
    return render(request, "ledger/account.html", context)


def _document(row: Movement, addresses: dict[tuple[str, UUID], str]) -> str:
    return addresses.get((row.line.entry.source_type, row.line.entry.source_id), "")


def _bearer(line: Any) -> str:
    if line.budget:
        return str(line.budget)
    if line.fund:
        return str(line.get_fund_display())
    return str(line.party or "—")


def _number(entry: JournalEntry) -> str:
    sealed = getattr(entry, "sealed", None)
    return str(sealed) if sealed else _("not sealed yet")


def _entry_url(entry: JournalEntry) -> str:
    return link("ledger:entry", pk=entry.pk)


@requires(*SEE)
def journal(request: HttpRequest) -> HttpResponse:
    """Entries, newest day first."""
    shown = request.GET.copy()
    entity = selectors.default_entity()
    if entity is not None and not shown.get("entity"):
        shown["entity"] = entity.code
    asked_for = JournalFilter(shown, selectors.journal_entries(), request=request)
    page = page_of(request, asked_for.qs)
    amounts = selectors.amounts_of(entry.pk for entry in page.object_list)
    table = Table(
        id="entries",
        caption=_("Entries"),
        columns=[
            Column(_("Date"), "date", "date"),
            Column(_("Number"), _number),
            Column(_("Text"), "text", lead=True, href=_entry_url),
            Column(_("Journal"), "get_journal_display"),
            Column(_("Amount"), lambda row: amounts.get(row.pk), "money"),
        ],
        page=page,
        empty_title=_("No such entry"),
        empty_text=_("Take a filter away: entries come here as soon as an act is posted."),
        export="ledger.entries",
    )
    context = {"table": table, "filter": asked_for}
    return render(request, "ledger/journal.html", context)


@requires(*SEE)
def entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One entry: its lines, where it comes from, its seal, what undid it."""
    found = get_object_or_404(selectors.journal_entries().select_related("sealed__seal", "reverses"), pk=pk)
    lines = list(selectors.entry_lines(found))
    names = dict(
        Account.objects.filter(code__in={line.account for line in lines}).values_list("code", "name")
    )
    undone = selectors.undone_by(found)
    context = {
        "entry": found,
        "rows": [(line, names.get(line.account, ""), _bearer(line)) for line in lines],
        "total": sum(line.debit for line in lines),
        "number": _number(found),
        "sealed": getattr(found, "sealed", None),
        "document": source_links({(found.source_type, found.source_id)}).get(
            (found.source_type, found.source_id), ""
        ),
        "undone": undone,
        "may_undo": may_act(request) and found.source_type == SOURCE and not found.reverses_id and not undone,
    }
    return render(request, "ledger/entry.html", context)


@requires(*SEE)
def funds(request: HttpRequest) -> HttpResponse:
    """The common pot and the other funds, by entity, over some days."""
    form = DaysForm(asked(request, {key: day.isoformat() for key, day in year_so_far().items()}))
    rows = []
    if form.is_valid():
        rows = selectors.fund_rows(form.cleaned_data["since"], form.cleaned_data["until"])
    context = {"form": form, "rows": rows}
    return render(request, "ledger/funds.html", context, status=422 if form.errors else 200)


def _entity(code: str) -> LegalEntity:
    try:
        return selectors.entity_by_code(code)
    except UnknownLegalEntity as error:
        raise Http404 from error
