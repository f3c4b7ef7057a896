"""The given-up rows of the house itself and of letters: found, taken up again, dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import mailing
from core.doorbell import ring
from core.enums import DocumentState, OutboxState
from core.locks import for_update
from core.models import DocumentJob, OutboxMessage, TenantModel
from core.operations.errors import DeadRowNotFound, NotDead
from core.operations.words import code_of, words_of
from core.registry import DeadRow, DeadRows, document_label, source_links
from core.tenancy import current_cooperative
from core.types import Actor

Row = TypeVar("Row", bound=TenantModel)


def dead_for_update(model: type[Row], row_id: UUID, dead: str) -> Row:
    """A row in its dead state, locked. Raises `DeadRowNotFound`, `NotDead`."""
    row = for_update(model._default_manager.filter(pk=row_id)).first()
    if row is None:
        raise DeadRowNotFound
    if row.state != dead:  # type: ignore[attr-defined]  # every table of work has a state
        raise NotDead
    return row


# --- news ---


def _dead_news(limit: int) -> Sequence[DeadRow]:
    rows = list(OutboxMessage.objects.filter(state=OutboxState.DEAD).order_by("-pk")[:limit])
    links = source_links((row.subject_type, row.subject_id) for row in rows)
    return [
        DeadRow(
            id=row.pk,
            subject=_("News “%(topic)s”") % {"topic": row.topic},
            attempts=row.attempt,
            since=row.available_at,
            error=words_of(row.error),
            code=code_of(row.error),
            link=links.get((row.subject_type, row.subject_id), ""),
        )
        for row in rows
    ]


@transaction.atomic
def retry_message(row_id: UUID, at: datetime, actor: Actor) -> OutboxMessage:
    """Given-up news is told again. Locks it. Raises `DeadRowNotFound`, `NotDead` (also on a second call)."""
    row = dead_for_update(OutboxMessage, row_id, OutboxState.DEAD)
    row.state, row.available_at, row.lease_until = OutboxState.PENDING, timezone.now(), None
    row.save(update_fields=["state", "available_at", "lease_until"])
    return row


@transaction.atomic
def drop_message(row_id: UUID) -> OutboxMessage:
    """Given-up news is never told. Locks it. Raises `DeadRowNotFound`, `NotDead`."""
    row = dead_for_update(OutboxMessage, row_id, OutboxState.DEAD)
    row.state, row.done_at = OutboxState.DROPPED, timezone.now()
    row.save(update_fields=["state", "done_at"])
    return row


# --- documents ---


def _dead_documents(limit: int) -> Sequence[DeadRow]:
    rows = list(DocumentJob.objects.filter(state=DocumentState.FAILED).order_by("-pk")[:limit])
    links = source_links((row.kind, row.source_id) for row in rows)
    return [
        DeadRow(
            id=row.pk,
            subject=str(document_label(row.kind)),
            attempts=row.attempt,
            since=row.lease_until or row.created_at,
            error=words_of(row.error),
            code=code_of(row.error),
            link=links.get((row.kind, row.source_id), ""),
        )
        for row in rows
    ]


@transaction.atomic
def retry_document(row_id: UUID, at: datetime, actor: Actor) -> DocumentJob:
    """A document is made after all. Locks it. Raises `DeadRowNotFound`, `NotDead`."""
    row = dead_for_update(DocumentJob, row_id, DocumentState.FAILED)
    row.state, row.lease_until = DocumentState.PENDING, None
    row.save(update_fields=["state", "lease_until"])
    ring("core.render_documents", current_cooperative().pk)
    return row


@transaction.atomic
def drop_document(row_id: UUID) -> DocumentJob:
    """A document is never made. Locks it. Raises `DeadRowNotFound`, `NotDead`."""
    row = dead_for_update(DocumentJob, row_id, DocumentState.FAILED)
    row.state = DocumentState.DROPPED
    row.save(update_fields=["state"])
    return row


HOUSE = (
    DeadRows(
        "news",
        gettext_lazy("News"),
        OutboxMessage,
        lambda: OutboxMessage.objects.filter(state=OutboxState.DEAD).count(),
        _dead_news,
        retry_message,
        drop_message,
    ),
    DeadRows(
        "document",
        gettext_lazy("Document"),
        DocumentJob,
        lambda: DocumentJob.objects.filter(state=DocumentState.FAILED).count(),
        _dead_documents,
        retry_document,
        drop_document,
    ),
)


# --- letters ---


def letters(
    kind: str,
    label: Any,
    model: Any,
    *,
    task: str,
    subject: Callable[[Any], str],
    since: Callable[[Any], datetime],
    link: Callable[[Any], str] = lambda _row: "",
    related: tuple[str, ...] = (),
    recipient: Callable[[Any], str] = lambda row: str(row.recipient),
) -> DeadRows:
    """The given-up letters of a model of `core.mailing`.

    task: sends what waits in a cooperative. related: what `subject`, `link` and `recipient` read. recipient:
    where the letter goes when it is sent again, which may have been put right meanwhile.
    """

    def find(limit: int) -> Sequence[DeadRow]:
        rows = model.objects.filter(state=mailing.FAILED).select_related(*related).order_by("-pk")[:limit]
        return [
            DeadRow(
                id=row.pk,
                subject=subject(row),
                attempts=row.attempt,
                since=row.lease_until or since(row),
                error=words_of(row.error),
                code=code_of(row.error),
                link=link(row),
            )
            for row in rows
        ]

    @transaction.atomic
    def retry(row_id: UUID, at: datetime, actor: Actor) -> Any:
        row = dead_for_update(model, row_id, mailing.FAILED)
        row.state, row.lease_until, row.recipient = mailing.PENDING, None, recipient(row)
        row.save(update_fields=["state", "lease_until", "recipient"])
        ring(task, current_cooperative().pk)
        return row

    @transaction.atomic
    def drop(row_id: UUID) -> Any:
        row = dead_for_update(model, row_id, mailing.FAILED)
        row.state = mailing.DROPPED
        row.save(update_fields=["state"])
        return row

    count = partial(_count, model)
    return DeadRows(kind, label, model, count, find, retry, drop)


def _count(model: Any) -> int:
    found: int = model.objects.filter(state=mailing.FAILED).count()
    return found
