"""Pages of work abroad."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.files import FileGone, file_response
from core.links import link
from core.tables import Column, Table, page_of
from core.tenancy import current_cooperative
from members.enums import Role
from payroll.abroad import selectors, services
from payroll.abroad.countries import country_name
from payroll.abroad.enums import QUEUE_STATES, SETTLED_STATES, StepKind
from payroll.abroad.errors import AbroadNotFound
from payroll.abroad.filters import OPEN, StepFilter
from payroll.abroad.forms import DoneForm, MissionForm, ReasonForm
from payroll.abroad.models import AbroadMission, MissionStep
from payroll.abroad.roles import CERTIFICATE_READERS, CERTIFICATE_STAFF, KEEPERS, READERS, STAFF, WRITERS
from payroll.abroad.wording import EVENTS, clerk_name, what_follows, what_to_do
from payroll.models import EmploymentContract
from payroll.selectors import contract_for


@requires(*STAFF)
def queue(request: HttpRequest) -> HttpResponse:
    """What must be done for work abroad, the nearest deadline first."""
    identity, today = identity_of(request), clock.today()
    rows = StepFilter(request.GET or {"stands": OPEN}, selectors.steps(identity.person, identity.roles))
    table = Table(
        id="steps",
        caption=_("Work abroad"),
        columns=(
            Column(_("Worker"), "mission.person", lead=True, href=_page_of),
            Column(_("Country"), lambda row: country_name(row.mission.country)),
            Column(_("From"), "mission.starts_on", "date"),
            Column(_("To do"), "get_kind_display"),
            Column(_("Until"), "due_on", "date"),
            Column(
                _("State"),
                lambda row: "danger" if row.is_late(today) else row.state,
                "badge",
                shown=lambda row: _("late") if row.is_late(today) else row.get_state_display(),
            ),
            Column(_("What to do"), what_to_do),
        ),
        page=page_of(request, rows.qs),
        empty_title=_("Nothing waits"),
        empty_text=_("What work abroad asks for appears here as soon as a form is filled in."),
        export="payroll.abroad",
    )
    counts = selectors.counts(identity.person, identity.roles, today)
    return render(request, "abroad/queue.html", {"table": table, "filters": rows.form, "counts": counts})


def _page_of(row: MissionStep) -> str:
    return link("abroad:mission", pk=row.mission_id)


# --- missions -----------------------------------------------------------------------------------------------


def _writable(request: HttpRequest, pk: UUID) -> EmploymentContract:
    """A contract whose form the reader fills in. Raises `ContractNotFound`, `AbroadNotFound`."""
    identity = identity_of(request)
    contract = contract_for(identity.person, pk, roles=identity.roles & WRITERS)
    if not selectors.may_write(identity.person, identity.roles, contract):
        raise AbroadNotFound
    return contract


def _statement(request: HttpRequest, person_id: UUID) -> Any:
    """How the statement reads: the worker's own words, payroll's that it holds their paper, or not at all."""
    identity = identity_of(request)
    if identity.person is not None and identity.person.pk == person_id:
        return _("I state that all of this is true and that I tell payroll of any change before I leave.")
    if Role.PAYROLL_ADMIN in identity.roles:
        return _("The worker has signed this statement on paper.")
    return None


def _on_paper(request: HttpRequest, person_id: UUID) -> bool:
    identity = identity_of(request)
    own = identity.person is not None and identity.person.pk == person_id
    return not own and Role.PAYROLL_ADMIN in identity.roles


@requires(*WRITERS)
def declare(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Fill the form of a contract in."""
    contract = _writable(request, pk)
    home = current_cooperative().country
    states = _statement(request, contract.person_id)
    form = MissionForm(request.POST or None, contract=contract, home=home, states=states)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.declare_mission(
                contract_id=contract.pk,
                terms=form.terms(),
                on=clock.now(),
                actor=actor_of(request),
                stated=bool(form.cleaned_data.get("stated")),
                on_paper=_on_paper(request, contract.person_id),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, _said(made))
            return redirect(link("abroad:mission", pk=made.pk))
    known = selectors.missions_of(contract)
    if form.initial.get("country") in {row.country for row in known}:
        form.initial["country"] = ""
    context = {
        "form": form,
        "contract": contract,
        "known": [(row, country_name(row.country)) for row in known],
        "back_url": link("payroll:contract", pk=contract.pk),
    }
    return render(request, "abroad/form.html", context, status=422 if form.errors else 200)


