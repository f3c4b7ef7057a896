"""The administrator's desk: policies, people and their roles, the audit trail."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.accounts.recent import recent
from core.errors import DomainError
from core.links import link
from core.models import PolicyRate
from core.rates import find_policy
from core.services import enter_policy
from core.tables import page_of
from members import selectors, services
from members.enums import Role
from members.filters import AuditFilter, PersonFilter, narrowed
from members.forms import (
    PolicyForm,
    RoleForm,
    show_refusal,
)
from members.policies import HINTS, KINDS, kind_of, parse_policy, spoken, written
from members.reader import reader_of
from members.views.form_page import form_page

AUDIT_PAGE = 50


@requires(Role.COOP_ADMIN, Role.AUDITOR)
def policies(request: HttpRequest) -> HttpResponse:
    """Every policy: the value in force, what comes next, what held before, and where each comes from."""
    today = clock.today()
    history: dict[str, list[PolicyRate]] = defaultdict(list)
    for row in selectors.policies():
        history[row.key].append(row)
    rows = []
    for key in [*KINDS, *sorted(set(history) - set(KINDS))]:
        values = [
            {"row": row, "lines": spoken(key, row.value), "future": row.valid_from > today}
            for row in history[key]
        ]
        current = next((value for value in values if not value["future"]), None)
        rows.append(
            {
                "kind": kind_of(key),
                "known": key in KINDS,
                "current": current,
                "next": [value for value in values if value["future"]],
                "past": [value for value in values if not value["future"]][1:],
            }
        )
    may_change = Role.COOP_ADMIN in identity_of(request).roles
    return render(request, "members/policies.html", {"rows": rows, "may_change": may_change})


@requires(Role.COOP_ADMIN)
def new_policy(request: HttpRequest) -> HttpResponse:
    """Another value of a policy, from today at the earliest."""
    today = clock.today()
    key = request.POST.get("key") or request.GET.get("key", "")
    current = find_policy(key, on=today) if key in KINDS else None
    kind = kind_of(key) if key in KINDS else None
    form = PolicyForm(
        request.POST or None,
        earliest=today,
        structured=kind is not None and kind.sort == "structure",
        initial={"key": key, "value": written(key, current.value) if current else ""},
    )
    if kind is not None:
        form.fields["value"].help_text = str(HINTS[kind.sort])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            value = parse_policy(key, data["value"], like=current.value if current else None)
            enter_policy(
                key=key,
                value=value,
                valid_from=data["valid_from"],
                source=data["source"],
                today=today,
                actor=actor_of(request),
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The new value is entered."))
            return redirect(link("members:policies"))
    subtitle = _("The past does not change: contracts and invoices keep the value of their own date.")
    return form_page(
        request, form, _("New value of a policy"), _("Enter the value"), link("members:policies"), subtitle
    )


@requires(Role.COOP_ADMIN, Role.AUDITOR)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody registered, with the roles that they hold today."""
    today = clock.today()
    filters = PersonFilter(request.GET, queryset=selectors.people().select_related("user"))
    page = page_of(request, narrowed(filters))
    held: dict[UUID, list[str]] = defaultdict(list)
    for grant in selectors.grants_in_force(today).filter(person__in=[p.pk for p in page]).order_by("role"):
        held[grant.person_id].append(str(Role(grant.role).label))
    context = {
        "page": page,
        "filters": filters.form,
        "rows": [(person, held[person.pk]) for person in page],
        "may_open": Role.COOP_ADMIN in identity_of(request).roles,
    }
    return render(request, "members/people.html", context)


@requires(Role.COOP_ADMIN, Role.AUDITOR)
@recent
def roles(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The roles of one person: held, to come, ended; an administrator who is somebody else gives another."""
    person, today = selectors.person_by_id(pk), clock.today()
    may_change = Role.COOP_ADMIN in identity_of(request).roles and person.pk != reader_of(request).pk
    form = RoleForm(request.POST or None, earliest=today) if may_change else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            try:
                services.grant_role(person=person, actor=actor_of(request), today=today, **form.cleaned_data)
            except DomainError as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, _("The role is given."))
                return redirect(link("members:roles", pk=person.pk))
    context = {
        "member": person,
        "grants": [(grant, grant.holds_on(today)) for grant in selectors.grants_of(person)],
        "form": form,
        "today": today,
        "is_me": person.pk == reader_of(request).pk,
    }
    return render(request, "members/roles.html", context, status=422 if form and form.errors else 200)


@requires(Role.COOP_ADMIN)
@require_POST
@recent
def end_role(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A role is held no more from today."""
    grant = services.end_role(grant_id=pk, on=clock.today(), actor=actor_of(request))
    messages.success(request, _("The role is ended."))
    return redirect(link("members:roles", pk=grant.person_id))


@requires(Role.COOP_ADMIN, Role.AUDITOR)
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first; pages go on from the last row shown, so that new acts move nothing."""
    filters = AuditFilter(request.GET, queryset=selectors.audit_events())
    rows = narrowed(filters)
    try:
        before = UUID(request.GET["before"])
    except (KeyError, ValueError):
        before = None
    found = list((rows.filter(pk__lt=before) if before else rows)[: AUDIT_PAGE + 1])
    query = request.GET.copy()
    older = ""
    if len(found) > AUDIT_PAGE:
        query["before"] = str(found[AUDIT_PAGE - 1].pk)
        older = f"?{query.urlencode()}"
    query.pop("before", None)
    context = {
        "events": found[:AUDIT_PAGE],
        "filters": filters.form,
        "older": older,
        "newest": f"?{query.urlencode()}" if before else "",
    }
    return render(request, "members/audit.html", context)
