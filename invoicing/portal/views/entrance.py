"""The door: a link is asked for, mailed, and used by a button.

Opening the link changes nothing (mail programs open links by themselves): only the button uses it. Whoever
asks is told the same, whether the address is known or not.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.access import public
from core.links import link
from core.signed_links import within_share
from core.types import Actor
from invoicing.portal import services
from invoicing.portal.errors import LinkSpent
from invoicing.portal.visitors import browser_language, dressed, session_key, visit_of, visitor_of
from invoicing.portal.wording import wording

ASKED = 5
"""Links that one address of the network may ask for in a minute, and"""
TRIED = 20
"""that it may try to use."""


@public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a link by e-mail; the answer is the same for every address."""
    if request.method != "POST":
        if visitor_of(request) is not None:
            return redirect(link("portal:home"))
        return _page(request, "portal/sign_in.html")
    if not within_share("portal.ask", request, most=ASKED):
        return _too_many(request)
    email = request.POST.get("email", "").strip()
    try:
        validate_email(email)
    except ValidationError:
        return _page(request, "portal/sign_in.html", status=422, wrong=True, email=email[:254])
    services.ask_for_link(email=email, at=clock.now(), actor=Actor(kind="client", label=email[:120]))
    return _page(request, "portal/link_sent.html")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Use a link, by a button: it opens one visit, once."""
    if not within_share("portal.try", request, most=TRIED):
        return _too_many(request)
    if request.method != "POST":
        return _page(request, "portal/enter.html", token=token)
    try:
        access = services.enter(token=token, at=clock.now(), actor=Actor(kind="client", label="client"))
    except LinkSpent as refusal:
        return _page(request, "portal/link_spent.html", status=refusal.status)
    if not request.user.is_authenticated:
        request.session.cycle_key()  # whoever planted a session before learns nothing
    request.session[session_key()] = str(access.pk)
    return redirect(link("portal:home"))


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the visit."""
    access = visit_of(request)
    if access is not None:
        actor = Actor(kind="client", label=access.recipient[:120])
        services.leave(access_id=access.pk, at=clock.now(), actor=actor)
    request.session.pop(session_key(), None)
    return redirect(link("portal:sign_in"))


def _page(request: HttpRequest, template: str, *, status: int = 200, **context: object) -> HttpResponse:
    language = browser_language(request)
    words = wording(language)
    with translation.override(language):
        return dressed(render(request, template, {**context, "words": words}, status=status), language)


def _too_many(request: HttpRequest) -> HttpResponse:
    answer = _page(request, "portal/too_many.html", status=429)
    answer.headers["Retry-After"] = "60"
    return answer