@requires(*WRITERS)
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change the form before the work begins."""
    identity = identity_of(request)
    row = selectors.mission_to_write(identity.person, identity.roles, pk)
    states = _statement(request, row.person_id)
    home = current_cooperative().country
    form = MissionForm(request.POST or None, contract=row.contract, home=home, mission=row, states=states)
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data["version"]
        try:
            made = services.change_mission(
                mission_id=row.pk,
                terms=form.terms(),
                version=row.version if read is None else read,
                on=clock.now(),
                actor=actor_of(request),
                stated=bool(form.cleaned_data.get("stated")),
                on_paper=_on_paper(request, row.person_id),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, _said(made))
            return redirect(link("abroad:mission", pk=made.pk))
    context = {
        "form": form,
        "contract": row.contract,
        "country": country_name(row.country),
        "back_url": link("abroad:mission", pk=row.pk),
    }
    return render(request, "abroad/form.html", context, status=422 if form.errors else 200)


def _said(mission: AbroadMission) -> str:
    if mission.declared_at is None:
        return _("The form is kept. The worker finds it on their home page and confirms it.")
    return _("The form is complete: payroll asks for what is needed.")


@requires(*READERS)
def mission(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One mission: the form, what must be done, the certificate, what happened."""
    identity, today = identity_of(request), clock.today()
    row = selectors.mission_for(identity.person, identity.roles, pk)
    own = identity.person is not None and identity.person.pk == row.person_id
    open_now = row.state != "cancelled"
    writes = open_now and selectors.may_write(identity.person, identity.roles & WRITERS, row.contract)
    keeper = bool(identity.roles & KEEPERS)
    standing = selectors.standing_request(row)
    steps = [
        {
            "step": step,
            "clerk": clerk_name(step.done_by_label),
            "late": step.is_late(today),
            "what": what_to_do(step) if keeper else what_follows(step, own=own),
            "waits": step.state not in SETTLED_STATES,
            "acts": keeper and step.state in QUEUE_STATES and (open_now or step.kind == StepKind.WITHDRAWAL),
            "reopens": keeper and open_now and step.done_by_label and not (step.kind == "a1" and standing),
        }
        for step in row.steps.all()
    ]
    proof = next((one for one in row.steps.all() if one.kind in ("a1", "convention")), None)
    context = {
        "mission": row,
        "country": country_name(row.country),
        "steps": steps,
        "certificate": proof
        if proof is not None and proof.file and (own or identity.roles & CERTIFICATE_STAFF)
        else None,
        "standing": standing,
        "events": [
            {"when": one.happened_at, "title": EVENTS[one.what], "text": one.text,
             "actor": clerk_name(one.by_label)}
            for one in row.events.all()[:50]
        ],
        "may_confirm": open_now and row.declared_at is None and (own or keeper),
        "may_change": writes and (row.declared_at is None or today < row.starts_on),
        "may_cancel": writes and today < row.starts_on,
        "keeper": keeper,
        "staff": bool(identity.roles & STAFF),
    }  # fmt: skip
    return render(request, "abroad/mission.html", context)


@require_POST
@requires(*WRITERS)
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """State that the form is true."""
    identity = identity_of(request)
    row = selectors.mission_to_write(identity.person, identity.roles, pk)
    services.confirm_mission(
        mission_id=row.pk,
        on=clock.now(),
        actor=actor_of(request),
        on_paper=_on_paper(request, row.person_id),
    )
    messages.success(request, _("The form is complete: payroll asks for what is needed."))
    return redirect(link("abroad:mission", pk=row.pk))


