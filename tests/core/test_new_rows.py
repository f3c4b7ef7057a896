"""Many new rows in one statement: the same rows as one by one, with the same walls."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction


def news(**changes: Any) -> Any:
    from core.models import OutboxMessage
    from core.uuid7 import uuid7

    given = {"topic": "note.written", "subject_type": "core.note", "subject_id": uuid7()} | changes
    return OutboxMessage(**given)


HARD = [
    {"error": 'quote " backslash \\ comma , brace {} and null NULL'},
    {"error": "accents é, lines\nand\ttabs", "payload": {"text": 'a "word" \\ with é', "n": [1, None]}},
    {"available_at": datetime(2026, 11, 2, 9, 30, tzinfo=UTC), "attempt": 3},
    {"error": "NULL", "payload": {}},
]


def test_rows_come_back_as_they_were_given(tenant: Any) -> None:
    from core.models import OutboxMessage
    from core.rows import insert_rows

    rows = [news(**changes) for changes in HARD]

    insert_rows(rows)

    stored = {row.pk: row for row in OutboxMessage.objects.all()}
    for row in rows:
        found = stored[row.pk]
        assert (found.error, found.payload, found.attempt) == (row.error, row.payload, row.attempt)
        assert (found.available_at, found.lease_until) == (row.available_at, None)
        assert found.created_at is not None


def test_values_need_only_what_has_no_default(tenant: Any) -> None:
    from core.models import OutboxMessage
    from core.rows import insert_values
    from core.uuid7 import uuid7

    insert_values(
        OutboxMessage,
        ("topic", "subject_type", "subject_id"),
        [("note.written", "core.note", uuid7()) for _ in range(3)],
    )

    rows = list(OutboxMessage.objects.all())
    assert len({row.pk for row in rows}) == 3
    assert {(row.state, row.attempt, row.payload, row.tenant_id) for row in map(_hashable, rows)} == {
        ("pending", 0, "{}", tenant.pk)
    }


def _hashable(row: Any) -> Any:
    row.payload = str(row.payload)
    return row


def test_one_statement_whatever_the_number(tenant: Any, django_assert_num_queries: Any) -> None:
    from core.rows import insert_rows

    with django_assert_num_queries(1):
        insert_rows([news() for _ in range(300)])
    with django_assert_num_queries(0):
        insert_rows([])


def test_a_text_that_is_too_long_is_refused_not_cut(tenant: Any) -> None:
    from core.models import OutboxMessage
    from core.rows import insert_rows

    with pytest.raises(DatabaseError), transaction.atomic():
        insert_rows([news(), news(topic="t" * 61)])
    assert not OutboxMessage.objects.exists()


def test_a_name_that_is_no_column_is_a_defect(tenant: Any) -> None:
    from core.models import OutboxMessage
    from core.rows import insert_values

    with pytest.raises(ValueError, match="subject"):
        insert_values(OutboxMessage, ("subject",), [(1,)])
    assert not OutboxMessage.objects.exists()


def test_a_new_row_is_what_the_constructor_makes(tenant: Any) -> None:
    from core.models import OutboxMessage
    from core.rows import insert_rows, new_row
    from core.uuid7 import uuid7

    given = {"topic": "note.written", "subject_type": "core.note", "subject_id": uuid7(), "id": uuid7()}
    made, built = new_row(OutboxMessage, **given), OutboxMessage(**given)
    assert made._state.adding
    moment = {"_state": None, "available_at": None}
    assert vars(made) | moment == vars(built) | moment
    assert made.payload is not new_row(OutboxMessage, **given).payload
    insert_rows([made])
    assert OutboxMessage.objects.get() == built
    with pytest.raises(ValueError, match="subject"):
        new_row(OutboxMessage, **given, subject=1)
