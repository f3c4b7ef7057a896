"""How fast the books take entries, next to what the same database could take at best, in the same run.

Works on a database of its own that is made for the run and dropped after it; the product's own is not
touched.
"""

from __future__ import annotations

import io
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, connections, transaction

from core.bench import machine, register_subject, storm, throwaway_database
from core.models import Cooperative
from core.reference import published
from core.tenancy import current_tenant_id, tenant_scope
from core.uuid7 import uuid7
from ledger.loaders import load_books
from ledger.models import Budget, JournalEntry, JournalLine
from ledger.selectors import entity_by_code
from ledger.services import create_party, open_budget, post_entries, take_number
from ledger.types import Entry, cr, dr

BUDGETS = 200
WORKERS = 8
RUNS = 3
BULK_ENTRIES = 4000
NULL = "\\N"
DAY = date(2026, 11, 2)


def bench_ledger(seconds: float) -> dict[str, Any]:
    """Entries of example A of the domain per second, and rows in bulk, with their floor and ratios."""
    with throwaway_database():
        answer = machine()
        cooperative, budgets, entity, party = _world()
        budget_ids = [budget.pk for budget in budgets]
        measured: dict[str, float] = {}
        for numbered in (False, True):
            for workers in (1, WORKERS):
                name = f"entries_per_second_{workers}_workers{'_one_series' if numbered else ''}"
                measured[name] = statistics.median(
                    _storm(_post_one, workers, seconds, cooperative, entity, budget_ids, party, numbered)
                    for _ in range(RUNS)
                )
        pairs_with_objects = []
        for _ in range(RUNS):
            ours = _storm(_post_one, 1, seconds, cooperative, entity, budget_ids, party, False)
            with _without_statement_trigger():
                theirs = _storm(_post_by_objects, 1, seconds, cooperative, entity, budget_ids, party, False)
            pairs_with_objects.append((ours, theirs))
        measured["entries_per_second_orm_per_object"] = statistics.median(t for _, t in pairs_with_objects)
        pairs = [_bulk_pair(cooperative, entity, budget_ids, party) for _ in range(RUNS)]
        measured["bulk_rows_per_second"] = statistics.median(bulk for bulk, _ in pairs)
        measured["floor_rows_per_second"] = statistics.median(floor for _, floor in pairs)
        one, eight = (measured[f"entries_per_second_{n}_workers"] for n in (1, WORKERS))
        one_series, eight_series = (
            measured[f"entries_per_second_{n}_workers_one_series"] for n in (1, WORKERS)
        )
        ratios = {
            "one_worker_to_orm_per_object": statistics.median(o / t for o, t in pairs_with_objects),
            "eight_workers_to_one": eight / one,
            "eight_workers_to_one_with_one_series": eight_series / one_series,
            "bulk_to_floor": statistics.median(bulk / floor for bulk, floor in pairs),
        }
        figures = {name: round(value) for name, value in measured.items()}
        return answer | figures | {name: f"{value:.2f}" for name, value in ratios.items()}


def _world() -> tuple[Cooperative, list[Budget], UUID, UUID]:
    file = published("be")
    cooperative = Cooperative.objects.create(**file["cooperative"])
    with tenant_scope(cooperative):
        load_books(file)
        entity = entity_by_code("PA")
        budgets = [open_budget(entity=entity, name=f"Activity {i}") for i in range(BUDGETS)]
        party = create_party(kind="firm", name="Client")
        return cooperative, budgets, entity.pk, party.pk


def _invoice(entity: UUID, budget: UUID, party: UUID) -> Entry:
    """Example A of the domain: 1,000.00 at 21 % with its levy."""
    return Entry(
        entity, DAY, "SAL", "invoicing.invoice", uuid4(), "issued", "Facture",
        (dr("400", Decimal("1210.00"), party=party), cr("700", Decimal("1000.00"), budget=budget),
         cr("451", Decimal("210.00")), dr("6190", Decimal("65.00"), budget=budget),
         cr("748", Decimal("65.00"), fund="pot")),
    )  # fmt: skip


def _post_one(entity: UUID, budget: UUID, party: UUID, numbered: bool) -> None:
    post_entries([_invoice(entity, budget, party)])
    if numbered:
        take_number(entity_id=entity, journal="SAL", year=2026)


