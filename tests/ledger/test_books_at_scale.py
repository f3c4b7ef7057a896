"""With 200,000 entries, each list of the books touches few rows, as smart_app behind row-level security."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import psycopg2
import pytest
from django.db import connection
from django.db.models import QuerySet

from core.embedded.provisioning import replace_database
from core.models import Cooperative
from core.tenancy import tenant_scope
from ledger.filters import JournalFilter, MovementFilter
from ledger.models import JournalEntry, LegalEntity, Seal
from ledger.selectors import entry_lines, journal_entries, movements
from tests.cluster import Cluster, FreshDatabase

ENTRIES = 200_000
FILL = """
SET session_replication_role = replica;
INSERT INTO core_cooperative (id, slug, name, country, languages, clock_offset)
VALUES (1, 'be', 'Smart Belgique', 'BE', '[]', interval '0'),
       (2, 'fr', 'Smart France', 'FR', '[]', interval '0');
INSERT INTO ledger_legalentity (id, tenant_id, code, name, vat_regime, purpose, enterprise_number,
    nsso_number, iban, bic, street, postal_code, city, country)
SELECT lpad(to_hex(n), 32, '0')::uuid, 1 + n / 3, 'E' || n %% 3, 'E', 'normal',
    '', '', '', '', '', '', '', '', 'BE'
FROM generate_series(1, 4) n;
INSERT INTO ledger_journalentry (id, tenant_id, entity_id, date, journal, source_type, source_id, kind, text,
    posted_at)
SELECT lpad(to_hex(n), 32, '0')::uuid, 1 + n %% 2,
    lpad(to_hex(1 + (n %% 2) * 2 + n / 2 %% 10 / 9), 32, '0')::uuid,
    date '2026-01-01' + n / 600, CASE n %% 3 WHEN 0 THEN 'SAL' WHEN 1 THEN 'BNK' ELSE 'PAY' END, 'test',
    lpad(to_hex(n), 32, '0')::uuid, 'x', 'Texte', now()
FROM generate_series(1, %(entries)s) n;
INSERT INTO ledger_journalline (id, tenant_id, entry_id, position, account, debit, credit)
SELECT gen_random_uuid(), tenant_id, id, side,
    CASE side WHEN 1 THEN (400 + n %% 97)::text ELSE '580' END,
    CASE side WHEN 1 THEN 5 ELSE 0 END, CASE side WHEN 1 THEN 0 ELSE 5 END
FROM (SELECT *, ('x' || right(id::text, 8))::bit(32)::int AS n FROM ledger_journalentry) e,
    generate_series(1, 2) side;
INSERT INTO ledger_seal (id, tenant_id, entity_id, journal, year, number, first_number, last_number, form,
    content, key_id, signature, sealed_at)
SELECT gen_random_uuid(), 1, lpad('1', 32, '0')::uuid, 'SAL', 2026, n, n, n, 1, '', '0', '', now()
FROM generate_series(1, 20000) n;
INSERT INTO ledger_sealedentry (id, tenant_id, entry_id, seal_id, position, entity_id, journal, year, number,
    digest)
SELECT gen_random_uuid(), tenant_id, id, (SELECT id FROM ledger_seal LIMIT 1),
    row_number() OVER (PARTITION BY tenant_id), entity_id, journal, 2026,
    row_number() OVER (PARTITION BY tenant_id, entity_id, journal ORDER BY id), repeat('a', 64)
FROM ledger_journalentry;
"""


@pytest.fixture(scope="module")
def shelves(house_of_books: FreshDatabase, cluster: Cluster) -> Cooperative:
    """Half of the entries in each of two cooperatives."""
    opened = psycopg2.connect(replace_database(cluster.server_url, house_of_books.name))
    opened.autocommit = True
    with opened.cursor() as run:
        run.execute(FILL, {"entries": ENTRIES})
        run.execute("VACUUM ANALYZE")
    opened.close()
    return Cooperative.objects.get(slug="be")


@pytest.fixture(scope="module")
def house_of_books(cluster: Cluster, django_db_blocker: Any) -> Iterator[FreshDatabase]:
    """A database for the module."""
    from django.db import connections

    from tests.cluster import point_django_at

    before, name = cluster.database, f"{cluster.database}_shelves"
    cluster.copy(name)
    with django_db_blocker.unblock():
        point_django_at(cluster, name)
        try:
            yield FreshDatabase(cluster, name)
        finally:
            connections.close_all()
            point_django_at(cluster, before)
            cluster.drop(name)


def journal(**asked: Any) -> QuerySet[JournalEntry]:
    """The first page of the journals."""
    return JournalFilter({"entity": "E1", **asked}, journal_entries()).qs[:25]


LISTS: dict[str, tuple[int, Callable[[LegalEntity], QuerySet[Any]]]] = {
    "journal, first page": (1500, lambda entity: journal()),
    "journal of a month": (1500, lambda entity: journal(since="2026-05-01", until="2026-05-31")),
    "one journal of a day": (
        1500,
        lambda entity: journal(journal="SAL", since="2026-05-01", until="2026-05-01"),
    ),
    "a legal number": (40_000, lambda entity: journal(journal="SAL", number="777")),
    "one account": (10_000, lambda entity: movements(entity, "450")[:25]),
    "one account of a month": (
        6000,
        lambda entity: MovementFilter(
            {"since": "2026-05-01", "until": "2026-05-31"}, movements(entity, "450")
        ).qs[:25],
    ),
    "lines of an entry": (100, lambda entity: entry_lines(JournalEntry.objects.order_by("pk")[100])),
    "last seals": (300, lambda entity: Seal.objects.select_related("entity").order_by("-number")[:10]),
}
"""Per list, the most rows that it may read."""


def rows_touched(rows: QuerySet[Any]) -> int:
    """Rows that the plan read from tables or indexes to give these rows."""
    sql, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", parameters)
        answer = cursor.fetchone()[0]
    plan = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]

    def touched(node: dict[str, Any]) -> int:
        here = 0
        if "Scan" in node["Node Type"]:
            here = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        return int(here) + sum(touched(child) for child in node.get("Plans", ()))

    return touched(plan)


def test_each_list_of_the_books_touches_few_rows(shelves: Cooperative) -> None:
    with tenant_scope(shelves):
        entity = LegalEntity.objects.get(code="E1")
        assert JournalEntry.objects.count() == ENTRIES // 2
        touched = {name: (most, rows_touched(rows(entity))) for name, (most, rows) in LISTS.items()}
    assert {name: pair for name, pair in touched.items() if pair[1] > pair[0]} == {}, touched


def test_the_trial_balance_of_a_year_takes_its_time_and_no_more(shelves: Cooperative) -> None:
    """It reads every line once: two queries, whatever the number of accounts."""
    from django.test.utils import CaptureQueriesContext

    from ledger.models import Account
    from ledger.selectors import balances

    with tenant_scope(shelves):
        Account.objects.bulk_create(
            [Account(code=str(code), name="x") for code in range(400, 497)] + [Account(code="580", name="x")]
        )
        entity = LegalEntity.objects.get(code="E1")
        with CaptureQueriesContext(connection) as queries:
            rows = balances(entity, date(2026, 1, 1), date(2026, 12, 31))
    assert len(queries) == 2
    assert len(rows) > 90 and sum(row.closing for row in rows) == 0
