"""As smart_app in raw SQL: what the database refuses, whatever a program asks. Nothing changes."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from core.models import Cooperative
from core.reference import published
from core.tenancy import tenant_scope
from core.types import Actor
from core.uuid7 import uuid7
from ledger.loaders import load_books
from ledger.models import Budget, JournalEntry, JournalLine
from ledger.selectors import entity_by_code
from ledger.services import close_period, open_budget, post_entry
from ledger.types import Entry, cr, dr

DAY = date(2026, 11, 2)

ENTRY = (
    "INSERT INTO ledger_journalentry"
    " (id, tenant_id, entity_id, date, journal, source_type, source_id, kind, text)"
    " VALUES (%(entry)s, 1, %(entity)s, '2026-11-02', 'SAL', 'raw', %(entry)s, 'raw', 'raw');"
)


def line(account: str, debit: str, credit: str) -> str:
    """SQL of one line of the entry."""
    return (
        "INSERT INTO ledger_journalline (id, tenant_id, entry_id, position, account, debit, credit)"
        f" VALUES (gen_random_uuid(), 1, %(entry)s, (random() * 30000)::int, '{account}', {debit}, {credit});"
    )


PAIR = (
    "INSERT INTO ledger_journalline (id, tenant_id, entry_id, position, account, debit, credit)"
    " VALUES (gen_random_uuid(), 1, %(entry)s, 1001, '400', 5, 0),"
    " (gen_random_uuid(), 1, %(entry)s, 1002, '451', 0, 5);"
)
CHECK_NOW = "SET CONSTRAINTS ALL IMMEDIATE;"


@pytest.fixture
def posted(books: Any) -> UUID:
    """Example A, posted and past: its transaction is not ours (as far as the guards can tell)."""
    budget = open_budget(entity=books, name="A")
    return post_entry(
        Entry(books.pk, DAY, "SAL", "test", uuid4(), "issued", "Facture",
              (dr("400", Decimal("1210.00")), cr("700", Decimal("1000.00"), budget=budget.pk),
               cr("451", Decimal("210.00")), dr("6190", Decimal("65.00"), budget=budget.pk),
               cr("748", Decimal("65.00"), fund="pot")))
    )  # fmt: skip


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_journalline SET debit = debit + 1 WHERE debit > 0",
        "UPDATE ledger_journalline SET account = '440'",
        "UPDATE ledger_journalentry SET date = '2026-12-01'",
        "UPDATE ledger_journalentry SET text = ''",
        "DELETE FROM ledger_journalline",
        "DELETE FROM ledger_journalentry",
        "TRUNCATE ledger_journalline",
        "TRUNCATE ledger_journalentry CASCADE",
        "ALTER TABLE ledger_journalline DISABLE TRIGGER ALL",
        "ALTER TABLE ledger_journalline DISABLE ROW LEVEL SECURITY",
        "DROP TRIGGER append_only ON ledger_journalline",
        "SET session_replication_role = replica",
        "UPDATE core_auditevent SET action = ''",
        "DELETE FROM core_policyrate",
    ],
)
def test_posted_rows_are_never_changed(posted: UUID, snapshot: Any, sql: str) -> None:
    before = snapshot()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert snapshot() == before
    assert JournalEntry.objects.get().pk == posted


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        (ENTRY + CHECK_NOW, "no lines"),
        (ENTRY + line("400", "10", "0") + CHECK_NOW, "balance"),
        (ENTRY + line("400", "10", "0") + line("451", "0", "10") + CHECK_NOW, "balance"),
        (ENTRY + PAIR.replace("0, 5)", "0, 6)") + CHECK_NOW, "balance"),
        (ENTRY + PAIR.replace("5, 0)", "5, 5)"), "one_side"),
        (ENTRY + PAIR.replace("5, 0)", "-5, 0)"), "one_side"),
        (ENTRY + PAIR.replace("'451'", "'999'"), "account_ref"),
        (ENTRY + PAIR.replace("'451'", "'700'"), "bearer"),
        (PAIR, "foreign key|posted with their entry"),
        ("UPDATE ledger_budget SET balance = reserved - 1", "ledger_budget_available"),
        ("UPDATE ledger_budget SET reserved = -1", "ledger_budget_reserved"),
        (
            ENTRY.replace("'raw')", "'raw', '2020-01-01')").replace("text)", "text, posted_at)") + PAIR,
            "posted now",
        ),
    ],
)
def test_what_does_not_hold_is_refused(books: Any, posted: UUID, snapshot: Any, sql: str, says: str) -> None:
    before = snapshot()

    with pytest.raises(DatabaseError, match=says), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, {"entry": uuid7(), "entity": books.pk})

    assert snapshot() == before


def test_a_whole_entry_is_accepted(books: Any) -> None:
    entry = uuid7()
    with connection.cursor() as cursor:
        cursor.execute(ENTRY + PAIR + CHECK_NOW, {"entry": entry, "entity": books.pk})

    assert JournalLine.objects.filter(entry=entry).count() == 2


def test_a_closed_month_refuses_raw_entries_too(books: Any, clerk: Actor, snapshot: Any) -> None:
    close_period(entity=books, year=2026, month=11, actor=clerk)
    before = snapshot()

    with (
        pytest.raises(DatabaseError, match="closed: 2026-11"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(ENTRY + PAIR, {"entry": uuid7(), "entity": books.pk})

    assert snapshot() == before


# --- what needs a commit in between ----------------------------------------------------------------------


@pytest.fixture
def two_tenants(fresh_database: Any) -> Iterator[Callable[[int], Any]]:
    """Belgium and a neighbour with the same chart, an entity, a budget and an entry each, committed."""
    worlds = {}
    for key, slug in ((1, "be"), (2, "fr")):
        cooperative = Cooperative.objects.create(id=key, slug=slug, name=slug, country="BE", languages=[])
        with tenant_scope(cooperative):
            load_books(published("be"))
            entity = entity_by_code("PA")
            budget = open_budget(entity=entity, name=slug)
            lines = (dr("400", Decimal("10.00")), cr("4894", Decimal("10.00"), budget=budget.pk))
            entry = post_entry(Entry(entity.pk, DAY, "SAL", "test", uuid4(), "k", "t", lines))
        worlds[key] = (cooperative, entity.pk, budget.pk, entry)
    return worlds.__getitem__


def rows_of(fresh_database: Any) -> list[Any]:
    """Everything in the books of both, as the owner sees it."""
    import psycopg2

    opened = psycopg2.connect(fresh_database.owner_url)
    found = []
    with opened, opened.cursor() as cursor:
        for table in ("ledger_journalentry", "ledger_journalline", "ledger_budget", "ledger_account"):
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            found.append(cursor.fetchall())
    opened.close()
    return found


def test_nothing_is_added_to_an_entry_that_stands(
    two_tenants: Callable[[int], Any], fresh_database: Any
) -> None:
    cooperative, _, _, entry = two_tenants(1)
    before = rows_of(fresh_database)

    with (
        pytest.raises(DatabaseError, match="posted with their entry"),
        tenant_scope(cooperative),
        connection.cursor() as cursor,
    ):
        cursor.execute(PAIR, {"entry": entry})

    assert rows_of(fresh_database) == before


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE ledger_budget SET name = 'x' WHERE tenant_id = 2", None),
        ("UPDATE ledger_budget SET name = 'x' WHERE id = %(theirs)s", None),
        ("UPDATE ledger_account SET tenant_id = 2 WHERE code = '110'", "row-level security"),
        ("DELETE FROM ledger_budget WHERE id = %(theirs)s", None),
        ("INSERT INTO ledger_party (id, tenant_id, kind, name) VALUES (gen_random_uuid(), 2, 'firm', 'x')",
         "row-level security"),
        (ENTRY.replace(", 1,", ", 2,") + PAIR.replace(", 1,", ", 2,"), "row-level security"),
        ("INSERT INTO ledger_reservation"
         " (id, tenant_id, budget_id, source_type, source_id, amount, text, created_at)"
         " VALUES (gen_random_uuid(), 1, %(theirs)s, 'x', gen_random_uuid(), 1, 'x', now())", "foreign key"),
        (ENTRY + PAIR.replace("credit)", "credit, budget_id)").replace("5, 0)", "5, 0, %(theirs)s)")
         .replace("0, 5)", "0, 5, NULL)"), "foreign key"),
        (ENTRY.replace("%(entity)s", "%(their_entity)s") + PAIR, "foreign key"),
        (PAIR.replace("%(entry)s", "%(their_entry)s"), "foreign key|posted with their entry"),
    ],
)  # fmt: skip
def test_another_tenants_rows_are_out_of_reach(
    two_tenants: Callable[[int], Any], fresh_database: Any, sql: str, says: str | None
) -> None:
    cooperative, entity, _, _ = two_tenants(1)
    _, their_entity, theirs, their_entry = two_tenants(2)
    values = {"entry": uuid7(), "entity": entity, "theirs": theirs, "their_entity": their_entity,
              "their_entry": their_entry}  # fmt: skip
    before = rows_of(fresh_database)

    if says is None:
        with tenant_scope(cooperative), connection.cursor() as cursor:
            cursor.execute(sql, values)
            assert cursor.rowcount == 0
    else:
        with (
            pytest.raises(DatabaseError, match=says),
            tenant_scope(cooperative),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, values)

    assert rows_of(fresh_database) == before


def test_each_tenant_sees_its_own(two_tenants: Callable[[int], Any], fresh_database: Any) -> None:
    for key in (1, 2):
        cooperative, _, budget, _ = two_tenants(key)
        with tenant_scope(cooperative):
            assert [row.pk for row in Budget.objects.all()] == [budget]
            with connection.cursor() as cursor:
                cursor.execute("SELECT DISTINCT tenant_id FROM ledger_journalline")
                assert cursor.fetchall() == [(key,)]
    assert list(Budget.objects.all()) == []
