"""Reads of tokens and of connected programs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from core.access import identity_in
from core.models import ApiToken, Cooperative, User
from core.programs.enums import ProgramKind, TokenKind
from core.programs.errors import ClientNotFound, GrantNotFound
from core.programs.models import OAuthClient, OAuthGrant, OAuthToken
from core.programs.roles import ACT

Bearer = ApiToken | OAuthToken
"""What may stand behind `Authorization: Bearer`."""


def tokens_of(user: User, cooperative: Cooperative) -> QuerySet[ApiToken]:
    """The tokens of an account that open something in a cooperative, newest first."""
    alive = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return ApiToken.objects.filter(alive, user=user, cooperative=cooperative, revoked_at=None).order_by("-pk")


def bearer_of(text: str, moment: datetime) -> Bearer | None:
    """The personal token, or the access token of a program, whose text this is; None when it is over."""
    digest = ApiToken.digest_of(text)
    own = ApiToken.objects.select_related("user").filter(
        Q(expires_at=None) | Q(expires_at__gt=moment), digest=digest, revoked_at=None, user__is_active=True
    )
    programs = OAuthToken.objects.select_related("grant__client", "grant__user").filter(
        Q(grant__ends_at=None) | Q(grant__ends_at__gt=moment),
        digest=digest,
        kind=TokenKind.ACCESS,
        expires_at__gt=moment,
        grant__revoked_at=None,
        grant__client__revoked_at=None,
        grant__user__is_active=True,
    )
    return own.first() or programs.first()


def grants_of(user: User, cooperative: Cooperative) -> QuerySet[OAuthGrant]:
    """The programs that an account allowed to act for it in a cooperative, newest first."""
    return (
        OAuthGrant.objects.select_related("client")
        .filter(
            user=user,
            client__cooperative=cooperative,
            client__revoked_at=None,
            revoked_at=None,
            code_spent_at__isnull=False,
            ends_at__gt=timezone.now(),
        )
        .order_by("-pk")
    )


def grant_for(user: User, cooperative: Cooperative, pk: UUID) -> OAuthGrant:
    """One program that an account allowed. Raises `GrantNotFound`, for another's too."""
    found = grants_of(user, cooperative).filter(pk=pk).first()
    if found is None:
        raise GrantNotFound
    return found


def clients_of(cooperative: Cooperative) -> QuerySet[OAuthClient]:
    """Programs registered for a cooperative, those in use first, newest first.

    With `people`, how many consents stand, and `used_at`, the last day on which one was used.
    """
    standing = Q(grants__revoked_at=None, grants__code_spent_at__isnull=False)
    return (
        OAuthClient.objects.select_related("owner")
        .filter(cooperative=cooperative)
        .annotate(people=Count("grants", filter=standing), used_at=Max("grants__last_used_at"))
        .order_by("-pk")
    )


def client_for(cooperative: Cooperative, pk: UUID) -> OAuthClient:
    """One program of a cooperative. Raises `ClientNotFound`."""
    found = clients_of(cooperative).filter(pk=pk).first()
    if found is None:
        raise ClientNotFound
    return found


def live_client(client_id: str) -> OAuthClient | None:
    """The program that names itself so, unless it was revoked."""
    try:
        key = UUID(client_id)
    except ValueError:
        return None
    return OAuthClient.objects.select_related("cooperative", "owner").filter(pk=key, revoked_at=None).first()


def may_serve(client: OAuthClient) -> bool:
    """Whether a service still has somebody whose rights it acts with.

    Its owner, who must still be of those who may register programs in the cooperative today.
    """
    if client.kind != ProgramKind.SERVICE or not client.owner.is_active:
        return False
    return bool(identity_in(client.owner, client.cooperative).roles & ACT)
