"""Returns by their day, one return with its workers, and the papers of a worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.documents import finished_file, request_document
from core.enums import NOT_MADE
from core.errors import DomainError
from core.files import file_response
from core.links import link
from core.tables import Column, Table, page_of
from ledger.selectors import entity_by_code
from ledger.treasury.dues.roles import SEE as DUES_SEE
from members.enums import Role
from members.models import Person
from payroll.returns import selectors, services
from payroll.returns.enums import BODIES, Body, PublicReturnKind, PublicReturnState
from payroll.returns.forms import BuildForm
from payroll.returns.models import PublicReturn
from payroll.returns.paper_view import shown_paper
from payroll.returns.periods import ReturnPeriod, parse_return_period
from payroll.returns.services.deciding import took_part
from payroll.returns.services.papers import KIND
from payroll.returns.words import (
    clerk_words,
    period_words,
    problem_words,
    reason_words,
    total_words,
    worker_words,
)
from payroll.selectors import contract_for

KEEPERS = (Role.PAYROLL_ADMIN, Role.AUDITOR)


def _back(row: PublicReturn) -> HttpResponse:
    return redirect(link("returns:return", pk=row.pk))


@requires(*KEEPERS)
def returns(request: HttpRequest) -> HttpResponse:
    """What is to leave, by its day, what a body refused, ends of contracts without paper, and all returns."""
    today, ends = clock.today(), "fins" in request.GET
    due = selectors.due_returns(today)
    every = selectors.returns()
    shown = every.filter(kind=PublicReturnKind.END) if ends else every.exclude(kind=PublicReturnKind.END)
    table = Table(
        id="returns",
        caption=_("All returns"),
        columns=[
            Column(_("Worker"), "contract.person", lead=True, href=_address)
            if ends
            else Column(_("Return"), lambda row: capfirst(row.get_kind_display()), lead=True, href=_address),
            Column(_("Last day"), "last", "date") if ends else Column(_("Period"), _period),
            Column(_("Entity"), "entity.name"),
            *(() if ends else (Column(_("Workers"), "workers", "number"),)),
            Column(_("By"), "due_on", "date"),
            Column(_("State"), "state", "badge", shown="get_state_display"),
        ],
        page=page_of(request, shown),
        empty_title=_("No return yet"),
        empty_text=_("Make the first one from the list of what is to leave."),
    )
    context = {
        "due": [
            {
                "item": item,
                "code": item.period.code,
                "words": period_words(item.period),
                "late": item.due_on < today,
            }
            for item in due
            if not item.done
        ],
        "done": sum(1 for item in due if item.done),
        "queue": selectors.queue()[:50],
        "ends": selectors.ends_due(today)[:50],
        "table": table,
        "only_ends": ends,
        "today": today,
        "may_act": selectors.may_keep(identity_of(request).roles),
        "form": BuildForm(today=today),
        "payments": selectors.payments_due(),
        "dues_url": link("dues:dues") if identity_of(request).roles & DUES_SEE else "",
    }
    return render(request, "returns/returns.html", context)


def _period(row: PublicReturn) -> str:
    return period_words(ReturnPeriod(row.first, row.last))


def _address(row: PublicReturn) -> str:
    return link("returns:return", pk=row.pk)


@require_POST
@requires(Role.PAYROLL_ADMIN)
def build(request: HttpRequest) -> HttpResponse:
    """Make a return, or make it anew."""
    form = BuildForm(request.POST, today=clock.today())
    if not form.is_valid():
        messages.error(request, _("Choose a return, an entity and a period."))
        return redirect(link("returns:returns"))
    asked = form.cleaned_data
    try:
        row = services.build_return(
            kind=asked["kind"],
            entity=entity_by_code(asked["entity"]),
            period=parse_return_period(asked["kind"], asked["period"]),
            on=clock.today(),
            actor=actor_of(request),
        )
    except DomainError as refusal:
        messages.error(request, refusal.detail)
        return redirect(link("returns:returns"))
    return _back(row)


@require_POST
@requires(Role.PAYROLL_ADMIN)
def end_contract(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make the paper of a contract's end now."""
    identity = identity_of(request)
    contract = contract_for(identity.person, pk, roles=identity.roles)
    try:
        row = services.end_contract(contract_id=contract.pk, on=clock.today(), actor=actor_of(request))
    except DomainError as refusal:
        messages.error(request, refusal.detail)
        return redirect(link("returns:returns"))
    messages.success(request, _("The paper is made: the worker finds it among their papers."))
    return _back(row)


