"""Pages of contracts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.selectors import holds, open_activities_of
from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.links import link
from core.tables import page_of
from members.enums import Role
from members.filters import narrowed
from members.models import Person
from payroll import selectors, services
from payroll.enums import ContractState, Side
from payroll.filters import ContractFilter
from payroll.forms import ContractForm, ShortenForm, show_refusal
from payroll.models import EmploymentContract

WORKERS = (Role.MEMBER,)
READERS = (Role.MEMBER, Role.ADVISER, Role.ADVISER_LEAD, Role.PAYROLL_ADMIN, Role.LEGAL, Role.AUDITOR)


@requires(*READERS)
def contracts(request: HttpRequest) -> HttpResponse:
    """Contracts that I may see, the latest start first."""
    identity = identity_of(request)
    asked_for = ContractFilter(request.GET, selectors.visible_contracts(identity.person, identity.roles))
    state = request.GET.get("state", "")
    today = clock.today()
    page = page_of(request, narrowed(asked_for))
    shown = [(row, *row.state_on(today), last_declaration(row)) for row in page.object_list]
    context = {"page": page, "rows": shown, "state": state, "states": ContractState.choices}
    return render(request, "payroll/contracts.html", context)


@requires(*READERS)
def contract(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One contract: what was agreed, where it stands, what is declared, what was paid."""
    identity = identity_of(request)
    row = selectors.contract_for(identity.person, pk, roles=identity.roles)
    return render(request, "payroll/contract.html", _context(request, row))


