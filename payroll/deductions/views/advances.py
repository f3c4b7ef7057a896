"""Advances on wages: asked by workers, agreed by payroll, written off by finance."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.kit.formats import money
from core.links import link
from core.tables import Column, Table, page_of
from members.models import Person
from payroll.deductions import selectors, services
from payroll.deductions.enums import AdvanceState
from payroll.deductions.filters import AdvanceFilter
from payroll.deductions.forms import AdvanceForm, AnswerForm
from payroll.deductions.models import Advance
from payroll.deductions.roles import ADVANCE_READERS, EVERYBODY, GIVERS_UP, WRITERS
from payroll.deductions.types import ADVANCE


@requires(*ADVANCE_READERS, *EVERYBODY)
def advances(request: HttpRequest) -> HttpResponse:
    """One's own, all of them for payroll; the newest first."""
    identity = identity_of(request)
    staff = bool(identity.roles & ADVANCE_READERS)
    may_ask = identity.person is not None and bool(identity.roles & EVERYBODY)
    rows = AdvanceFilter(request.GET or None, selectors.advances(identity.person, identity.roles))
    if not staff:
        del rows.form.fields["worker"]
    table = Table(
        id="advances",
        caption=_("Advances on wages"),
        columns=(
            Column(
                _("Worker") if staff else _("Asked on"),
                "person" if staff else "asked_on",
                "text" if staff else "date",
                lead=True,
                href=lambda row: link("deductions:advance", pk=row.pk),
            ),
            *((Column(_("Asked on"), "asked_on", "date"),) if staff else ()),
            Column(_("Employer"), "entity.name"),
            Column(_("Amount"), "amount", "money"),
            Column(_("Given back"), "back", "money"),
            Column(_("State"), "state", "badge", shown="get_state_display"),
        ),
        page=page_of(request, rows.qs),
        empty_title=_("No advance"),
        empty_text=_("Work that was performed and is still to be paid can be paid in part before its day."),
        empty_action_label=_("Ask for an advance") if may_ask else "",
        empty_action_url=link("deductions:ask") if may_ask else "",
        export="payroll.advances",
    )
    context = {"table": table, "filters": rows.form, "may_ask": may_ask}
    return render(request, "deductions/advances.html", context)


@requires(*EVERYBODY)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a part of my pay before its day."""
    person: Person | None = identity_of(request).person
    if person is None:
        raise PermissionDenied
    return _ask(request, person, link("deductions:advances"))


@requires(*WRITERS)
def enter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enter an advance that a worker asked for otherwise; a colleague agrees."""
    worker = selectors.worker_for(pk)
    return _ask(request, worker, link("deductions:advances"))


def _ask(request: HttpRequest, person: Person, back: str) -> HttpResponse:
    today, refused = clock.today(), ""
    try:
        rooms = selectors.rooms_of(person, today)
    except DomainError as refusal:
        rooms, refused = [], refusal.detail
    form = AdvanceForm(request.POST or None, rooms=rooms)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.ask_advance(person=person, on=today, actor=actor_of(request), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, _("Asked. A second person decides; it is paid at once then."))
            return redirect(link("deductions:advance", pk=row.pk))
    own = identity_of(request).person == person
    if not own:
        form.fields["reason"].help_text = ""
    context = {
        "form": form,
        "rooms": rooms,
        "refused": refused,
        "person": person,
        "own": own,
        "back_url": back,
    }
    return render(request, "deductions/ask.html", context, status=422 if form.errors else 200)


@requires(*ADVANCE_READERS, *EVERYBODY)
def advance(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One advance: what was given, what came back."""
    return _page(request, _seen(request, pk))


@require_POST
@requires(*WRITERS)
def agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is to pay today."""
    row = services.agree_advance(advance_id=_seen(request, pk).pk, on=clock.today(), actor=actor_of(request))
    messages.success(request, _("%(amount)s is to pay: put it in a batch.") % {"amount": money(row.amount)})
    return redirect(link("deductions:advance", pk=row.pk))


@require_POST
@requires(*WRITERS)
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say no, and why."""
    row = _seen(request, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    services.refuse_advance(
        advance_id=row.pk, answer=form.cleaned_data["answer"], on=clock.today(), actor=actor_of(request)
    )
    messages.success(request, _("Refused: the worker sees why."))
    return redirect(link("deductions:advance", pk=row.pk))


@require_POST
@requires(*WRITERS, *EVERYBODY)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """I no longer want it."""
    row = services.withdraw_advance(advance_id=_seen(request, pk).pk, actor=actor_of(request))
    messages.success(request, _("Withdrawn."))
    return redirect(link("deductions:advance", pk=row.pk))


@require_POST
@requires(*GIVERS_UP)
def write_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give up what never came back."""
    row = _seen(request, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    services.write_off_advance(
        advance_id=row.pk, because=form.cleaned_data["answer"], on=clock.today(), actor=actor_of(request)
    )
    messages.success(request, _("Written off, at the charge of the common pot."))
    return redirect(link("deductions:advance", pk=row.pk))


def _seen(request: HttpRequest, pk: UUID) -> Advance:
    identity = identity_of(request)
    return selectors.advance_for(identity.person, identity.roles, pk)


def _page(request: HttpRequest, row: Advance, form: AnswerForm | None = None) -> HttpResponse:
    identity = identity_of(request)
    me = identity.person.pk if identity.person is not None else None
    asked = row.state == AdvanceState.ASKED
    decides = asked and bool(identity.roles & WRITERS) and me not in (None, row.person_id, row.asked_by_id)
    gives_up = row.state == AdvanceState.AGREED and bool(identity.roles & GIVERS_UP)
    context = {
        "row": row,
        "own": me == row.person_id,
        "decides": decides,
        "may_withdraw": asked and me is not None and me in (row.person_id, row.asked_by_id),
        "gives_up": gives_up and me not in (None, row.person_id, row.asked_by_id, row.decided_by_id),
        "taken": selectors.taken_rows(ADVANCE, row.pk),
        "form": form or AnswerForm(),
    }
    return render(request, "deductions/advance.html", context, status=422 if form is not None else 200)
