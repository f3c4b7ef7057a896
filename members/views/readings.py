"""The page on which people see who read what is nobody's business: their national number, their payslips."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.access import identity_of, requires
from core.links import link
from core.tables import page_of
from members import selectors
from members.filters import AccessFilter, narrowed

PAGE = 50


@requires()
def readings(request: HttpRequest) -> HttpResponse:
    """Who read my national number or a payslip of mine, when and why; newest first."""
    person = identity_of(request).person
    if person is None:
        return redirect(link("members:join"))
    filters = AccessFilter(request.GET, queryset=selectors.accesses_to(person))
    context = {"page": page_of(request, narrowed(filters), PAGE), "filters": filters.form}
    return render(request, "members/readings.html", context)
