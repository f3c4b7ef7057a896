"""Months: which are closed, what is left before the next one is."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core import clock
from core.access import actor_of, requires
from core.errors import DomainError
from core.links import link
from ledger import selectors, services
from ledger.closing import closing_points, days_of, months_of
from ledger.errors import UnknownLegalEntity
from ledger.forms import ClosingForm
from ledger.models import LegalEntity, Period
from ledger.roles import SEE
from ledger.views.books import may_act


@requires(*SEE)
def periods(request: HttpRequest) -> HttpResponse:
    """The months of every entity, newest first."""
    today = clock.today()
    entities = [
        (entity, [(days_of(year, month)[0], closed) for year, month, closed in months_of(entity, today)[:24]])
        for entity in selectors.entities()
    ]
    context = {"entities": [pair for pair in entities if pair[1]]}
    return render(request, "ledger/periods.html", context)


@requires(*SEE)
def period(request: HttpRequest, entity: str, year: int, month: int) -> HttpResponse:
    """One month: the list before closing, or how it was closed."""
    found = _entity(entity)
    if not 1 <= month <= 12 or not 2000 <= year <= 2999:
        raise Http404
    first, _last = days_of(year, month)
    closed = Period.objects.filter(entity=found, year=year, month=month, closed_at__isnull=False).first()
    points = [] if closed else closing_points(found, year, month, today=clock.today())
    blocking = [point for point in points if not point.met and not point.explainable]
    form = None
    if not closed and may_act(request) and not blocking:
        form = ClosingForm(request.POST if request.method == "POST" else None, points=points)
    refusal = None
    if request.method == "POST" and not may_act(request):
        raise PermissionDenied
    if request.method == "POST" and not closed:
        form = form or ClosingForm(request.POST, points=points)
        if form.is_valid():
            try:
                services.close_month(
                    entity=found,
                    year=year,
                    month=month,
                    today=clock.today(),
                    explanations=form.cleaned_data,
                    actor=actor_of(request),
                )
            except DomainError as error:
                refusal = error
            else:
                messages.success(request, _("The month is closed. Corrections are dated in an open month."))
                return redirect(link("ledger:period", entity=entity, year=year, month=month))
    context = {
        "entity": found,
        "first": first,
        "closed": closed,
        "points": points,
        "blocking": blocking,
        "form": form if not blocking else None,
        "refusal": refusal,
        "may_act": may_act(request),
    }
    wrong = refusal is not None or bool(form and form.errors)
    return render(request, "ledger/period.html", context, status=422 if wrong else 200)


def _entity(code: str) -> LegalEntity:
    try:
        return selectors.entity_by_code(code)
    except UnknownLegalEntity as error:
        raise Http404 from error
