"""The second factor: compulsory for whoever works for a cooperative, possible for everybody.

What counts is that *this session* showed one. An account that has one is asked for it at every log-in, but a
session that somebody opened earlier with a stolen password has shown nothing; it is asked too.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from core.accounts.errors import SecondFactorRequired

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What proves possession; recovery codes only stand in for one of them."""

_ordinary: set[str] = set()


def register_ordinary_roles(*roles: str) -> None:
    """Say which roles are no work for the cooperative. Every role that is not named here is."""
    _ordinary.update(roles)


def is_required() -> bool:
    """Whether this installation insists (`SMART_SECOND_FACTOR`)."""
    return str(settings.SECOND_FACTOR) != "offered"


def is_staff(roles: frozenset[str]) -> bool:
    """Whether somebody with these roles works for the cooperative."""
    return bool(roles - _ordinary)


def has_one(user: Any) -> bool:
    """Whether an account has set up a second factor."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists())


def was_shown(request: HttpRequest) -> bool:
    """Whether this session was opened, or confirmed since, with a second factor."""
    if not hasattr(request, "session"):
        return False
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def is_wanted(request: HttpRequest, roles: frozenset[str]) -> bool:
    """Whether the visitor of a page must show a second factor before going on."""
    return is_required() and is_staff(roles) and not was_shown(request)


def insist(request: HttpRequest, roles: frozenset[str], *, by_token: bool) -> None:
    """Refuse a REST request of somebody who must show a second factor and did not.

    A session must have shown it. A token was made in a session that had; it is refused when the account has
    no factor (any more). Raises `SecondFactorRequired`.
    """
    if not is_required() or not is_staff(roles):
        return
    if not (has_one(request.user) if by_token else was_shown(request)):
        raise SecondFactorRequired


def ask(request: HttpRequest) -> HttpResponse:
    """Send the visitor to where a second factor is shown, or set up first; back to the page afterwards."""
    door = "mfa_reauthenticate" if has_one(request.user) else "accounts_second_factor"
    back = request.get_full_path() if request.method == "GET" else "/"
    return leave_for(request, f"{reverse(door)}?{urlencode({'next': back})}")


def leave_for(request: HttpRequest, address: str) -> HttpResponse:
    """Go to another page, the whole of it, also when only a part of this one was asked for."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(address)
    return redirect(address)
