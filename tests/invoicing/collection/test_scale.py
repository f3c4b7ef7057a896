"""35,000 clients, each with a late invoice among 210,000: the desk, the habits and the schedule stay quick,
and read what is open by its index.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from time import perf_counter
from typing import Any

import pytest

from tests.cluster import FreshDatabase, owner_connect
from tests.isolation.test_plans import copy_of

pytestmark = pytest.mark.soak

CLIENTS = 35_000
EACH = 6
ON = date(2026, 11, 16)
MOST_SECONDS = 5.0
"""Generous: it holds a shape, not a speed."""


@pytest.fixture
def large(fresh_database: FreshDatabase) -> Any:
    from core.models import Cooperative
    from core.tenancy import tenant_scope
    from tests.activities.builders import flat, make_activity, make_client, make_invoice
    from tests.factories import load_cooperative

    house = Cooperative.objects.create(id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr"])
    with tenant_scope(house):
        load_cooperative()
        activity = make_activity()
        client = make_client(activity)
        for _ in range(EACH):
            make_invoice(activity, client, flat("100.00"), issued_on=date(2026, 9, 1))
    opened = owner_connect(fresh_database.cluster, fresh_database.name)
    with opened.cursor() as run:
        for table, differences in (
            ("ledger_party", {}),
            ("invoicing_client", {"party_id": "party_id", "search_key": "", "vat_number": ""}),
            ("invoicing_invoice", {"client_id": "client_id", "number": "", "communication": ""}),
        ):
            run.execute(copy_of(run, table, differences), [CLIENTS - 1])
        run.execute(
            "UPDATE invoicing_invoice SET state = 'paid', paid = total,"
            " paid_on = due_on + (('x' || left(md5(id::text), 2))::bit(8)::int / 8)"
            " WHERE id NOT IN"
            " (SELECT DISTINCT ON (client_id) id FROM invoicing_invoice ORDER BY client_id, id)"
        )
        run.execute("ANALYZE")
    opened.close()
    return house


def timed(what: str, act: Callable[[], Any]) -> Any:
    start = perf_counter()
    found = act()
    seconds = perf_counter() - start
    assert seconds < MOST_SECONDS, f"{what}: {seconds:.3f} s"
    return found


def test_the_desk_the_habits_and_the_schedule_at_full_size(large: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from core.tenancy import tenant_scope
    from invoicing.collection import selectors
    from invoicing.collection.behaviour import behaviour_of
    from invoicing.collection.ladders import ladders_on

    with tenant_scope(large):
        rows = selectors.desk(selectors.late_with_step(ON))
        page = timed("a page of the desk", lambda: list(rows[:25]))
        assert timed("its count", rows.count) == CLIENTS
        with CaptureQueriesContext(
            connection,
        ) as asked:
            clients = timed("its clients", lambda: selectors.late_clients(page, ladders_on(ON), ON))
        assert len(clients) == 25
        assert len(asked) <= 20
        with connection.cursor() as cursor:
            sql, params = rows[:25].query.sql_with_params()
            cursor.execute(f"EXPLAIN {sql}", params)
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "Seq Scan on invoicing_invoice" not in plan
        assert len(timed("the habits of everybody", behaviour_of)) == CLIENTS
        timed("the habits of 25", lambda: behaviour_of([row.client.pk for row in clients]))
        ladders = ladders_on(ON)
        due = timed("who is to be reminded", lambda: selectors.clients_to_remind(ladders, ON))
        timed("and next", lambda: selectors.clients_to_remind(ladders, ON, after=due[-1]))
