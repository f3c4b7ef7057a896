"""Proposing a salary, agreeing to it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.models import Activity
from activities.selectors import activities as all_activities
from activities.selectors import open_activities_of
from core import clock
from core.access import actor_of, identity_of, requires
from core.calendar import next_month
from core.errors import DomainError
from core.forms import text_sent
from core.links import link
from members.enums import ADVISERS, Role
from payroll.cdi import estimates, selectors, services
from payroll.cdi.enums import ConsentSide
from payroll.cdi.forms import DAYS, ProposalForm, WorkerForm
from payroll.cdi.models import SalaryProposal
from payroll.cdi.services.proposals import sides_of
from payroll.cdi.views.contracts import SEE
from payroll.models import EmploymentContract

WRITE = (Role.MEMBER, Role.ADVISER, Role.ADVISER_LEAD, Role.PAYROLL_ADMIN)
"""Who proposes a salary."""

MOST_FOUND = 20
"""Activities that a name finds, at most."""

FIELDS = {
    "hours_of_week": "monday",
    "salary_not_borne": "income_0",
    "salary_above_estimate": "gross",
    "below_minimum_wage": "gross",
    "terms_from_first": "valid_from",
}
"""Where a refusal is shown; anywhere else it stands above the form."""


@requires(*WRITE)
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a salary in an Activity, or new terms of a contract (`?contract=`)."""
    identity, today = identity_of(request), clock.today()
    row = _contract(request)
    choices = _activities(request) if row is None else [row.activity]
    asked = request.POST.get("activity") or request.GET.get("activity") or ""
    activity = next((one for one in choices if str(one.pk) == asked), choices[0] if choices else None)
    if activity is None:
        return _choose(request)
    first = next_month(today)
    known = estimates.suggested(activity.pk, first, today)
    people = (
        [(str(row.person_id), str(row.person))]
        if row is not None
        else [(str(holder.person_id), str(holder.person)) for holder in activity.holders.all()]
    )
    form = ProposalForm(
        request.POST or None, people=people, estimates=known, initial=_initial(row, first, identity)
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        months = [estimate.month for estimate in known]
        smoothed = data["basis"] == "smoothed"
        try:
            made = services.propose_salary(
                activity_id=activity.pk,
                person_id=UUID(data["person"]),
                contract=row,
                valid_from=data["valid_from"],
                hours_by_day=form.pattern,
                estimates=form.estimates_of(months),
                gross=data["gross"],
                smoothed=smoothed,
                category=data["category"],
                experience_from=data["experience_from"],
                holiday_days=data["holiday_days"],
                place=data["place"],
                on=today,
                actor=actor_of(request),
            )
        except DomainError as refusal:
            field = FIELDS.get(refusal.code)
            form.add_error(field if field in form.fields else None, refusal.detail)
        else:
            messages.success(request, _("Proposed: it stands once every side has agreed."))
            return redirect(link("cdi:proposal", pk=made.pk))
    context = {"form": form, "activity": activity, "activities": choices, "contract": row}
    return render(request, "cdi/propose.html", context, status=422 if form.errors else 200)


@requires(*SEE)
def proposal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One proposal: the estimate, what it bears, who has agreed."""
    identity = identity_of(request)
    row = selectors.proposal_for(identity.person, pk, roles=identity.roles)
    return render(request, "cdi/proposal.html", _context(request, row))


@require_POST
@requires(*WRITE)
def agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree on one side."""
    identity = identity_of(request)
    row = selectors.proposal_for(identity.person, pk, roles=identity.roles)
    side = request.POST.get("side", "")
    if side not in _open_sides(request, row) or identity.person is None:
        return render(request, "cdi/proposal.html", _context(request, row), status=403)
    try:
        row = services.agree_salary(
            proposal_id=row.pk,
            side=side,
            person=identity.person,
            as_cooperative=selectors.decides(identity.person, row.activity_id, identity.roles),
            on=clock.now(),
            actor=actor_of(request),
        )
    except DomainError as refusal:
        context = {**_context(request, row), "refusal": refusal}
        return render(request, "cdi/proposal.html", context, status=refusal.status)
    if row.state == "agreed" and row.contract_id is not None:
        messages.success(request, _("Agreed by all: the salary is set aside a month ahead from now on."))
        return redirect(link("cdi:contract", pk=row.contract_id))
    messages.success(request, _("Your agreement is noted."))
    return redirect(link("cdi:proposal", pk=row.pk))


@require_POST
@requires(*WRITE)
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say no, or take the proposal back."""
    identity = identity_of(request)
    row = selectors.proposal_for(identity.person, pk, roles=identity.roles)
    if not _may_close(request, row):
        return render(request, "cdi/proposal.html", _context(request, row), status=403)
    services.refuse_proposal(
        proposal_id=row.pk, reason=text_sent(request.POST, "answer"), actor=actor_of(request)
    )
    messages.success(request, _("Refused: make another proposal when the figures have changed."))
    return redirect(link("cdi:proposal", pk=row.pk))


def _contract(request: HttpRequest) -> EmploymentContract | None:
    identity = identity_of(request)
    asked = request.POST.get("contract") or request.GET.get("contract")
    if not asked:
        return None
    try:
        key = UUID(asked)
    except ValueError:
        return None
    return selectors.contract_for(identity.person, key, roles=identity.roles)


def _activities(request: HttpRequest) -> list[Activity]:
    """My open Activities, those that I accompany; for payroll the one that was asked for."""
    identity = identity_of(request)
    found = list(open_activities_of(identity.person)) if identity.person else []
    if identity.person is not None and identity.roles & ADVISERS:
        keys = selectors.accompanied(identity.person, identity.roles) - {row.pk for row in found}
        found += list(all_activities().filter(pk__in=keys, state="open").order_by("name", "pk")[:50])
    asked = request.GET.get("activity") or request.POST.get("activity")
    if Role.PAYROLL_ADMIN in identity.roles and asked and asked not in {str(row.pk) for row in found}:
        try:
            found += list(all_activities().filter(pk=UUID(asked), state="open"))
        except ValueError:
            return found
    return found


def _choose(request: HttpRequest) -> HttpResponse:
    """Staff look for the Activity by the name of who runs it; members without one are told that it comes
    first."""
    if Role.PAYROLL_ADMIN not in identity_of(request).roles:
        return render(request, "payroll/no_activity.html")
    form = WorkerForm(request.GET or None)
    name = form.cleaned_data["worker"] if form.is_valid() else ""
    found = selectors.activities_run_by(name)[:MOST_FOUND] if name else []
    context = {"form": form, "name": name, "found": found}
    return render(request, "cdi/choose.html", context)


def _initial(row: EmploymentContract | None, first: date, identity: Any) -> dict[str, Any]:
    if row is None:
        mine = str(identity.person.pk) if identity.person else ""
        return {"valid_from": first, "person": mine}
    terms = selectors.terms_on(row, first)
    return {
        "valid_from": first,
        "person": str(row.person_id),
        "category": terms.category,
        "experience_from": terms.experience_from,
        "holiday_days": terms.holiday_days,
        "place": row.place,
        **{name: hours for (name, _label), hours in zip(DAYS, terms.pattern, strict=True)},
    }


def _open_sides(request: HttpRequest, row: SalaryProposal) -> list[str]:
    """Sides on which this person may agree now."""
    identity = identity_of(request)
    if row.state != "open" or identity.person is None:
        return []
    given = list(row.consents.all())
    if any(consent.person_id == identity.person.pk for consent in given):
        return []
    left = sides_of(row) - {consent.side for consent in given}
    if identity.person.pk == row.person_id:
        return [side for side in left if side == ConsentSide.WORKER]
    found = []
    if selectors.decides(identity.person, row.activity_id, identity.roles):
        found.append(ConsentSide.ADVISER.value)
    if any(
        holder.person_id == identity.person.pk and holder.role == "holder"
        for holder in row.activity.holders.all()
    ):
        found.append(ConsentSide.HOLDER.value)
    return [side for side in found if side in left]


def _may_close(request: HttpRequest, row: SalaryProposal) -> bool:
    identity = identity_of(request)
    if row.state != "open" or identity.person is None:
        return False
    about = identity.person.pk == row.person_id
    runs = any(holder.person_id == identity.person.pk for holder in row.activity.holders.all())
    return about or runs or selectors.decides(identity.person, row.activity_id, identity.roles)


def _context(request: HttpRequest, row: SalaryProposal) -> dict[str, Any]:
    months = list(row.months.all())
    return {
        "proposal": row,
        "months": months,
        "consents": list(row.consents.all()),
        "left": [
            ConsentSide(side).label
            for side in sorted(sides_of(row) - {consent.side for consent in row.consents.all()})
        ]
        if row.state == "open"
        else [],
        "sides": [(side, ConsentSide(side).label) for side in _open_sides(request, row)],
        "may_close": _may_close(request, row),
        "cost": row.gross * row.multiplier,
        "premium": row.gross,
    }
