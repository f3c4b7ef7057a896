"""A document is made once, taken up again when its maker dies, and its failure is kept."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core import documents, registry
from core.enums import DocumentState
from core.files import read_file, store_upload
from core.models import Cooperative, DocumentJob, StoredFile
from core.tenancy import tenant_scope
from core.uploads import FileTooLarge, FileTypeRefused
from tests.activities.builders import PDF

made: list[UUID] = []


@pytest.fixture(autouse=True)
def renderers(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path

    def plain(source_id: UUID) -> registry.RenderedDocument:
        made.append(source_id)
        return registry.RenderedDocument(f"source {source_id}".encode(), "text/plain", "a.txt")

    def broken(source_id: UUID) -> registry.RenderedDocument:
        raise LookupError("no such source")

    registry.register_document("test_plain", plain)
    registry.register_document("test_broken", broken)
    made.clear()
    yield


def test_asked_for_twice_it_is_made_once(cooperative_be: Cooperative) -> None:
    source = uuid4()
    with tenant_scope(cooperative_be):
        first = documents.request_document("test_plain", source)
        again = documents.request_document("test_plain", source, urgent=True)
        assert first.pk == again.pk
        assert documents.finished_file("test_plain", source) is None
    assert documents.render_one(cooperative_be)
    assert not documents.render_one(cooperative_be)
    with tenant_scope(cooperative_be):
        file = documents.finished_file("test_plain", source)
        assert file is not None
        assert read_file(file) == f"source {source}".encode()
    assert made == [source]


def test_who_waits_comes_first(cooperative_be: Cooperative) -> None:
    patient, waiting = uuid4(), uuid4()
    with tenant_scope(cooperative_be):
        documents.request_documents("test_plain", [patient])
        documents.request_document("test_plain", waiting, urgent=True)
    documents.render_one(cooperative_be)
    assert made == [waiting]


def test_a_dead_makers_document_is_taken_up_again(cooperative_be: Cooperative) -> None:
    with tenant_scope(cooperative_be):
        job = documents.request_document("test_plain", uuid4())
        DocumentJob.objects.filter(pk=job.pk).update(
            state=DocumentState.RUNNING, attempt=1, lease_until=timezone.now() + timedelta(minutes=1)
        )
    assert not documents.render_one(cooperative_be)
    with tenant_scope(cooperative_be):
        DocumentJob.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert documents.render_one(cooperative_be)
    with tenant_scope(cooperative_be):
        assert DocumentJob.objects.get().state == DocumentState.DONE


def test_a_failing_document_is_given_up_after_three_attempts(cooperative_be: Cooperative) -> None:
    with tenant_scope(cooperative_be):
        documents.request_document("test_broken", uuid4())
    pauses = []
    while documents.render_one(cooperative_be):
        with tenant_scope(cooperative_be):
            job = DocumentJob.objects.get()
            assert job.lease_until is not None
            pauses.append(round((job.lease_until - timezone.now()).total_seconds()))
            assert not DocumentJob.objects.exclude(error="LookupError: no such source").exists()
        assert not documents.render_one(cooperative_be)  # it waits
        _let_time_pass(cooperative_be)
    with tenant_scope(cooperative_be):
        job.refresh_from_db()
        assert (job.attempt, job.state) == (3, DocumentState.FAILED)
        documents.request_document("test_broken", job.source_id, urgent=True)
        job.refresh_from_db()
        assert job.state == DocumentState.FAILED
    assert pauses == [30, 60, 0]


def test_a_document_that_kills_its_makers_is_given_up(cooperative_be: Cooperative) -> None:
    """Its worker dies each time (memory, a crash in a library): nobody is left to write the failure down."""
    with tenant_scope(cooperative_be):
        job = documents.request_document("test_plain", uuid4())
        DocumentJob.objects.update(
            state=DocumentState.RUNNING,
            attempt=documents.MOST_ATTEMPTS,
            lease_until=timezone.now() - timedelta(seconds=1),
        )
    assert documents.render_one(cooperative_be)
    with tenant_scope(cooperative_be):
        job.refresh_from_db()
        assert (job.state, job.error) == (DocumentState.FAILED, "WorkerLost: no answer")
    assert made == []


def test_a_maker_who_comes_back_late_keeps_nothing(cooperative_be: Cooperative) -> None:
    """While a slow worker rendered, its lease ran out and another one took the document up."""

    def slow(source_id: UUID) -> registry.RenderedDocument:
        with tenant_scope(cooperative_be):
            DocumentJob.objects.update(attempt=2)
        return registry.RenderedDocument(b"late", "text/plain", "late.txt")

    registry.register_document("test_slow", slow)
    with tenant_scope(cooperative_be):
        documents.request_document("test_slow", uuid4())
    documents.render_one(cooperative_be)
    with tenant_scope(cooperative_be):
        job = DocumentJob.objects.get()
        assert (job.state, job.file) == (DocumentState.RUNNING, None)


def _let_time_pass(cooperative: Cooperative) -> None:
    with tenant_scope(cooperative):
        DocumentJob.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize(
    "content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>", b"MZ\x90", b""], ids=str
)
def test_uploads_are_known_by_their_content(tenant: Cooperative, content: bytes) -> None:
    with pytest.raises(FileTypeRefused):
        store_upload(SimpleUploadedFile("receipt.pdf", content, content_type="application/pdf"))
    assert not StoredFile.objects.exists()


def test_a_receipt_is_kept_and_a_huge_one_refused(tenant: Cooperative) -> None:
    kept = store_upload(SimpleUploadedFile("../../ticket.bin", PDF))
    assert (kept.content_type, kept.name) == ("application/pdf", "ticket.bin")
    with pytest.raises(FileTooLarge):
        store_upload(SimpleUploadedFile("big.pdf", b"%PDF-" + b"0" * 11 * 1024 * 1024))
    assert StoredFile.objects.count() == 1
