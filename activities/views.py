"""Pages of Activities: my Activities, one Activity, expenses, and what waits for an adviser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities import home as homes
from activities import selectors, services
from activities.enums import ActivityState, ExpenseState
from activities.forms import ActivityForm, ExpenseForm, ReasonForm
from activities.models import Activity
from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.files import file_response
from core.links import link
from core.money import ZERO
from core.registry import activity_panels
from core.tables import page_of
from members.enums import Role
from members.reader import reader_of

SEE = (*sorted(selectors.READERS), Role.MEMBER, Role.ADVISER)
ADVISERS = (Role.ADVISER, Role.ADVISER_LEAD)
TRAINING = "formation"
"""Occupation whose work goes through the entity that is exempt from VAT."""


def _activity(request: HttpRequest, pk: UUID) -> Activity:
    identity = identity_of(request)
    return selectors.activity_for(identity.person, pk, roles=identity.roles)


def _entity_code(function_code: str) -> str:
    """Trainers work through the exempt entity, everybody else through the general one."""
    return "FA" if function_code == TRAINING else "PA"


@requires(Role.MEMBER)
def home(request: HttpRequest) -> HttpResponse:
    """My Activities: what I have, what is due to me and when, what needs me."""
    person, today = reader_of(request), clock.today()
    activities = list(selectors.activities_of(person))
    live = [row for row in activities if row.state in (ActivityState.OPEN, ActivityState.REQUESTED)]
    live.sort(key=lambda row: row.state != ActivityState.OPEN)
    running = [row for row in live if row.state == ActivityState.OPEN]
    dues = homes.dues_of(person, today)
    context = {
        "person": person,
        "activities": live,
        "ended": [row for row in activities if row not in live],
        "available": sum((row.budget.available for row in running), ZERO),
        "reserved": sum((row.budget.reserved for row in running), ZERO),
        "dues": dues,
        "due_total": sum((due.amount for due in dues), ZERO),
        "needs": homes.needs_of(person, activities, today),
        "acts": homes.acts() if running else [],
    }
    return render(request, "activities/home.html", context)


@requires(Role.MEMBER)
def new(request: HttpRequest) -> HttpResponse:
    """Ask for an Activity."""
    form = ActivityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            activity = services.request_activity(
                person=reader_of(request),
                requested_on=clock.today(),
                entity_code=_entity_code(form.cleaned_data["function_code"]),
                actor=actor_of(request),
                **form.cleaned_data,
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, _("Your request is with your adviser."))
            return redirect(link("activities:activity", pk=activity.pk))
    return render(request, "activities/new.html", {"form": form}, status=422 if form.errors else 200)


@requires(*SEE)
def activity(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One Activity: its budget over time, every movement, its result in plain words, what upper apps add."""
    identity, today = identity_of(request), clock.today()
    found = _activity(request, pk)
    mine = identity.person is not None and any(
        row.person_id == identity.person.pk for row in found.holders.all()
    )
    movements = selectors.movements_of(found)
    result = selectors.income_statement(found)
    context = {
        "activity": found,
        "budget": found.budget,
        "mine": mine,
        "points": selectors.budget_over_time(found, today),
        "page": page_of(request, movements, 15),
        "commitments": selectors.commitments_of(found),
        "result": result,
        "result_total": sum((row.amount for row in result), ZERO),
        "lives": found.state in (ActivityState.OPEN, ActivityState.CLOSED),
        "panels": [html for panel in _panels_of(found) if (html := panel(request, found))],
        "acts": homes.acts(found) if mine and found.state == ActivityState.OPEN else [],
        "may_answer": found.state == ActivityState.REQUESTED
        and not mine
        and bool(identity.roles & set(ADVISERS)),
        "form": ReasonForm(),
        "can_close": mine
        and found.state == ActivityState.OPEN
        and not found.budget.balance
        and not found.budget.reserved,
        "title": found.name,
    }
    return render(request, "activities/activity.html", context)


def _panels_of(found: Activity) -> list[Callable[..., Any]]:
    """What upper apps add; nothing while the Activity is not open yet."""
    return activity_panels() if found.state in (ActivityState.OPEN, ActivityState.CLOSED) else []


