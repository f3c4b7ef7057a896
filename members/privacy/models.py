"""Requests of people about their own data."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from core.fields import TenantForeignKey
from core.models import TenantModel
from members.privacy.enums import RequestKind, RequestState


class PrivacyRequest(TenantModel):
    """A person asks for a copy or for the erasure of what is known of them; `answer` holds codes of the
    duties that stand against an erasure with their last day, nothing of the person.
    """

    person = TenantForeignKey("members.Person")
    kind = models.CharField(max_length=8, choices=RequestKind.choices)
    state = models.CharField(max_length=8, choices=RequestState.choices, default=RequestState.OPEN)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    answer = models.JSONField(default=list)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "person", "kind"],
                condition=models.Q(state="open", kind="erasure"),
                name="privacy_request_one_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
