"""With 200,000 invoices and contracts and 20,000 people and clients, the first page of each list is read by
an index, as smart_app behind row level security.

The pages are asked for as people ask for them; every query that they send is explained.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser

from core.tenancy import tenant_scope
from members.enums import Role
from members.models import Person
from members.services import grant_role
from smart.bench.town import DAY, Town, build_town
from tests.cluster import Cluster, owner_connect
from tests.factories import SYSTEM, make_person, make_user

pytestmark = pytest.mark.soak

BUILT = 10_000
"""Invoices and contracts that are made row by row; the rest are their copies."""

TIMES = 19
MOST_ROWS = 4_000
"""Rows that a query of a page may read from tables and indexes."""

COPIES: Mapping[str, Mapping[str, str]] = {
    "ledger_party": {},
    "members_person": {"party_id": "party_id", "search_key": "", "search_key_first": ""},
    "invoicing_client": {"party_id": "party_id", "search_key": ""},
    "invoicing_invoice": {
        "number": "",
        "communication": "",
        "issued_on": "= issued_on - n * 17",
        "due_on": "= due_on - n * 17",
        "total_cents": "= total_cents + n",
    },
    "payroll_employmentcontract": {"starts_on": "= starts_on - n * 17", "ends_on": "= ends_on - n * 17"},
}
"""Tables that are copied, in order; what differs in copy `n`: a reference to another copy, a text, or as the
expression says.
"""


@dataclass(frozen=True)
class Read:
    """What a query of a page read."""

    statement: str
    touched: int
    scanned: frozenset[str]
    counts: bool

    def __str__(self) -> str:
        return f"{self.touched} rows, scanning {sorted(self.scanned)}: {self.statement[:160]}"


@dataclass(frozen=True)
class Crowd:
    """A town, and people who work for it with an account."""

    town: Town
    people: Mapping[str, Person]


@pytest.fixture(scope="module")
def crowd(house: str, cluster: Cluster) -> Iterator[Crowd]:
    """The town in full size."""
    town = build_town(BUILT)
    with tenant_scope(town.cooperative):
        people = {
            role: make_person(Role(role), user=True) for role in ("finance", "payroll_admin", "coop_admin")
        }
        for role, key in (("member", town.member), ("adviser", town.adviser)):
            person = Person.objects.get(pk=key)
            person.user = make_user(f"{role}@example.org")
            person.save()
            grant_role(person=person, role=Role(role), valid_from=DAY, actor=SYSTEM)
            people[role] = person
    opened = owner_connect(cluster, house)
    with opened.cursor() as run:
        for table, differences in COPIES.items():
            run.execute(copy_of(run, table, differences), [TIMES])
        run.execute("ANALYZE")
    opened.close()
    yield Crowd(town, people)


def copy_of(run: Any, table: str, differences: Mapping[str, str]) -> str:
    """The statement that copies every row of a table as often as its parameter says."""
    run.execute(
        "SELECT column_name, character_maximum_length FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = 'public'",
        [table],
    )
    values = {}
    for column, length in run.fetchall():
        if column == "id":
            values[column] = "md5(id::text || n)::uuid"
        elif differences.get(column, "").startswith("= "):
            values[column] = differences[column][2:]
        elif differences.get(column):
            values[column] = f"md5({column}::text || n)::uuid"
        elif column in differences:
            values[column] = f"left(md5({column} || n) || {column}, {length or 60})"
        else:
            values[column] = "NULL" if column == "user_id" else f'"{column}"'
    names = ", ".join(f'"{name}"' for name in values)
    return (
        f"INSERT INTO {table} ({names}) SELECT {', '.join(values.values())}"
        f" FROM {table}, generate_series(1, %s) AS n"
    )


def reads(crowd: Crowd, who: str, address: str) -> list[Read]:
    """Every query behind a page, explained."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip("(").startswith("SELECT") and "set_config" not in sql:
            asked.append((sql, params))
        return execute(sql, params, many, context)

    browser = Browser()
    browser.force_login(crowd.people[who].user)
    with connection.execute_wrapper(note):
        answer = browser.get(f"/{crowd.town.cooperative.slug}/{address}")
    assert answer.status_code == 200, address
    with tenant_scope(crowd.town.cooperative), connection.cursor() as cursor:
        return [explained(cursor, sql, params) for sql, params in asked]


def explained(cursor: Any, sql: str, params: Any) -> Read:
    """Rows that a query touches, and the tables that it reads from end to end."""
    cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
    answer = cursor.fetchone()[0]
    nodes = [(json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]]
    touched, scanned = 0, set()
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", ())
        if "Relation Name" in node:
            removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
            touched += int((node["Actual Rows"] + removed) * node["Actual Loops"])
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in COPIES:
                scanned.add(node["Relation Name"])
    return Read(sql, touched, frozenset(scanned), sql.startswith("SELECT COUNT(*)"))


LISTS = [
    ("finance", "factures/", "invoicing_invoice"),
    ("member", "factures/", "invoicing_invoice"),
    *(
        ("finance", f"factures/?sort={sign}{key}", "invoicing_invoice")
        for key in ("number", "issued_on", "due_on", "total_cents")
        for sign in ("", "-")
    ),
    ("finance", "clients/", "invoicing_client"),
    ("member", "clients/", "invoicing_client"),
    ("payroll_admin", "contrats/", "payroll_employmentcontract"),
    ("member", "contrats/", "payroll_employmentcontract"),
    ("coop_admin", "personnes/", "members_person"),
    ("coop_admin", "personnes/?q=van", "members_person"),
    ("adviser", "portefeuille/", "members_person"),
    ("adviser", "contrats/", "payroll_employmentcontract"),
    ("finance", "clients/credits/", "invoicing_invoice"),
]


@pytest.mark.parametrize(("who", "address", "table"), LISTS, ids=[f"{who}-{path}" for who, path, _ in LISTS])
def test_the_first_page_of_a_list_is_read_by_an_index(
    crowd: Crowd, who: str, address: str, table: str
) -> None:
    found = reads(crowd, who, address)

    pages = [read for read in found if not read.counts]
    assert any(table in read.statement for read in pages), "the page reads the list"
    assert [str(read) for read in pages if read.scanned] == []
    assert [str(read) for read in pages if read.touched > MOST_ROWS] == []


def test_the_town_is_as_large_as_it_says(crowd: Crowd) -> None:
    with tenant_scope(crowd.town.cooperative), connection.cursor() as cursor:
        for table, least in (("invoicing_invoice", 200_000), ("payroll_employmentcontract", 200_000)):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone()[0] == least
        assert Person.objects.count() >= 20_000
