"""The only writer of personal tokens."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from core.models import ApiToken, Cooperative, User
from core.programs.errors import TokenLifeWrong, TokenNotFound, TooManyTokens, UnknownScope
from core.programs.scopes import SCOPES
from core.programs.selectors import tokens_of

PREFIX = "smart_"
"""Tokens begin with it, so that scanners for leaked secrets know them."""

DEFAULT_DAYS = 90
MOST_DAYS = 365
MOST_TOKENS = 20


@transaction.atomic
def issue_token(
    *, user: User, cooperative: Cooperative, name: str, scopes: list[str], days: int = DEFAULT_DAYS
) -> tuple[ApiToken, str]:
    """A token of an account in one cooperative. Answers it with its text, to be shown this once: only a
    digest is kept. Locks the account. Raises `UnknownScope`, `TokenLifeWrong`, `TooManyTokens`.
    """
    for scope in scopes:
        if scope not in SCOPES:
            raise UnknownScope(scope=scope)
    if not 1 <= days <= MOST_DAYS:
        raise TokenLifeWrong(most=MOST_DAYS)
    User.objects.select_for_update().get(pk=user.pk)
    if tokens_of(user, cooperative).count() >= MOST_TOKENS:
        raise TooManyTokens(most=MOST_TOKENS)
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        cooperative=cooperative,
        name=name.strip()[:80] or "—",
        digest=ApiToken.digest_of(text),
        scopes=sorted(set(scopes)),
        expires_at=timezone.now() + timedelta(days=days),
    )
    return token, text


@transaction.atomic
def revoke_token(*, user: User, cooperative: Cooperative, token_id: int) -> None:
    """The token opens nothing any more. Raises `TokenNotFound` for another's; a repeat too."""
    count = tokens_of(user, cooperative).filter(pk=token_id).update(revoked_at=timezone.now())
    if not count:
        raise TokenNotFound


def note_use(*, token: ApiToken, on: date) -> None:
    """Remember the day on which a token was last used: one write a day, not one a request."""
    if token.last_used_at is None or token.last_used_at.date() < on:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=timezone.now())
