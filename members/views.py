"""Pages of people: joining, the profile, the adviser's portfolio, the administrator's desk."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, public, requires
from core.accounts.recent import recent
from core.errors import DomainError
from core.links import link
from core.models import PolicyRate
from core.rates import find_policy
from core.registry import Reason, person_panels
from core.services import enter_policy
from core.tables import page_of
from core.tenancy import current_cooperative
from members import selectors, services
from members.enums import ADVISERS, Role
from members.filters import AuditFilter, PersonFilter, narrowed
from members.forms import (
    AdviserForm,
    FamilyForm,
    JoinForm,
    NationalNumberForm,
    NoteForm,
    PolicyForm,
    ProfileForm,
    RevealForm,
    RoleForm,
    show_refusal,
)
from members.models import Person
from members.policies import HINTS, KINDS, kind_of, parse_policy, spoken, written
from members.portfolio import needs_of, reasons_about, turnover_of

AUDIT_PAGE = 50
MOST_NEEDS = 15
"""Rows of “who needs me today” before the list is folded."""


def _me(request: HttpRequest) -> Person:
    """The person of the request, on pages that only people see."""
    person: Person | None = identity_of(request).person
    if person is None:
        raise PermissionDenied
    return person


# --- joining and the profile -----------------------------------------------------------------------------


@public
def join(request: HttpRequest) -> HttpResponse:
    """Become a member of this cooperative; visitors make an account first and come back here."""
    if not request.user.is_authenticated:
        query = urlencode({"next": link("members:join")})
        return redirect(f"{reverse('account_signup')}?{query}")
    if identity_of(request).person is not None:
        return redirect(link("members:profile"))
    cooperative = current_cooperative()
    form = JoinForm(
        request.POST or None,
        country=cooperative.country,
        languages=cooperative.languages,
        initial={"language": request.user.language, "country": cooperative.country},
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            services.join_cooperative(
                user=request.user,
                joined_on=clock.today(),
                actor=actor_of(request),
                family_status=data.pop("status"),
                country=cooperative.country,
                **data,
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(link("members:welcome"))
    return render(request, "members/join.html", {"form": form}, status=422 if form.errors else 200)


@requires()
def welcome(request: HttpRequest) -> HttpResponse:
    """Just joined: who accompanies me, and the first Activity."""
    if identity_of(request).person is None:
        return redirect(link("members:join"))
    person = selectors.person_by_id(_me(request).pk)
    return render(
        request,
        "members/welcome.html",
        {"member": person, "new_activity_url": _page_or_nothing("activities:new")},
    )


def _page_or_nothing(name: str, **kwargs: Any) -> str:
    """The address of a page of an app above, or nothing where that app has no such page."""
    try:
        return link(name, **kwargs)
    except NoReverseMatch:
        return ""


@requires()
def profile(request: HttpRequest) -> HttpResponse:
    """What the cooperative knows of me, who accompanies me, what I may do, and who read my personal data."""
    if identity_of(request).person is None:
        return redirect(link("members:join"))
    person = selectors.person_by_id(_me(request).pk)
    today = clock.today()
    accesses = page_of(request, selectors.accesses_to(person), 20)
    context = {
        "member": person,
        "masked": selectors.masked_national_number(person),
        "family": selectors.family_situation(person, today),
        "family_history": list(selectors.family_history(person)[:20]),
        "grants": list(selectors.grants_of(person)),
        "today": today,
        "accesses": accesses,
        "number_form": NationalNumberForm(),
    }
    return render(request, "members/profile.html", context)


@requires()
def edit_profile(request: HttpRequest) -> HttpResponse:
    """Change my name, address, account, language."""
    person = _me(request)
    form = ProfileForm(
        request.POST or None, initial={name: getattr(person, name) for name in ProfileForm.base_fields}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.update_person(person_id=person.pk, actor=actor_of(request), **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Your profile is up to date."))
            return redirect(link("members:profile"))
    return _form_page(request, form, _("Change my profile"), _("Save"), link("members:profile"))


@requires()
def edit_family(request: HttpRequest) -> HttpResponse:
    """My family situation from a day on."""
    person, today = _me(request), clock.today()
    now = selectors.family_situation(person, today)
    initial = {"status": now.status, "children": now.children, "single_parent": now.single_parent}
    form = FamilyForm(request.POST or None, earliest=today, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_family_situation(
                person=person, today=today, actor=actor_of(request), **form.cleaned_data
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Your family situation is noted."))
            return redirect(link("members:profile"))
    return _form_page(request, form, _("My family situation"), _("Save"), link("members:profile"))


@requires()
def give_national_number(request: HttpRequest) -> HttpResponse:
    """Give or replace my national number."""
    form = NationalNumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_national_number(
                person=_me(request), number=form.cleaned_data["national_number"], actor=actor_of(request)
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Your national number is kept, encrypted."))
            return redirect(link("members:profile"))
    return _form_page(request, form, _("My national number"), _("Save"), link("members:profile"))


def _form_page(
    request: HttpRequest, form: Any, title: str, submit: str, back_url: str, subtitle: str = ""
) -> HttpResponse:
    context = {"form": form, "title": title, "submit": submit, "back_url": back_url, "subtitle": subtitle}
    return render(request, "members/form.html", context, status=422 if form.errors else 200)


# --- the adviser ----------------------------------------------------------------------------------------


@requires(Role.ADVISER, Role.ADVISER_LEAD)
def portfolio(request: HttpRequest) -> HttpResponse:
    """Who needs me today, sorted by reason; what waits for my decision; everybody whom I accompany.

    A team lead may look at another adviser's portfolio (`?adviser=`), which is how absences are covered.
    """
    me, today = _me(request), clock.today()
    lead = Role.ADVISER_LEAD in identity_of(request).roles
    loads = selectors.adviser_loads(today) if lead else []
    adviser = next((a for a, _load in loads if str(a.pk) == request.GET.get("adviser")), me)
    mine = list(selectors.portfolio_of(adviser))
    reasons = reasons_about([person.pk for person in mine], today)
    kinds = _kinds(reasons)
    chosen = request.GET.get("reason", "")
    shown = [reason for reason in reasons if reason.kind == chosen] if chosen in kinds else reasons
    needs = needs_of(mine, shown)
    people = PersonFilter(request.GET, queryset=selectors.portfolio_of(adviser))
    page = page_of(request, narrowed(people))
    people.form.fields["adviser"] = forms.CharField(
        required=False, widget=forms.HiddenInput
    )  # kept by a search
    turnover = turnover_of([person.pk for person in page], today)
    by_person: dict[UUID, list[Reason]] = defaultdict(list)
    for reason in reasons:
        by_person[reason.person_id].append(reason)
    context = {
        "adviser": adviser,
        "is_mine": adviser.pk == me.pk,
        "loads": loads,
        "size": len(mine),
        "needy": len({reason.person_id for reason in reasons}),
        "waiting": needs_of(mine, [reason for reason in reasons if reason.waits]),
        "needs": needs if "all" in request.GET else needs[:MOST_NEEDS],
        "folded": 0 if "all" in request.GET else max(0, len(needs) - MOST_NEEDS),
        "kinds": [(kind, label, count, kind == chosen) for kind, (label, count) in kinds.items()],
        "chosen": chosen,
        "filters": people.form,
        "page": page,
        "rows": [
            {
                "person": person,
                "turnover": turnover.get(person.pk, []),
                "total": sum(turnover[person.pk]) if person.pk in turnover else None,
                "reason": next(iter(by_person[person.pk]), None),
                "others": max(0, len(by_person[person.pk]) - 1),
                "backup": person.adviser_id != adviser.pk,
            }
            for person in page
        ],
    }
    return render(request, "members/portfolio.html", context)


def _kinds(reasons: list[Reason]) -> dict[str, tuple[str, int]]:
    """The kinds of reasons with a word and a count; the heaviest first, as the reasons are."""
    counts: dict[str, tuple[str, int]] = {}
    for reason in reasons:
        label, count = counts.get(reason.kind, (str(reason.group or reason.label), 0))
        counts[reason.kind] = (label, count + 1)
    return counts


@requires(Role.ADVISER, Role.ADVISER_LEAD)
def together(request: HttpRequest) -> HttpResponse:
    """One act for several members of the list (`?person=…&person=…`): a note about each, or
    another adviser.
    """
    me, today, roles = _me(request), clock.today(), identity_of(request).roles
    chosen = [UUID(text) for text in request.GET.getlist("person") if _is_uuid(text)]
    members = list(selectors.visible_people(me, roles).filter(pk__in=chosen))
    if not members:
        messages.warning(request, _("Choose members in the list first."))
        return redirect(link("members:portfolio"))
    act = request.POST.get("act")
    note_form = NoteForm(request.POST if act == "note" else None)
    adviser_form = None
    if Role.ADVISER_LEAD in roles:
        adviser_form = AdviserForm(
            request.POST if act == "adviser" else None, advisers=selectors.advisers(today)
        )
    form = {"note": note_form, "adviser": adviser_form}.get(act or "")
    if act and form is None:
        raise PermissionDenied
    if form is not None and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            if act == "note":
                data.pop("closes")
                services.write_notes(
                    people=members, author=me, written_on=today, actor=actor_of(request), **data
                )
            else:
                services.hand_over(people=members, on=today, actor=actor_of(request), **data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Done for each of them."))
            return redirect(link("members:portfolio"))
    context = {"members": members, "note_form": note_form, "adviser_form": adviser_form}
    return render(
        request, "members/together.html", context, status=422 if form is not None and form.errors else 200
    )


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


SHEET = (Role.ADVISER, Role.ADVISER_LEAD, Role.COOP_ADMIN)
"""Who opens members' sheets: advisers those of their portfolio, team leads and administrators all."""


