"""Figures of the house itself: news, documents, queues, processes, what was given up."""

from __future__ import annotations

from functools import partial

import redis
from django.conf import settings
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.documents import OPEN as DOCUMENTS_OPEN
from core.models import DocumentJob, OutboxMessage
from core.operations.pulse import silence_of
from core.outbox import OPEN as NEWS_OPEN
from core.registry import Gauge, dead_rows


def news_age() -> float:
    """Seconds since the oldest news that nobody has heard; 0 when all is told."""
    oldest = OutboxMessage.objects.filter(state__in=NEWS_OPEN).aggregate(at=Min("created_at"))["at"]
    return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0


def news_waiting() -> float:
    """News on their way."""
    return float(OutboxMessage.objects.filter(state__in=NEWS_OPEN).count())


def documents_waiting() -> float:
    """Documents that are not made yet."""
    return float(DocumentJob.objects.filter(state__in=DOCUMENTS_OPEN).count())


def documents_age() -> float:
    """Seconds since the oldest document that waits was asked for; 0 when none waits."""
    oldest = DocumentJob.objects.filter(state__in=DOCUMENTS_OPEN).aggregate(at=Min("created_at"))["at"]
    return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0


def given_up() -> float:
    """Work of every kind that was given up."""
    return float(sum(rows.count() for rows in dead_rows()))


def queue_length(queue: str) -> float:
    """Tasks that no worker has taken yet, of all cooperatives. Raises `ConnectionError`: no broker."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
    try:
        return float(client.llen(queue))
    except redis.RedisError as error:
        raise ConnectionError("the broker does not answer") from error
    finally:
        client.close()


_WORKERS = _(
    "Background work stands still until this process runs again. Nothing is lost: the work is kept. Ask "
    "whoever runs the servers to look at its log and to start it."
)
_SLOW = _(
    "More work comes in than is done. Wait when a payroll run has just begun; otherwise ask whoever runs the "
    "servers whether the workers run."
)

GAUGES = (
    Gauge(
        "outbox_age_seconds",
        _("Oldest news that is not delivered"),
        news_age,
        alarm=900,
        link="operations:dead_rows",
        advice=_(
            "What follows from an act (search, webhooks, wages marked as paid) comes late. Look whether the "
            "processes below answer; news that fail again and again are listed as given-up work."
        ),
    ),
    Gauge("outbox_waiting", _("News on their way"), news_waiting),
    Gauge("documents_waiting", _("Documents to be made"), documents_waiting),
    Gauge("documents_age_seconds", _("Oldest document to be made"), documents_age, alarm=1800, advice=_SLOW),
    Gauge(
        "dead_rows",
        _("Given-up work"),
        given_up,
        alarm=0,
        link="operations:dead_rows",
        advice=_("It is not tried any more. Look at each one: repair the cause, then retry it, or drop it."),
    ),
    *(
        Gauge(f"queue_{queue}_length", label, partial(queue_length, queue), alarm=1000, advice=_SLOW)
        for queue, label in (
            (settings.CELERY_TASK_DEFAULT_QUEUE, _("Tasks in the queue")),
            ("documents", _("Tasks in the queue of documents")),
        )
    ),
    *(
        Gauge(
            f"{process}_silent_seconds",
            label,
            partial(silence_of, process),
            alarm=180,
            required=settings.PRODUCTION,
            advice=_WORKERS,
        )
        for process, label in (
            ("relay", _("Since the relay answered")),
            ("default", _("Since the clock and the workers answered")),
            ("documents", _("Since the makers of documents answered")),
        )
    ),
)