@require_POST
@requires(*WRITERS)
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The work abroad does not take place."""
    identity = identity_of(request)
    row = selectors.mission_to_write(identity.person, identity.roles, pk)
    services.cancel_mission(mission_id=row.pk, on=clock.now(), actor=actor_of(request))
    messages.success(request, _("The work abroad is called off."))
    return redirect(link("payroll:contract", pk=row.contract_id))


@requires(*CERTIFICATE_READERS)
def certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The certificate as a file."""
    identity = identity_of(request)
    step = selectors.certificate_step(identity.person, identity.roles, pk)
    file = services.read_certificate(
        step=step, at=clock.now(), actor=actor_of(request), purpose=_("Certificate for work abroad")
    )
    return file_response(file)


# --- steps --------------------------------------------------------------------------------------------------


def _step(request: HttpRequest, pk: UUID) -> MissionStep:
    identity = identity_of(request)
    return selectors.step_for(identity.person, identity.roles & KEEPERS, pk)


@require_POST
@requires(*KEEPERS)
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send the request for a certificate."""
    step = _step(request, pk)
    services.ask_a1(step_id=step.pk, on=clock.now(), day=clock.today(), actor=actor_of(request))
    messages.success(request, _("The request is on its way; the answer appears here."))
    return redirect(link("abroad:mission", pk=step.mission_id))


@requires(*KEEPERS)
def done(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note what was done by hand, with what proves it."""
    form = DoneForm(request.POST or None, request.FILES or None)
    said = _("Noted, with its evidence.")
    return _settled(request, _step(request, pk), form, services.note_done, said, _("It is done"))


@requires(*KEEPERS)
def not_needed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say why nothing is to be done."""
    form, said = ReasonForm(request.POST or None), _("Noted: nothing is to be done.")
    return _settled(request, _step(request, pk), form, services.note_not_needed, said, _("It is not needed"))


def _settled(
    request: HttpRequest,
    step: MissionStep,
    form: DoneForm | ReasonForm,
    note: Callable[..., MissionStep],
    said: str,
    submit: str,
) -> HttpResponse:
    """The form by which a step is settled by hand; what it holds is noted, or refused beside it."""
    if request.method == "POST" and form.is_valid():
        try:
            note(
                step_id=step.pk,
                on=clock.now(),
                day=clock.today(),
                actor=actor_of(request),
                **form.cleaned_data,
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, said)
            return redirect(link("abroad:mission", pk=step.mission_id))
    context = {
        "step": step,
        "form": form,
        "submit": submit,
        "country": country_name(step.mission.country),
        "back_url": link("abroad:mission", pk=step.mission_id),
    }
    return render(request, "abroad/step.html", context, status=422 if form.errors else 200)


@require_POST
@requires(*KEEPERS)
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was noted is wrong."""
    step = _step(request, pk)
    services.reopen_step(step_id=step.pk, on=clock.now(), actor=actor_of(request))
    messages.success(request, _("The step waits again."))
    return redirect(link("abroad:mission", pk=step.mission_id))


@require_POST
@requires(*KEEPERS)
def retract(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the request for a certificate back."""
    identity = identity_of(request)
    row = selectors.mission_for(identity.person, identity.roles, pk)
    services.retract_a1(mission_id=row.pk, on=clock.now(), actor=actor_of(request))
    messages.success(request, _("The request is withdrawn; the step waits again."))
    return redirect(link("abroad:mission", pk=row.pk))


@requires(*CERTIFICATE_STAFF)
def evidence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The paper of a step, for those who work or check the queue."""
    identity = identity_of(request)
    step = selectors.step_for(identity.person, identity.roles & CERTIFICATE_STAFF, pk)
    if step.file is None:
        raise FileGone
    return file_response(
        services.read_certificate(
            step=step, at=clock.now(), actor=actor_of(request), purpose=_("Evidence of work abroad")
        )
    )
