"""Seals: entries get a legal number and are locked; what a superuser does to them afterwards is found."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.embedded.provisioning import replace_database
from core.models import Cooperative
from core.reference import published
from core.tenancy import tenant_scope
from core.types import Actor
from ledger.anchors import anchor_path
from ledger.checks import check_books
from ledger.loaders import load_books
from ledger.models import JournalEntry, NumberSeries, Seal, SealedEntry
from ledger.seal_checks import count_unsealed
from ledger.selectors import entity_by_code
from ledger.services import close_period, open_budget, post_entries, post_entry, seal_entries
from ledger.types import Entry, cr, dr
from tests.cluster import Cluster

SEALER = Actor.system("test")
DAY = date(2026, 11, 2)


def sale(budget: Any, number: int, *, on: date = DAY, journal: str = "SAL") -> Entry:
    """A subsidy of 100.00 and something."""
    amount = Decimal(100) + Decimal(number) / 100
    lines = (dr("416", amount), cr("740", amount, budget=budget.pk))
    return Entry(budget.entity_id, on, journal, "test", uuid4(), "due", f"Subside {number}", lines)


@pytest.fixture
def budget(books: Any) -> Any:
    return open_budget(entity=books, name="A")


# --- numbers ---------------------------------------------------------------------------------------------


def test_numbers_follow_per_entity_journal_and_year(books: Any, budget: Any) -> None:
    other = open_budget(entity=entity_by_code("FA"), name="F")
    post_entries(
        [
            sale(budget, 1),
            sale(budget, 2, journal="VAR"),
            sale(budget, 3, on=date(2027, 1, 2)),
            sale(other, 4),
            sale(budget, 5, on=date(2026, 11, 1)),
        ]
    )

    done = seal_entries(actor=SEALER)

    assert (done.entries, done.seals, done.full) == (5, 4, False)
    numbers = {
        (row.entity.code, str(row), row.entry.text)
        for row in SealedEntry.objects.select_related("entity", "entry")
    }
    assert numbers == {
        ("PA", "SAL-2026-1", "Subside 5"),  # the earlier day first
        ("PA", "SAL-2026-2", "Subside 1"),
        ("PA", "VAR-2026-1", "Subside 2"),
        ("PA", "SAL-2027-1", "Subside 3"),
        ("FA", "SAL-2026-1", "Subside 4"),
    }
    assert list(Seal.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4]
    assert check_books().ok


def test_a_late_commit_is_sealed_by_the_next_pass(budget: Any) -> None:
    """An entry whose key is older than what is sealed: committed late, never skipped."""
    post_entry(sale(budget, 1))
    early = JournalEntry.objects.get()
    seal_entries(actor=SEALER)
    late = post_entry(sale(budget, 2))
    with connection.cursor() as cursor:
        cursor.execute("SELECT least(%s::uuid, %s::uuid) = %s::uuid", [early.pk, late, early.pk])
        assert cursor.fetchone() == (True,)
    assert count_unsealed() == 1
    seal_entries(actor=SEALER)

    assert [str(row) for row in SealedEntry.objects.order_by("number")] == ["SAL-2026-1", "SAL-2026-2"]
    first, second = Seal.objects.order_by("number")
    assert second.previous_id == first.pk
    assert seal_entries(actor=SEALER).entries == 0
    assert check_books().ok


def test_a_pass_takes_its_limit_and_says_that_more_waits(budget: Any) -> None:
    post_entries([sale(budget, n) for n in range(7)])

    passes = [seal_entries(actor=SEALER, limit=3) for _ in range(3)]

    assert [(p.entries, p.full) for p in passes] == [(3, True), (3, True), (1, False)]
    assert NumberSeries.objects.get(journal="J-SAL").last_number == 7
    assert check_books().ok


def test_statements_do_not_grow_with_the_entries(budget: Any) -> None:
    counts = []
    for many in (1, 60):
        post_entries([sale(budget, n) for n in range(many)])
        with CaptureQueriesContext(connection) as queries:
            seal_entries(actor=SEALER)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_a_new_key_signs_and_the_old_one_still_verifies(budget: Any, settings: Any) -> None:
    old = settings.SEAL_KEYS
    post_entry(sale(budget, 1))
    seal_entries(actor=SEALER)
    settings.SEAL_KEYS = f"2027:{'QUJD' * 10 + 'QUI='},0:{old}"
    post_entry(sale(budget, 2))
    seal_entries(actor=SEALER)

    assert list(Seal.objects.order_by("number").values_list("key_id", flat=True)) == ["0", "2027"]
    assert check_books().ok

    settings.SEAL_KEYS = settings.SEAL_KEYS.split(",")[0]
    assert {b.code for _, b in check_books().breaks} == {"seal_key_unknown"}


# --- behind the application's back -----------------------------------------------------------------------


class House:
    """Committed books with three seals, a superuser, and the anchor file."""

    def __init__(self, cooperative: Cooperative, opened: Any) -> None:
        self.cooperative = cooperative
        self.opened = opened

    def as_superuser(self, sql: str) -> None:
        """Past triggers, foreign keys and row-level security."""
        with self.opened.cursor() as cursor:
            cursor.execute(f"SET session_replication_role = replica; {sql}")

    def codes(self) -> set[str]:
        return {broken.code for _, broken in check_books().breaks}


@pytest.fixture
def house(fresh_database: Any, cluster: Cluster) -> Iterator[House]:
    cooperative = Cooperative.objects.create(id=1, slug="be", name="Smart", country="BE", languages=["fr"])
    with tenant_scope(cooperative):
        load_books(published("be"))
        budget = open_budget(entity=entity_by_code("PA"), name="A")
    for portion in range(3):
        with tenant_scope(cooperative):
            post_entries([sale(budget, portion * 10 + n) for n in range(3)])
        with tenant_scope(cooperative):
            seal_entries(actor=SEALER)
    opened = psycopg2.connect(replace_database(cluster.server_url, fresh_database.name))
    opened.autocommit = True
    made = House(cooperative, opened)
    assert made.codes() == set()
    yield made
    opened.close()


ENTRY = "(SELECT entry_id FROM ledger_sealedentry WHERE number = 5)"
SIXTH = "(SELECT entry_id FROM ledger_sealedentry WHERE number = 6)"
LAST = "(SELECT id FROM ledger_seal WHERE number = 3)"
OF_LAST = f"(SELECT entry_id FROM ledger_sealedentry WHERE seal_id = {LAST})"
CHANGED = {"sealed_entry_changed"}
CUT_OFF = f"""
    CREATE TEMP TABLE gone AS SELECT entry_id FROM ledger_sealedentry WHERE seal_id = {LAST};
    DELETE FROM ledger_journalline WHERE entry_id IN (SELECT entry_id FROM gone);
    DELETE FROM ledger_journalentry WHERE id IN (SELECT entry_id FROM gone);
    DELETE FROM ledger_sealedentry WHERE entry_id IN (SELECT entry_id FROM gone);
    DELETE FROM ledger_seal WHERE number = 3;
    UPDATE ledger_budget SET balance = (SELECT sum(credit) - sum(debit) FROM ledger_journalline
        WHERE budget_id = ledger_budget.id);
