"""Invariants of the books, seen from outside: what the posting path and the database promise, counted again.

Each check yields a `Break` per thing that does not hold. Upper apps add theirs by `register_ledger_check`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from core.models import Cooperative
from core.registry import Break, ledger_checks
from core.tenancy import tenant_scope
from ledger.models import Budget, JournalEntry, JournalLine
from ledger.seal_checks import check_legal_numbers, check_seals, count_unsealed

INTERNAL_PAIRS = (("6190", "748"), ("6218", "749"), ("6199", "7099"), ("4199", "4899"), ("6191", "7481"))
"""Accounts by which an entity trades with itself: the two of a pair net to zero (DOMAIN §4)."""


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What was counted over all cooperatives, and what does not hold. `unsealed` entries
    wait for their seal.
    """

    entries: int
    lines: int
    budgets: int
    unsealed: int
    breaks: tuple[tuple[str, Break], ...]

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.breaks


def check_books() -> LedgerReport:
    """Run every check in every cooperative; reads only."""
    entries = lines = budgets = unsealed = 0
    breaks: list[tuple[str, Break]] = []
    for cooperative in Cooperative.objects.all():
        with tenant_scope(cooperative):
            entries += JournalEntry.objects.count()
            lines += JournalLine.objects.count()
            budgets += Budget.objects.count()
            unsealed += count_unsealed()
            breaks += [(cooperative.slug, broken) for broken in find_breaks()]
    return LedgerReport(entries, lines, budgets, unsealed, tuple(breaks))


def find_breaks() -> list[Break]:
    """What does not hold in the open cooperative."""
    return [broken for check in all_checks() for broken in check()]


def all_checks() -> list[Any]:
    """The ledger's own checks, then those of the apps above."""
    own = [
        check_entries,
        check_balances,
        check_reservations,
        check_availability,
        check_internal_pairs,
        check_bearers,
        check_shortfalls,
        check_entities,
        check_closed_months,
        check_seals,
        check_legal_numbers,
    ]
    return [*own, *ledger_checks()]


def check_entries() -> Iterator[Break]:
    """Each entry has two lines at least and balances."""
    for entry, lines, gap in _rows(
        "SELECT entry.id, count(line.id), coalesce(sum(line.debit) - sum(line.credit), 0) "
        "FROM ledger_journalentry AS entry LEFT JOIN ledger_journalline AS line "
        "ON line.tenant_id = entry.tenant_id AND line.entry_id = entry.id GROUP BY entry.id "
        "HAVING count(line.id) < 2 OR sum(line.debit) <> sum(line.credit)"
    ):
        yield Break("entry_unbalanced", f"entry {entry}", f"{lines} lines, debit − credit = {gap}")


def check_balances() -> Iterator[Break]:
    """The balance of a budget is the credits − debits of the lines that carry it."""
    for budget, name, balance, total in _rows(
        "SELECT budget.id, budget.name, budget.balance, coalesce(moved.total, 0) "
        "FROM ledger_budget AS budget "
        "LEFT JOIN (SELECT budget_id, sum(credit) - sum(debit) AS total FROM ledger_journalline "
        "WHERE budget_id IS NOT NULL GROUP BY budget_id) AS moved ON moved.budget_id = budget.id "
        "WHERE budget.balance <> coalesce(moved.total, 0)"
    ):
        yield Break("budget_balance", f"budget {budget} {name}", f"balance {balance}, lines {total}")


def check_reservations() -> Iterator[Break]:
    """What is reserved on a budget is the sum of its open commitments."""
    for budget, name, reserved, total in _rows(
        "SELECT budget.id, budget.name, budget.reserved, coalesce(held.total, 0) "
        "FROM ledger_budget AS budget "
        "LEFT JOIN (SELECT budget_id, sum(amount) AS total FROM ledger_reservation GROUP BY budget_id) "
        "AS held ON held.budget_id = budget.id WHERE budget.reserved <> coalesce(held.total, 0)"
    ):
        yield Break("budget_reserved", f"budget {budget} {name}", f"reserved {reserved}, commitments {total}")


def check_availability() -> Iterator[Break]:
    """Nothing was spent that is not there."""
    for budget, name, available in _rows(
        "SELECT id, name, balance - reserved FROM ledger_budget WHERE balance < reserved"
    ):
        yield Break("budget_overspent", f"budget {budget} {name}", f"available {available}")


