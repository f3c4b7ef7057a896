"""Writing contracts: new, like another, from a model; changed while a draft, submitted, split in two."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.models import Activity
from activities.selectors import open_activities_of
from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.links import link
from core.tables import page_of
from members.enums import Role
from members.models import Person
from payroll import contract_selectors, selectors, services
from payroll.contract_forms import ContractForm, TemplateForm
from payroll.filters import ContractTemplateFilter
from payroll.forms import show_refusal
from payroll.models import EmploymentContract
from payroll.services.contracts.copying import next_days, read_terms, template_days, terms_of
from payroll.views.contracts import WRITERS, contract_page, managed

OFFERED = 8
"""Models that stand above the form of a new contract; the others are on their page."""


@requires(*WRITERS)
def contract_new(request: HttpRequest) -> HttpResponse:
    """Draft a contract in one of my Activities; `from` copies a contract, `template` a model of mine."""
    person = identity_of(request).person
    like = _like(request)
    choice = (
        request.POST.get("activity") or request.GET.get("activity") or (str(like.activity_id) if like else "")
    )
    mine = list(open_activities_of(person)) if person else []
    activity = contract_selectors.activity_to_work_in(mine, choice)
    if activity is None:
        return render(request, "payroll/no_activity.html")
    form = ContractForm(
        request.POST or None,
        people=_people(activity, like),
        initial=_prefilled(request, person, activity, like),
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
    context = {
        "form": form,
        "activity": activity,
        "activities": mine,
        "templates": list(contract_selectors.templates_of(person)[:OFFERED]) if person else [],
        "last": contract_selectors.last_contract(person, activity.pk) if person else None,
    }
    return render(request, "payroll/contract_form.html", context, status=422 if form.errors else 200)


@requires(*WRITERS)
def contract_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a draft."""
    row = managed(request, pk)
    initial = {
        **terms_of(row),
        "person": str(row.person_id),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "justification": row.justification,
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
@requires(*WRITERS)
def contract_submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Submit a draft; a refusal stands on the contract's page."""
    row = managed(request, pk)
    late = Role.PAYROLL_ADMIN in identity_of(request).roles and request.POST.get("late") == "yes"
    try:
        services.submit_contract(
            contract_id=row.pk, on=clock.now(), actor=actor_of(request), accept_late=late
        )
    except DomainError as refusal:
        context = {**contract_page(request, row), "refusal": refusal}
        context["split"] = refusal.code == "student_quota_exceeded"
        return render(request, "payroll/contract.html", context, status=refusal.status)
    messages.success(request, _("Submitted: the money is set aside and the work is being declared."))
    return redirect(link("payroll:contract", pk=row.pk))


@require_POST
@requires(*WRITERS)
def contract_split(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A student's hours above the quota: one click makes the two drafts."""
    row = managed(request, pk)
    first, second = services.split_student_contract(contract_id=row.pk, actor=actor_of(request))
    if first is None:
        messages.success(request, _("No student hours are left: the draft is an employee contract now."))
        return redirect(link("payroll:contract", pk=second.pk))
    messages.success(
        request, _("Two drafts: the student hours that are left, and an employee contract for the rest.")
    )
    return redirect(link("payroll:contract", pk=first.pk))


@requires(Role.MEMBER)
def contract_keep(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep a contract as a model of mine, by a name."""
    row = managed(request, pk)
    form = TemplateForm(request.POST or None, initial={"name": row.description[:80]})
    if request.method == "POST" and form.is_valid():
        try:
            services.keep_template(
                contract_id=row.pk, owner=_me(request), actor=actor_of(request), **form.cleaned_data
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Kept: choose it when you write the next contract."))
            return redirect(link("payroll:contract_templates"))
    context = {
        "form": form,
        "title": _("Keep as a model"),
        "subtitle": row.description,
        "submit": _("Keep the model"),
        "back_url": link("payroll:contract", pk=row.pk),
    }
    return render(request, "payroll/form.html", context, status=422 if form.errors else 200)


@requires(Role.MEMBER)
def contract_templates(request: HttpRequest) -> HttpResponse:
    """My models of contracts."""
    rows = ContractTemplateFilter(request.GET or None, contract_selectors.templates_of(_me(request)))
    context = {
        "page": page_of(request, rows.qs),
        "filters": rows.form,
        "asked": _is_narrowed(request, rows.form),
    }
    return render(request, "payroll/contract_templates.html", context)


def _is_narrowed(request: HttpRequest, form: Any) -> bool:
    return any(request.GET.get(name) for name in form.fields)


@require_POST
@requires(Role.MEMBER)
def template_drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget a model of mine."""
    services.drop_template(template_id=pk, owner=_me(request), actor=actor_of(request))
    messages.success(request, _("Forgotten. Contracts made from it stay."))
    return redirect(link("payroll:contract_templates"))


def _me(request: HttpRequest) -> Person:
    person: Person | None = identity_of(request).person
    if person is None:
        raise PermissionDenied
    return person


def _like(request: HttpRequest) -> EmploymentContract | None:
    """The contract that is copied, if one is asked for that the person may see."""
    asked = request.GET.get("from", "")
    try:
        key = UUID(asked)
    except ValueError:
        return None
    identity = identity_of(request)
    return selectors.contract_for(identity.person, key, roles=identity.roles)


def _people(activity: Activity, like: EmploymentContract | None) -> list[tuple[str, str]]:
    """Who may be hired here: the Activity's people and everybody who has worked in it."""
    people = {person.pk: str(person) for person in contract_selectors.past_workers(activity.pk)}
    if like is not None and like.activity_id == activity.pk:
        people.setdefault(like.person_id, str(like.person))
    return [(str(key), name) for key, name in people.items()]


def _prefilled(
    request: HttpRequest, person: Person | None, activity: Activity, like: EmploymentContract | None
) -> dict[str, Any]:
    today = clock.today()
    if like is not None:
        first, last = next_days(like, today)
        return {**terms_of(like), "person": str(like.person_id), "starts_on": first, "ends_on": last}
    initial: dict[str, Any] = {
        "person": str(person.pk) if person else "",
        "contract_type": "employee",
        "function_code": activity.function_code,
    }
    model = contract_selectors.template_named(person, request.GET.get("template", "")) if person else None
    if model is not None:
        first, last = template_days(model, today)
        initial |= {**read_terms(model.terms), "starts_on": first, "ends_on": last}
    return initial
