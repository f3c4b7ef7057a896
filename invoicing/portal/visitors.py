"""Who visits the portal, asked anew on each request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation

from core import clock
from core.access import identity_of, public
from core.links import link
from core.tenancy import current_tenant_id
from core.types import Actor
from invoicing.models import Client
from invoicing.portal import selectors
from invoicing.portal.models import PortalAccess
from members.enums import Role


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at one or several clients. `access`: the visit that a link opened; None for an account."""

    email: str
    clients: tuple[Client, ...]
    language: str
    access: PortalAccess | None

    @property
    def actor(self) -> Actor:
        """The visitor, for services."""
        return Actor(kind="client", label=self.email[:120])


Page = Callable[..., HttpResponse]


def portal(page: Page) -> Callable[..., HttpResponseBase]:
    """Guard of the client's pages: gives them their visitor, in the language switched to or the visitor's
    own; others are shown the door where links are asked for. Nothing of it is kept by browsers.
    """

    @wraps(page)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        visitor = visitor_of(request)
        if visitor is None:
            return redirect(link("portal:sign_in"))
        with translation.override(visitor.language):
            return dressed(page(request, visitor, **kwargs), visitor.language)

    return public(guarded)


def dressed(answer: HttpResponse, language: str) -> HttpResponse:
    """An answer that nobody keeps or indexes, and whose address goes nowhere else."""
    answer.headers["Content-Language"] = language
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def visitor_of(request: HttpRequest) -> Visitor | None:
    """Whoever entered by a link, or signed in as a client contact; None once no client knows the address."""
    access = visit_of(request)
    if access is not None:
        return _visitor(request, access.recipient, access)
    identity = identity_of(request)
    if identity.person is not None and Role.CLIENT_CONTACT in identity.roles:
        return _visitor(request, identity.person.email, None)
    return None


def visit_of(request: HttpRequest) -> PortalAccess | None:
    """The visit that this browser is on in this cooperative."""
    kept = request.session.get(session_key())
    return selectors.visit(UUID(kept), clock.now()) if kept else None


def session_key() -> str:
    """Where a browser's session keeps the visit: one per cooperative."""
    return f"portal.{current_tenant_id()}"


def chosen_language(request: HttpRequest) -> str:
    """The language that was switched to in this browser; empty when nobody switched."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else ""


def browser_language(request: HttpRequest) -> str:
    """The language for somebody unknown: the one switched to, else the first that the browser asks for."""
    return chosen_language(request) or translation.get_language_from_request(request)[:2]


def _visitor(request: HttpRequest, email: str, access: PortalAccess | None) -> Visitor | None:
    clients = selectors.clients_at(email)
    if not clients:
        return None
    language = chosen_language(request) or selectors.language_of(email, clients)
    return Visitor(email, tuple(clients), language, access)
