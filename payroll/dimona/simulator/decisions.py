"""What the simulated office makes of a declaration: the period that it changes, or why it refuses."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date

from core.calendar import nth_working_day_after
from core.identifiers import is_national_number, normalise_national_number
from payroll.dimona.simulator.memory import FIRST_PERIOD, find_period
from payroll.dimona.types import (
    OPEN_END,
    Declaration,
    DimonaCancel,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    WorkerType,
    quarter,
)

STUDENT_QUOTA_HOURS = 650
"""Hours a student may work per calendar year under the solidarity contribution (2025, 2026)."""

LONGEST_MEMORY_YEARS = 5
"""Periods that ended longer ago are changed on paper only (inferred)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Codes that block, codes that do not, and the period that exists or was changed."""

    blocking: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    period: int | None = None


def decide(
    database: sqlite3.Connection, declaration: Declaration, employer: str, today: date, *, knows_all: bool
) -> Verdict:
    """Change the periods as the declaration says, or refuse it. `today` is the office's day; `knows_all`:
    an employer that was never named is an active one.
    """
    row = database.execute("SELECT * FROM employer WHERE number = ?", (employer,)).fetchone()
    if row is None if not knows_all else (row is not None and not row["active"]):
        return Verdict(blocking=("90373-343",))
    if row is not None and not row["mandate"]:
        return Verdict(blocking=("90256-155",))
    if isinstance(declaration, DimonaIn):
        return _decide_in(database, declaration, employer, row, today)
    return _decide_change(database, declaration, employer, today)


def _decide_change(
    database: sqlite3.Connection, declaration: Declaration, employer: str, today: date
) -> Verdict:
    assert not isinstance(declaration, DimonaIn)
    row = find_period(database, declaration.period_id)
    blocking = _out_of_reach(database, row, employer, today)
    if blocking or row is None:
        return Verdict(blocking=blocking)
    given = declaration.national_number
    if given and (
        not is_national_number(given) or normalise_national_number(given) != row["national_number"]
    ):
        return Verdict(blocking=("00024-347",))
    match declaration:
        case DimonaOut():
            return _decide_out(database, declaration, row, today)
        case DimonaUpdate():
            return _decide_update(database, declaration, row, today)
        case DimonaCancel():
            database.execute("UPDATE period SET cancelled = 1 WHERE id = ?", (row["id"],))
            return Verdict(period=row["id"])


def _out_of_reach(
    database: sqlite3.Connection, row: sqlite3.Row | None, employer: str, today: date
) -> tuple[str, ...]:
    """Why nobody may change this period."""
    if row is None:
        return ("00913-181",)
    if row["employer"] != employer:
        return ("00913-354",)
    if row["cancelled"]:
        return ("00913-355",)
    if row["locked"]:
        return ("00913-357",)
    if row["ends_on"] is not None and int(row["ends_on"][:4]) + LONGEST_MEMORY_YEARS < today.year:
        return ("00913-359",)
    waiting = database.execute(
        "SELECT 1 FROM declaration WHERE period = ? AND polls < identity_polls", (row["id"],)
    ).fetchone()
    return ("00913-368",) if waiting else ()


def _decide_in(
    database: sqlite3.Connection,
    declaration: DimonaIn,
    employer: str,
    registered: sqlite3.Row | None,
    today: date,
) -> Verdict:
    if not declaration.national_number:
        return Verdict(blocking=("90017-363",))
    if not is_national_number(declaration.national_number):
        return Verdict(blocking=("90017-151",))
    worker = normalise_national_number(declaration.national_number)
    person = database.execute("SELECT * FROM person WHERE national_number = ?", (worker,)).fetchone()
    if person is not None and person["unknown"]:
        return Verdict(blocking=("90017-151",))
    start, end = declaration.starts_on, declaration.ends_on
    blocking = _registration_faults(registered, declaration) or _date_faults(
        start, end, declaration.worker_type
    )
    if blocking:
        return Verdict(blocking=blocking)
    blocking = _clash(
        database,
        employer=employer,
        worker=worker,
        kind=(declaration.worker_type.value, declaration.joint_committee),
        start=start,
        end=end,
    )
    if blocking:
        return Verdict(blocking=blocking)
    period = database.execute(
        "INSERT INTO period (id, employer, national_number, worker_type, joint_committee, starts_on, ends_on,"
        " planned_hours, late) VALUES ((SELECT max(coalesce(max(id), 0), ?) + 1 FROM period),"
        " ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            FIRST_PERIOD,
            employer,
            worker,
            declaration.worker_type.value,
            declaration.joint_committee,
            start.isoformat(),
            None if end is None else end.isoformat(),
            declaration.planned_hours,
            int(today > start),
        ),
    ).lastrowid
    remarks: list[str] = []
    if today > start:
        remarks.append("90373-460")
    if person is not None and person["remark"]:
        remarks.append(person["remark"])
    if declaration.worker_type is WorkerType.STUDENT and _over_quota(database, worker, start.year):
        remarks.append("90017-369")
    return Verdict(remarks=tuple(remarks), period=period)


def _registration_faults(registered: sqlite3.Row | None, declaration: DimonaIn) -> tuple[str, ...]:
    """What the employer's registration forbids: a type of worker, or a committee beside its own."""
    if registered is None:
        return ()
    if declaration.worker_type.value in registered["forbidden_types"].split():
        return ("00655-350",)
    student = declaration.worker_type is WorkerType.STUDENT
    if student and registered["committee"] and declaration.joint_committee != registered["committee"]:
        return ("90374-349",)
    return ()


