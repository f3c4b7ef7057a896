"""The only writer of the books: entries, budgets, reservations, numbers, periods."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core import audit
from core.errors import DomainError
from core.money import ZERO
from core.tenancy import current_tenant_id
from core.types import Actor
from core.uuid7 import uuid7
from ledger.enums import Journal, PartyKind
from ledger.errors import AlreadyReserved, BudgetExceeded, PeriodClosed, UnbalancedEntry
from ledger.models import Budget, JournalEntry, JournalLine, LegalEntity, Party, Period, Reservation
from ledger.types import Entry, Line, Release, cr, dr

BULK = 400
"""From this many lines on, rows travel by COPY."""


class _Held(NamedTuple):
    """A locked budget: its entity and what stands on it before the batch."""

    entity: UUID
    balance: Decimal
    reserved: Decimal
    shortfall: Decimal


@transaction.atomic
def post_entries(entries: Sequence[Entry]) -> list[UUID]:
    """Post entries whole: the single posting path, in four statements whatever their number.

    Becomes true: rows in the books, budgets moved by what their lines carry, named reservations freed; an
    imposed act that a budget cannot bear is carried by a loan of the pot, and income first repays such a
    loan. Locks: budgets in order of their key. Returns the entries' ids in order; an entry whose key is
    posted already changes nothing and gives the id of the first. Raises `UnbalancedEntry`, `BudgetExceeded`,
    `PeriodClosed`; then nothing is written.
    """
    for entry in entries:
        _check_balance(entry)
    held = _lock_budgets(entries)
    ids = [uuid7() for _ in entries]
    fresh = _insert_entries(list(zip(ids, entries, strict=True)))
    if len(fresh) != len(entries):
        ids = _first_ids(ids, entries, fresh)
        posted = [(i, e) for i, e in zip(ids, entries, strict=True) if i in fresh]
    else:
        posted = list(zip(ids, entries, strict=True))
    if not posted:
        return ids
    posted, moves = _bear(posted, held)
    _insert_lines(posted)
    if held:
        _move_budgets(moves, [release for _, entry in posted for release in entry.releases])
    return ids


def post_entry(entry: Entry) -> UUID:
    """Post one entry: a batch of one."""
    return post_entries([entry])[0]


@transaction.atomic
def reverse_entry(
    entry: JournalEntry, *, on: date, kind: str, text: str, releases: tuple[Release, ...] = ()
) -> UUID:
    """Post the opposite of an entry, dated `on`: how a correction begins. Imposed: never refused for lack of
    budget.
    """
    lines = tuple(
        Line(line.account, line.credit, line.debit, line.budget_id, line.fund, line.party_id)
        for line in JournalLine.objects.filter(entry=entry).order_by("position")
    )
    return post_entry(
        Entry(
            entry.entity_id,
            on,
            entry.journal,
            entry.source_type,
            entry.source_id,
            kind,
            text,
            lines,
            releases=releases,
            imposed=True,
            reverses=entry.pk,
        )  # fmt: skip
    )


@transaction.atomic
def reserve(*, budget_id: UUID, amount: Decimal, source_type: str, source_id: UUID, text: str) -> Reservation:
    """Set money of a budget aside for a commitment. Locks the budget. Raises `BudgetExceeded`,
    `AlreadyReserved`.
    """
    budget = Budget.objects.select_for_update(of=("self",)).get(pk=budget_id)
    if budget.available < amount:
        raise BudgetExceeded(available=budget.available, needed=amount)
    try:
        with transaction.atomic():
            reservation = Reservation.objects.create(
                budget=budget, source_type=source_type, source_id=source_id, amount=amount, text=text[:140]
            )
    except IntegrityError as error:
        raise AlreadyReserved from error
    budget.reserved += amount
    budget.save(update_fields=["reserved"])
    return reservation


@transaction.atomic
def release(*, budget_id: UUID, source_type: str, source_id: UUID, amount: Decimal | None = None) -> None:
    """Free a reservation, all of it or `amount`. Locks the budget. A reservation that is over frees nothing."""
    Budget.objects.select_for_update(of=("self",)).get(pk=budget_id)
    _move_budgets({}, [Release(budget_id, source_type, source_id, amount)])


def take_number(*, entity_id: UUID, journal: str, year: int) -> int:
    """The next number of a series without gaps. Locks the series until commit: call it last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_numberseries AS series (id, tenant_id, entity_id, journal, year, last_number) "
            "VALUES (%s, %s, %s, %s, %s, 1) ON CONFLICT (tenant_id, entity_id, journal, year) "
            "DO UPDATE SET last_number = series.last_number + 1 RETURNING last_number",
            [uuid7(), current_tenant_id(), entity_id, journal, year],
        )
        number: int = cursor.fetchone()[0]
    return number


