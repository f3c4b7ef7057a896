"""Mail to a person about themselves."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.fields import TenantForeignKey
from core.models import TenantModel
from members.notices.enums import NoticeState


class Notice(TenantModel):
    """A letter to a person as written, sent apart (`core.mailing`). `cause` is the key of the news that it
    tells, or of the act: the same news writes one letter per address, however often it is told.
    """

    person = TenantForeignKey("members.Person")
    kind = models.CharField(max_length=30)
    cause = models.UUIDField()
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.PENDING)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    written_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "cause", "kind", "recipient"], name="notices_notice_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["tenant", "id"], condition=Q(state="pending"), name="notices_notice_pending"
            ),
            models.Index(fields=["tenant", "-id"], condition=Q(state="failed"), name="notices_notice_dead"),
            models.Index(fields=["tenant", "person", "-id"], name="notices_notice_person"),
        )

    def __str__(self) -> str:
        return self.subject
