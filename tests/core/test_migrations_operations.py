"""The operations of `core.schema` on a table that holds rows: what they do, repeat and refuse."""

from __future__ import annotations

from typing import Any

import psycopg2
import pytest
from django.db import IntegrityError, NotSupportedError, connections, models
from django.db.migrations import AddField

from core.schema import AddConstraintValidated, BackfillInBatches, DropRetired, RetireField, SetNotNull
from tests.core.workshop import (
    BY_SIZE,
    FILL,
    HAS_FILE,
    LABEL,
    ONE_EMPTY,
    ONE_TITLE,
    POSITIVE,
    ROWS,
    Workshop,
)


def test_an_index_is_built_once_and_a_broken_one_anew(workshop: Workshop) -> None:
    workshop.apply(BY_SIZE)
    workshop.apply(BY_SIZE)
    assert workshop.index("note_size")
    # What a build leaves that was cut off: an index that costs and serves nobody.
    superuser = psycopg2.connect(
        workshop.database.cluster.server_url.rsplit("/", 1)[0] + f"/{workshop.database.name}"
    )
    with superuser, superuser.cursor() as cursor:
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'note_size'::regclass")
    superuser.close()

    workshop.apply(BY_SIZE)

    assert workshop.index("note_size")
    workshop.apply(BY_SIZE, backwards=True)
    assert workshop.index("note_size") is None


@pytest.mark.parametrize("operation", [BY_SIZE, POSITIVE, LABEL, FILL], ids=lambda o: type(o).__name__)
def test_they_refuse_to_share_a_transaction(workshop: Workshop, operation: Any) -> None:
    with pytest.raises((ValueError, NotSupportedError), match="atomic"):
        workshop.apply(operation, atomic=True)

    assert workshop.index("note_size") is None
    assert workshop.constraint("note_positive") is None
    assert workshop.count("label IS NOT NULL") == 0


def test_a_check_holds_for_new_rows_before_the_old_ones_comply(workshop: Workshop) -> None:
    workshop.ask("UPDATE core_note SET size = -1 WHERE title = 'n7'")

    with pytest.raises(IntegrityError, match="note_positive"):
        workshop.apply(POSITIVE)

    assert workshop.constraint("note_positive") is False
    with pytest.raises(psycopg2.errors.CheckViolation):
        workshop.ask("INSERT INTO core_note VALUES (gen_random_uuid(), 1, 'new', -2)")
    workshop.ask("UPDATE core_note SET size = 7 WHERE title = 'n7'")
    workshop.apply(POSITIVE)
    assert workshop.constraint("note_positive")
    workshop.apply(POSITIVE, backwards=True)
    assert workshop.constraint("note_positive") is None


def test_a_reference_is_validated_and_names_the_tenant(workshop: Workshop) -> None:
    workshop.ask(
        "INSERT INTO core_storedfile (id, tenant_id, sha256, size, content_type, name, created_at)"
        " VALUES ('00000000-0000-7000-8000-000000000001', 2, 'x', 1, 'x', 'x', now())"
    )
    workshop.apply(HAS_FILE)

    assert workshop.constraint("note_file_ref")
    with pytest.raises(psycopg2.errors.ForeignKeyViolation):
        workshop.ask(
            "UPDATE core_note SET file_id = '00000000-0000-7000-8000-000000000001' WHERE title = 'n7'"
        )
    assert workshop.count("file_id IS NOT NULL") == 0


def test_a_uniqueness_is_built_aside_then_declared(workshop: Workshop) -> None:
    workshop.ask("UPDATE core_note SET title = 'n1' WHERE title = 'n2'")
    with pytest.raises(IntegrityError):
        workshop.apply(ONE_TITLE)
    assert workshop.index("note_title") is False, "what the failed build left"
    workshop.ask("UPDATE core_note SET title = 'n2' WHERE title = 'n1' AND size = 2")

    workshop.apply(ONE_TITLE, ONE_EMPTY)
    workshop.apply(ONE_TITLE, ONE_EMPTY)

    assert workshop.constraint("note_title")
    assert workshop.index("note_empty")
    with pytest.raises(psycopg2.errors.UniqueViolation):
        workshop.ask("INSERT INTO core_note VALUES (gen_random_uuid(), 1, 'n1', 1)")


