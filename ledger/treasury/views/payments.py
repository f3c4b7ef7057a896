"""Pages of finance: statements, the queue of lines to identify, payments."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.accounts.recent import recent
from core.errors import DomainError
from core.files import file_response
from core.links import link
from core.tables import Column, Table, page_of
from ledger.treasury import selectors, services
from ledger.treasury.enums import AccountIs, BatchState, PayoutKind
from ledger.treasury.forms import AccountForm, MendForm, ReferenceForm, StatementForm
from ledger.treasury.matching import Claim
from ledger.treasury.models import BankTransaction, PayoutBatch
from ledger.treasury.roles import ACT, SEE, SEE_PAYMENTS


def _may_act(request: HttpRequest) -> bool:
    return bool(identity_of(request).roles & ACT)


@requires(*SEE)
def statements(request: HttpRequest) -> HttpResponse:
    """What the bank said, and the form that takes the next file."""
    form = StatementForm(request.POST or None, request.FILES or None) if _may_act(request) else None
    if request.method == "POST" and form is not None and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            entered = services.import_statement(
                content=upload.read(),
                filename=upload.name or "coda.txt",
                today=clock.today(),
                actor=actor_of(request),
            )
        except DomainError as refusal:
            form.add_error("file", refusal.detail)
        else:
            messages.success(
                request,
                ngettext(
                    "%(count)s statement is in the books.",
                    "%(count)s statements are in the books.",
                    len(entered),
                )
                % {"count": len(entered)},
            )
            return redirect(link("treasury:statements"))
    table = Table(
        id="statements",
        caption=_("Bank statements"),
        columns=[
            Column(_("Statement"), "number", "number", lead=True, href=lambda row: _statement_url(row.pk)),
            Column(_("Date"), "date", "date"),
            Column(_("Entity"), "account.entity.name"),
            Column(_("Opening"), "opening", "money"),
            Column(_("Closing"), "closing", "money"),
            Column(_("Lines"), "lines", "number"),
            Column(_("To identify"), "unidentified", "number"),
        ],
        page=page_of(request, selectors.bank_statements()),
        empty_title=_("No statement yet"),
        empty_text=_("Send the CODA file of the bank: each line is posted and matched."),
        export="treasury.statements",
    )
    context = {
        "table": table,
        "form": form,
        "balance": selectors.bank_balance(),
        "queue": selectors.lines_to_identify().count(),
        "held": selectors.held_payouts().count(),
    }
    return render(request, "treasury/statements.html", context, status=422 if form and form.errors else 200)


def _statement_url(pk: UUID) -> str:
    return link("treasury:statement", pk=pk)


@requires(*SEE)
def statement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One statement, line by line."""
    found = get_object_or_404(selectors.bank_statements(), pk=pk)
    table = Table(
        id="lines",
        caption=_("Lines"),
        columns=_line_columns(),
        page=page_of(request, selectors.statement_lines(found), 50),
        empty_title=_("No movement"),
        empty_text=_("The balance did not change that day."),
    )
    return render(request, "treasury/statement.html", {"statement": found, "table": table})


def _line_columns() -> list[Column]:
    return [
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
    ]


@requires(*SEE)
def queue(request: HttpRequest) -> HttpResponse:
    """Lines that nobody claimed, each with what it might be: one click says so."""
    page = page_of(request, selectors.lines_to_identify(), 15)
    rows = [(line, selectors.proposals(line)) for line in page.object_list]
    context = {"page": page, "rows": rows, "may_act": _may_act(request)}
    return render(request, "treasury/queue.html", context)


