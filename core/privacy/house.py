"""What the foundation itself keeps, and for how long."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db.models import QuerySet
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from core.enums import OutboxState
from core.models import AuditEvent, IdempotencyRecord, OutboxMessage
from core.privacy.registry import RetentionRule
from core.webhooks.enums import DeliveryState
from core.webhooks.models import WebhookDelivery

HOUSE = "Smart"
MONTH, YEAR = 30, 366


def start_of(day: date) -> datetime:
    """The first moment of a day."""
    return make_aware(datetime.combine(day, time()))


def _news(before: date) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(
        state__in=(OutboxState.DONE, OutboxState.DROPPED), done_at__lt=start_of(before)
    )


def _answers(before: date) -> QuerySet[IdempotencyRecord]:
    return IdempotencyRecord.objects.filter(created_at__lt=start_of(before))


def _deliveries(before: date) -> QuerySet[WebhookDelivery]:
    ended = (DeliveryState.DELIVERED, DeliveryState.DEAD, DeliveryState.DROPPED)
    return WebhookDelivery.objects.filter(state__in=ended, created_at__lt=start_of(before))


def _events(before: date) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(at__lt=start_of(before))


RULES = (
    RetentionRule("news", _("News that was carried"), HOUSE, MONTH, _news, OutboxMessage.objects.all, True),
    RetentionRule(
        "answers", _("Answers kept for repeated requests"), HOUSE, 7, _answers,
        IdempotencyRecord.objects.all, True,
    ),
    RetentionRule(
        "webhooks", _("Webhook deliveries"), HOUSE, 3 * MONTH, _deliveries, WebhookDelivery.objects.all, True
    ),
    RetentionRule(
        "audit", _("Audit trail"), "Code de droit économique, art. III.88", 10 * YEAR, _events,
        AuditEvent.objects.all, False,
    ),
)  # fmt: skip
