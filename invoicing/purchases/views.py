"""Pages of purchases: the list, what is brought, one document with its answers, suppliers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from activities.selectors import open_activities_of
from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.files import file_response
from core.kit.formats import money
from core.links import link
from core.tables import Column, Table, page_of, sorted_by
from invoicing.purchases import selectors, services
from invoicing.purchases.bringing import bring
from invoicing.purchases.enums import PurchaseKind, PurchaseState
from invoicing.purchases.filters import PurchaseFilter
from invoicing.purchases.forms import (
    AcceptForm,
    AccountForm,
    AssignForm,
    FindForm,
    PaperForm,
    UploadForm,
    WhyForm,
)
from invoicing.purchases.models import Purchase
from invoicing.purchases.pages import (
    context_of,
    is_mine_or_queue,
    offered_cases,
    purchase_url,
    says_its_parts,
)
from invoicing.purchases.roles import ACT, APPROVE, BRING, CONFIRM, QUEUE, SEE
from invoicing.purchases.services.paper import Typed
from members.enums import Role
from members.reader import reader_of


def _purchase(request: HttpRequest, pk: UUID) -> Purchase:
    identity = identity_of(request)
    return selectors.visible_purchase(identity.person, pk, roles=identity.roles)


@requires(*SEE)
def purchases(request: HttpRequest) -> HttpResponse:
    """Documents of suppliers that I may see, and what waits for me."""
    person, roles = reader_of(request), identity_of(request).roles
    found = PurchaseFilter(request.GET, queryset=selectors.visible_purchases(person, roles))
    mine = [row.pk for row in open_activities_of(person)]
    context = {
        "filters": found.form,
        "table": purchase_table(request, found.qs),
        "may_bring": bool(roles & BRING),
        "may_type": Role.MEMBER in roles,
        "to_accept": selectors.waiting_of(mine).count(),
        "to_assign": selectors.to_assign().count() if roles & QUEUE else 0,
        "in_doubt": selectors.accounts_in_doubt().count() if roles & CONFIRM else 0,
    }
    return render(request, "purchases/purchases.html", context)


def purchase_table(request: HttpRequest, rows: Any) -> Table:
    """Purchases in columns, with their export."""
    return Table(
        id="purchase-list",
        caption=_("Purchases"),
        columns=[
            Column(_("Supplier"), "supplier.name", lead=True, href=purchase_url),
            Column(_("Number"), _number),
            Column(_("Date"), "issued_on", "date", sort="issued_on"),
            Column(_("To pay by"), "due_on", "date", sort="due_on"),
            Column(_("Activity"), lambda row: row.activity.name if row.activity else "—"),
            Column(_("State"), "state", "badge", shown="get_state_display"),
            Column(_("Total"), "total", "money", shown=_foreign_total),
        ],
        page=page_of(request, sorted_by(request, rows, ("issued_on", "due_on"), "-pk")),
        empty_title=_("No purchase here"),
        empty_text=_("Documents of suppliers arrive by the electronic network, or you bring them."),
        export="purchases.purchases",
    )


def _number(purchase: Purchase) -> str:
    """The supplier's number, and what the document is where it is no invoice."""
    if purchase.kind == PurchaseKind.INVOICE:
        return purchase.number
    return f"{purchase.number} ({purchase.get_kind_display()})"


def _foreign_total(purchase: Purchase) -> str:
    """The total with the name of its currency; nothing in euro."""
    currency = purchase.document.currency
    return "" if currency == "EUR" else f"{money(purchase.total, 'plain')} {currency}"


@requires(*BRING)
def upload(request: HttpRequest) -> HttpResponse:
    """Bring electronic invoices, several at once; each says what became of it."""
    person = reader_of(request)
    mine = list(open_activities_of(person))
    form = UploadForm(request.POST or None, request.FILES or None, activities=mine)
    results: list[Any] = []
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data.get("activity")
        results = bring(
            form.cleaned_data["documents"],
            activity_id=UUID(wanted) if wanted else None,
            on=clock.today(),
            actor=actor_of(request),
        )
        if len(results) == 1 and results[0].purchase is not None and results[0].visible_to(person, request):
            messages.success(request, results[0].text)
            return redirect(purchase_url(results[0].purchase))
    wrong = bool(form.errors) or (bool(results) and all(row.purchase is None for row in results))
    context = {"form": form, "results": results}
    return render(request, "purchases/upload.html", context, status=422 if wrong else 200)