@requires(*KEEPERS)
def one_return(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One return: totals against the books, what explains a difference, its workers, the next step."""
    row = selectors.return_by_key(pk)
    troubled = "ecarts" in request.GET
    rows = selectors.troubled_rows(row) if troubled else selectors.rows_of(row)
    state, actor = PublicReturnState(row.state), actor_of(request)
    may = selectors.may_keep(identity_of(request).roles)
    sends = BODIES[PublicReturnKind(row.kind)] != Body.NOBODY
    table = Table(
        id="workers",
        caption=_("Workers"),
        columns=[
            Column(
                _("Worker"),
                "person",
                lead=True,
                href=lambda one: link("returns:worker", pk=one.pk),
            ),
            *(_amounts() if "declared" in row.totals else ()),
            Column(_("To mend"), lambda one: problem_words(one.problem) if one.problem else ""),
        ],
        page=page_of(request, rows, 50),
        empty_title=_("Nobody"),
        empty_text=_("Every worker is declared as booked.")
        if troubled
        else _("Workers appear as they are read."),
    )
    context = {
        "row": row,
        "period": _period(row),
        "code": ReturnPeriod(row.first, row.last).code,
        "made_by": clerk_words(row.built_by),
        "approved_by": clerk_words(row.approved_by),
        "totals": total_words(row),
        "problems": [(problem_words(found["code"]), found["workers"]) for found in row.problems],
        "notes": [
            {
                **note,
                "on": date.fromisoformat(note["on"]),
                "why": reason_words(note["reason"]),
                "href": link("ledger:entry", pk=note["entry"]),
            }
            for note in row.notes[:100]
        ],
        "table": table,
        "troubled": troubled,
        "trouble": selectors.troubled_rows(row).count() if row.workers else 0,
        "own": took_part(row, actor),
        "building": state == PublicReturnState.BUILDING,
        "over": clock.today() > row.last,
        "may_build": may
        and row.kind != PublicReturnKind.END
        and state
        in (
            PublicReturnState.DRAFT,
            PublicReturnState.CHECKED,
            PublicReturnState.REFUSED,
            PublicReturnState.FAILED,
        ),
        "may_check": may and state == PublicReturnState.DRAFT,
        "may_approve": may and state == PublicReturnState.CHECKED and not took_part(row, actor),
        "may_send": may and state == PublicReturnState.APPROVED and sends,
        "may_retry": may and state == PublicReturnState.FAILED and row.file_id is not None,
        "remarks": row.answer.get("remarks", []),
    }
    return render(request, "returns/return.html", context)


def _amounts() -> tuple[Column, ...]:
    """What is held against the books, of kinds that declare an amount of each worker."""
    return (
        Column(_("Declared"), "declared", "money"),
        Column(_("In the books"), "booked", "money"),
        Column(_("Difference"), "difference", "money"),
    )


@requires(*KEEPERS)
def worker(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a return says of one worker, line by line; the reading is written down."""
    one = services.read_row(row=selectors.row_by_key(pk), actor=actor_of(request), purpose=_("Returns"))
    period = _period(one.public_return)
    return render(request, "returns/worker.html", {"one": one, "period": period, **worker_words(one)})


@requires(*KEEPERS)
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far a return is, for the page that watches it."""
    row = selectors.return_by_key(pk)
    return render(
        request,
        "returns/progress.html",
        {"row": row, "building": row.state == PublicReturnState.BUILDING},
    )


@requires(*KEEPERS)
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file that the body gets; who reads it leaves a trace with everybody in it."""
    purpose = _("File of a return")
    try:
        found = services.read_return_file(return_id=pk, actor=actor_of(request), purpose=purpose)
    except DomainError as refusal:
        if refusal.status == 404 and refusal.code == "return_not_found":
            raise
        messages.error(request, refusal.detail)
        return redirect(link("returns:return", pk=pk))
    return file_response(found)


def _act(request: HttpRequest, pk: UUID, act: Callable[..., PublicReturn], done: str) -> HttpResponse:
    row = selectors.return_by_key(pk)
    try:
        act(return_id=row.pk, on=clock.today(), actor=actor_of(request))
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, done)
    return _back(row)


