"""Work that fails too often is given up, seen, and then either done after all or dropped for good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import documents, outbox, registry
from core.enums import DocumentState, OutboxState
from core.models import AuditEvent, Cooperative, DocumentJob, OutboxMessage
from core.operations import selectors, services
from core.operations.errors import DeadRowNotFound, NotDead, ReasonNeeded
from core.tenancy import tenant_scope
from core.types import Actor
from members.enums import Role
from members.models import Person
from tests.factories import make_person

ADMIN = frozenset({"coop_admin"})
LIST = "/be/exploitation/travaux/"

doors_shut = {"shut": True}
heard: list[UUID] = []


def listen(message: registry.Message) -> None:
    if doors_shut["shut"]:
        raise LookupError("Nora Peeters is not there")
    heard.append(message.id)


def render(source_id: UUID) -> registry.RenderedDocument:
    if doors_shut["shut"]:
        raise ConnectionRefusedError("no fonts")
    return registry.RenderedDocument(b"made", "text/plain", "a.txt")


@pytest.fixture(autouse=True)
def house(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    registry.subscribe("test.shut", listen)
    registry.register_document("test_shut", render, "Test sheet")
    heard.clear()
    doors_shut["shut"] = True
    yield
    registry.handlers_of("test.shut").clear()


@pytest.fixture
def admin(cooperative_be: Cooperative) -> Person:
    with tenant_scope(cooperative_be):
        return make_person(Role.COOP_ADMIN, user=True)


@pytest.fixture
def browser(admin: Person) -> Client:
    client = Client(raise_request_exception=False)
    assert admin.user is not None
    client.force_login(admin.user)
    return client


def actor(person: Person) -> Actor:
    assert person.user is not None
    return Actor("user", str(person), person.user.pk, person.pk)


def kill_news(cooperative: Cooperative, person: Person, count: int = 1) -> list[OutboxMessage]:
    """News that nobody could hear, as often as it was told."""
    with tenant_scope(cooperative):
        before = set(OutboxMessage.objects.values_list("pk", flat=True))
        for _ in range(count):
            outbox.publish("test.shut", person)
    for _ in range(outbox.MOST_ATTEMPTS * count):
        with tenant_scope(cooperative):
            OutboxMessage.objects.filter(state="pending").update(available_at=timezone.now())
        outbox.drain(cooperative)
    with tenant_scope(cooperative):
        return list(OutboxMessage.objects.exclude(pk__in=before).filter(topic="test.shut"))


def kill_document(cooperative: Cooperative) -> DocumentJob:
    """A document that could not be made, as often as it was tried."""
    with tenant_scope(cooperative):
        job = documents.request_document("test_shut", uuid4())
    for _ in range(documents.MOST_ATTEMPTS):
        with tenant_scope(cooperative):
            DocumentJob.objects.filter(pk=job.pk, state="pending").update(lease_until=None)
        documents.render_one(cooperative)
    with tenant_scope(cooperative):
        job.refresh_from_db()
    return job


def test_news_die_are_seen_and_told_after_all(
    cooperative_be: Cooperative, admin: Person, browser: Client
) -> None:
    [message] = kill_news(cooperative_be, admin)
    assert message.state == OutboxState.DEAD
    page = browser.get(LIST).content.decode()
    assert "test.shut" in page
    assert "LookupError" in page
    assert "Nora Peeters is not there" not in page

    doors_shut["shut"] = False
    answer = browser.post(f"{LIST}{message.pk}/relancer/")
    assert answer.status_code == 302
    assert outbox.drain(cooperative_be) >= 1
    with tenant_scope(cooperative_be):
        message.refresh_from_db()
        assert (message.state, message.attempt) == (OutboxState.DONE, outbox.MOST_ATTEMPTS + 1)
        event = AuditEvent.objects.get(action="operations.retried")
        assert (event.subject_id, event.person_id, event.data) == (message.pk, admin.pk, {"kind": "news"})
    assert heard == [message.pk]
    assert "test.shut" not in browser.get(LIST).content.decode()


def test_retried_in_vain_it_has_as_many_attempts_again(cooperative_be: Cooperative, admin: Person) -> None:
    [message] = kill_news(cooperative_be, admin)
    with tenant_scope(cooperative_be):
        services.retry_dead(row_id=message.pk, at=timezone.now(), actor=actor(admin))
    outbox.drain(cooperative_be)
    with tenant_scope(cooperative_be):
        message.refresh_from_db()
        assert (message.state, message.attempt) == (OutboxState.PENDING, outbox.MOST_ATTEMPTS + 1)
    for _ in range(outbox.MOST_ATTEMPTS):
        with tenant_scope(cooperative_be):
            OutboxMessage.objects.filter(state="pending").update(available_at=timezone.now())
        outbox.drain(cooperative_be)
    with tenant_scope(cooperative_be):
        message.refresh_from_db()
        assert (message.state, message.attempt) == (OutboxState.DEAD, 2 * outbox.MOST_ATTEMPTS)


def test_dropped_news_never_come_back(cooperative_be: Cooperative, admin: Person, browser: Client) -> None:
    [message] = kill_news(cooperative_be, admin)
    form = browser.get(f"{LIST}{message.pk}/abandonner/")
    assert form.status_code == 200
    silent = browser.post(f"{LIST}{message.pk}/abandonner/", {"reason": "  "})
    assert silent.status_code == 422
    with tenant_scope(cooperative_be):
        message.refresh_from_db()
        assert message.state == OutboxState.DEAD
    told = browser.post(f"{LIST}{message.pk}/abandonner/", {"reason": "Programme arrêté"})
    assert told.status_code == 302

    doors_shut["shut"] = False
    with tenant_scope(cooperative_be):
        OutboxMessage.objects.update(available_at=timezone.now() - timedelta(days=30), lease_until=None)
    outbox.drain(cooperative_be)
    with tenant_scope(cooperative_be):
        message.refresh_from_db()
        assert message.state == OutboxState.DROPPED
        event = AuditEvent.objects.get(action="operations.dropped")
        assert event.data == {"kind": "news", "reason": "Programme arrêté"}
    assert message.pk not in heard


def test_a_document_dies_is_seen_and_made_after_all(
    cooperative_be: Cooperative, admin: Person, browser: Client
) -> None:
    job = kill_document(cooperative_be)
    assert job.state == DocumentState.FAILED
    assert "Test sheet" in browser.get(f"{LIST}?kind=document").content.decode()
    assert "Test sheet" not in browser.get(f"{LIST}?kind=news").content.decode()

    doors_shut["shut"] = False
    with tenant_scope(cooperative_be):
        services.retry_dead(row_id=job.pk, at=timezone.now(), actor=actor(admin))
    assert documents.render_one(cooperative_be)
    with tenant_scope(cooperative_be):
        assert documents.finished_file("test_shut", job.source_id) is not None
        job.refresh_from_db()
        assert (job.state, job.error) == (DocumentState.DONE, "")


def test_a_dropped_document_is_not_made_even_when_somebody_asks(
    cooperative_be: Cooperative, admin: Person
) -> None:
    job = kill_document(cooperative_be)
    with tenant_scope(cooperative_be):
        services.drop_dead(row_id=job.pk, reason="Entered twice", actor=actor(admin))
        doors_shut["shut"] = False
        again = documents.request_document("test_shut", job.source_id, urgent=True)
        assert again.state == DocumentState.DROPPED
    assert not documents.render_one(cooperative_be)


def test_a_second_call_and_a_wrong_one_are_told_so_and_change_nothing(
    cooperative_be: Cooperative, admin: Person
) -> None:
    job = kill_document(cooperative_be)
    with tenant_scope(cooperative_be):
        with pytest.raises(ReasonNeeded):
            services.drop_dead(row_id=job.pk, reason=" ", actor=actor(admin))
        with pytest.raises(DeadRowNotFound):
            services.retry_dead(row_id=uuid4(), at=timezone.now(), actor=actor(admin))
        services.retry_dead(row_id=job.pk, at=timezone.now(), actor=actor(admin))
        events = AuditEvent.objects.count()
        with pytest.raises(NotDead):
            services.retry_dead(row_id=job.pk, at=timezone.now(), actor=actor(admin))
        with pytest.raises(NotDead):
            services.drop_dead(row_id=job.pk, reason="Too late", actor=actor(admin))
        job.refresh_from_db()
        assert (job.state, job.attempt) == (DocumentState.PENDING, documents.MOST_ATTEMPTS)
        assert AuditEvent.objects.count() == events


def test_only_administrators_act(cooperative_be: Cooperative, admin: Person) -> None:
    job = kill_document(cooperative_be)
    with tenant_scope(cooperative_be):
        auditor = make_person(Role.AUDITOR, user=True)
    client = Client(raise_request_exception=False)
    assert auditor.user is not None
    client.force_login(auditor.user)
    assert client.get("/be/exploitation/").status_code == 200
    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}{job.pk}/relancer/").status_code == 403
    assert client.post(f"{LIST}{job.pk}/abandonner/", {"reason": "x"}).status_code == 403
    with tenant_scope(cooperative_be):
        job.refresh_from_db()
        assert job.state == DocumentState.FAILED
        assert not AuditEvent.objects.filter(action__startswith="operations.").exists()


def test_programs_do_the_same_and_a_repeat_does_nothing(
    cooperative_be: Cooperative, admin: Person, browser: Client
) -> None:
    job = kill_document(cooperative_be)
    door = "/be/api/v1/operations/dead-rows/"
    seen = browser.get(door, {"kind": "document"}).json()
    assert [(row["id"], row["code"], row["droppable"]) for row in seen["results"]] == [
        (str(job.pk), "ConnectionRefusedError", True)
    ]
    assert {entry["kind"]: entry["count"] for entry in seen["counts"]}["document"] == 1

    key = {"Idempotency-Key": "again-1"}
    first = browser.post(f"{door}{job.pk}/retry/", content_type="application/json", headers=key)
    repeat = browser.post(f"{door}{job.pk}/retry/", content_type="application/json", headers=key)
    assert first.json() == repeat.json() == {"id": str(job.pk), "kind": "document", "done": "retried"}
    assert repeat.headers["Idempotent-Replay"] == "true"
    fresh = browser.post(f"{door}{job.pk}/retry/", content_type="application/json")
    assert (fresh.status_code, fresh.json()["code"]) == (409, "dead_row_alive")
    unknown = browser.post(f"{door}{uuid4()}/drop/", {"reason": "x"}, content_type="application/json")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "dead_row_not_found")
    empty = browser.post(f"{door}{job.pk}/drop/", {"reason": ""}, content_type="application/json")
    assert empty.status_code == 422
    with tenant_scope(cooperative_be):
        job.refresh_from_db()
        assert job.state == DocumentState.PENDING
        assert AuditEvent.objects.filter(action="operations.retried").count() == 1


def test_the_list_asks_as_often_for_three_as_for_one(
    cooperative_be: Cooperative, admin: Person, browser: Client
) -> None:
    kill_news(cooperative_be, admin)
    kill_document(cooperative_be)
    browser.get(LIST)
    with CaptureQueriesContext(connection) as one:
        assert browser.get(LIST).status_code == 200
    kill_news(cooperative_be, admin, 2)
    kill_document(cooperative_be)
    kill_document(cooperative_be)
    with CaptureQueriesContext(connection) as three:
        page = browser.get(LIST).content.decode()
    assert page.count("test.shut") == 3
    assert page.count("Test sheet") == 3
    assert len(three) == len(one)


def test_no_more_than_can_be_read_is_shown_the_newest_first(
    tenant: Cooperative, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "MOST", 2)
    jobs = [
        DocumentJob(
            kind="test_shut",
            source_id=uuid4(),
            state=DocumentState.FAILED,
            attempt=3,
            error="KeyError: x",
            lease_until=timezone.now() - timedelta(hours=5 - number),
        )
        for number in range(3)
    ]
    DocumentJob.objects.bulk_create(jobs)
    shown = selectors.given_up(ADMIN, "document")
    assert [entry.row.id for entry in shown] == [jobs[2].pk, jobs[1].pk]
    assert {rows.kind: count for rows, count in selectors.counts()}["document"] == 3


def test_given_up_rows_of_another_cooperative_do_not_exist(
    cooperative_be: Cooperative, cooperative_fr: Cooperative, admin: Person
) -> None:
    job = kill_document(cooperative_be)
    with tenant_scope(cooperative_fr):
        assert selectors.given_up(ADMIN) == []
        with pytest.raises(DeadRowNotFound):
            services.retry_dead(row_id=job.pk, at=timezone.now(), actor=Actor.system("test"))
    with tenant_scope(cooperative_be):
        job.refresh_from_db()
        assert job.state == DocumentState.FAILED


def test_every_kind_says_what_it_is_and_why_it_may_not_be_dropped() -> None:
    for rows in registry.dead_rows():
        assert str(rows.label)
        assert rows.drop is not None or str(rows.kept_because), rows.kind
