"""Pages of what the bank says: statements, their lines, files that come in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, requires
from core.errors import DomainError
from core.links import link
from core.tables import Column, Table, page_of
from ledger.treasury import selectors, services
from ledger.treasury.forms import StatementForm
from ledger.treasury.models import BankStatement, WaitingStatement
from ledger.treasury.refused import read_again, refused_files
from ledger.treasury.roles import ACT, SEE
from ledger.treasury.views.asked import may_act


@requires(*SEE)
def statements(request: HttpRequest) -> HttpResponse:
    """What the bank said, and the form that takes the next files."""
    form = StatementForm(request.POST or None, request.FILES or None) if may_act(request) else None
    if request.method == "POST" and form is not None and form.is_valid():
        entered, kept, refusals = _take(request, form.cleaned_data)
        for refusal in refusals:
            form.add_error("file", refusal)
        if not refusals:
            _say(request, entered, kept)
            return redirect(link("treasury:statements"))
    table = Table(
        id="statements",
        caption=_("Bank statements"),
        columns=[
            Column(_("Statement"), "name", lead=True, href=lambda row: link("treasury:statement", pk=row.pk)),
            Column(_("Date"), "date", "date"),
            Column(_("Entity"), "account.entity.name"),
            Column(_("Opening"), "opening", "money"),
            Column(_("Closing"), "closing", "money"),
            Column(_("Lines"), "lines", "number"),
            Column(_("To identify"), "unidentified", "number"),
        ],
        page=page_of(request, selectors.bank_statements()),
        empty_title=_("No statement yet"),
        empty_text=_("Send the files of the bank: each line is posted and matched."),
        export="treasury.statements",
    )
    context = {
        "table": table,
        "form": form,
        "balance": selectors.bank_balance(),
        "queue": selectors.lines_to_identify().count(),
        "held": selectors.held_payouts().count(),
        "early": selectors.waiting_statements(),
        "refused": refused_files(),
        "may_act": may_act(request),
    }
    return render(request, "treasury/statements.html", context, status=422 if form and form.errors else 200)


def _take(
    request: HttpRequest, asked: dict[str, Any]
) -> tuple[list[BankStatement], list[WaitingStatement], list[str]]:
    """Enter each of the files by itself; what was refused says which one and why."""
    entered: list[BankStatement] = []
    kept: list[WaitingStatement] = []
    refusals: list[str] = []
    uploads: Sequence[UploadedFile[bytes]] = asked["file"]
    for upload in sorted(uploads, key=lambda upload: upload.name or ""):
        try:
            taken = services.take_statements(
                content=upload.read(),
                filename=upload.name or "statement",
                today=clock.today(),
                actor=actor_of(request),
                tolerate=asked["reason"] if asked["tolerant"] else None,
                keep_early=asked["keep_early"],
            )
        except DomainError as refusal:
            refusals.append(f"{upload.name}: {refusal.detail}" if len(uploads) > 1 else refusal.detail)
            continue
        entered += [statement for statement in taken.entered if statement not in entered]
        kept += taken.waiting
    return entered, kept, refusals


def _say(request: HttpRequest, entered: Sequence[BankStatement], kept: Sequence[WaitingStatement]) -> None:
    if entered:
        messages.success(
            request,
            ngettext(
                "%(count)s statement is in the books.", "%(count)s statements are in the books.", len(entered)
            )
            % {"count": len(entered)},
        )
    for row in kept:
        messages.warning(
            request,
            _("Statement %(number)s waits for %(expected)s.") % {"number": row, "expected": row.expected},
        )


@requires(*SEE)
def statement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One statement, line by line."""
    found = get_object_or_404(selectors.bank_statements(), pk=pk)
    table = Table(
        id="lines",
        caption=_("Lines"),
        columns=[
            Column(_("Date"), "entry_date", "date"),
            Column(
                _("From or to"),
                lambda row: row.counterparty_name or row.text or "—",
                lead=True,
                href=lambda row: link("treasury:line", pk=row.pk),
            ),
            Column(_("Communication"), "text"),
            Column(_("Amount"), "amount", "money"),
            Column(_("State"), "state", "badge", shown="get_state_display"),
            Column(_("Is"), lambda row: row.matched_text if row.state != "unidentified" else "—"),
        ],
        page=page_of(request, selectors.statement_lines(found), 50),
        empty_title=_("No movement"),
        empty_text=_("The balance did not change that day."),
    )
    return render(request, "treasury/statement.html", {"statement": found, "table": table})


@require_POST
@requires(*ACT)
def read_refused(request: HttpRequest) -> HttpResponse:
    """Read a file of the watched folder again, after what was wrong is mended."""
    try:
        taken = read_again(key=request.POST.get("file", ""), on=clock.today(), actor=actor_of(request))
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    else:
        _say(request, taken.entered, taken.waiting)
    return redirect(link("treasury:statements"))


@require_POST
@requires(*ACT)
def forget_waiting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give up a statement that waits for another one."""
    row = get_object_or_404(selectors.waiting_statements(), pk=pk)
    services.forget_waiting(waiting_id=row.pk, actor=actor_of(request))
    messages.success(request, _("Statement %(number)s is given up.") % {"number": row})
    return redirect(link("treasury:statements"))