@require_POST
@requires(Role.PAYROLL_ADMIN)
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hold it against the books."""
    return _act(request, pk, services.check_return, _("Checked: a colleague of payroll approves it."))


@require_POST
@requires(Role.PAYROLL_ADMIN)
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A second person agrees."""
    return _act(request, pk, services.approve_return, _("Approved: the figures stand."))


@require_POST
@requires(Role.PAYROLL_ADMIN)
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send it on its way."""
    return _act(request, pk, services.send_return, _("On its way: the answer appears here."))


@require_POST
@requires(Role.PAYROLL_ADMIN)
def retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send again what did not arrive."""
    return _act(request, pk, services.retry_return, _("On its way again."))


# --- papers -------------------------------------------------------------------------------------------------


@requires(Role.MEMBER)
def papers(request: HttpRequest) -> HttpResponse:
    """My tax slips, individual accounts and ends of contracts; asking for one of a contract."""
    person: Person | None = identity_of(request).person
    if person is None:
        raise PermissionDenied
    table = Table(
        id="papers",
        caption=_("My papers"),
        columns=[
            Column(
                _("Paper"),
                "get_kind_display",
                lead=True,
                href=lambda row: link("returns:paper", pk=row.pk),
            ),
            Column(_("First day"), "first", "date"),
            Column(_("Last day"), "last", "date"),
            Column(_("Employer"), "entity.name"),
            Column(_("Issued on"), "issued_on", "date"),
        ],
        page=page_of(request, selectors.papers_of(person)),
        empty_title=_("No paper yet"),
        empty_text=_("Tax slips and individual accounts come by March; the C4 on your last day of work."),
    )
    context = {"table": table, "contracts": selectors.ends_to_ask(person, clock.today())[:24]}
    return render(request, "returns/papers.html", context)


@require_POST
@requires(Role.MEMBER)
def ask_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The worker asks for the paper of one of their own contracts."""
    person: Person | None = identity_of(request).person
    if person is None:
        raise PermissionDenied
    contract = selectors.own_contract(person, pk)
    try:
        services.end_contract(contract_id=contract.pk, on=clock.today(), actor=actor_of(request))
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, _("Here it is."))
    return redirect(link("returns:papers"))


@requires(Role.MEMBER, *KEEPERS)
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A paper on screen."""
    found = _read(request, pk)
    return render(request, "returns/paper.html", {"shown": shown_paper(found)})


@requires(Role.MEMBER, *KEEPERS)
def paper_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The paper as a PDF; while it is being made, a page that says when it is there."""
    found = _read(request, pk)
    document = finished_file(KIND, found.pk)
    if document is not None and "wait" not in request.GET:
        return file_response(document)
    job = None if document is not None else request_document(KIND, found.pk, urgent=True)
    context = {
        "paper": found,
        "done": document is not None,
        "failed": job is not None and job.state in NOT_MADE,
    }
    return render(request, "returns/paper_waiting.html", context, status=200 if document else 202)


def _read(request: HttpRequest, pk: UUID) -> Any:
    """The paper, once the reading by staff is written down."""
    identity = identity_of(request)
    found = selectors.paper_for(identity.person, pk, roles=identity.roles)
    return services.read_paper(
        paper=found,
        actor=actor_of(request),
        purpose=request.GET.get("purpose") or _("Papers of workers"),
    )