@requires(Role.MEMBER)
def paper(request: HttpRequest) -> HttpResponse:
    """Type an invoice that came on paper, for one of my open Activities."""
    person, today = reader_of(request), clock.today()
    mine = list(open_activities_of(person))
    asked = request.GET.get("activity") or request.POST.get("activity") or ""
    chosen = next((row for row in mine if str(row.pk) == asked), mine[0] if len(mine) == 1 else None)
    form = PaperForm(request.POST or None, request.FILES or None, today=today)
    if request.method == "POST" and chosen is not None and form.is_valid():
        data = dict(form.cleaned_data)
        receipt = data.pop("receipt")
        try:
            purchase = services.enter_purchase(
                activity_id=chosen.pk,
                typed=Typed(**data),
                receipt=receipt,
                on=today,
                actor=actor_of(request),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            return redirect(purchase_url(purchase))
    context = {
        "form": form,
        "activities": mine,
        "chosen": chosen,
        "action": f"?activity={chosen.pk}" if chosen else "",
    }
    return render(request, "purchases/paper.html", context, status=422 if form.errors else 200)


@requires(*SEE)
def purchase(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One document: what it says, where it stands, what I may answer."""
    return _page(request, _purchase(request, pk))


def _page(request: HttpRequest, found: Purchase, *, status: int = 200, **forms: Any) -> HttpResponse:
    person, roles = reader_of(request), identity_of(request).roles
    context = context_of(found, person, roles)
    if context["rights"].assign:
        context |= _candidates(found, request.GET.get("q", "")[:60])
    context.update(forms)
    return render(request, "purchases/purchase.html", context, status=status)


def _candidates(found: Purchase, question: str) -> dict[str, Any]:
    """The Activities that answer the question, for whoever says whose it is."""
    rows = selectors.activities_for(found, question)
    return {
        "find_form": FindForm(initial={"q": question}),
        "question": question.strip(),
        "candidates": [
            (row, f"{row.name} · {_people(row)} · {row.entity.code}") for row in rows[: selectors.SHOWN]
        ],
        "too_many": len(rows) > selectors.SHOWN,
    }


def _people(activity: Any) -> str:
    return ", ".join(str(holder.person) for holder in activity.holders.all()[:2])


@requires(*SEE)
def original(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The document as it came, to the byte, as a download."""
    return file_response(_purchase(request, pk).document.file)


@requires(*SEE)
def attachment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A file that travelled inside a document that I may see, as a download."""
    found = selectors.attachment_for(reader_of(request), pk, roles=identity_of(request).roles)
    return file_response(found.file)


# --- answers -----------------------------------------------------------------------------------------------


def _done(request: HttpRequest, text: str, found: Purchase, *, gone: bool = False) -> HttpResponse:
    messages.success(request, text)
    return redirect(link("purchases:purchases") if gone else purchase_url(found))


def _again(request: HttpRequest, found: Purchase, name: str, form: Any, refusal: Any = None) -> HttpResponse:
    if refusal is not None:
        form.add_error(None, refusal.detail)
    return _page(request, found, status=422, **{name: form})


_ACCEPTED: dict[str, Any] = {
    PurchaseState.ASSIGNED: gettext_lazy("Your part is accepted: it is booked once the others agree."),
    PurchaseState.APPROVAL: gettext_lazy("Accepted: an adviser agrees next."),
}
"""What is said where accepting does not book at once."""


@require_POST
@requires(Role.MEMBER)
def accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree to bear it; what keeps it from being booked is said beside the form."""
    found = _purchase(request, pk)
    form = AcceptForm(request.POST, cases=offered_cases(found), in_parts=says_its_parts(found))
    if not form.is_valid():
        return _again(request, found, "accept_form", form)
    try:
        with transaction.atomic():
            done = services.accept_purchase(
                purchase_id=found.pk,
                category=form.cleaned_data.get("category", ""),
                case=form.cleaned_data.get("case", ""),
                on=clock.today(),
                actor=actor_of(request),
            )
    except DomainError as refusal:
        if refusal.kind == "forbidden":
            raise
        return _again(request, found, "accept_form", form, refusal)
    return _done(request, _ACCEPTED.get(done.state, _("Accepted: it is booked.")), done)


@require_POST
@requires(*ACT)
def account(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say which account of the supplier is paid."""
    found = _purchase(request, pk)
    _mine_or_queue(request, found)
    form = AccountForm(request.POST)
    if not form.is_valid():
        return _again(request, found, "account_form", form)
    services.name_account(
        purchase_id=found.pk, iban=form.cleaned_data["iban"], on=clock.today(), actor=actor_of(request)
    )
    return _done(request, _("The account is noted."), found)


@require_POST
@requires(*QUEUE)
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say whose it is."""
    found = _purchase(request, pk)
    form = AssignForm(request.POST)
    if not form.is_valid():
        return _again(request, found, "assign_form", form)
    try:
        with transaction.atomic():
            services.assign_purchase(
                purchase_id=found.pk,
                activity_id=form.cleaned_data["activity"],
                on=clock.today(),
                actor=actor_of(request),
            )
    except DomainError as refusal:
        return _again(request, found, "assign_form", form, refusal)
    return _done(request, _("Its people are asked to accept it."), found, gone=True)


@require_POST
@requires(*APPROVE)
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree to what costs more than the threshold."""
    found = _purchase(request, pk)
    services.approve_purchase(purchase_id=found.pk, on=clock.today(), actor=actor_of(request))
    return _done(request, _("Approved: it is paid on its due date."), found)


@require_POST
@requires(*APPROVE)
def send_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Do not agree, and say why."""
    found = _purchase(request, pk)
    form = WhyForm(request.POST, prefix="back")
    if not form.is_valid():
        return _again(request, found, "back_form", form)
    services.send_back_purchase(
        purchase_id=found.pk, reason=form.cleaned_data["reason"], actor=actor_of(request)
    )
    return _done(request, _("The member is told why."), found)


@require_POST
@requires(Role.MEMBER)
def give_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that it is not for my Activity."""
    found = _purchase(request, pk)
    form = WhyForm(request.POST, prefix="back")
    if not form.is_valid():
        return _again(request, found, "back_form", form)
    services.give_back_purchase(
        purchase_id=found.pk, reason=form.cleaned_data["reason"], actor=actor_of(request)
    )
    return _done(request, _("It waits for finance again."), found, gone=True)


@require_POST
@requires(*ACT)
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tell the supplier no."""
    found = _purchase(request, pk)
    _mine_or_queue(request, found)
    form = WhyForm(request.POST, prefix="refuse")
    if not form.is_valid():
        return _again(request, found, "refuse_form", form)
    services.refuse_purchase(
        purchase_id=found.pk,
        reason=form.cleaned_data["reason"],
        on=clock.today(),
        actor=actor_of(request),
    )
    return _done(request, _("Refused: the supplier is told why."), found)


@require_POST
@requires(*QUEUE)
def override(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a document although it breaks the public rules, and say why."""
    found = _purchase(request, pk)
    form = WhyForm(request.POST, prefix="override")
    if not form.is_valid():
        return _again(request, found, "override_form", form)
    services.override_rules(
        purchase_id=found.pk,
        reason=form.cleaned_data["reason"],
        on=clock.today(),
        actor=actor_of(request),
    )
    return _done(request, _("Noted: it may be accepted."), found)


def _mine_or_queue(request: HttpRequest, found: Purchase) -> None:
    if not is_mine_or_queue(found, reader_of(request), identity_of(request).roles):
        raise PermissionDenied
