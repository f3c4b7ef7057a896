"""Who watches the doors, and how long what is seen there is kept."""

from __future__ import annotations

from datetime import date, timedelta

from allauth.usersessions.models import UserSession
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.accounts.models import Attempt, DeniedAccess
from core.privacy.house import HOUSE, MONTH, YEAR, start_of
from core.privacy.registry import RetentionRule

WATCHERS = ("coop_admin", "auditor")
"""Roles that see who was turned away."""


def _denied(before: date) -> QuerySet[DeniedAccess]:
    return DeniedAccess.objects.filter(at__lt=start_of(before))


def _attempts(before: date) -> QuerySet[Attempt]:
    return Attempt.objects.filter(at__lt=start_of(before + timedelta(days=1)))


def _sessions(before: date) -> QuerySet[UserSession]:
    rows: QuerySet[UserSession] = UserSession.objects.filter(last_seen_at__lt=start_of(before))
    return rows


RULES = (
    RetentionRule("denied", _("Refused accesses"), HOUSE, YEAR, _denied, DeniedAccess.objects.all, True),
    RetentionRule("attempts", _("Tries at the door"), HOUSE, 1, _attempts, Attempt.objects.all, True),
    RetentionRule("sign_ins", _("Sign-ins"), HOUSE, 3 * MONTH, _sessions, UserSession.objects.all, True),
)
