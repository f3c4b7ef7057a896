"""Limits of clients."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.fields import MoneyField, TenantForeignKey
from core.models import TenantModel
from invoicing.guarantee.enums import LimitState
from invoicing.models import Client


class ClientLimit(TenantModel):
    """What a client may owe (euro, VAT in) with the wages that rest on it guaranteed, from a day on.

    The latest one in force whose day has come counts; without one, the policy `guarantee.client_limit`. A row
    is never changed once decided: another one follows. `decided_by_person`: who agreed or refused, never who
    proposed.
    """

    client = TenantForeignKey(Client, db_index=False)
    amount = MoneyField()
    valid_from = models.DateField()
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=LimitState.choices)
    asked_on = models.DateField()
    created_by = models.CharField(max_length=120)
    created_by_person = models.UUIDField(null=True)
    decided_on = models.DateField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_by_person = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(amount__gte=0), name="guarantee_limit_positive"),
            models.CheckConstraint(
                condition=Q(created_by_person__isnull=True)
                | Q(decided_by_person__isnull=True)
                | ~Q(created_by_person=F("decided_by_person"))
                | Q(state="refused"),
                name="guarantee_limit_two_persons",
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "client", "-valid_from", "-id"], name="guarantee_limit_client"),
            models.Index(
                fields=["tenant", "id"], condition=Q(state="proposed"), name="guarantee_limit_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.client_id} {self.amount}"
