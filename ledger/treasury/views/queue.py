"""The queue of lines that nobody claimed: cleared by keyboard, line by line, without loading pages; and
without scripts just as well.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, requires
from core.errors import DomainError
from core.links import link
from core.tables import page_of
from ledger.treasury import proposals, selectors, services
from ledger.treasury.errors import ProposalGone
from ledger.treasury.forms import AccountForm, ReferenceForm, SplitForm
from ledger.treasury.matching import Claim, Claims
from ledger.treasury.models import BankTransaction, LineRule
from ledger.treasury.roles import ACT, SEE
from ledger.treasury.views.asked import may_act

LINES = 50
"""Lines on a page: what one person clears before it looks up."""


@requires(*SEE)
def queue(request: HttpRequest) -> HttpResponse:
    """Lines that nobody claimed, each with what it might be: one key says so."""
    page = page_of(request, selectors.lines_to_identify(), LINES)
    rows = proposals.waiting(list(page.object_list))
    context = {
        "page": page,
        "rows": rows,
        "sure": sum(1 for row in rows if row.sure),
        "may_act": may_act(request),
        "accounts": AccountForm.choices() if may_act(request) else [],
        "left": page.paginator.count,
    }
    return render(request, "treasury/queue.html", context)


@require_POST
@requires(*ACT)
def identify(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what a line is: one of the proposals, an account, or several parts."""
    found = _line(pk)
    form: ReferenceForm | AccountForm | SplitForm | None = None
    act = request.POST.get("act", "choice")
    try:
        claims: Claims | None
        if act == "split":
            form = SplitForm(request.POST)
            claims = form.claims(found) if form.is_valid() else None
        elif act == "account":
            form = AccountForm(request.POST)
            claims = _of_account(form) if form.is_valid() else None
        else:
            claims = _of_choice(request, found)
        if claims is None:
            return _open_again(request, found, _said(form))
        services.identify_transaction(
            transaction_id=found.pk, claim=claims, actor=actor_of(request), today=clock.today()
        )
        if isinstance(form, AccountForm) and form.cleaned_data["remember"]:
            _remember(request, found, claims[0])
    except DomainError as refusal:
        if request.headers.get("HX-Request"):
            return _open_again(request, found, refusal.detail)
        raise
    return _done(request, found)


def _of_choice(request: HttpRequest, found: BankTransaction) -> Claims:
    picked = proposals.chosen(found, request.POST.get("choice", ""), request.POST.get("q", ""))
    if picked is None:
        raise ProposalGone
    return picked.claims


def _of_account(form: AccountForm) -> Claims:
    return (services.account_claim(form.cleaned_data["account"], form.cleaned_data["text"]),)


def _remember(request: HttpRequest, found: BankTransaction, claim: Claim) -> None:
    services.remember_rule(
        iban=found.counterparty_iban,
        incoming=found.amount > 0,
        name=found.counterparty_name,
        account=claim.account,
        fund=claim.fund,
        text=claim.text,
        actor=actor_of(request),
    )


def _said(form: Any) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors) if form else ""


def _done(request: HttpRequest, found: BankTransaction) -> HttpResponse:
    """What the line is now, in its place; without scripts the queue again."""
    found = _line(found.pk)
    if not request.headers.get("HX-Request"):
        messages.success(request, _("Identified: %(text)s") % {"text": found.matched_text})
        return redirect(link("treasury:queue"))
    context = {"line": found, "left": selectors.lines_to_identify().count(), "may_act": True}
    return render(request, "treasury/queue_done.html", context)


def _open_again(request: HttpRequest, found: BankTransaction, problem: str) -> HttpResponse:
    """The line with what is wrong; without scripts on its own page."""
    if not request.headers.get("HX-Request"):
        messages.error(request, problem)
        return redirect(link("treasury:line", pk=found.pk))
    [row] = proposals.waiting([found])
    context = {"row": row, "may_act": True, "problem": problem, "accounts": AccountForm.choices()}
    return render(request, "treasury/queue_line.html", context, status=422)