def _member(request: HttpRequest, pk: UUID) -> Person:
    """The member of the address, if the reader may see their sheet; 404 otherwise."""
    return selectors.person_for(_me(request), identity_of(request).roles, pk)


@requires(*SHEET)
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A member as their adviser sees them: what to do, notes, papers, panels of the other apps."""
    return _sheet(request, _member(request, pk))


def _sheet(
    request: HttpRequest,
    member: Person,
    *,
    note_form: NoteForm | None = None,
    reveal_form: RevealForm | None = None,
    revealed: str = "",
) -> HttpResponse:
    today = clock.today()
    notes = list(selectors.notes_about(member)[:50])
    closed_by = {note.closes_id: note for note in notes if note.closes_id}
    refused = bool((note_form and note_form.errors) or (reveal_form and reveal_form.errors))
    context = {
        "member": member,
        "masked": selectors.masked_national_number(member),
        "revealed": revealed,
        "family": selectors.family_situation(member, today),
        "roles": sorted(role.label for role in selectors.roles_of(member, today)),
        "reasons": reasons_about([member.pk], today),
        "turnover": turnover_of([member.pk], today).get(member.pk, []),
        "notes": [(note, closed_by.get(note.pk)) for note in notes],
        "note_form": note_form or NoteForm(),
        "reveal_form": reveal_form or RevealForm(),
        "may_assign": bool({Role.ADVISER_LEAD, Role.COOP_ADMIN} & identity_of(request).roles),
        "may_note": bool(ADVISERS & identity_of(request).roles),
        "panels": [html for panel in person_panels() if (html := panel(request, member))],
        "today": today,
    }
    response = render(request, "members/person.html", context, status=422 if refused else 200)
    if revealed:
        response.headers["Cache-Control"] = "no-store"
    return response


@requires(Role.ADVISER, Role.ADVISER_LEAD)
@require_POST
def write_note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a note about a member, or close a follow-up."""
    member = _member(request, pk)
    form = NoteForm(request.POST)
    if form.is_valid():
        data = dict(form.cleaned_data)
        try:
            services.write_note(
                person=member,
                author=_me(request),
                written_on=clock.today(),
                actor=actor_of(request),
                closes_id=data.pop("closes"),
                **data,
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The note is written."))
            return redirect(link("members:person", pk=member.pk) + "#notes")
    return _sheet(request, member, note_form=form)


@requires(*SHEET)
@require_POST
@recent
def reveal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read a member's national number, for a reason that the member sees."""
    member = _member(request, pk)
    form = RevealForm(request.POST)
    revealed = ""
    if form.is_valid():
        try:
            revealed = services.reveal_national_number(
                person=member, actor=actor_of(request), purpose=form.cleaned_data["purpose"]
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
    return _sheet(request, member, reveal_form=form, revealed=revealed)


@requires(Role.ADVISER_LEAD, Role.COOP_ADMIN)
def assign_adviser(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who accompanies a member, and who stands in."""
    member, today = _member(request, pk), clock.today()
    form = AdviserForm(
        request.POST or None,
        advisers=selectors.advisers(today).exclude(pk=member.pk),
        initial={"adviser": member.adviser_id, "backup": member.backup_adviser_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.assign_adviser(person=member, on=today, actor=actor_of(request), **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The adviser is set."))
            return redirect(link("members:person", pk=member.pk))
    title = _("Adviser of %(name)s") % {"name": member}
    return _form_page(request, form, title, _("Save"), link("members:person", pk=member.pk))


# --- the administrator ----------------------------------------------------------------------------------


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
    return _form_page(
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
    may_change = Role.COOP_ADMIN in identity_of(request).roles and person.pk != _me(request).pk
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
        "is_me": person.pk == _me(request).pk,
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
