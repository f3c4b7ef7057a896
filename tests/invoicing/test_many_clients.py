"""35,000 clients: the narrowed list is read by an index, as smart_app behind the wall; duplicates are found
in seconds."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.db import connection

from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing import selectors
from invoicing.duplicates import possible_duplicates
from invoicing.filters import ClientFilter
from tests.activities.builders import make_client
from tests.cluster import FreshDatabase, owner_connect
from tests.factories import load_cooperative, make_person

pytestmark = pytest.mark.soak

MANY = 35_000
COPY = """
WITH model AS (SELECT * FROM invoicing_client LIMIT 1),
made AS (
    INSERT INTO ledger_party (id, tenant_id, kind, name)
    SELECT md5('party' || n)::uuid, model.tenant_id, 'firm', 'firm ' || n
    FROM model, generate_series(1, %(many)s) AS n RETURNING id
)
INSERT INTO invoicing_client (id, tenant_id, party_id, kind, name, search_key, vat_number, enterprise_number,
    street, postal_code, city, country, email, phone, language, reference)
SELECT md5('client' || n)::uuid, model.tenant_id, md5('party' || n)::uuid, 'business',
    'Firm ' || md5(n::text), 'firm ' || md5(n::text), '', '', '', (1000 + n %% 900)::text, '',
    CASE WHEN n %% 100 = 0 THEN 'FR' ELSE 'BE' END,
    'c' || CASE WHEN n <= 100 THEN n / 2 ELSE n END || '@example.org', '', 'fr', ''
FROM model, generate_series(1, %(many)s) AS n
"""


def touched(plan: dict[str, Any]) -> int:
    """Rows that a plan read, and threw away after reading."""
    own = plan.get("Actual Rows", 0) + plan.get("Rows Removed by Filter", 0)
    return max([own, *(touched(part) for part in plan.get("Plans", ()))])


def test_the_list_of_one_country_and_the_duplicates_of_all(fresh_database: FreshDatabase) -> None:
    be, _ = Cooperative.objects.get_or_create(
        slug="be", defaults={"id": 1, "name": "Smart Belgique", "country": "BE", "languages": ["fr"]}
    )
    with tenant_scope(be):
        load_cooperative()
        make_client()
        person = make_person()
    opened = owner_connect(fresh_database.cluster, fresh_database.name)
    with opened.cursor() as run:
        run.execute(COPY, {"many": MANY})
        run.execute("ANALYZE")
    opened.close()

    with tenant_scope(be):
        rows = selectors.visible_clients(person, frozenset({"finance"}))
        page = ClientFilter({"country": "FR"}, queryset=rows).qs[:25]
        sql, values = page.query.sql_with_params()
        with connection.cursor() as run:
            run.execute("SELECT current_user")
            assert run.fetchone() == ("smart_app",)
            run.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", values)
            plan = run.fetchone()[0]
        plan = plan if isinstance(plan, list) else json.loads(plan)
        assert "invoicing_client_country" in json.dumps(plan)
        assert touched(plan[0]["Plan"]) <= 100

        started = time.perf_counter()
        found = possible_duplicates()
        assert len(found) == 49, "no name of another firm at the same place is close"
        assert time.perf_counter() - started < 20, "a page, even on a busy machine"
