"""The page of answers, and what is shown under the box while somebody types."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.access import identity_of, requires
from core.search.selectors import find

MOST = {"page": 25, "suggestions": 4}
LONGEST_QUESTION = 120


@requires()
def page(request: HttpRequest) -> HttpResponse:
    """Answers by kind; asked by the box itself (`HX-Target: suggestions`) only the best of each."""
    question = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    identity = identity_of(request)
    part = "suggestions" if request.headers.get("HX-Target") == "suggestions" else "page"
    groups = (
        find(question, person=identity.person, roles=identity.roles, most=MOST[part])
        if question and identity.person
        else []
    )
    context = {"question": question, "groups": groups, "count": sum(len(group.hits) for group in groups)}
    return render(request, f"search/{part}.html", context)
