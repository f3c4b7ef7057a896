"""Around the tenant's scope: remember who was turned away, and when a session was last used."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from allauth.core.internal.ratelimit import get_ip
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase

from core.access import identity_of
from core.accounts import services
from core.models import Cooperative
from core.tenancy import tenant_scope

log = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponseBase]
SEEN, SEEN_EVERY = "accounts_seen", 300.0


def mark_seen(request: HttpRequest) -> None:
    """From now on this session tells when it is used."""
    request.session[SEEN] = time.time()


class LastSeenMiddleware:
    """Note every five minutes at most that a session is used: the page of one's sign-ins shows it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        seen = request.session.get(SEEN) if request.user.is_authenticated else None
        if seen is not None and time.time() - seen > SEEN_EVERY:
            services.note_seen(session_key=str(request.session.session_key), address=get_ip(request))
            mark_seen(request)
        return response


class DeniedMiddleware:
    """Who signed in and is turned away from a door leaves a row: after the refused request is rolled back, in
    a scope of its own.

    Turned away is a 403 anywhere, or a 404 at an address that names something: what is somebody else's is not
    there. An address without a door is a mistake of typing and leaves nothing.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code in (403, 404):
            self._note(request, response.status_code)
        return response

    def _note(self, request: HttpRequest, status: int) -> None:
        match = request.resolver_match
        if match is None or not request.user.is_authenticated:
            return
        named: dict[str, Any] = {key: value for key, value in match.kwargs.items() if key != "cooperative"}
        if status == 404 and not named:
            return
        cooperative = Cooperative.objects.filter(slug=request.path_info.split("/", 2)[1]).first()
        if cooperative is None:
            return
        try:
            with tenant_scope(cooperative):
                person = identity_of(request).person
                services.note_denied(
                    user=request.user,
                    person_id=person.pk if person else None,
                    route=match.view_name,
                    subject_id=next((value for value in named.values() if isinstance(value, UUID)), None),
                    method=str(request.method),
                    status=status,
                )
        except DatabaseError:
            log.exception("a refused access could not be written down")
