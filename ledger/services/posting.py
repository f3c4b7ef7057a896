"""Posting: entries become rows, budgets move, the pot lends what an imposed act lacks.

One trip to the database writes everything when each budget can simply be moved. Else Python decides between
two trips: one locks the budgets, one writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from core.errors import DomainError
from core.money import ZERO
from core.tenancy import current_tenant_id
from core.uuid7 import uuid7
from ledger.enums import Journal
from ledger.errors import BudgetExceeded, UnbalancedEntry
from ledger.models import Budget, JournalEntry, JournalLine, Reservation
from ledger.services.rows import BudgetToDecide, Move, Posted, PostedBefore, write_rows
from ledger.types import Entry, Line, Release, cr, dr

Key = tuple[str, UUID, str]


class _Held(NamedTuple):
    """A locked budget: its entity and what stands on it before the batch."""

    entity: UUID
    balance: Decimal
    reserved: Decimal
    shortfall: Decimal


def post_entries(entries: Sequence[Entry]) -> list[UUID]:
    """Post entries whole: the single posting path, in one trip to the database (three when a budget is
    short).

    Becomes true: rows in the books, budgets moved by what their lines carry, named reservations freed; an
    imposed act that a budget cannot bear is carried by a loan of the pot, and income first repays such a
    loan. Locks: budgets in order of their key. Returns the entries' ids in order; an entry whose key is
    posted already changes nothing and gives the id of the first. Raises `UnbalancedEntry`, `BudgetExceeded`,
    `PeriodClosed`; then nothing is written and the transaction goes on.
    """
    ids: dict[Key, UUID] = {}
    batch: Posted = []
    for entry in entries:
        _check_balance(entry)
        key = (entry.source_type, entry.source_id, entry.kind)
        if key not in ids:
            ids[key] = uuid7()
            batch.append((ids[key], entry))
    while batch:
        try:
            _post(batch)
            break
        except (DomainError, PostedBefore):
            # What refuses may have been posted before: a repeat is no refusal.
            known = _posted_before(batch)
            if not known:
                raise
            ids |= known
            batch = [(i, e) for i, e in batch if (e.source_type, e.source_id, e.kind) not in known]
    return [ids[(entry.source_type, entry.source_id, entry.kind)] for entry in entries]


def post_entry(entry: Entry) -> UUID:
    """Post one entry: a batch of one."""
    return post_entries([entry])[0]


def reverse_entry(
    entry: JournalEntry, *, on: date, kind: str, text: str, releases: tuple[Release, ...] = ()
) -> UUID:
    """Post the opposite of an entry, dated `on`: how a correction begins. Imposed: no budget refuses it."""
    lines = tuple(
        Line(line.account, line.credit, line.debit, line.budget_id, line.fund, line.party_id)
        for line in JournalLine.objects.filter(entry=entry).order_by("position")
    )
    return post_entry(
        Entry(
            entity=entry.entity_id,
            date=on,
            journal=entry.journal,
            source_type=entry.source_type,
            source_id=entry.source_id,
            kind=kind,
            text=text,
            lines=lines,
            releases=releases,
            imposed=True,
            reverses=entry.pk,
        )
    )


def _check_balance(entry: Entry) -> None:
    gap = ZERO
    for line in entry.lines:
        debit, credit = line.debit, line.credit
        if (debit > 0) is (credit > 0) or debit < 0 or credit < 0:
            raise UnbalancedEntry(entry=entry.text)
        gap += debit - credit
    if gap or len(entry.lines) < 2:
        raise UnbalancedEntry(entry=entry.text)


def _post(batch: Posted) -> None:
    """Write the batch; when a budget needs more than being moved, lock it, look, decide, and write then."""
    if not any(entry.releases for _, entry in batch):
        try:
            write_rows(batch, _plain_moves(batch), {})
            return
        except BudgetToDecide:
            pass
    held = _lock_budgets(entry for _, entry in batch)
    freed = _freed(batch)
    loans, moves = _bear(batch, held, freed)
    released: dict[tuple[str, UUID], Decimal] = defaultdict(lambda: ZERO)
    for release, amount in (pair for pairs in freed.values() for pair in pairs):
        released[(release.source_type, release.source_id)] += amount
    write_rows(batch + loans, moves, released)


def _plain_moves(batch: Posted) -> dict[UUID, Move]:
    """What the batch adds to each budget if no loan of the pot is needed, in the order in which they are
    locked.
    """
    totals: dict[UUID, Decimal] = {}
    floors: dict[UUID, Decimal] = {}
    owners: dict[UUID, UUID] = {}
    for _, entry in batch:
        for budget, amount in _changes(entry).items():
            if owners.setdefault(budget, entry.entity) != entry.entity:
                raise UnbalancedEntry(entry=entry.text)
            total = totals[budget] = totals.get(budget, ZERO) + amount
            floors[budget] = min(floors.get(budget, ZERO), total) if amount < 0 else floors.get(budget, ZERO)
    return {
        budget: Move(totals[budget], ZERO, ZERO, owners[budget], floors[budget]) for budget in sorted(totals)
    }


def _changes(entry: Entry) -> dict[UUID, Decimal]:
    """What an entry adds to each budget: credits − debits of the lines that carry it."""
    change: dict[UUID, Decimal] = {}
    for line in entry.lines:
        if line.budget:
            change[line.budget] = change.get(line.budget, ZERO) + line.credit - line.debit
    return change


def _posted_before(batch: Posted) -> dict[Key, UUID]:
    """The entries of the batch that stand in the books, by key."""
    wanted = {(e.source_type, e.source_id, e.kind) for _, e in batch}
    rows = JournalEntry.objects.filter(source_id__in={key[1] for key in wanted}).values_list(
        "source_type", "source_id", "kind", "pk"
    )
    return {row[:3]: row[3] for row in rows if row[:3] in wanted}


def _lock_budgets(entries: Iterable[Entry]) -> dict[UUID, _Held]:
    wanted: set[UUID] = set()
    for entry in entries:
        wanted.update(line.budget for line in entry.lines if line.budget)
        wanted.update(release.budget for release in entry.releases)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, entity_id, balance, reserved, shortfall FROM ledger_budget "
            "WHERE tenant_id = %s AND id IN %s ORDER BY id FOR NO KEY UPDATE",
            [current_tenant_id(), tuple(wanted)],
        )
        held = {row[0]: _Held(*row[1:]) for row in cursor.fetchall()}
    if len(held) != len(wanted):
        raise Budget.DoesNotExist(f"{len(wanted) - len(held)} budgets of the batch are not in this tenant")
    return held


def _freed(batch: Posted) -> dict[UUID, list[tuple[Release, Decimal]]]:
    """What each entry's releases really free, by the entry's id: never more than is held (the budget is
    locked).
    """
    named = [release for _, entry in batch for release in entry.releases]
    if not named:
        return {}
    left = {
        (row.budget_id, row.source_type, row.source_id): row.amount
        for row in Reservation.objects.filter(source_id__in={release.source_id for release in named})
    }
    freed: dict[UUID, list[tuple[Release, Decimal]]] = {}
    for entry_id, entry in batch:
        for release in entry.releases:
            key = (release.budget, release.source_type, release.source_id)
            held = left.get(key, ZERO)
            amount = held if release.amount is None else min(held, release.amount)
            left[key] = held - amount
            freed.setdefault(entry_id, []).append((release, amount))
    return freed


def _bear(
    batch: Posted, held: dict[UUID, _Held], freed: dict[UUID, list[tuple[Release, Decimal]]]
) -> tuple[Posted, dict[UUID, Move]]:
    """What the batch does to each budget, in order: the loans of the pot that it needs, and the moves."""
    balance = {budget: row.balance for budget, row in held.items()}
    reserved = {budget: row.reserved for budget, row in held.items()}
    shortfall = {budget: row.shortfall for budget, row in held.items()}
    loans: Posted = []
    for entry_id, entry in batch:
        change = _changes(entry)
        if any(held[budget].entity != entry.entity for budget in change):
            raise UnbalancedEntry(entry=entry.text)
        unbound: defaultdict[UUID, Decimal] = defaultdict(Decimal)
        for release, amount in freed.get(entry_id, ()):
            reserved[release.budget] -= amount
            unbound[release.budget] += amount
            change.setdefault(release.budget, ZERO)
        for budget, amount in change.items():
            balance[budget] += amount
            available = balance[budget] - reserved[budget]
            # What the pot lent for a promise that is off is the pot's: nobody spends it anew.
            owed = shortfall[budget] if amount + unbound[budget] < 0 and not entry.imposed else ZERO
            if available < owed and amount < 0:
                if not entry.imposed:
                    bound = unbound[budget]
                    free = bound + max(ZERO, available - amount - bound - owed)
                    raise BudgetExceeded(available=free, needed=-amount)
                lent = -available
            elif shortfall[budget] > 0 and available > 0:
                lent = -min(shortfall[budget], available)
            else:
                continue
            loans.append((uuid7(), _loan(entry, entry_id, budget, lent)))
            balance[budget] += lent
            shortfall[budget] += lent
    moves = {
        budget: Move(
            balance[budget] - row.balance, reserved[budget] - row.reserved, shortfall[budget] - row.shortfall
        )
        for budget, row in held.items()
    }
    return loans, moves


def _loan(entry: Entry, entry_id: UUID, budget: UUID, amount: Decimal) -> Entry:
    """The pot lends `amount` to a budget (negative: the budget repays), beside the entry that made it so."""
    lines = (dr("4199", amount), cr("4899", amount, budget=budget))
    kind, text = "shortfall", "avance du pot commun"
    if amount < 0:
        lines = (dr("4899", -amount, budget=budget), cr("4199", -amount))
        kind, text = "shortfall_repaid", "remboursement au pot commun"
    return replace(
        entry,
        journal=Journal.VARIOUS,
        source_type="ledger.journalentry",
        source_id=entry_id,
        kind=f"{kind}:{budget.hex[-8:]}",
        text=f"{entry.text}: {text}",
        lines=lines,
        releases=(),
        imposed=False,
        reverses=None,
    )
