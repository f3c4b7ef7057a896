"""Programs that people connect: who they are, what they were allowed, what they hold. Global tables.

They stand outside the tenants because a program knocks at `/oauth/` with a secret and names no cooperative;
each belongs to one cooperative all the same, and what it holds opens nothing elsewhere.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.models import Cooperative, User
from core.programs.enums import ProgramKind, TokenKind
from core.uuid7 import uuid7


class OAuthClient(models.Model):
    """A program that administrators registered for one cooperative, for life.

    `owner` registered it; a service acts with their rights. `secret_digest` is empty for a native program:
    what lies on a thousand phones is no secret. Never deleted: `revoked_at` ends it and all that it holds.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=ProgramKind.choices)
    scopes = models.JSONField(default=list)
    redirect_uris = models.JSONField(default=list)
    secret_digest = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    secret_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="programs_client_secret", condition=Q(kind=ProgramKind.NATIVE) ^ ~Q(secret_digest="")
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def client_id(self) -> str:
        """How the program names itself."""
        return str(self.pk)


class OAuthGrant(models.Model):
    """What somebody allowed a program: the family of every token that comes of it.

    A consent makes one, with an authorization code that is good once and for a minute (its digest stays, so
    that a replay is known). A service has one from its registration on, without a code. `revoked_at` ends the
    whole family at once; after `ends_at` the person is asked again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(OAuthClient, on_delete=models.CASCADE, related_name="grants")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    code_digest = models.CharField(max_length=64, null=True, unique=True)
    code_challenge = models.CharField(max_length=128, blank=True)
    code_redirect_uri = models.CharField(max_length=500, blank=True)
    code_ends_at = models.DateTimeField(null=True)
    code_spent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(code_digest=None), name="programs_grant_one_service"
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id} for {self.user_id}"


class OAuthToken(models.Model):
    """A text that a program holds, kept as its SHA-256. A refresh token is good once: `spent_at`."""

    grant = models.ForeignKey(OAuthGrant, on_delete=models.CASCADE, related_name="tokens")
    kind = models.CharField(max_length=10, choices=TokenKind.choices)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    spent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} of {self.grant_id}"

    @property
    def user(self) -> User:
        """The account that the program acts for."""
        return self.grant.user

    @property
    def cooperative_id(self) -> int:
        """The only cooperative that it opens."""
        return self.grant.client.cooperative_id
