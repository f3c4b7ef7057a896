"""Reads of tokens."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.models import ApiToken, Cooperative, User


def tokens_of(user: User, cooperative: Cooperative) -> QuerySet[ApiToken]:
    """The tokens of an account that open something in a cooperative, newest first."""
    alive = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return ApiToken.objects.filter(alive, user=user, cooperative=cooperative, revoked_at=None).order_by("-pk")
