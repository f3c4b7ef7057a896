"""With 200,000 people registered, each list touches a few thousand rows at most, as smart_app behind RLS."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg2
import pytest
from django.db import connection
from django.db.models import QuerySet

from core.models import Cooperative
from core.tenancy import tenant_scope
from members import selectors
from members.filters import PersonFilter
from members.models import Person
from tests.cluster import FreshDatabase

REGISTERED = 200_000
ADVISERS = 400
FILL = """
INSERT INTO core_cooperative (id, slug, name, country, languages, clock_offset)
VALUES (1, 'be', 'Smart Belgique', 'BE', '[]', interval '0'),
       (2, 'fr', 'Smart France', 'FR', '[]', interval '0');
INSERT INTO ledger_party (id, tenant_id, kind, name)
SELECT lpad(to_hex(n), 32, '0')::uuid, 1 + n %% 2, 'person', 'Name ' || n
FROM generate_series(1, %(registered)s) n;
INSERT INTO members_person
  (id, tenant_id, party_id, first_name, last_name, email, phone, language, iban, street, postal_code, city,
   country, adviser_id, joined_on, search_key, search_key_first)
SELECT p.id, p.tenant_id, p.id, 'First', 'Last', 'x@example.org', '', 'fr', '', '', '', '', 'BE',
       CASE WHEN n > 2 * %(advisers)s
            THEN lpad(to_hex(2 + 2 * (n / 2 %% %(advisers)s) - n %% 2), 32, '0')::uuid END,
       '2026-01-01', md5(n::text), md5((n + 1)::text)
FROM (SELECT *, ('x' || right(id::text, 8))::bit(32)::int AS n FROM ledger_party) p;
"""


@pytest.fixture
def crowd(fresh_database: FreshDatabase) -> Cooperative:
    """Half of the people in each of two cooperatives; 250 a portfolio."""
    opened = psycopg2.connect(fresh_database.owner_url)
    opened.autocommit = True
    with opened.cursor() as run:
        run.execute(FILL, {"registered": REGISTERED, "advisers": ADVISERS})
        run.execute("ANALYZE members_person")
    opened.close()
    return Cooperative.objects.get(slug="be")


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


LISTS: dict[str, Callable[[Person], QuerySet[Any]]] = {
    "everybody, first page": lambda adviser: selectors.people()[:25],
    "search by name": lambda adviser: PersonFilter({"q": "abc"}, queryset=selectors.people()).qs[:25],
    "portfolio": lambda adviser: selectors.portfolio_of(adviser)[:25],
    "search in the portfolio": lambda adviser: PersonFilter(
        {"q": "a"}, queryset=selectors.portfolio_of(adviser)
    ).qs[:25],
    "who read my data": lambda adviser: selectors.accesses_to(adviser)[:20],
    "notes": lambda adviser: selectors.notes_about(adviser)[:50],
}


def test_each_list_of_people_touches_few_rows(crowd: Cooperative) -> None:
    with tenant_scope(crowd):
        adviser = Person.objects.get(pk=UUID(int=2))
        assert Person.objects.count() == REGISTERED // 2
        assert selectors.portfolio_of(adviser).count() > 200
        touched = {name: rows_touched(rows(adviser)) for name, rows in LISTS.items()}
    assert {name: rows for name, rows in touched.items() if rows > 4000} == {}, touched