"""
SWAP = """
    CREATE TEMP TABLE two AS SELECT number, {0} FROM ledger_sealedentry WHERE number IN (5, 6);
    UPDATE ledger_sealedentry SET {1} WHERE number IN (5, 6);
    UPDATE ledger_sealedentry AS held SET ({0}) = (SELECT {0} FROM two WHERE two.number = 11 - held.number)
        WHERE number IN (5, 6);
"""
ASIDE = "entry_id = gen_random_uuid()"


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        pytest.param(f"UPDATE ledger_journalline SET debit = debit + 5 * sign(debit), credit = credit + 5 * "
                     f"sign(credit) WHERE entry_id = {ENTRY}; UPDATE ledger_budget SET balance = balance + 5",
                     CHANGED, id="amount"),
        pytest.param("UPDATE ledger_journalline SET account = '411' WHERE account = '416' "
                     f"AND entry_id = {ENTRY}",
                     CHANGED, id="account"),
        pytest.param(f"UPDATE ledger_journalentry SET text = 'Autre' WHERE id = {ENTRY}", CHANGED, id="text"),
        pytest.param(f"UPDATE ledger_journalentry SET date = '2026-10-02' WHERE id = {ENTRY}",
                     CHANGED, id="date"),
        pytest.param("UPDATE ledger_journalentry SET posted_at = posted_at - interval '1 us' "
                     f"WHERE id = {ENTRY}",
                     CHANGED, id="moment"),
        pytest.param(f"DELETE FROM ledger_journalline WHERE position = 1 AND entry_id = {ENTRY}",
                     CHANGED | {"entry_unbalanced"}, id="line deleted"),
        pytest.param("INSERT INTO ledger_journalline "
                     "(id, tenant_id, entry_id, position, account, debit, credit) "
                     f"VALUES (gen_random_uuid(), 1, {ENTRY}, 3, '411', 5, 0), "
                     f"(gen_random_uuid(), 1, {ENTRY}, 4, '451', 0, 5)", CHANGED, id="lines added"),
        pytest.param(f"DELETE FROM ledger_journalline WHERE entry_id = {ENTRY}; "
                     f"DELETE FROM ledger_journalentry WHERE id = {ENTRY}",
                     {"sealed_entry_missing", "budget_balance"}, id="entry deleted"),
        pytest.param("DELETE FROM ledger_sealedentry WHERE number = 5",
                     {"seal_content", "legal_number_gap"}, id="number taken away"),
        pytest.param("DELETE FROM ledger_seal WHERE number = 2; DELETE FROM ledger_sealedentry WHERE number "
                     "BETWEEN 4 AND 6", {"seal_missing", "seal_forged", "legal_number_gap", "seal_anchor"},
                     id="seal in the middle deleted"),
        pytest.param("DELETE FROM ledger_seal WHERE number = 3; "
                     "DELETE FROM ledger_sealedentry WHERE number > 6",
                     {"legal_number_gap", "seal_anchor"}, id="last seal deleted"),
        pytest.param(CUT_OFF, {"legal_number_gap", "seal_anchor"}, id="last seal deleted with its entries"),
        pytest.param(CUT_OFF + "UPDATE ledger_numberseries SET last_number = 6 WHERE journal = 'J-SAL'",
                     {"seal_anchor"}, id="last seal deleted with its entries and its numbers"),
        pytest.param(SWAP.format("entry_id", ASIDE), CHANGED, id="two entries swapped"),
        pytest.param(SWAP.format("entry_id, digest", ASIDE),
                     {"seal_content"}, id="two entries swapped with their digests"),
        pytest.param("UPDATE ledger_seal SET signature = repeat('ab', 32) WHERE number = 3",
                     {"seal_forged", "seal_anchor"}, id="signature forged"),
        pytest.param("UPDATE ledger_seal SET content = repeat('ab', 32) WHERE number = 2",
                     {"seal_forged", "seal_content"}, id="content forged"),
        pytest.param("UPDATE ledger_sealedentry SET number = 10 WHERE number = 9",
                     {"legal_number", "legal_number_gap"}, id="gap in the legal numbers"),
        pytest.param("UPDATE ledger_numberseries SET last_number = 12 WHERE journal = 'J-SAL'",
                     {"legal_number_gap"}, id="numbers given that nothing carries"),
    ],
)  # fmt: skip
def test_tampering_is_found(house: House, sql: str, found: set[str]) -> None:
    house.as_superuser(sql)

    assert house.codes() == found


def test_a_closed_month_touched_by_a_superuser_is_found(house: House) -> None:
    with tenant_scope(house.cooperative):
        close_period(entity=entity_by_code("PA"), year=2026, month=11, actor=SEALER)
    assert house.codes() == set()

    house.as_superuser(
        "INSERT INTO ledger_journalentry (id, date, journal, source_type, source_id, kind, text, posted_at,"
        " tenant_id, entity_id) SELECT gen_random_uuid(), date, journal, source_type, gen_random_uuid(),"
        " kind, text, clock_timestamp(), tenant_id, entity_id FROM ledger_journalentry LIMIT 1;"
        "INSERT INTO ledger_journalline (id, tenant_id, entry_id, position, account, debit, credit)"
        " SELECT gen_random_uuid(), 1, id, side, CASE side WHEN 1 THEN '580' ELSE '451' END,"
        " CASE side WHEN 1 THEN 5 ELSE 0 END, CASE side WHEN 1 THEN 0 ELSE 5 END"
        " FROM ledger_journalentry, generate_series(1, 2) AS side WHERE NOT EXISTS (SELECT FROM"
        " ledger_journalline WHERE entry_id = ledger_journalentry.id)"
    )
    assert house.codes() == {"closed_month"}
    house.as_superuser("UPDATE ledger_period SET closed_at = NULL")
    assert house.codes() == {"month_reopened"}


def test_the_whole_chain_taken_away_is_found(house: House) -> None:
    house.as_superuser(
        "DELETE FROM ledger_seal; DELETE FROM ledger_sealedentry; DELETE FROM ledger_journalline;"
        "DELETE FROM ledger_journalentry; DELETE FROM ledger_numberseries;"
        "UPDATE ledger_budget SET balance = 0"
    )

    assert house.codes() == {"seal_anchor"}


def test_a_head_that_was_not_noted_is_noted_by_the_next_pass(house: House) -> None:
    path = anchor_path("be")
    whole = path.read_text()
    path.write_text("".join(whole.splitlines(keepends=True)[:-1]))  # killed between commit and note

    with tenant_scope(house.cooperative):
        assert seal_entries(actor=SEALER).entries == 0

    assert path.read_text() == whole


def test_the_command_seals_all_that_waits(house: House, fresh_database: Any) -> None:
    with tenant_scope(house.cooperative):
        budget = open_budget(entity=entity_by_code("PA"), name="B")
        post_entry(sale(budget, 1))

    answer = fresh_database.manage("seal", "--cooperative", "be", "--json")
    unknown = fresh_database.manage("seal", "--cooperative", "zz", "--json")

    assert answer.stdout.strip() == '{"entries": 1, "seals": 1}', answer.stderr
    assert unknown.returncode == 2 and "unknown_cooperative" in unknown.stderr


def test_two_sealers_at_once_give_each_number_once(house: House, fresh_database: Any) -> None:
    with tenant_scope(house.cooperative):
        budget = open_budget(entity=entity_by_code("PA"), name="B")
        post_entries([sale(budget, n) for n in range(200)])

    outcomes = fresh_database.in_processes(_seal_some, *[(20,)] * 8)

    assert all(outcome.ok for outcome in outcomes), outcomes
    assert sum(outcome.value for outcome in outcomes) == 160
    assert house.codes() == set()


def _seal_some(limit: int) -> int:
    with tenant_scope(Cooperative.objects.get(slug="be")):
        return seal_entries(actor=SEALER, limit=limit).entries


@pytest.mark.soak
def test_a_hundred_thousand_entries(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    with tenant_scope(house.cooperative):
        budget = open_budget(entity=entity_by_code("PA"), name="B")
    for _ in range(20):
        with tenant_scope(house.cooperative):
            post_entries([sale(budget, n) for n in range(5000)])
    start = time.perf_counter()
    full = True
    while full:
        with tenant_scope(house.cooperative):
            full = seal_entries(actor=SEALER).full
    sealed = time.perf_counter()
    assert house.codes() == set()
    with capsys.disabled():
        sys.stdout.write(
            f"\n100,000 entries: sealed in {sealed - start:.1f} s,"
            f" checked in {time.perf_counter() - sealed:.1f} s\n"
        )