def _post_by_objects(entity: UUID, budget: UUID, party: UUID, numbered: bool) -> None:  # noqa: ARG001
    """The same act as one would write it with objects: a lock, an entry, five lines, a balance."""
    entry = _invoice(entity, budget, party)
    with transaction.atomic():
        held = Budget.objects.select_for_update().get(pk=budget)
        row = JournalEntry.objects.create(
            entity_id=entity, date=entry.date, journal=entry.journal, source_type=entry.source_type,
            source_id=entry.source_id, kind=entry.kind, text=entry.text,
        )  # fmt: skip
        for position, line in enumerate(entry.lines, 1):
            JournalLine.objects.create(
                entry=row, position=position, account=line.account, debit=line.debit, credit=line.credit,
                budget_id=line.budget, fund=line.fund, party_id=line.party,
            )  # fmt: skip
            if line.budget:
                held.balance += line.credit - line.debit
        held.save(update_fields=["balance"])


def _storm(
    act: Callable[[UUID, UUID, UUID, bool], None],
    workers: int,
    seconds: float,
    cooperative: Cooperative,
    entity: UUID,
    budgets: list[UUID],
    party: UUID,
    numbered: bool,
) -> float:
    """Acts per second of so many processes, each act a transaction of its own on some budget."""
    chosen = [random.Random(seed) for seed in range(workers)]  # noqa: S311 - no secret

    def one(worker: int, turn: int) -> None:
        del turn
        with tenant_scope(cooperative):
            act(entity, chosen[worker].choice(budgets), party, numbered)

    return storm(one, workers, seconds)


def _bulk_pair(
    cooperative: Cooperative, entity: UUID, budgets: list[UUID], party: UUID
) -> tuple[float, float]:
    """Rows per second of one large batch by the service, and of the same rows by COPY and INSERT … SELECT."""
    entries = [_invoice(entity, budgets[i % len(budgets)], party) for i in range(BULK_ENTRIES)]
    rows = sum(len(entry.lines) + 1 for entry in entries)
    start = time.perf_counter()
    with tenant_scope(cooperative):
        post_entries(entries)
    bulk = rows / (time.perf_counter() - start)
    with tenant_scope(cooperative):
        tables = _copy_texts(
            [_invoice(entity, budgets[i % len(budgets)], party) for i in range(BULK_ENTRIES)]
        )
    start = time.perf_counter()
    with tenant_scope(cooperative), connection.cursor() as cursor:
        for table, columns, text in tables:
            cursor.execute(
                f"CREATE TEMP TABLE floor_{table} ON COMMIT DROP"  # noqa: S608 - fixed names
                f" AS SELECT {columns} FROM {table} WITH NO DATA"
            )
            cursor.cursor.copy_expert(f"COPY floor_{table} ({columns}) FROM STDIN", io.StringIO(text))
            cursor.execute(
                f"INSERT INTO {table} ({columns})"  # noqa: S608 - fixed names
                f" SELECT {columns} FROM floor_{table} ORDER BY id"
            )
    return bulk, rows / (time.perf_counter() - start)


def _copy_texts(entries: list[Entry]) -> list[tuple[str, str, str]]:
    tenant = current_tenant_id()
    heads, lines = [], []
    for entry in entries:
        key = uuid7()
        heads.append(
            f"{key}\t{tenant}\t{entry.entity}\t{entry.date}\t{entry.journal}\t{entry.source_type}\t"
            f"{entry.source_id}\t{entry.kind}\t{entry.text}\t\\N\n"
        )
        for position, line in enumerate(entry.lines, 1):
            lines.append(
                f"{uuid7()}\t{tenant}\t{key}\t{position}\t{line.account}\t{line.debit}\t{line.credit}\t"
                f"{line.budget or NULL}\t{line.fund or NULL}\t{line.party or NULL}\n"
            )
    return [
        ("ledger_journalentry",
         "id, tenant_id, entity_id, date, journal, source_type, source_id, kind, text, reverses_id",
         "".join(heads)),
        ("ledger_journalline",
         "id, tenant_id, entry_id, position, account, debit, credit, budget_id, fund, party_id",
         "".join(lines)),
    ]  # fmt: skip


@contextmanager
def _without_statement_trigger() -> Iterator[None]:
    """Lines one by one never balance: the objects' path runs without that trigger, to its advantage."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_journalline DISABLE TRIGGER lines_balance")
    connections["owner"].close()
    try:
        yield
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("ALTER TABLE ledger_journalline ENABLE TRIGGER lines_balance")
        connections["owner"].close()


register_subject("ledger", bench_ledger)