@transaction.atomic
def open_budget(*, entity: LegalEntity, name: str) -> Budget:
    """A budget at zero."""
    return Budget.objects.create(entity=entity, name=name[:120])


@transaction.atomic
def create_party(*, kind: str | PartyKind, name: str) -> Party:
    """Make somebody known to the books."""
    return Party.objects.create(kind=PartyKind(kind), name=name[:120])


@transaction.atomic
def close_period(*, entity: LegalEntity, year: int, month: int, actor: Actor) -> Period:
    """Close a month: from then on its dates are refused. Waits for postings under way. Closing again changes
    nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ledger.period'), %s)", [current_tenant_id()])
    period, _ = Period.objects.get_or_create(entity=entity, year=year, month=month)
    if period.closed_at is None:
        period.closed_at = timezone.now()
        period.save(update_fields=["closed_at"])
        audit.record(actor, "ledger.period_closed", period, entity=entity.code, year=year, month=month)
    return period


def _check_balance(entry: Entry) -> None:
    debit = sum((line.debit for line in entry.lines), ZERO)
    credit = sum((line.credit for line in entry.lines), ZERO)
    one_sided = all(
        (line.debit > 0) != (line.credit > 0) and min(line.debit, line.credit) >= 0 for line in entry.lines
    )
    if len(entry.lines) < 2 or debit != credit or not one_sided:
        raise UnbalancedEntry(entry=entry.text)


def _lock_budgets(entries: Iterable[Entry]) -> dict[UUID, _Held]:
    wanted = {line.budget for entry in entries for line in entry.lines if line.budget}
    wanted |= {release.budget for entry in entries for release in entry.releases}
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, entity_id, balance, reserved, shortfall FROM ledger_budget "
            "WHERE tenant_id = %s AND id = ANY(%s) ORDER BY id FOR UPDATE",
            [current_tenant_id(), list(wanted)],
        )
        held = {row[0]: _Held(*row[1:]) for row in cursor.fetchall()}
    if len(held) != len(wanted):
        raise Budget.DoesNotExist(f"{len(wanted) - len(held)} budgets of the batch are not in this tenant")
    return held


def _insert_entries(rows: list[tuple[UUID, Entry]]) -> set[UUID]:
    tenant, now = current_tenant_id(), timezone.now()
    columns = (
        "id, tenant_id, entity_id, date, journal, source_type, source_id, kind, text, reverses_id, posted_at"
    )
    values = [
        (
            i,
            tenant,
            e.entity,
            e.date,
            str(e.journal),
            e.source_type,
            e.source_id,
            e.kind,
            e.text[:140],
            e.reverses,
            now,
        )
        for i, e in rows
    ]
    try:
        returned = _insert(
            "ledger_journalentry",
            columns,
            values,
            "ON CONFLICT (tenant_id, source_id, kind, source_type) DO NOTHING",
        )
    except DomainError:
        raise
    except Exception as error:
        closed = str(error).partition("period closed: ")[2].split("\n")[0].strip()
        if closed:
            raise PeriodClosed(month=closed) from error
        raise
    return returned


def _first_ids(ids: list[UUID], entries: Sequence[Entry], fresh: set[UUID]) -> list[UUID]:
    """Replace the ids of repeated entries by those of the first posting."""
    known = {
        (e.source_type, e.source_id, e.kind): e.pk
        for e in JournalEntry.objects.filter(
            source_id__in={entry.source_id for i, entry in zip(ids, entries, strict=True) if i not in fresh}
        )
    }
    return [
        i if i in fresh else known[(entry.source_type, entry.source_id, entry.kind)]
        for i, entry in zip(ids, entries, strict=True)
    ]


class _Move(NamedTuple):
    """What a batch does to one budget."""

    balance: Decimal
    shortfall: Decimal


def _bear(
    posted: list[tuple[UUID, Entry]], held: dict[UUID, _Held]
) -> tuple[list[tuple[UUID, Entry]], dict[UUID, _Move]]:
    """What the batch does to each budget, in order; loans of the pot are added, refusals raised."""
    balance = {budget: row.balance for budget, row in held.items()}
    reserved = {budget: row.reserved for budget, row in held.items()}
    shortfall = {budget: row.shortfall for budget, row in held.items()}
    freed = _freed(posted)
    loans: list[tuple[UUID, Entry]] = []
    for index, (entry_id, entry) in enumerate(posted):
        change: dict[UUID, Decimal] = defaultdict(lambda: ZERO)
        for line in entry.lines:
            if line.budget:
                if held[line.budget].entity != entry.entity:
                    raise UnbalancedEntry(entry=entry.text)
                change[line.budget] += line.credit - line.debit
        for release_ in entry.releases:
            reserved[release_.budget] -= freed[(index, release_.source_type, release_.source_id)]
            change[release_.budget] += ZERO
        for budget, amount in change.items():
            balance[budget] += amount
            available = balance[budget] - reserved[budget]
            if available < 0 and amount < 0:
                if not entry.imposed:
                    raise BudgetExceeded(available=available - amount, needed=-amount)
                loans.append((uuid7(), _loan(entry, entry_id, budget, -available)))
                balance[budget] -= available
                shortfall[budget] -= available
            elif shortfall[budget] > 0 and amount > 0 and available > 0:
                repaid = min(shortfall[budget], available)
                loans.append((uuid7(), _loan(entry, entry_id, budget, -repaid)))
                balance[budget] -= repaid
                shortfall[budget] -= repaid
    if loans:
        _insert_entries(loans)
    moves = {
        budget: _Move(balance[budget] - row.balance, shortfall[budget] - row.shortfall)
        for budget, row in held.items()
    }
    return posted + loans, moves


def _freed(posted: list[tuple[UUID, Entry]]) -> dict[tuple[int, str, UUID], Decimal]:
    """How much each named release frees; whole reservations are read (their budget is locked)."""
    freed: dict[tuple[int, str, UUID], Decimal] = {}
    open_ended = [r for _, e in posted for r in e.releases if r.amount is None]
    left = (
        {
            (row.source_type, row.source_id): row.amount
            for row in Reservation.objects.filter(source_id__in=[r.source_id for r in open_ended])
        }
        if open_ended
        else {}
    )
    for index, (_, entry) in enumerate(posted):
        for r in entry.releases:
            key = (r.source_type, r.source_id)
            freed[(index, *key)] = left.pop(key, ZERO) if r.amount is None else r.amount
    return freed


def _loan(entry: Entry, entry_id: UUID, budget: UUID, amount: Decimal) -> Entry:
    """The pot lends `amount` to a budget (negative: the budget repays), beside the entry that made it
    necessary.
    """
    lines = (dr("4199", amount), cr("4899", amount, budget=budget))
    kind = "shortfall"
    if amount < 0:
        lines = (dr("4899", -amount, budget=budget), cr("4199", -amount))
        kind = "shortfall_repaid"
    return replace(
        entry, journal=Journal.VARIOUS, source_type="ledger.journalentry", source_id=entry_id,
        kind=f"{kind}:{budget.hex[-8:]}", text=f"{entry.text}: avance du pot commun", lines=lines, releases=(),
        imposed=False, reverses=None,
    )  # fmt: skip


def _insert_lines(posted: list[tuple[UUID, Entry]]) -> None:
    tenant = current_tenant_id()
    columns = "id, tenant_id, entry_id, position, account, debit, credit, budget_id, fund, party_id"
    values = [
        (uuid7(), tenant, entry_id, position, line.account, line.debit, line.credit, line.budget,
         str(line.fund) if line.fund else None, line.party)
        for entry_id, entry in posted
        for position, line in enumerate(entry.lines, 1)
    ]  # fmt: skip
    _insert("ledger_journalline", columns, values)


def _insert(table: str, columns: str, values: list[tuple[Any, ...]], on_conflict: str = "") -> set[UUID]:
    """Insert rows in one statement, or by COPY into a temporary table when there are many; returns the new
    ids.

    COPY into a table with row-level security is refused for anyone but its owner, hence the detour.
    """
    with connection.cursor() as cursor:
        if len(values) < BULK:
            row = "(" + ", ".join(["%s"] * len(values[0])) + ")"
            rows = ", ".join([row] * len(values))
            cursor.execute(
                f"INSERT INTO {table} ({columns}) VALUES {rows} {on_conflict} RETURNING id",  # noqa: S608 - fixed names
                [item for value in values for item in value],
            )
            return {found[0] for found in cursor.fetchall()}
        staging = f"staged_{table}"
        cursor.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS {staging} (LIKE {table}) ON COMMIT DELETE ROWS; TRUNCATE {staging}"
        )
        buffer = io.StringIO()
        for value in values:
            buffer.write("\t".join("\\N" if item is None else _escaped(item) for item in value) + "\n")
        buffer.seek(0)
        cursor.cursor.copy_expert(f"COPY {staging} ({columns}) FROM STDIN", buffer)
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {staging} ORDER BY id "  # noqa: S608 - fixed names
            f"{on_conflict}" + (" RETURNING id" if on_conflict else "")
        )
        return {found[0] for found in cursor.fetchall()} if on_conflict else set()


def _escaped(item: Any) -> str:
    text = str(item)
    if isinstance(item, str) and ("\\" in text or "\t" in text or "\n" in text or "\r" in text):
        text = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


def _move_budgets(moves: dict[UUID, _Move], releases: list[Release]) -> None:
    """Free the named reservations and move the budgets, in one statement; the budgets are locked already."""
    budgets = sorted({*moves, *(r.budget for r in releases)})
    parameters: list[Any] = []
    freed = "SELECT NULL::uuid AS budget_id, 0::numeric AS amount WHERE false"
    if releases:
        rows = ", ".join(["(%s::varchar, %s::uuid, %s::numeric)"] * len(releases))
        freed = (
            "UPDATE ledger_reservation AS held SET amount = held.amount - least(held.amount, coalesce(named.amount, held.amount)) "
            f"FROM (VALUES {rows}) AS named (source_type, source_id, amount), "  # noqa: S608 - only placeholders
            "ledger_reservation AS before "
            "WHERE held.tenant_id = %s AND before.tenant_id = held.tenant_id AND before.id = held.id "
            "AND held.source_type = named.source_type AND held.source_id = named.source_id "
            "RETURNING held.budget_id, before.amount - held.amount AS amount"
        )
        for r in releases:
            parameters += [r.source_type, r.source_id, r.amount]
        parameters.append(current_tenant_id())
    rows = ", ".join(["(%s::uuid, %s::numeric, %s::numeric)"] * len(budgets))
    for budget in budgets:
        move = moves.get(budget, _Move(ZERO, ZERO))
        parameters += [budget, move.balance, move.shortfall]
    parameters.append(current_tenant_id())
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH freed AS ({freed}), "  # noqa: S608 - only placeholders
            "sums AS (SELECT budget_id, sum(amount) AS amount FROM freed GROUP BY budget_id) "
            "UPDATE ledger_budget AS budget SET balance = budget.balance + move.balance, "
            "shortfall = budget.shortfall + move.shortfall, "
            "reserved = budget.reserved - coalesce((SELECT amount FROM sums WHERE budget_id = budget.id), 0) "
            f"FROM (VALUES {rows}) AS move (id, balance, shortfall) "
            "WHERE budget.id = move.id AND budget.tenant_id = %s",
            parameters,
        )


__all__ = [
    "close_period",
    "create_party",
    "open_budget",
    "post_entries",
    "post_entry",
    "release",
    "reserve",
    "reverse_entry",
    "take_number",
]