@require_POST
@requires(*ADVISERS)
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree to an Activity."""
    found = services.approve_activity(
        activity_id=_activity(request, pk).pk, on=clock.today(), actor=actor_of(request)
    )
    messages.success(request, _("“%(name)s” is open.") % {"name": found.name})
    return redirect(link("activities:validation"))


@require_POST
@requires(*ADVISERS)
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say no to an Activity, and why."""
    found = _activity(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return render(
            request, "activities/reason.html", {"form": form, "title": found.name, "back": found}, status=422
        )
    services.refuse_activity(
        activity_id=found.pk, on=clock.today(), reason=form.cleaned_data["reason"], actor=actor_of(request)
    )
    messages.success(request, _("The member is told why."))
    return redirect(link("activities:validation"))


@require_POST
@requires(Role.MEMBER)
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close an Activity of mine that holds nothing any more."""
    found = _activity(request, pk)
    if not selectors.holds(reader_of(request).pk, found.pk):
        raise PermissionDenied
    services.close_activity(activity_id=found.pk, on=clock.today(), actor=actor_of(request))
    messages.success(request, _("“%(name)s” is closed.") % {"name": found.name})
    return redirect(link("activities:home"))


# --- expenses ----------------------------------------------------------------------------------------------


@requires(Role.MEMBER)
def new_expense(request: HttpRequest) -> HttpResponse:
    """Hand in an expense for one of my open Activities."""
    person, today = reader_of(request), clock.today()
    mine = list(selectors.open_activities_of(person))
    asked = request.GET.get("activity") or request.POST.get("activity") or ""
    chosen = next((row for row in mine if str(row.pk) == asked), mine[0] if len(mine) == 1 else None)
    form = ExpenseForm(request.POST or None, request.FILES or None, today=today)
    if request.method == "POST" and chosen is not None and form.is_valid():
        data = form.cleaned_data
        try:
            expense = services.submit_expense(
                activity_id=chosen.pk,
                person=person,
                category=data["category"],
                amount_incl_vat=data["amount"] or ZERO,
                vat_amount=data["vat_amount"] or ZERO,
                incurred_on=data["incurred_on"],
                text=data["text"],
                receipt=data["receipt"],
                kilometres=data["kilometres"],
                actor=actor_of(request),
                today=today,
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            return redirect(link("activities:expense", pk=expense.pk))
    context = {
        "form": form,
        "activities": mine,
        "chosen": chosen,
        "action": f"?activity={chosen.pk}" if chosen else "",
    }
    return render(request, "activities/expense_form.html", context, status=422 if form.errors else 200)


@requires(*SEE)
def expense(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One expense: where it stands, its receipt, and the adviser's answer."""
    identity = identity_of(request)
    found = selectors.expense_for(identity.person, pk, roles=identity.roles)
    waits = found.state == ExpenseState.SUBMITTED
    own = identity.person is not None and (
        identity.person.pk == found.person_id or selectors.holds(identity.person.pk, found.activity_id)
    )
    context = {
        "expense": found,
        "may_answer": waits and not own and bool(identity.roles & set(ADVISERS)),
        "form": ReasonForm(),
        "steps": _expense_steps(found),
    }
    return render(request, "activities/expense.html", context)


def _expense_steps(found: Any) -> list[dict[str, Any]]:
    answered = found.state != ExpenseState.SUBMITTED
    steps = [
        {"title": _("Handed in"), "state": "done"},
        {"title": _("Adviser agrees"), "state": "done" if answered else "current"},
    ]
    if found.state == ExpenseState.REFUSED:
        return [steps[0], {"title": _("Sent back"), "text": found.refusal_reason, "state": "current"}]
    text = _("With the next payment file to your account.")
    return [*steps, {"title": _("Paid to you"), "text": text, "state": "current" if answered else "todo"}]


@requires(*SEE)
def receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The receipt of an expense, as a download."""
    identity = identity_of(request)
    found = selectors.expense_for(identity.person, pk, roles=identity.roles)
    if found.receipt is None:
        raise Http404
    return file_response(found.receipt)


@require_POST
@requires(*ADVISERS)
def approve_expense(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree to an expense."""
    identity = identity_of(request)
    found = selectors.expense_for(identity.person, pk, roles=identity.roles)
    services.approve_expense(expense_id=found.pk, on=clock.today(), actor=actor_of(request))
    messages.success(request, _("Approved: it is paid with the next file."))
    return redirect(link("activities:validation"))


@require_POST
@requires(*ADVISERS)
def refuse_expense(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send an expense back, and say why."""
    identity = identity_of(request)
    found = selectors.expense_for(identity.person, pk, roles=identity.roles)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        context = {"expense": found, "may_answer": True, "form": form, "steps": _expense_steps(found)}
        return render(request, "activities/expense.html", context, status=422)
    services.refuse_expense(
        expense_id=found.pk, on=clock.today(), reason=form.cleaned_data["reason"], actor=actor_of(request)
    )
    messages.success(request, _("The member is told why."))
    return redirect(link("activities:validation"))


# --- the adviser -------------------------------------------------------------------------------------------


@requires(*ADVISERS)
def validation(request: HttpRequest) -> HttpResponse:
    """What waits for my agreement: Activities, flagged ones first, and expenses."""
    person, roles = reader_of(request), identity_of(request).roles
    requests = sorted(selectors.requests_waiting(person, roles), key=lambda row: not row.review_reason)
    context = {
        "requests": requests,
        "expenses": list(selectors.expenses_waiting(person, roles)),
    }
    return render(request, "activities/validation.html", context)