@requires(*SEE)
def find(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a text (an invoice, a client) can mean for a line, as proposals to choose from."""
    found = _line(pk)
    text = request.GET.get("q", "").strip()[:60]
    context = {
        "row": proposals.Waiting(found, proposals.searched(found, text) if text else []),
        "q": text,
        "may_act": may_act(request),
    }
    part = request.headers.get("HX-Request")
    return render(request, "treasury/queue_radios.html" if part else "treasury/find.html", context)


@require_POST
@requires(*ACT)
def accept(request: HttpRequest) -> HttpResponse:
    """Accept every sure proposal among the lines that were shown."""
    keys = [UUID(text) for text in request.POST.getlist("line")[:LINES] if _is_uuid(text)]
    rows = proposals.waiting(list(selectors.lines_to_identify().filter(pk__in=keys)))
    choices = [(row.line.pk, row.sure.claims) for row in rows if row.sure is not None]
    done = services.identify_transactions(choices=choices, actor=actor_of(request), today=clock.today())
    messages.success(
        request,
        ngettext("%(count)s line is identified.", "%(count)s lines are identified.", len(done))
        % {"count": len(done)},
    )
    return redirect(link("treasury:queue"))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_POST
@requires(*ACT)
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back what a line was said to be."""
    found = _line(pk)
    try:
        services.undo_identification(transaction_id=found.pk, today=clock.today(), actor=actor_of(request))
    except DomainError as refusal:
        if not request.headers.get("HX-Request"):
            raise
        context = {"line": found, "problem": refusal.detail, "left": selectors.lines_to_identify().count()}
        return render(request, "treasury/queue_done.html", context | {"may_act": True}, status=422)
    if not request.headers.get("HX-Request"):
        messages.success(request, _("The line waits to be identified again."))
        return redirect(link("treasury:line", pk=pk))
    [row] = proposals.waiting([_line(pk)])
    context = {
        "row": row,
        "may_act": True,
        "accounts": AccountForm.choices(),
        "left": selectors.lines_to_identify().count(),
        "swap_count": True,
    }
    return render(request, "treasury/queue_line.html", context)


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
    split = SplitForm(request.POST if act == "split" else None)
    if request.method == "POST" and waits and may_act(request):
        claims: Claims | None = None
        if act == "reference" and reference.is_valid():
            claims = selectors.claims_by_reference(found, reference.cleaned_data["reference"])
            if claims is None:
                reference.add_error("reference", _("Nothing of ours has this reference: check it."))
        elif act == "account" and account.is_valid():
            claims = _of_account(account)
        elif act == "split" and split.is_valid():
            claims = split.claims(found)
        if claims:
            services.identify_transaction(
                transaction_id=found.pk, claim=claims, actor=actor_of(request), today=clock.today()
            )
            if act == "account" and account.cleaned_data["remember"]:
                _remember(request, found, claims[0])
            return _done(request, found)
    context = {
        "line": found,
        "waits": waits and may_act(request),
        "undoable": not waits and may_act(request),
        "parts": list(found.parts.order_by("position")),
        "row": proposals.waiting([found])[0] if waits else None,
        "reference": reference,
        "account": account,
        "split": split,
    }
    wrong = bool(reference.errors or account.errors or split.errors)
    return render(request, "treasury/line.html", context, status=422 if wrong else 200)


@requires(*SEE)
def rules(request: HttpRequest) -> HttpResponse:
    """What finance taught about counterparties."""
    context = {"rules": selectors.line_rules(), "may_act": may_act(request)}
    return render(request, "treasury/rules.html", context)


@require_POST
@requires(*ACT)
def forget_rule(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget what was taught."""
    rule = get_object_or_404(LineRule, pk=pk)
    services.forget_rule(rule_id=rule.pk, actor=actor_of(request))
    messages.success(request, _("The rule is forgotten."))
    return redirect(link("treasury:rules"))


def _line(pk: UUID) -> BankTransaction:
    lines = BankTransaction.objects.select_related("statement__account__entity", "party")
    return get_object_or_404(lines, pk=pk)
