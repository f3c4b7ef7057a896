"""Attestations: handed in by workers, checked by staff."""

from __future__ import annotations

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
from core.kit.formats import day
from core.links import link
from core.tables import Column, Table, page_of
from payroll.workers import selectors, services
from payroll.workers.filters import AttestationFilter
from payroll.workers.forms import AnswerForm, AttestationForm
from payroll.workers.models import Attestation
from payroll.workers.roles import CHECKERS, EVERYBODY, READERS
from payroll.workers.views import me


@requires(*READERS)
def attestations(request: HttpRequest) -> HttpResponse:
    """What workers handed in: to be checked first, then by the day on which it ends."""
    identity = identity_of(request)
    rows = AttestationFilter(
        request.GET or {"state": "handed_in"}, selectors.attestations(identity.person, identity.roles)
    )
    table = Table(
        id="attestations",
        caption=_("Attestations"),
        columns=(
            Column(_("Worker"), "person", lead=True, href=lambda row: link("workers:attestation", pk=row.pk)),
            Column(_("Kind"), "get_kind_display"),
            Column(_("From"), "valid_from", "date"),
            Column(_("Until"), lambda row: day(row.valid_to) if row.valid_to else _("without an end")),
            Column(_("State"), "state", "badge", shown="get_state_display"),
        ),
        page=page_of(request, rows.qs),
        empty_title=_("Nothing waits"),
        empty_text=_("What workers hand in appears here; choose another state to see the others."),
        export="payroll.attestations",
    )
    return render(request, "workers/attestations.html", {"table": table, "filters": rows.form})


def _seen(request: HttpRequest, pk: UUID) -> Attestation:
    identity = identity_of(request)
    return selectors.attestation_for(identity.person, identity.roles, pk)


@requires(*EVERYBODY, *READERS)
def attestation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One attestation; those who check it say yes or no here."""
    row = _seen(request, pk)
    return _page(request, row, AnswerForm())


def _page(request: HttpRequest, row: Attestation, form: AnswerForm) -> HttpResponse:
    identity = identity_of(request)
    own = identity.person is not None and identity.person.pk == row.person_id
    context = {
        "row": row,
        "own": own,
        "form": form,
        "may_check": row.state == "handed_in" and not own and bool(identity.roles & CHECKERS),
    }
    return render(request, "workers/attestation.html", context, status=422 if form.errors else 200)


@requires(*EVERYBODY, *READERS)
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file that came with it."""
    row = _seen(request, pk)
    if row.file is None:
        raise FileGone
    return file_response(row.file)


@requires(*EVERYBODY)
def hand_in(request: HttpRequest) -> HttpResponse:
    """Hand in an attestation of mine."""
    form = AttestationForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.hand_in_attestation(person=me(request), actor=actor_of(request), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, _("Thank you: it counts as soon as it is checked."))
            return redirect(link("workers:own"))
    context = {"form": form, "title": _("Hand in an attestation"), "back_url": link("workers:own")}
    return render(request, "workers/form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(*CHECKERS)
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is in order."""
    row = _seen(request, pk)
    services.check_attestation(attestation_id=row.pk, on=clock.today(), actor=actor_of(request))
    messages.success(request, _("The attestation counts from now on."))
    return redirect(link("workers:attestations"))


@require_POST
@requires(*CHECKERS)
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is not in order, and why."""
    row = _seen(request, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    services.refuse_attestation(
        attestation_id=row.pk, on=clock.today(), actor=actor_of(request), **form.cleaned_data
    )
    messages.success(request, _("The worker sees your answer."))
    return redirect(link("workers:attestations"))