def test_a_backfill_fills_every_tenant_and_nothing_twice(workshop: Workshop) -> None:
    workshop.ask("UPDATE core_note SET label = 'mine' WHERE title = 'n5'")

    workshop.apply(FILL)

    assert workshop.count("label IS NULL") == 0
    assert workshop.count("label = title || '%'") == ROWS + 300 - 1
    before = workshop.ask("SELECT id, xmin::text FROM core_note ORDER BY id")
    workshop.apply(FILL)
    assert workshop.ask("SELECT id, xmin::text FROM core_note ORDER BY id") == before


def test_a_backfill_keeps_what_it_did_when_it_is_cut_off(workshop: Workshop) -> None:
    """The last row by key is refused: the batches before it stay, the next run does the rest."""
    last = workshop.ask("SELECT id FROM core_note WHERE tenant_id = 1 ORDER BY id DESC LIMIT 1")[0][0]
    workshop.ask(f"ALTER TABLE core_note ADD CONSTRAINT stop CHECK (id <> '{last}' OR label IS NULL)")

    with pytest.raises(IntegrityError, match="stop"):
        workshop.apply(FILL)

    assert workshop.count("label IS NOT NULL") == 2_000
    largest = workshop.ask(
        "SELECT count(*) FROM core_note WHERE label IS NOT NULL GROUP BY xmin::text ORDER BY 1 DESC LIMIT 1"
    )
    assert largest == [(1_000,)], "a transaction holds a thousand rows at most"
    workshop.ask("ALTER TABLE core_note DROP CONSTRAINT stop")
    workshop.apply(FILL)
    assert workshop.count("label IS NULL") == 0


def test_a_backfill_works_under_the_tenant_of_its_rows(workshop: Workshop) -> None:
    """Guards compare a row's tenant with the setting, whoever writes."""
    workshop.ask(
        "CREATE FUNCTION note_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.tenant_id <> current_setting('smart.tenant')::smallint THEN RAISE 'not this tenant'; END IF;"
        " RETURN NEW; END $$;"
        "CREATE TRIGGER guard BEFORE UPDATE ON core_note FOR EACH ROW EXECUTE FUNCTION note_guard()"
    )

    workshop.apply(FILL)

    assert workshop.count("label IS NULL") == 0


