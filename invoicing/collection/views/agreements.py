"""The end of a plan; a file given away, its fees and its dossier."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core import clock
from core.access import actor_of, requires
from core.documents import finished_file, request_document
from core.enums import NOT_MADE
from core.files import file_response
from core.links import link
from invoicing.collection import selectors, services
from invoicing.collection.forms import FeeForm, ReasonForm
from invoicing.collection.services.hand_overs import DOSSIER
from invoicing.collection.views.asking import ask
from invoicing.roles import CONTROLLERS


@requires(*CONTROLLERS)
def cancel_plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a plan by hand."""
    plan = selectors.plan(pk)
    form = ReasonForm(request.POST or None)

    def act() -> str:
        services.cancel_plan(plan_id=plan.pk, on=clock.today(), actor=actor_of(request), **form.cleaned_data)
        return _("The plan is over: reminders go on.")

    return ask(request, plan.client, form, act, title=_("End the plan"), submit=_("End the plan"))


@requires(*CONTROLLERS)
def handed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A file with an agent: what is owed, what it costs, its dossier."""
    found = selectors.hand_over(pk)
    context = {
        "file": found,
        "invoices": found.invoices.select_related("invoice").order_by("pk"),
        "fees": found.fees.order_by("pk"),
        "owed": selectors.owed_of_file(found),
    }
    return render(request, "collection/handed.html", context)


@requires(*CONTROLLERS)
def fee(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note what the agent asks for a file."""
    found = selectors.hand_over(pk)
    form = FeeForm(request.POST or None)

    def act() -> str:
        services.note_fee(
            hand_over_id=found.pk, on=clock.today(), actor=actor_of(request), **form.cleaned_data
        )
        return _("The fee is noted.")

    title = _("Fee of the agent")
    return ask(request, found.client, form, act, title=title, submit=_("Keep"), eyebrow=found.reference)


@requires(*CONTROLLERS)
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a file back from its agent."""
    found = selectors.hand_over(pk)
    form = ReasonForm(request.POST or None)

    def act() -> str:
        services.take_back(
            hand_over_id=found.pk, on=clock.today(), actor=actor_of(request), **form.cleaned_data
        )
        return _("The file is back: reminders go on.")

    title = _("Take the file back")
    return ask(
        request, found.client, form, act, title=title, submit=_("Take it back"), eyebrow=found.reference
    )


@requires(*CONTROLLERS)
def dossier(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The dossier of a file as the agent gets it; one that is not made yet is waited for."""
    found = selectors.hand_over(pk)
    made = finished_file(DOSSIER, found.pk)
    if made is not None and "wait" not in request.GET:
        return file_response(made)
    job = None if made is not None else request_document(DOSSIER, found.pk, urgent=True)
    context = {
        "file": found,
        "done": made is not None,
        "failed": job is not None and job.state in NOT_MADE,
        "download_url": link("collection:dossier", pk=found.pk),
    }
    return render(request, "collection/waiting.html", context)
