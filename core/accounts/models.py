"""Tries at the doors, and who was turned away."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from core.accounts.enums import Knock
from core.models import TenantModel


class Attempt(models.Model):
    """A try that did not succeed (yet). Global, because a log-in stands outside tenants.

    `who` is a keyed digest of the account's address or of the network address: rows can be counted, nobody
    can be read from them, and an address without an account counts as one with. Kept for a day.
    """

    knock = models.CharField(max_length=16, choices=Knock.choices)
    who = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=["who", "knock", "at"], name="accounts_attempt_who"),)

    def __str__(self) -> str:
        return f"{self.knock} {self.at:%Y-%m-%d %H:%M}"


class DeniedAccess(TenantModel):
    """Somebody who signed in was turned away from a door: who, which route, when; not what was behind it.

    Never changed; retention ends it after a year. Written after the refused request was rolled back.
    `person_id` is who the account is in this cooperative, nobody when it is none of its people. `subject_id`
    is the key in the address, where it had one.
    """

    at = models.DateTimeField(default=timezone.now)
    user_id = models.BigIntegerField()
    person_id = models.UUIDField(null=True)
    route = models.CharField(max_length=80)
    subject_id = models.UUIDField(null=True)
    method = models.CharField(max_length=8)
    status = models.PositiveSmallIntegerField()

    class Meta:
        indexes = (
            models.Index(fields=["tenant", "-at"], name="accounts_denied_at"),
            models.Index(fields=["tenant", "person_id", "-id"], name="accounts_denied_person"),
        )

    def __str__(self) -> str:
        return f"{self.status} {self.route}"