def _decide_out(
    database: sqlite3.Connection, declaration: DimonaOut, row: sqlite3.Row, today: date
) -> Verdict:
    if row["ends_on"] is not None:
        return Verdict(blocking=("00913-356",))
    start = date.fromisoformat(row["starts_on"])
    if declaration.ends_on < start:
        return Verdict(blocking=("00911-014",))
    database.execute(
        "UPDATE period SET ends_on = ? WHERE id = ?", (declaration.ends_on.isoformat(), row["id"])
    )
    late = today > nth_working_day_after(declaration.ends_on, 1)
    return Verdict(remarks=("90378-460",) if late else (), period=row["id"])


def _decide_update(
    database: sqlite3.Connection, declaration: DimonaUpdate, row: sqlite3.Row, today: date
) -> Verdict:
    old_start = date.fromisoformat(row["starts_on"])
    old_end = None if row["ends_on"] is None else date.fromisoformat(row["ends_on"])
    start = declaration.starts_on or old_start
    end = old_end if declaration.ends_on is None else declaration.ends_on
    if end == OPEN_END:
        end = None
    hours = row["planned_hours"] if declaration.planned_hours is None else declaration.planned_hours
    if (start, end, hours) == (old_start, old_end, row["planned_hours"]):
        return Verdict(blocking=("90378-444",))
    worker_type = WorkerType(row["worker_type"])
    if declaration.planned_hours is not None and worker_type is not WorkerType.STUDENT:
        return Verdict(blocking=("00913-362",))
    blocking = _date_faults(start, end, worker_type)
    if not blocking and start > old_start and today > old_start:
        blocking = ("00910-344",)
    if not blocking and old_end is not None and (end is None or end > old_end) and today > old_end:
        blocking = ("00911-344",)
    if not blocking:
        blocking = _clash(
            database,
            employer=row["employer"],
            worker=row["national_number"],
            kind=(row["worker_type"], row["joint_committee"]),
            start=start,
            end=end,
            besides=row["id"],
        )
    if blocking:
        return Verdict(blocking=blocking)
    database.execute(
        "UPDATE period SET starts_on = ?, ends_on = ?, planned_hours = ? WHERE id = ?",
        (start.isoformat(), None if end is None else end.isoformat(), hours, row["id"]),
    )
    remarks: list[str] = []
    if start < old_start and today > start:
        remarks.append("90378-460")
    if worker_type is WorkerType.STUDENT and _over_quota(database, row["national_number"], start.year):
        remarks.append("90017-369")
    return Verdict(remarks=tuple(remarks), period=row["id"])


def _date_faults(start: date, end: date | None, worker_type: WorkerType) -> tuple[str, ...]:
    if end is not None and end < start:
        return ("00911-014",)
    if worker_type is WorkerType.STUDENT and (end is None or quarter(start) != quarter(end)):
        return ("90373-421",)
    return ()


def _clash(
    database: sqlite3.Connection,
    *,
    employer: str,
    worker: str,
    kind: tuple[str, str],
    start: date,
    end: date | None,
    besides: int = 0,
) -> tuple[str, ...]:
    """Another period of the same worker, employer, type and committee that is the same or overlaps."""
    rows = database.execute(
        "SELECT starts_on, ends_on FROM period WHERE employer = ? AND national_number = ? AND worker_type = ?"
        " AND joint_committee = ? AND cancelled = 0 AND id <> ? AND starts_on <= ?"
        " AND coalesce(ends_on, '9999-12-31') >= ?",
        (employer, worker, *kind, besides, (end or OPEN_END).isoformat(), start.isoformat()),
    ).fetchall()
    if not rows:
        return ()
    same = (start.isoformat(), None if end is None else end.isoformat())
    return ("90373-333",) if any(tuple(row) == same for row in rows) else ("90373-334",)


def _over_quota(database: sqlite3.Connection, worker: str, year: int) -> bool:
    """Whether the planned hours of all employers pass the year's quota (late ones count too: inferred)."""
    hours = database.execute(
        "SELECT coalesce(sum(planned_hours), 0) FROM period WHERE national_number = ? AND worker_type = ?"
        " AND cancelled = 0 AND starts_on BETWEEN ? AND ?",
        (worker, WorkerType.STUDENT.value, f"{year:04d}-01-01", f"{year:04d}-12-31"),
    ).fetchone()[0]
    elsewhere = database.execute(
        "SELECT coalesce(sum(hours), 0) FROM hours_elsewhere WHERE national_number = ? AND year = ?",
        (worker, year),
    ).fetchone()[0]
    return int(hours) + int(elsewhere) > STUDENT_QUOTA_HOURS