def test_a_backfill_that_would_fill_nothing_or_never_end_is_refused(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, app = connections["owner"], connections["default"]
    owner.close()
    with monkeypatch.context() as patch:
        for key in ("USER", "PASSWORD"):
            patch.setitem(owner.settings_dict, key, app.settings_dict[key])
        with pytest.raises(PermissionError, match="smart_owner"):
            workshop.apply(FILL)
    owner.close()
    with pytest.raises(ValueError, match="never end"):
        workshop.apply(BackfillInBatches("note", values={"label": "title"}, pending="size > 0"))
    with pytest.raises(ValueError, match="1000"):
        BackfillInBatches("note", values={"label": "title"}, pending="label IS NULL", rows=5_000)

    assert workshop.count("label IS NOT NULL") == 0


def test_not_null_is_demanded_when_every_row_has_a_value(workshop: Workshop) -> None:
    with pytest.raises(IntegrityError, match="label"):
        workshop.apply(LABEL)
    assert workshop.ask(
        "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'core_note'::regclass AND attname = 'label'"
    ) == [(False,)]

    workshop.apply(FILL, LABEL)

    assert workshop.ask(
        "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'core_note'::regclass AND attname = 'label'"
    ) == [(True,)]
    assert workshop.constraint("label_is_given") is None
    with pytest.raises(ValueError, match="nothing but null"):
        workshop.apply(SetNotNull("note", "label", models.CharField(max_length=80)))


def test_a_new_column_with_a_default_is_not_written_to_the_rows(workshop: Workshop) -> None:
    """Why `db_default` is enough: the table is not rewritten, and the old code may leave the column out."""
    before = workshop.ask("SELECT pg_relation_filenode('core_note')")
    workshop.apply(AddField("note", "kind", models.CharField(max_length=10, db_default="plain")), atomic=True)

    assert workshop.ask("SELECT pg_relation_filenode('core_note')") == before
    workshop.ask(
        "INSERT INTO core_note (id, tenant_id, title, size) VALUES (gen_random_uuid(), 1, 'old code', 1)"
    )
    assert workshop.count("kind = 'plain'") == ROWS + 301


def test_a_column_is_forgotten_first_and_goes_later(workshop: Workshop) -> None:
    workshop.apply(RetireField("note", "title"))

    assert workshop.count("title IS NOT NULL") == ROWS + 300, "the release before still reads it"
    workshop.ask("INSERT INTO core_note (id, tenant_id, size) VALUES (gen_random_uuid(), 1, 1)")
    with pytest.raises(ValueError, match="in use"):
        workshop.apply(DropRetired("core_note", "title"))
    RetireField("note", "title").state_forwards("core", workshop.state)
    workshop.apply(DropRetired("core_note", "title"), DropRetired("core_note", "title"))

    with pytest.raises(psycopg2.errors.UndefinedColumn):
        workshop.count("title IS NULL")
    assert workshop.count("size > 0") == ROWS + 301


def test_a_type_changes_over_three_releases(workshop: Workshop) -> None:
    """The worked example of docs/guides/schema.md: sizes become minutes; each code works on both."""
    minutes = models.IntegerField(null=True)
    row = "INSERT INTO core_note (id, tenant_id, title, {}) VALUES (gen_random_uuid(), 1, %s, {})"
    before, both = row.format("size", "2"), row.format("size, minutes", "2, 120")
    after = row.format("minutes", "120")
    given = models.CheckConstraint(condition=models.Q(minutes__gt=0), name="note_minutes")

    workshop.go(AddField("note", "minutes", minutes), atomic=True)
    workshop.go(AddConstraintValidated("note", given))
    workshop.ask(before, "the code before")
    workshop.ask(both, "the code of A")
    workshop.go(
        BackfillInBatches("note", values={"minutes": "size * 60"}, pending="minutes IS NULL"),
        SetNotNull("note", "minutes", models.IntegerField()),
        RetireField("note", "size"),
    )
    workshop.ask(both, "the code of A, still")
    workshop.ask(after, "the code of B")
    workshop.go(DropRetired("core_note", "size"))
    workshop.ask(after, "the code of B, still")

    assert workshop.count("minutes = 120") == 1 + 1 + 1 + 3 + 1
    assert workshop.count("true") == ROWS + 300 + 5


@pytest.mark.parametrize(
    ("statement", "reads"),
    [
        ("ADD COLUMN extra varchar(10) DEFAULT 'x' NOT NULL", False),
        ("ADD COLUMN extra timestamptz DEFAULT now()", False),
        ("ADD COLUMN extra float DEFAULT random()", True),
        ("ADD COLUMN extra smallint CHECK (extra >= 0)", True),
        ("ALTER COLUMN title TYPE varchar(80)", False),
        ("ALTER COLUMN title TYPE text", False),
        ("ALTER COLUMN size TYPE bigint", True),
        ("ALTER COLUMN size SET NOT NULL", False),
        ("ALTER COLUMN title SET NOT NULL", True),
        ("ADD CONSTRAINT p CHECK (size > 0) NOT VALID", False),
        ("ADD CONSTRAINT p CHECK (size > 0)", True),
    ],
)
def test_the_rules_are_those_of_postgresql(workshop: Workshop, statement: str, reads: bool) -> None:
    """What the server says it does under the strongest lock: it reads or writes each row, or does not."""
    workshop.ask("ALTER TABLE core_note ALTER title DROP NOT NULL, ALTER size DROP NOT NULL")
    workshop.ask("ALTER TABLE core_note ADD CONSTRAINT given CHECK (size IS NOT NULL)")
    workshop.ask("SET client_min_messages = debug1")
    workshop.owner.notices.clear()

    workshop.ask(f"ALTER TABLE core_note {statement}")

    assert reads == any("verifying" in said or "rewriting" in said for said in workshop.owner.notices)
