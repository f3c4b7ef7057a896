"""Pages of declarations of work: what waits for a person, differences, and every other."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.links import link
from core.tables import page_of
from members.enums import Role
from members.filters import narrowed
from payroll import selectors
from payroll.declaration_forms import DealtWithForm
from payroll.declaration_selectors import open_differences, open_stops, queue_counts
from payroll.declaration_view import difference_words, queued, stop_words
from payroll.filters import DeclarationFilter
from payroll.forms import show_refusal
from payroll.models import Declaration, DeclarationDifference, DeclarationStop
from payroll.services import declaration_drift
from payroll.services.declarations import lift_stop, retry_declaration, settle_declaration

SHOWN = 100
"""Rows of the queue on one page, the oldest first: the rest follows as they are dealt with."""


@requires(Role.PAYROLL_ADMIN, Role.AUDITOR)
def declarations(request: HttpRequest) -> HttpResponse:
    """What waits for a person first (stops, refusals, differences), then every declaration, newest first."""
    now = clock.now()
    asked_for = DeclarationFilter(request.GET, selectors.declarations())
    stops = [(row, stop_words(row.code), waiting) for row, waiting in open_stops()]
    differences = [(row, difference_words(row)) for row in open_differences()[:SHOWN]]
    context = {
        "counts": queue_counts(),
        "stops": stops,
        "queue": queued(selectors.declaration_queue()[:SHOWN], now),
        "differences": differences,
        "filters": asked_for.form,
        "page": page_of(request, narrowed(asked_for)),
        "may_act": Role.PAYROLL_ADMIN in identity_of(request).roles,
    }
    return render(request, "payroll/declarations.html", context)


@require_POST
@requires(Role.PAYROLL_ADMIN)
def declaration_retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The cause is mended: declare again."""
    found = get_object_or_404(Declaration, pk=pk)
    retry_declaration(declaration_id=found.pk, at=clock.now(), actor=actor_of(request))
    messages.success(request, _("It is being declared again."))
    return redirect(link("payroll:declarations"))


@requires(Role.PAYROLL_ADMIN)
def declaration_settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It was dealt with elsewhere: say how."""
    found = get_object_or_404(Declaration.objects.select_related("contract__person"), pk=pk)

    def act(note: str) -> None:
        settle_declaration(declaration_id=found.pk, note=note, at=clock.now(), actor=actor_of(request))

    return _noted(request, act, f"{found.contract.person}: {found.get_kind_display()}")


@require_POST
@requires(Role.PAYROLL_ADMIN)
def stop_lift(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The office lets us declare for the employer again."""
    found = get_object_or_404(DeclarationStop, pk=pk)
    lift_stop(stop_id=found.pk, at=clock.now(), actor=actor_of(request))
    messages.success(request, _("Declarations of this employer are sent again."))
    return redirect(link("payroll:declarations"))


@require_POST
@requires(Role.PAYROLL_ADMIN)
def difference_mend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Declare what is agreed again."""
    found = get_object_or_404(DeclarationDifference, pk=pk)
    declaration_drift.mend_difference(difference_id=found.pk, at=clock.now(), actor=actor_of(request))
    messages.success(request, _("It is being declared again."))
    return redirect(link("payroll:declarations"))


@requires(Role.PAYROLL_ADMIN)
def difference_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It was dealt with elsewhere, or may stay: say why."""
    found = get_object_or_404(DeclarationDifference.objects.select_related("person"), pk=pk)

    def act(note: str) -> None:
        declaration_drift.close_difference(
            difference_id=found.pk, note=note, at=clock.now(), actor=actor_of(request)
        )

    return _noted(request, act, f"{found.person or found.period_id}: {found.get_kind_display()}")


def _noted(request: HttpRequest, act: Any, subtitle: str) -> HttpResponse:
    """A page that asks what was done."""
    form = DealtWithForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data["note"])
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Noted."))
            return redirect(link("payroll:declarations"))
    context = {
        "form": form,
        "title": _("Dealt with elsewhere"),
        "subtitle": subtitle,
        "submit": _("Mark as dealt with"),
        "back_url": link("payroll:declarations"),
    }
    return render(request, "payroll/form.html", context, status=422 if form.errors else 200)
