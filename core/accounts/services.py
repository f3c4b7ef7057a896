"""The only writer of sessions' standing, of tries and of refusals."""

from __future__ import annotations

from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from core.accounts.errors import SessionNotFound
from core.accounts.second_factor import has_one


def trust_session(request: HttpRequest, *, user: Any, factor: Authenticator) -> None:
    """The session in which a factor was set up has shown it; every other session ends, because none has."""
    record_authentication(request, user, "mfa", id=factor.pk, type=factor.type)
    end_other_sessions(request, user=user)


def distrust_sessions(request: HttpRequest, *, user: Any) -> None:
    """Without a factor left, no session has shown one: the others end, this one forgets."""
    if has_one(user):
        return
    kept = [record for record in get_authentication_records(request, user) if record.get("method") != "mfa"]
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept
    end_other_sessions(request, user=user)


def end_session(*, user: Any, session_id: int) -> None:
    """A session of the account is signed out. Raises `SessionNotFound` for another's; a repeat too."""
    session = UserSession.objects.filter(user=user, pk=session_id).first()
    if session is None:
        raise SessionNotFound
    session.end()


def end_other_sessions(request: HttpRequest, *, user: Any) -> int:
    """Every session of the account but this one is signed out; how many."""
    others = list(UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key))
    for session in others:
        session.end()
    return len(others)
