"""Endpoints of other people's programs, and what is to be told them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import TenantForeignKey
from core.models import TenantModel
from core.webhooks.enums import DeliveryState, EndpointState


class WebhookEndpoint(TenantModel):
    """An address that hears of events. Its secret is not kept: it is derived from the installation's key, the
    row's key and `generation`, which a rotation raises; the one before signs too until `previous_until`. When
    the installation's key is replaced, receivers keep their secret: `carried` then holds, encrypted with the
    key `key_id`, those that an earlier key gave, by generation.
    """

    url = models.URLField(max_length=500, verbose_name=_("address"))
    description = models.CharField(max_length=120, blank=True)
    events = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=EndpointState.choices, default=EndpointState.ACTIVE)
    key_id = models.CharField(max_length=40)
    carried = models.BinaryField(null=True)
    generation = models.PositiveIntegerField(default=1)
    previous_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0, verbose_name=_("failures in a row"))
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.description or self.url


class WebhookDelivery(TenantModel):
    """One event for one endpoint. `id` is the `webhook-id` that the receiver sees, the same at each attempt.

    `subject_id` orders: a delivery waits while an earlier one of the same endpoint and subject is open. Dead
    ones wait for nobody and block nobody: order is kept among what is delivered.
    """

    endpoint = TenantForeignKey(WebhookEndpoint, related_name="deliveries", db_index=False)
    event = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    body = models.TextField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempt = models.PositiveSmallIntegerField(default=0)
    available_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    response_status = models.PositiveSmallIntegerField(null=True)
    response_start = models.CharField(max_length=300, blank=True)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["tenant", "endpoint", "-id"], name="webhooks_delivery_endpoint"),
            models.Index(
                fields=["tenant", "available_at"],
                condition=models.Q(state__in=("pending", "sent")),
                name="webhooks_delivery_due",
            ),
            models.Index(
                fields=["tenant", "endpoint", "subject_id", "id"],
                condition=models.Q(state__in=("pending", "sent")),
                name="webhooks_delivery_order",
            ),
            models.Index(
                fields=["tenant", "-id"], condition=models.Q(state="dead"), name="webhooks_delivery_dead"
            ),
        )

    def __str__(self) -> str:
        return f"{self.event} {self.state}"
