"""The sheet of a member, for whoever accompanies them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.accounts.recent import recent
from core.errors import DomainError
from core.links import link
from core.registry import person_panels
from members import selectors, services
from members.enums import ADVISERS, Role
from members.forms import (
    AdviserForm,
    NoteForm,
    RevealForm,
    show_refusal,
)
from members.models import Person
from members.portfolio import reasons_about, turnover_of
from members.reader import reader_of
from members.views.form_page import form_page

SHEET = (Role.ADVISER, Role.ADVISER_LEAD, Role.COOP_ADMIN)


def _member(request: HttpRequest, pk: UUID) -> Person:
    """The member of the address, if the reader may see their sheet; 404 otherwise."""
    return selectors.person_for(reader_of(request), identity_of(request).roles, pk)


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
                author=reader_of(request),
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
    return form_page(request, form, title, _("Save"), link("members:person", pk=member.pk))
