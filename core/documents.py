"""Documents rendered apart from requests: a row per document, a queue of its own, a file when done."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from core import registry
from core.doorbell import ring
from core.enums import DocumentState
from core.files import read_file, store_file
from core.locks import for_update
from core.models import Cooperative, DocumentJob, StoredFile
from core.registry import RenderedDocument
from core.rows import insert_values
from core.tenancy import current_cooperative, tenant_scope

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 3
PAUSE, MOST_PAUSE = 15, 600
"""Seconds before the first new attempt, twice as many before the next, and at most."""
OPEN = (DocumentState.PENDING, DocumentState.RUNNING)


class WorkerLost(Exception):
    """The process that made a document died each time."""


def request_document(kind: str, source_id: UUID, *, urgent: bool = False) -> DocumentJob:
    """Ask for a document; asking again gives the same row, made urgent when someone waits for it."""
    job, created = DocumentJob.objects.get_or_create(
        kind=kind, source_id=source_id, defaults={"urgent": urgent}
    )
    if urgent and not created and job.state == DocumentState.PENDING and not job.urgent:
        job.urgent = True
        job.save(update_fields=["urgent"])
    if job.state == DocumentState.PENDING:
        ring("core.render_documents", current_cooperative().pk)
    return job


def request_documents(kind: str, source_ids: list[UUID]) -> None:
    """The bulk form: one insert; what was asked before stays as it is."""
    insert_values(DocumentJob, ("kind", "source_id"), [(kind, key) for key in source_ids], keep=True)
    if source_ids:
        ring("core.render_documents", current_cooperative().pk)


def finished_file(kind: str, source_id: UUID) -> StoredFile | None:
    """The document, if it has been made."""
    job = DocumentJob.objects.filter(kind=kind, source_id=source_id).select_related("file").first()
    return job.file if job else None


def made_document(kind: str, source_id: UUID) -> RenderedDocument:
    """The document: the file, or the same made now. Only where documents are made, never in a request."""
    file = finished_file(kind, source_id)
    if file is None:
        return registry.renderer_of(kind)(source_id)
    return RenderedDocument(read_file(file), file.content_type, file.name)


def render_one(cooperative: Cooperative) -> bool:
    """Take the most urgent waiting document and make it; False when none waits.

    The row is leased in one transaction and finished in another, so a killed worker's document is taken up
    again when the lease runs out; a failure stays on the row, which then waits until `lease_until`.
    """
    with tenant_scope(cooperative):
        moment = timezone.now()
        job = (
            DocumentJob.objects.filter(state__in=OPEN)
            .filter(Q(lease_until=None) | Q(lease_until__lt=moment))
            .order_by("-urgent", "pk")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if job is None:
            return False
        if job.state == DocumentState.RUNNING and job.attempt % MOST_ATTEMPTS == 0:
            _keep_failure(job, WorkerLost("no answer"))
            return True
        job.state = DocumentState.RUNNING
        job.attempt += 1
        job.lease_until = moment + LEASE
        job.save(update_fields=["state", "attempt", "lease_until"])
    try:
        with tenant_scope(cooperative):
            rendered = registry.renderer_of(job.kind)(job.source_id)
            mine = DocumentJob.objects.filter(pk=job.pk, attempt=job.attempt, state=DocumentState.RUNNING)
            if for_update(mine).first() is not None:  # else another maker was faster, and has its file
                file = store_file(rendered.content, name=rendered.name, content_type=rendered.content_type)
                mine.update(state=DocumentState.DONE, file=file, error="")
    except Exception as error:  # noqa: BLE001 - the row keeps the failure; the next document must still be made
        log.exception("document %s failed", job.pk)
        with tenant_scope(cooperative):
            _keep_failure(job, error)
    return True


def _keep_failure(job: DocumentJob, error: Exception) -> None:
    """Wait, longer each time, or give up. Attempts are never counted anew: they fence late makers."""
    failures = job.attempt % MOST_ATTEMPTS
    pause = timedelta(seconds=min(PAUSE * 2**failures, MOST_PAUSE)) if failures else timedelta(0)
    DocumentJob.objects.filter(pk=job.pk, attempt=job.attempt, state=DocumentState.RUNNING).update(
        state=DocumentState.PENDING if failures else DocumentState.FAILED,
        error=f"{type(error).__name__}: {error}"[:500],
        lease_until=timezone.now() + pause,
    )
