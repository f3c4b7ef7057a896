"""Reads of factors, sessions, tries and refusals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from core.access import roles_anywhere
from core.accounts import second_factor
from core.accounts.devices import device_in_words
from core.accounts.models import DeniedAccess


def may_remove(factor: Authenticator) -> bool:
    """Whether a factor may go: another one remains, or the account works for no cooperative."""
    if not second_factor.is_required() or factor.type not in second_factor.FACTORS:
        return True
    others = Authenticator.objects.filter(user_id=factor.user_id, type__in=second_factor.FACTORS)
    return others.exclude(pk=factor.pk).exists() or not works_somewhere(factor.user)


def works_somewhere(user: Any) -> bool:
    """Whether an account works for any cooperative today."""
    return second_factor.is_staff(roles_anywhere(user))


def must_have(user: Any) -> bool:
    """Whether the account cannot go on without a second factor."""
    return second_factor.is_required() and works_somewhere(user)


def denied_accesses() -> QuerySet[DeniedAccess]:
    """Who was turned away, latest first."""
    return DeniedAccess.objects.order_by("-id")


def people_turned_away(most: int = 200) -> list[UUID]:
    """People who were turned away within the last month."""
    lately = DeniedAccess.objects.filter(at__gt=timezone.now() - timedelta(days=31), person_id__isnull=False)
    keys = lately.order_by().values_list("person_id", flat=True).distinct()[:most]
    return [key for key in keys if key is not None]


def denied_last_hour() -> float:
    """How often somebody was turned away within the hour."""
    return float(DeniedAccess.objects.filter(at__gt=timezone.now() - timedelta(hours=1)).count())


@dataclass(frozen=True, slots=True)
class SeenSession:
    """A place where an account is signed in. device: in words ("Firefox, Windows"); current: this one."""

    id: int
    device: str
    address: str
    since: datetime
    last_seen: datetime
    current: bool


def sessions_of(user: Any, current_key: str | None) -> list[SeenSession]:
    """Where an account is signed in now, this one first, then the last seen. Ended ones are not listed."""
    alive = list(UserSession.objects.filter(user=user).order_by("-last_seen_at")[:100])
    open_keys = set(
        Session.objects.filter(
            session_key__in=[row.session_key for row in alive], expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    seen = [
        SeenSession(
            row.pk,
            device_in_words(row.user_agent),
            row.ip,
            row.created_at,
            row.last_seen_at,
            row.session_key == current_key,
        )
        for row in alive
        if row.session_key in open_keys
    ]
    return sorted(seen, key=lambda row: not row.current)
