"""Dangerous acts ask again who is there: an open browser is not a person."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from core.accounts.errors import RecentSignInRequired
from core.accounts.second_factor import is_required, leave_for

View = Callable[..., HttpResponseBase]


def is_recent(request: HttpRequest) -> bool:
    """Whether this session proved within the last minutes who is there (300 s: see the settings)."""
    if not hasattr(request, "session"):
        return False
    records = get_authentication_records(request, request.user)
    latest = max((record["at"] for record in records), default=0.0)
    return bool(time.time() - latest < app_settings.REAUTHENTICATION_TIMEOUT)


def recent(view: View) -> View:
    """Guard of a page's act (any method but GET): asked again who is there unless that was proved just now.

    Goes under `requires`. The act is not done; the person comes back to the page and repeats it, so that
    nothing typed (a reason, a number) waits in a session. The mark stays readable as `view.asks_again`.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in ("GET", "HEAD", "OPTIONS") or not is_required() or is_recent(request):
            return view(request, *args, **kwargs)
        messages.info(request, _("Confirm that it is you, then repeat the act: nothing was done yet."))
        address = f"{reverse('account_reauthenticate')}?{urlencode({'next': _page_before(request)})}"
        return leave_for(request, address)

    guarded.asks_again = True  # type: ignore[attr-defined]
    return guarded


def insist(request: HttpRequest) -> None:
    """Refuse a dangerous REST act of a session that did not prove lately who is there.

    Tokens are not asked: nobody sits behind them, and they hold what they were given. Raises
    `RecentSignInRequired`.
    """
    if is_required() and not is_recent(request):
        raise RecentSignInRequired


def _page_before(request: HttpRequest) -> str:
    """The page of ours from which the act was sent, else the first page."""
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return "/"
    parts = urlsplit(came_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
