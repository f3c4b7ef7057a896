"""Pages of VAT returns: what is to file, the form with its grids, what each one is made of."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.files import file_response
from core.links import link
from core.registry import source_links
from core.tables import Column, Table, page_of
from invoicing.vat.proof import invalid_among
from invoicing.vatreturns import figures as reading
from invoicing.vatreturns import selectors, services
from invoicing.vatreturns.enums import Paper, ReturnState
from invoicing.vatreturns.errors import DifferenceUnexplained, NoVatForm, UnknownPeriod
from invoicing.vatreturns.forms import AnswerForm, PrepareForm, SubmitForm
from invoicing.vatreturns.grids import GROUPS, LABELS, Form, form_of
from invoicing.vatreturns.lists import client_columns, return_columns
from invoicing.vatreturns.models import ListedClient, VatReturn, VatVersion
from invoicing.vatreturns.periods import VatPeriod, due_day, parse_period, period_of
from invoicing.vatreturns.roles import ACT, SEE
from invoicing.vatreturns.services.preparing import prepared_by
from invoicing.vatreturns.types import VAT_ACCOUNTS, Figures
from ledger.enums import VatRegime
from ledger.errors import UnknownLegalEntity
from ledger.models import Account, LegalEntity
from ledger.selectors import entity_by_code


def _may_act(request: HttpRequest) -> bool:
    return bool(identity_of(request).roles & ACT)


def address_of(row: VatReturn) -> str:
    """The page of a return."""
    return paper_address(row.entity, row.paper, period_of(row.first, row.rhythm))


def paper_address(entity: LegalEntity, paper: str, period: VatPeriod) -> str:
    """The page of a paper of a period, whether somebody prepared it or not."""
    return link("vatreturns:paper", entity=entity.code, period=period.code, paper=paper)


@requires(*SEE)
def returns(request: HttpRequest) -> HttpResponse:
    """What is to file, by its day, and what was filed."""
    today = clock.today()
    due = [
        {
            "item": item,
            "address": paper_address(item.entity, item.paper, item.period),
            "late": item.due_on < today,
        }
        for item in selectors.papers_to_file(today)
    ]
    table = Table(
        id="returns",
        caption=_("Returns and listings"),
        columns=return_columns(address_of),
        page=page_of(request, selectors.returns()),
        empty_title=_("Nothing filed yet"),
        empty_text=_("Prepare the first return from the list above."),
        export="invoicing.vat_returns",
    )
    exempt = LegalEntity.objects.exclude(vat_regime=VatRegime.NORMAL).order_by("code")
    context = {"due": due, "table": table, "exempt": exempt, "today": today}
    return render(request, "vatreturns/returns.html", context)


@requires(*SEE)
def paper(request: HttpRequest, entity: str, period: str, paper: str) -> HttpResponse:
    """One paper of a period: prepared here, then shown as the official form."""
    found, asked = _known(entity, period)
    if paper not in Paper.values:
        raise Http404
    if request.method == "POST" and not _may_act(request):
        raise PermissionDenied
    row = (
        selectors.returns().filter(entity=found, paper=paper, first=asked.first, rhythm=asked.rhythm).first()
    )
    prepare = PrepareForm(request.POST if request.method == "POST" else None)
    refusal: DomainError | None = None
    differs: Figures | None = None
    if request.method == "POST" and prepare.is_valid():
        try:
            row = services.prepare_return(
                entity=found,
                paper=paper,
                period=asked,
                today=clock.today(),
                actor=actor_of(request),
                explanation=prepare.cleaned_data["explanation"],
            )
        except DifferenceUnexplained as error:
            refusal, differs = error, reading.compute(found, form_of(found.country), asked)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Prepared: a colleague of finance approves it."))
            return redirect(address_of(row))
    context = _paper_context(request, found, Paper(paper), asked, row) | {
        "prepare": prepare,
        "refusal": refusal,
        "differs": _comparison(differs) if differs else None,
        "strays": differs.strays if differs else (),
    }
    wrong = refusal is not None or bool(prepare.errors)
    return render(request, "vatreturns/paper.html", context, status=422 if wrong else 200)


def _known(entity: str, period: str) -> tuple[LegalEntity, VatPeriod]:
    try:
        return entity_by_code(entity), parse_period(period)
    except (UnknownLegalEntity, UnknownPeriod) as error:
        raise Http404 from error


def _paper_context(
    request: HttpRequest, entity: LegalEntity, paper: Paper, period: VatPeriod, row: VatReturn | None
) -> dict[str, Any]:
    may_act, today = _may_act(request), clock.today()
    try:
        form = form_of(entity.country)
    except NoVatForm as error:
        raise Http404 from error
    context: dict[str, Any] = {
        "entity": entity,
        "paper": paper,
        "period": period,
        "due_on": row.due_on if row else due_day(form, period),
        "row": row if row and row.version_number else None,
        "may_act": may_act,
        "exempt": entity.vat_regime != VatRegime.NORMAL,
        "over": today > period.last,
        "may_prepare": may_act and (row is None or row.state == ReturnState.PREPARED),
    }
    if row is None or not row.version_number:
        return context
    version = selectors.version_of(row)
    own = prepared_by(version, actor_of(request))
    prepared = row.state == ReturnState.PREPARED
    by_hand = settings.INTERVAT_GATEWAY == services.BY_HAND
    context |= {
        "version": version,
        "versions": selectors.versions_of(row),
        "own": own,
        "stale": prepared and selectors.news_since(version, row),
        "may_approve": prepared and may_act and not own,
        "submit": SubmitForm() if may_act and row.state == ReturnState.APPROVED else None,
        "answer": AnswerForm() if may_act and by_hand and row.state == ReturnState.SUBMITTED else None,
        "may_reopen": may_act and row.state == ReturnState.REFUSED,
        "waits": row.state == ReturnState.SUBMITTED and not by_hand,
        "payout": selectors.payout_of(row),
    }
    if paper == Paper.RETURN:
        return context | {
            "groups": _groups(form, row, version),
            "accounts": _comparison(version),
            "refund": "72" in version.grids,
        }
    listed = ListedClient.objects.filter(version=version).order_by("vat_number", "pk")
    table = Table(
        id="clients",
        caption=_("Clients"),
        columns=client_columns(paper),
        page=page_of(request, listed, 50),
        empty_title=_("No client to list"),
        empty_text=_("An empty listing of the year is told by the last return of the year."),
    )
    return context | {"table": table, "unproven": _unproven(version) if paper == Paper.INTRA else []}


def _unproven(version: VatVersion) -> list[ListedClient]:
    """Clients on a listing whose number the register of the Union does not know. Three queries and one."""
    listed = ListedClient.objects.filter(version=version)
    wrong = invalid_among(set(listed.values_list("vat_number", flat=True)))
    return list(listed.filter(vat_number__in=wrong).order_by("vat_number")[:50]) if wrong else []


def _groups(form: Form, row: VatReturn, version: VatVersion) -> list[dict[str, Any]]:
    """The form as the tax office prints it: every grid, with what it is made of."""
    return [
        {
            "title": GROUPS[key],
            "rows": [
                {
                    "grid": grid,
                    "label": LABELS[grid],
                    "amount": Decimal(version.grids[grid]) if grid in version.grids else None,
                    "href": link("vatreturns:grid", pk=row.pk, grid=grid)
                    if grid in version.grids and key != "balance"
                    else "",
                }
                for grid in grids
            ],
        }
        for key, grids in form.groups
    ]


def _comparison(figures: Figures | VatVersion) -> list[dict[str, Any]]:
    """VAT by account as documents and books say it; a credit is positive."""
    names = dict(Account.objects.filter(code__in=VAT_ACCOUNTS).values_list("code", "name"))
    if isinstance(figures, VatVersion):
        sides = figures.accounts
        pairs = [(code, Decimal(sides[code]["declared"]), Decimal(sides[code]["booked"])) for code in sides]
    else:
        pairs = [(code, figures.declared[code], figures.booked[code]) for code in VAT_ACCOUNTS]
    return [
        {
            "account": f"{code} {names.get(code, '')}",
            "declared": declared,
            "booked": booked,
            "difference": booked - declared,
        }
        for code, declared, booked in pairs
    ]


@requires(*SEE)
def grid(request: HttpRequest, pk: UUID, grid: str) -> HttpResponse:
    """The documents behind an amount."""
    row = get_object_or_404(selectors.returns(), pk=pk)
    if row.paper != Paper.RETURN or grid not in LABELS:
        raise Http404
    version = selectors.version_of(row)
    page = page_of(request, selectors.figures_of(version, grid), 50)
    addresses = source_links((figure.source_type, figure.source_id) for figure in page.object_list)
    table = Table(
        id="figures",
        caption=LABELS[grid],
        columns=[
            Column(
                _("Document"),
                "text",
                lead=True,
                href=lambda figure: addresses.get((figure.source_type, figure.source_id), ""),
            ),
            Column(_("Date"), "date", "date"),
            Column(_("Amount"), "amount", "money"),
        ],
        page=page,
        empty_title=_("Nothing in this grid"),
        empty_text=_("No document of the period belongs here."),
    )
    context = {
        "row": row,
        "grid": grid,
        "label": LABELS[grid],
        "amount": Decimal(version.grids.get(grid, "0")),
        "table": table,
        "back": address_of(row),
        "period": period_of(row.first, row.rhythm),
    }
    return render(request, "vatreturns/grid.html", context)


@requires(*SEE)
def file(request: HttpRequest, pk: UUID) -> HttpResponse:  # noqa: ARG001 - a view
    """The file that the tax office got, or gets."""
    row = get_object_or_404(selectors.returns().select_related("file"), pk=pk)
    if row.file is None:
        raise Http404
    return file_response(row.file)


def _act(request: HttpRequest, pk: UUID, act: Callable[[VatReturn], Any], done: str) -> HttpResponse:
    row = get_object_or_404(selectors.returns(), pk=pk)
    try:
        act(row)
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, done)
    return redirect(address_of(row))


@require_POST
@requires(*ACT)
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A second person agrees."""
    return _act(
        request,
        pk,
        lambda row: services.approve_return(
            vat_return_id=row.pk, today=clock.today(), actor=actor_of(request)
        ),
        _("Approved: it can be sent."),
    )


@require_POST
@requires(*ACT)
def submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write the file and send it."""
    form = SubmitForm(request.POST)
    ask_refund = form.is_valid() and form.cleaned_data["ask_refund"]
    return _act(
        request,
        pk,
        lambda row: services.submit_return(
            vat_return_id=row.pk, on=clock.today(), actor=actor_of(request), ask_refund=ask_refund
        ),
        _("The file is ready."),
    )


@require_POST
@requires(*ACT)
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note what the tax office said."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write what the tax office answered."))
        return redirect(address_of(get_object_or_404(selectors.returns(), pk=pk)))
    return _act(
        request,
        pk,
        lambda row: services.record_answer(
            vat_return_id=row.pk, answer=form.answer, on=clock.today(), actor=actor_of(request)
        ),
        _("The answer is kept."),
    )


@require_POST
@requires(*ACT)
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back what the tax office refused."""
    return _act(
        request,
        pk,
        lambda row: services.reopen_return(vat_return_id=row.pk, on=clock.today(), actor=actor_of(request)),
        _("Reopened: prepare it again."),
    )