def check_internal_pairs() -> Iterator[Break]:
    """Accounts by which an entity trades with itself net to zero, pair by pair."""
    for first, second in INTERNAL_PAIRS:
        for entity, gap in _rows(
            "SELECT entity.code, sum(line.debit) - sum(line.credit) FROM ledger_journalline AS line "
            "JOIN ledger_journalentry AS entry "
            "ON entry.tenant_id = line.tenant_id AND entry.id = line.entry_id "
            "JOIN ledger_legalentity AS entity ON entity.id = entry.entity_id "
            "WHERE line.account IN (%s, %s) GROUP BY entity.code HAVING sum(line.debit) <> sum(line.credit)",
            first,
            second,
        ):
            yield Break("internal_pair", f"{entity} {first}/{second}", f"debit − credit = {gap}")


def check_bearers() -> Iterator[Break]:
    """A line of classes 6 and 7 carries a budget or a fund, one of them; no line carries both."""
    for line, account in _rows(
        "SELECT id, account FROM ledger_journalline WHERE (budget_id IS NOT NULL AND fund IS NOT NULL) "
        "OR (account >= '6' AND account < '8' AND budget_id IS NULL AND fund IS NULL)"
    ):
        yield Break("line_bearer", f"line {line}", f"account {account}")


def check_shortfalls() -> Iterator[Break]:
    """What the pot has lent to budgets is what its account says."""
    for entity, shortfall, lent in _rows(
        "SELECT entity.code, coalesce(budgets.total, 0), coalesce(lines.total, 0) "
        "FROM ledger_legalentity AS entity "
        "LEFT JOIN (SELECT entity_id, sum(shortfall) AS total FROM ledger_budget GROUP BY entity_id) "
        "AS budgets ON budgets.entity_id = entity.id "
        "LEFT JOIN (SELECT entry.entity_id, sum(line.debit) - sum(line.credit) AS total "
        "FROM ledger_journalline AS line JOIN ledger_journalentry AS entry "
        "ON entry.tenant_id = line.tenant_id AND entry.id = line.entry_id "
        "WHERE line.account = '4199' GROUP BY entry.entity_id) AS lines ON lines.entity_id = entity.id "
        "WHERE coalesce(budgets.total, 0) <> coalesce(lines.total, 0)"
    ):
        yield Break("shortfall", f"{entity} 4199", f"lent {lent}, shortfalls {shortfall}")


def check_entities() -> Iterator[Break]:
    """A budget moves in the books of its own entity."""
    for line, budget in _rows(
        "SELECT line.id, budget.name FROM ledger_journalline AS line "
        "JOIN ledger_budget AS budget ON budget.tenant_id = line.tenant_id AND budget.id = line.budget_id "
        "JOIN ledger_journalentry AS entry ON entry.tenant_id = line.tenant_id AND entry.id = line.entry_id "
        "WHERE entry.entity_id <> budget.entity_id"
    ):
        yield Break("budget_entity", f"line {line}", f"budget {budget} of another entity")


def check_closed_months() -> Iterator[Break]:
    """A closed month stays closed, and nothing was posted in it since."""
    for entry, year, month in _rows(
        "SELECT entry.id, period.year, period.month FROM ledger_period AS period "
        "JOIN ledger_journalentry AS entry "
        "ON entry.tenant_id = period.tenant_id AND entry.entity_id = period.entity_id "
        "AND entry.date >= make_date(period.year, period.month, 1) "
        "AND entry.date < make_date(period.year, period.month, 1) + interval '1 month' "
        "WHERE entry.posted_at > period.closed_at"
    ):
        yield Break("closed_month", f"entry {entry}", f"posted after {year}-{month:02} was closed")
    for year, month in _rows(
        "SELECT period.year, period.month FROM ledger_period AS period WHERE period.closed_at IS NULL "
        "AND EXISTS (SELECT FROM core_auditevent AS event WHERE event.tenant_id = period.tenant_id "
        "AND event.subject_id = period.id AND event.action = 'ledger.period_closed')"
    ):
        yield Break("month_reopened", f"{year}-{month:02}", "it was closed and is not any more")


def _rows(sql: str, *parameters: str) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
