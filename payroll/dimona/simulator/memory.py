"""What the simulated office remembers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from payroll.dimona.types import OPEN_END, HeldPeriod, WorkerType

FIRST_PERIOD = 2_610_000_000

SCHEMA = """
CREATE TABLE IF NOT EXISTS declaration (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    employer TEXT NOT NULL,
    reference TEXT NOT NULL,
    content TEXT NOT NULL,
    answer TEXT NOT NULL,
    polls INTEGER NOT NULL DEFAULT 0,
    identity_polls INTEGER NOT NULL DEFAULT 0,
    period INTEGER,
    UNIQUE (employer, reference)
);
CREATE TABLE IF NOT EXISTS period (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    employer TEXT NOT NULL,
    national_number TEXT NOT NULL,
    worker_type TEXT NOT NULL,
    joint_committee TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT,
    planned_hours INTEGER,
    cancelled INTEGER NOT NULL DEFAULT 0,
    locked INTEGER NOT NULL DEFAULT 0,
    late INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS period_worker ON period (national_number, employer);
CREATE INDEX IF NOT EXISTS period_employer ON period (employer, starts_on);
CREATE TABLE IF NOT EXISTS employer (
    number TEXT PRIMARY KEY,
    active INTEGER NOT NULL DEFAULT 1,
    mandate INTEGER NOT NULL DEFAULT 1,
    forbidden_types TEXT NOT NULL DEFAULT '',
    committee TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS person (
    national_number TEXT PRIMARY KEY,
    unknown INTEGER NOT NULL DEFAULT 0,
    remark TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS hours_elsewhere (
    national_number TEXT NOT NULL,
    year INTEGER NOT NULL,
    hours INTEGER NOT NULL,
    PRIMARY KEY (national_number, year)
)
"""


@dataclass(frozen=True, slots=True)
class SimulatedPeriod:
    """A period as the body knows it."""

    period_id: str
    employer: str
    national_number: str
    worker_type: WorkerType
    joint_committee: str
    starts_on: date
    ends_on: date | None
    planned_hours: int | None
    is_cancelled: bool
    is_locked: bool = False
    is_late: bool = False

    @property
    def held(self) -> HeldPeriod:
        """The same as the port names it."""
        return HeldPeriod(
            self.period_id,
            self.national_number,
            self.worker_type.value,
            self.joint_committee,
            self.starts_on,
            self.ends_on,
            self.planned_hours,
            self.is_cancelled,
            self.is_locked,
            self.is_late,
        )


def period_number(identity: int) -> str:
    """Twelve digits, the last two of them check digits (their formula is not published: inferred)."""
    return f"{identity:010d}{97 - identity % 97:02d}"


def find_period(database: sqlite3.Connection, period_id: str) -> sqlite3.Row | None:
    """The row of a period by its twelve digits."""
    if len(period_id) != 12 or not (period_id.isascii() and period_id.isdigit()):
        return None
    identity = int(period_id[:10])
    if period_number(identity) != period_id:
        return None
    row: sqlite3.Row | None = database.execute("SELECT * FROM period WHERE id = ?", (identity,)).fetchone()
    return row


def period_of(row: sqlite3.Row) -> SimulatedPeriod:
    """A row as a period."""
    return SimulatedPeriod(
        period_id=period_number(row["id"]),
        employer=row["employer"],
        national_number=row["national_number"],
        worker_type=WorkerType(row["worker_type"]),
        joint_committee=row["joint_committee"],
        starts_on=date.fromisoformat(row["starts_on"]),
        ends_on=None if row["ends_on"] is None else date.fromisoformat(row["ends_on"]),
        planned_hours=row["planned_hours"],
        is_cancelled=bool(row["cancelled"]),
        is_locked=bool(row["locked"]),
        is_late=bool(row["late"]),
    )


def periods_between(
    database: sqlite3.Connection, employer: str, first: date, last: date, national_number: str
) -> Iterator[SimulatedPeriod]:
    """Periods of an employer that share a day with the window, of one worker if a number is given."""
    rows = database.execute(
        "SELECT * FROM period WHERE employer = ? AND starts_on <= ? AND coalesce(ends_on, ?) >= ?"
        " AND (? = '' OR national_number = ?) ORDER BY id",
        (
            employer,
            last.isoformat(),
            OPEN_END.isoformat(),
            first.isoformat(),
            national_number,
            national_number,
        ),
    )
    return (period_of(row) for row in rows.fetchall())
