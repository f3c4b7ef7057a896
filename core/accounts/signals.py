"""What allauth tells of log-ins, passwords and factors, handed to the services."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from core.accounts import services
from core.accounts.middleware import mark_seen
from core.accounts.second_factor import FACTORS


def listen() -> None:
    """Connect; once per process."""
    account.user_logged_in.connect(_logged_in, dispatch_uid="accounts")
    mfa.authenticator_added.connect(_factor_added, dispatch_uid="accounts")
    mfa.authenticator_removed.connect(_factor_removed, dispatch_uid="accounts")
    account.password_reset.connect(_password_reset, dispatch_uid="accounts")


def _factor_added(request: HttpRequest, user: Any, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type in FACTORS:
        services.trust_session(request, user=user, factor=authenticator)


def _logged_in(request: HttpRequest, **_: Any) -> None:
    mark_seen(request)


def _password_reset(user: Any, **_: Any) -> None:
    services.unlock(user=user)


def _factor_removed(request: HttpRequest, user: Any, **_: Any) -> None:
    services.distrust_sessions(request, user=user)