@requires(*WORKERS, Role.PAYROLL_ADMIN)
def contract_new(request: HttpRequest) -> HttpResponse:
    """Draft a contract in one of my Activities."""
    person = identity_of(request).person
    choice = request.POST.get("activity") or request.GET.get("activity") or ""
    mine = list(open_activities_of(person)) if person else []
    activity = next((row for row in mine if str(row.pk) == choice), mine[0] if mine else None)
    if activity is None:
        return render(request, "payroll/no_activity.html")
    people = [(str(holder.person_id), str(holder.person)) for holder in activity.holders.all()]
    form = ContractForm(
        request.POST or None,
        people=people,
        initial={"person": str(person.pk) if person else "", "contract_type": "employee"},
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            row = services.create_contract(
                activity_id=activity.pk,
                person_id=UUID(data.pop("person")),
                actor=actor_of(request),
                **data,
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(link("payroll:contract", pk=row.pk))
    context = {"form": form, "activity": activity, "activities": mine}
    return render(request, "payroll/contract_form.html", context, status=422 if form.errors else 200)


@requires(*WORKERS, Role.PAYROLL_ADMIN)
def contract_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a draft."""
    row = _managed(request, pk)
    initial = {
        "person": str(row.person_id),
        "contract_type": row.contract_type,
        "description": row.description,
        "place": row.place,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "hours": row.hours,
        "gross": None if row.asked_budget else row.gross,
        "budget": row.asked_budget,
        "day_starts": row.day_starts,
        "day_ends": row.day_ends,
        "flat_tax": row.flat_tax,
    }
    people = [(str(row.person_id), str(row.person))]
    form = ContractForm(request.POST or None, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = {name: value for name, value in form.cleaned_data.items() if name != "person"}
        try:
            services.edit_contract(contract_id=row.pk, actor=actor_of(request), **data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(link("payroll:contract", pk=row.pk))
    context = {"form": form, "activity": row.activity, "activities": [row.activity], "contract": row}
    return render(request, "payroll/contract_form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(*WORKERS, Role.PAYROLL_ADMIN)
def contract_submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Submit a draft; a refusal stands on the contract's page."""
    row = _managed(request, pk)
    late = Role.PAYROLL_ADMIN in identity_of(request).roles and request.POST.get("late") == "yes"
    try:
        services.submit_contract(
            contract_id=row.pk, on=clock.now(), actor=actor_of(request), accept_late=late
        )
    except DomainError as refusal:
        return render(
            request,
            "payroll/contract.html",
            {**_context(request, row), "refusal": refusal},
            status=refusal.status,
        )
    messages.success(request, _("Submitted: the money is set aside and the work is being declared."))
    return redirect(link("payroll:contract", pk=row.pk))


@require_POST
@requires(*WORKERS, Role.PAYROLL_ADMIN)
def contract_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel before the start; a quick job takes its invoice back with it."""
    row = _managed(request, pk)
    reason = request.POST.get("reason", "")
    try:
        if row.invoice_id is not None and row.state != ContractState.DRAFT:
            services.cancel_quick_job(
                contract_id=row.pk, now=clock.now(), actor=actor_of(request), reason=reason
            )
        else:
            services.cancel_contract(
                contract_id=row.pk, on=clock.now(), actor=actor_of(request), reason=reason
            )
    except DomainError as refusal:
        return render(
            request,
            "payroll/contract.html",
            {**_context(request, row), "refusal": refusal},
            status=refusal.status,
        )
    messages.success(request, _("Cancelled: the money is free again and the declaration is withdrawn."))
    return redirect(link("payroll:contract", pk=row.pk))


@require_POST
@requires(*WORKERS, Role.PAYROLL_ADMIN)
def contract_no_show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The work did not take place."""
    row = _managed(request, pk)
    services.report_no_show(contract_id=row.pk, on=clock.now(), actor=actor_of(request))
    messages.success(request, _("Noted: nothing is paid, the money is free again."))
    return redirect(link("payroll:contract", pk=row.pk))


@requires(*WORKERS, Role.PAYROLL_ADMIN)
def contract_shorten(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Less was worked than planned."""
    row = _managed(request, pk)
    form = ShortenForm(request.POST or None, initial={"last_day": row.ends_on, "hours": row.hours})
    if request.method == "POST" and form.is_valid():
        try:
            services.shorten_contract(
                contract_id=row.pk, on=clock.now(), actor=actor_of(request), **form.cleaned_data
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(link("payroll:contract", pk=row.pk))
    context = {
        "form": form,
        "title": _("Less was worked"),
        "subtitle": row.description,
        "submit": _("Shorten the contract"),
        "back_url": link("payroll:contract", pk=row.pk),
    }
    return render(request, "payroll/form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(*WORKERS, Role.PAYROLL_ADMIN)
def contract_sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign: the worker for themselves, a payroll administrator for the employer."""
    identity = identity_of(request)
    row = selectors.contract_for(identity.person, pk, roles=identity.roles)
    mine = identity.person is not None and identity.person.pk == row.person_id
    side = Side.WORKER if mine or Role.PAYROLL_ADMIN not in identity.roles else Side.EMPLOYER
    services.sign_contract(
        contract_id=row.pk,
        side=side,
        on=clock.now(),
        actor=actor_of(request),
        signer=identity.person,
        evidence={"way": "signed-in account", "user": request.user.pk},
    )
    messages.success(request, _("Signed."))
    return redirect(link("payroll:contract", pk=row.pk))


def activity_panel(request: HttpRequest, activity: Any) -> SafeString:
    """Contracts and set-aside money, on the page of an Activity."""
    today = clock.today()
    rows = [
        (row, *row.state_on(today), last_declaration(row))
        for row in selectors.contracts_of_activity(activity.pk)[:8]
    ]
    context = {"activity": activity, "rows": rows}
    return render_to_string("payroll/activity_panel.html", context, request=request)


def last_declaration(row: EmploymentContract) -> Any:
    """The newest declaration of a contract whose declarations were read along."""
    found = row.declared_rows
    return found[-1] if found else None


def _managed(request: HttpRequest, pk: UUID) -> EmploymentContract:
    identity = identity_of(request)
    return selectors.contract_to_manage(identity.person, pk, roles=identity.roles)


def _context(request: HttpRequest, row: EmploymentContract) -> dict[str, Any]:
    identity = identity_of(request)
    today, now = clock.today(), clock.now()
    state, label = row.state_on(today)
    manages = _manages(identity.person, row, identity.roles)
    sides = {signature.side for signature in row.signatures.all()}
    mine = identity.person is not None and identity.person.pk == row.person_id
    open_now = row.state in (ContractState.SUBMITTED, ContractState.DECLARED)
    started = today >= row.starts_on
    sees_pay = mine or bool(identity.roles & selectors.PAY_READERS)
    return {
        "contract": row,
        "state": state,
        "state_label": label,
        "steps": _steps(row, state),
        "months": list(row.months.all()),
        "declarations": row.declared_rows,
        "items": selectors.with_payouts(row.items.all()) if sees_pay else [],
        "signatures": list(row.signatures.all()),
        "pay_on": selectors.due_on(row, row.ends_on),
        "is_draft": row.state == ContractState.DRAFT,
        "may_manage": manages,
        "may_cancel": manages and (row.state == ContractState.DRAFT or (open_now and not started)),
        "may_shorten": manages and open_now and started,
        "may_sign": row.state not in (ContractState.DRAFT, ContractState.CANCELLED, ContractState.NO_SHOW)
        and ((mine and Side.WORKER not in sides)
             or (not mine and Role.PAYROLL_ADMIN in identity.roles and Side.EMPLOYER not in sides)),
        "may_submit_late": Role.PAYROLL_ADMIN in identity.roles and now.date() >= row.starts_on,
    }  # fmt: skip


def _manages(person: Person | None, row: EmploymentContract, roles: frozenset[str]) -> bool:
    return Role.PAYROLL_ADMIN in roles or (person is not None and holds(person.pk, row.activity_id))


def _steps(row: EmploymentContract, state: str) -> list[dict[str, Any]]:
    """The life of the contract as a list of steps."""
    order = ["draft", "submitted", "declared", "performed", "settled", "paid"]
    words = {
        "draft": _("Written"),
        "submitted": _("Money set aside"),
        "declared": _("Declared before the work starts"),
        "performed": _("Work done"),
        "settled": _("Pay computed"),
        "paid": _("Paid"),
    }
    if state in ("cancelled", "no_show"):
        return []
    here = order.index("declared" if state == "running" else state)
    return [
        {
            "title": words[key],
            "state": "done" if place <= here else "current" if place == here + 1 else "todo",
        }
        for place, key in enumerate(order)
    ]
