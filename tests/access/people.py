"""People who log in as people do."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.test import Client

from core.models import User
from tests.factories import PASSWORD

Somebody = Callable[..., User]


def log_in(user: User) -> Client:
    """A browser in which the account typed its password."""
    browser = Client()
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return browser


def past_the_door(user: User, *, minutes_ago: float = 0) -> Client:
    """A browser that showed password and second factor so many minutes ago."""
    browser = log_in(user)
    factor, _ = Authenticator.objects.get_or_create(user=user, type="totp", data={"secret": "x"})
    session = browser.session
    shown = {"method": "mfa", "at": time.time(), "id": factor.pk, "type": "totp"}
    records = [*session[AUTHENTICATION_METHODS_SESSION_KEY], shown]
    for record in records:
        record["at"] = time.time() - minutes_ago * 60
    session[AUTHENTICATION_METHODS_SESSION_KEY] = records
    session.save()
    return browser