@requires(*SEE)
def line(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One line of the bank: what it is, or the ways to say so."""
    found = _line(pk)
    waits = found.state == "unidentified"
    act = request.POST.get("act", "")
    reference = ReferenceForm(request.POST if act == "reference" else None)
    account = AccountForm(
        request.POST if act == "account" else None, initial={"text": found.counterparty_name or found.text}
    )
    if request.method == "POST" and waits and _may_act(request):
        claim = None
        if act == "reference" and reference.is_valid():
            claim = selectors.claim_by_reference(found, reference.cleaned_data["reference"])
            if claim is None:
                reference.add_error("reference", _("Nothing of ours has this reference: check it."))
        elif act == "account" and account.is_valid():
            claim = Claim(account.cleaned_data["account"], text=account.cleaned_data["text"])
        if claim is not None:
            return _identified(request, found, claim)
    context = {
        "line": found,
        "waits": waits and _may_act(request),
        "proposals": selectors.proposals(found) if waits else [],
        "reference": reference,
        "account": account,
    }
    wrong = bool(reference.errors or account.errors)
    return render(request, "treasury/line.html", context, status=422 if wrong else 200)


@require_POST
@requires(*ACT)
def identify(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take one of the proposals, named by its source."""
    found = _line(pk)
    wanted = request.POST.get("source", "")
    for proposal in selectors.proposals(found):
        if str(proposal.source_id) == wanted:
            return _identified(request, found, proposal)
    raise Http404


def _identified(request: HttpRequest, found: BankTransaction, claim: Claim) -> HttpResponse:
    services.identify_transaction(
        transaction_id=found.pk, claim=claim, actor=actor_of(request), today=clock.today()
    )
    messages.success(request, _("Identified: %(text)s") % {"text": claim.text or claim.account})
    return redirect(link("treasury:queue"))


def _line(pk: UUID) -> BankTransaction:
    lines = BankTransaction.objects.select_related("statement__account__entity", "party")
    return get_object_or_404(lines, pk=pk)


# --- payments --------------------------------------------------------------------------------------------


@requires(*SEE_PAYMENTS)
def batches(request: HttpRequest) -> HttpResponse:
    """What is due, what waits for a second person, what was paid."""
    today = clock.today()
    due = [row | {"label": PayoutKind(row["kind"]).label} for row in selectors.due_totals(today)]
    table = Table(
        id="batches",
        caption=_("Payment batches"),
        columns=[
            Column(_("Batch"), "number", lead=True, href=lambda row: link("treasury:batch", pk=row.pk)),
            Column(_("Kind"), "get_kind_display"),
            Column(_("Made on"), "created_on", "date"),
            Column(_("Payments"), "payments", "number"),
            Column(_("Total"), "total", "money"),
            Column(_("State"), "state", "badge", shown="get_state_display"),
        ],
        page=page_of(request, selectors.payout_batches()),
        empty_title=_("No batch yet"),
        empty_text=_("What is due is put in a batch by one person and released by another."),
        export="treasury.batches",
    )
    context = {
        "due": due,
        "table": table,
        "held": selectors.held_payouts(),
        "may_act": _may_act(request),
        "today": today,
    }
    return render(request, "treasury/batches.html", context)


@require_POST
@requires(*ACT)
def new_batch(request: HttpRequest) -> HttpResponse:
    """Put what is due of an entity and kind in a batch."""
    today = clock.today()
    for row in selectors.due_totals(today):
        if str(row["entity_id"]) == request.POST.get("entity") and row["kind"] == request.POST.get("kind"):
            batch = services.create_batch(
                entity_id=row["entity_id"],
                kind=row["kind"],
                due_until=today,
                on=today,
                actor=actor_of(request),
            )
            messages.success(
                request, _("Batch %(number)s waits for a second person.") % {"number": batch.number}
            )
            return redirect(link("treasury:batch", pk=batch.pk))
    raise Http404


@requires(*SEE_PAYMENTS)
def batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One batch: who gets what, who made it, who released it."""
    found = _batch(pk)
    actor = actor_of(request)
    own = actor.user_id == found.created_by_user or (
        actor.person_id is not None and actor.person_id == found.created_by_person
    )
    payments = selectors.batch_payouts(found)
    table = Table(
        id="payments",
        caption=_("Payments"),
        columns=[
            Column(_("To"), "payee_name", lead=True),
            Column(_("IBAN"), "iban"),
            Column(_("Account"), "account_is", "badge", shown=lambda row: AccountIs(row.account_is).label),
            Column(_("Communication"), "communication"),
            Column(_("Amount"), "amount", "money"),
            Column(_("State"), "state", "badge", shown="get_state_display"),
        ],
        page=page_of(request, payments, 50),
    )
    context = {
        "changed": selectors.changed_accounts(found),
        "batch": found,
        "table": table,
        "draft": found.state == BatchState.DRAFT,
        "may_act": _may_act(request),
        "own": own,
    }
    return render(request, "treasury/batch.html", context)


@require_POST
@requires(*ACT)
@recent
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign a batch off."""
    found = services.release_batch(batch_id=_batch(pk).pk, on=clock.today(), actor=actor_of(request))
    messages.success(
        request, _("Batch %(number)s is released: send its file to the bank.") % {"number": found.number}
    )
    return redirect(link("treasury:batch", pk=pk))


@require_POST
@requires(*ACT)
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a draft batch up."""
    found = services.cancel_batch(batch_id=_batch(pk).pk, actor=actor_of(request))
    messages.success(request, _("Batch %(number)s is cancelled.") % {"number": found.number})
    return redirect(link("treasury:batches"))


@requires(*SEE_PAYMENTS)
def batch_file(request: HttpRequest, pk: UUID) -> HttpResponse:  # noqa: ARG001 - a view
    """The payment file of a released batch."""
    found = _batch(pk)
    if found.file is None:
        raise Http404
    return file_response(found.file)


@requires(*ACT)
def mend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a payment that came back its right account."""
    payout = get_object_or_404(selectors.held_payouts(), pk=pk)
    form = MendForm(
        request.POST or None,
        initial={"payee_name": payout.payee_name, "iban": payout.iban, "due_on": clock.today()},
    )
    if request.method == "POST" and form.is_valid():
        services.mend_payout(payout_id=payout.pk, actor=actor_of(request), **form.cleaned_data)
        messages.success(request, _("%(name)s is to pay again.") % {"name": payout.payee_name})
        return redirect(link("treasury:batches"))
    context = {"form": form, "payout": payout}
    return render(request, "treasury/mend.html", context, status=422 if form.errors else 200)


def _batch(pk: UUID) -> PayoutBatch:
    return get_object_or_404(selectors.payout_batches(), pk=pk)
