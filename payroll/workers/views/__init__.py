"""The worker's file as a page: one's own, and that of others for staff."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core import clock
from core.access import actor_of, identity_of, requires
from core.documents import finished_file, request_document
from core.enums import NOT_MADE
from core.errors import DomainError
from core.files import file_response
from core.links import link
from members.models import Person
from payroll.beside_pay import beside_pay_of
from payroll.workers import selectors, services
from payroll.workers.forms import ElsewhereForm
from payroll.workers.roles import EVERYBODY, KEEPERS, READERS
from payroll.workers.services.certificates import KIND
from payroll.workers.sheet import sheet_of


def me(request: HttpRequest) -> Person:
    """The person who asks; an account without one has no file."""
    person: Person | None = identity_of(request).person
    if person is None:
        raise PermissionDenied
    return person


@requires(*EVERYBODY)
def own(request: HttpRequest) -> HttpResponse:
    """What the cooperative keeps of me as a worker."""
    sheet = sheet_of(me(request), clock.today(), health=True)
    return render(request, "workers/own.html", {"sheet": sheet, "person": me(request), "own": True})


@requires(*READERS)
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same of a worker, for staff; accidents for payroll only."""
    identity = identity_of(request)
    worker = selectors.file_for(identity.person, identity.roles & READERS, pk)
    sheet = sheet_of(worker, clock.today(), health=bool(identity.roles & KEEPERS))
    context = {"sheet": sheet, "person": worker, "own": False}
    if identity.roles & KEEPERS:
        context["beside"] = beside_pay_of(worker, clock.today())
    return render(request, "workers/own.html", context)


@requires(*EVERYBODY)
def elsewhere(request: HttpRequest) -> HttpResponse:
    """Note my student hours with other employers."""
    form = ElsewhereForm(request.POST or None, initial={"year": clock.today().year})
    if request.method == "POST" and form.is_valid():
        try:
            services.note_elsewhere(
                person=me(request), on=clock.today(), actor=actor_of(request), **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, _("Your hours are noted: contracts from now on count them."))
            return redirect(link("workers:own"))
    context = {"form": form, "title": _("My student hours elsewhere"), "back_url": link("workers:own")}
    return render(request, "workers/form.html", context, status=422 if form.errors else 200)


@requires(*EVERYBODY, *KEEPERS)
def certificate_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A holiday certificate; while it is being made, a page that says when it is there."""
    identity = identity_of(request)
    row = selectors.certificate_for(identity.person, identity.roles, pk)
    waiting = "wait" in request.GET
    file = finished_file(KIND, row.pk)
    if file is not None and not waiting:
        services.read_certificate(certificate=row, actor=actor_of(request), purpose=_("Payroll console"))
        return file_response(file)
    job = None if file is not None else request_document(KIND, row.pk, urgent=True)
    context = {
        "certificate": row,
        "done": file is not None,
        "failed": job is not None and job.state in NOT_MADE,
    }
    return render(request, "workers/certificate_waiting.html", context, status=200 if file else 202)
