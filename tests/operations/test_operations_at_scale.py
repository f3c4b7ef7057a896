"""Administrators who act at the same moment, and lists of given-up work among everything that was done."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from core.types import Actor
from tests.cluster import FreshDatabase, owner_connect

SYSTEM = Actor.system("test")
DONE = 20_000


def belgium() -> Any:
    from core.models import Cooperative

    return Cooperative.objects.get(slug="be")


@pytest.fixture
def document(fresh_database: FreshDatabase) -> UUID:
    """A document that was given up; committed."""
    from core.models import Cooperative, DocumentJob
    from core.tenancy import tenant_scope
    from core.uuid7 import uuid7

    Cooperative.objects.create(id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr"])
    with tenant_scope(belgium()):
        job = DocumentJob.objects.create(kind="test", source_id=uuid7(), state="failed", attempt=3)
    return job.pk


def act(row_id: UUID, what: str) -> str:
    """Retry or drop it, as a page would; the code of the refusal, else what was done."""
    from django.utils import timezone

    from core.errors import DomainError
    from core.operations import services
    from core.tenancy import tenant_scope

    try:
        with tenant_scope(belgium()):
            if what == "retry":
                services.retry_dead(row_id=row_id, at=timezone.now(), actor=SYSTEM)
            else:
                services.drop_dead(row_id=row_id, reason="nobody needs it", actor=SYSTEM)
    except DomainError as error:
        return error.code
    return what


def test_of_six_who_retry_and_drop_at_once_one_acts(fresh_database: FreshDatabase, document: UUID) -> None:
    from core.models import AuditEvent, DocumentJob
    from core.tenancy import tenant_scope

    wishes = [(document, "retry"), (document, "drop")] * 3
    outcomes = fresh_database.in_threads(act, *wishes)

    assert all(outcome.ok for outcome in outcomes), outcomes
    said = sorted(outcome.value for outcome in outcomes)
    assert said.count("dead_row_alive") == 5
    [done] = set(said) - {"dead_row_alive"}
    with tenant_scope(belgium()):
        job = DocumentJob.objects.get()
        assert job.state == {"retry": "pending", "drop": "dropped"}[done]
        assert AuditEvent.objects.filter(subject_id=document).count() == 1


def test_given_up_work_is_found_by_its_index(fresh_database: FreshDatabase, document: UUID) -> None:
    """As smart_app, behind row level security, among everything that was done."""
    from django.db import connection

    from core.operations import selectors
    from core.tenancy import tenant_scope

    owner = owner_connect(fresh_database.cluster, fresh_database.name)
    with owner.cursor() as run:
        run.execute(
            "INSERT INTO core_documentjob"
            " (id, tenant_id, kind, source_id, state, attempt, urgent, error, created_at)"
            " SELECT gen_random_uuid(), 1, 'test', gen_random_uuid(), 'done', 1, false, '', now()"
            " FROM generate_series(1, %s)",
            [DONE],
        )
        run.execute(
            "INSERT INTO core_outboxmessage (id, tenant_id, topic, subject_type, subject_id, payload, state,"
            " attempt, available_at, error, created_at)"
            " SELECT gen_random_uuid(), 1, 't', 's', gen_random_uuid(), '{}', 'done', 1, now(), '', now()"
            " FROM generate_series(1, %s)",
            [DONE],
        )
        run.execute("ANALYZE core_documentjob, core_outboxmessage")
    owner.close()
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and ("core_documentjob" in sql or "core_outboxmessage" in sql):
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with tenant_scope(belgium()), connection.cursor() as cursor:
        with connection.execute_wrapper(note):
            [entry] = selectors.given_up(frozenset({"coop_admin"}))
            counts = {rows.kind: count for rows, count in selectors.counts()}
        assert (entry.row.id, counts["document"], counts["news"]) == (document, 1, 0)
        assert len(asked) == 4
        for sql, params in asked:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            answer = cursor.fetchone()[0]
            plan = answer if isinstance(answer, str) else json.dumps(answer)
            assert "_dead" in plan, plan
            assert "Seq Scan" not in plan, plan
