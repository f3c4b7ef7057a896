"""What somebody who writes a program needs to know."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from core.access import identity_of, requires
from core.links import link
from core.programs import catalogue
from core.programs.roles import SEE
from core.programs.scopes import AREAS, CLIENT_SCOPES, SCOPES, in_words
from core.programs.services import ACCESS_LIFE, DEFAULT_DAYS, MOST_DAYS
from core.programs.throttles import per_minute
from core.tenancy import current_cooperative

_ENDPOINTS = ("authorize", "token", "revoke", "metadata")


@requires()
def developers(request: HttpRequest) -> HttpResponse:
    """Addresses, tokens, scopes, limits, refusals, and every door, searchable."""
    question = request.GET.get("q", "").strip()[:100]
    slug = current_cooperative().slug
    base = request.build_absolute_uri(f"/{slug}/api/v1/")
    endpoints = {name: request.build_absolute_uri(reverse(f"oauth:{name}")) for name in _ENDPOINTS}
    context = {
        "base": base,
        "me": f"{base}me/",
        "endpoints": endpoints,
        "scopes": [(scope, in_words(scope), scope in CLIENT_SCOPES) for scope in SCOPES],
        "sample_scope": f"{next(iter(AREAS))}:read",
        "question": question,
        "doors": catalogue.doors(slug, question),
        "refusals": catalogue.refusals(),
        "known": per_minute("known"),
        "unknown": per_minute("unknown"),
        "days": DEFAULT_DAYS,
        "most_days": MOST_DAYS,
        "minutes": int(ACCESS_LIFE.total_seconds() // 60),
        "sees_programs": bool(identity_of(request).roles & SEE),
        "openapi_url": link("programs:openapi"),
    }
    return render(request, "programs/developers.html", context)


@requires()
def description(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, to take away."""
    answer = HttpResponse(catalogue.DESCRIPTION.read_bytes(), content_type="application/yaml")
    answer.headers["Content-Disposition"] = 'attachment; filename="openapi.yaml"'
    return answer
