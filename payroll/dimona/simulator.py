"""A stand-in for the social security office, where no certificate exists: demonstrations and tests.

It keeps its own small database, because it is not part of the house: it remembers what it was told when
everything else starts again, and several processes may speak to it at once. It refuses as the body does,
with the body's codes; the answers pass through the same reader as those of the real service.

Where the published material is silent the choice is marked "inferred".
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from core.identifiers import (
    is_bis_number,
    is_national_number,
    normalise_national_number,
    normalise_nsso_number,
)
from core.stand_in import Memory
from payroll.dimona.port import DeclarationRejected, GatewayUnavailable
from payroll.dimona.rest import parse_answer
from payroll.dimona.types import (
    OPEN_END,
    Declaration,
    DimonaCancel,
    DimonaError,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    Result,
    ResultCode,
    WorkerType,
    check_declaration,
    quarter,
)

STUDENT_QUOTA_HOURS = 650
"""Hours a student may work per calendar year under the solidarity contribution (2025, 2026)."""

_FIRST_PERIOD = 2_610_000_000

_BLOCKING: dict[str, tuple[str, str]] = {
    "00024-347": ("Le NISS ne correspond pas à la période", "INSZ stemt niet overeen met de periode"),
    "00910-344": ("Report de la date de début interdit", "Uitstel van de begindatum niet toegelaten"),
    "00911-014": ("Date de fin antérieure à la date de début", "Einddatum ligt voor de begindatum"),
    "00911-344": ("Report de la date de fin interdit", "Uitstel van de einddatum niet toegelaten"),
    "00913-181": ("Période inconnue", "Onbekende periode"),
    "00913-355": ("Période déjà annulée", "Periode reeds geannuleerd"),
    "00913-356": ("Période déjà clôturée", "Periode reeds afgesloten"),
    "90017-151": ("Travailleur non identifiable", "Werknemer niet identificeerbaar"),
    "90373-333": ("Période en double", "Dubbele periode"),
    "90373-334": ("Chevauchement de périodes", "Overlapping van periodes"),
    "90373-343": ("Employeur inactif ou inconnu", "Werkgever niet actief of onbekend"),
    "90373-421": ("Début et fin pas dans le même trimestre", "Begin en einde niet in hetzelfde kwartaal"),
    "90378-444": ("Aucune modification", "Geen wijziging"),
}
_REMARKS: dict[str, tuple[str, str]] = {
    "90017-369": ("Contingent étudiant dépassé", "Studentencontingent overschreden"),
    "90373-460": ("Déclaration tardive", "Laattijdige aangifte"),
    "90378-460": ("Modification tardive", "Laattijdige wijziging"),
}
_STRUCTURE_LEFT_TO_THE_BODY = {"national_number", "dates", "student_quarter", "no_change"}
"""What our own check refuses but the body takes in and refuses in its answer."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS declaration (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    employer TEXT NOT NULL,
    reference TEXT NOT NULL,
    content TEXT NOT NULL,
    answer TEXT NOT NULL,
    polls INTEGER NOT NULL DEFAULT 0,
    identity_polls INTEGER NOT NULL DEFAULT 0,
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
    cancelled INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS period_worker ON period (national_number, employer);
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


@dataclass(frozen=True, slots=True)
class _Verdict:
    """Codes that block, codes that do not, and the period that exists or was changed."""

    blocking: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    period: int | None = None


class DimonaSimulator:
    """A `DimonaGateway` with a memory of its own.

    `path` is its database file, made when absent. `latency_polls` is how often it is asked before it answers.
    `identity_polls` is how often a worker with a BIS number gets the provisional answer S first. `employers`
    holds the social security numbers that it knows; None means that it knows every valid number.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        latency_polls: int = 0,
        identity_polls: int = 0,
        employers: frozenset[str] | None = None,
    ) -> None:
        self.memory = Memory(path, _SCHEMA, GatewayUnavailable)
        self.latency_polls = latency_polls
        self.identity_polls = identity_polls
        self.employers = (
            None if employers is None else frozenset(normalise_nsso_number(number) for number in employers)
        )

    # --- the gateway ---------------------------------------------------------------------------------

    def submit(self, declaration: Declaration) -> str:
        """Take a declaration in, decide at once, answer when polled.

        The same reference of the same employer gives the same identifier and changes nothing. The same
        reference with another content, and what has not the form of a declaration, raise
        `DeclarationRejected`.
        """
        try:
            check_declaration(declaration)
        except DimonaError as error:
            if error.code not in _STRUCTURE_LEFT_TO_THE_BODY:
                raise DeclarationRejected(error.code, str(error)) from error
        employer = normalise_nsso_number(declaration.employer.nsso_number)
        content = _content(declaration)
        with self.memory.writing() as database:
            known = database.execute(
                "SELECT id, content FROM declaration WHERE employer = ? AND reference = ?",
                (employer, declaration.reference),
            ).fetchone()
            if known is not None:
                if known["content"] != content:
                    raise DeclarationRejected(
                        "reference_reused", "This reference belongs to another declaration."
                    )
                return str(known["id"])
            verdict = self._decide(database, declaration, employer)
            waits = self.identity_polls if self._is_looked_up(declaration, verdict) else 0
            row = database.execute(
                "INSERT INTO declaration (employer, reference, content, answer, identity_polls)"
                " VALUES (?, ?, ?, ?, ?)",
                (employer, declaration.reference, content, json.dumps(_status(verdict)), waits),
            )
            return str(row.lastrowid)

    def poll(self, declaration_id: str) -> Result | None:
        """The answer; None during the latency; `DeclarationRejected` when it was never made."""
        if not (declaration_id.isascii() and declaration_id.isdigit() and len(declaration_id) <= 15):
            raise DeclarationRejected("unknown_declaration", "No such declaration.")
        with self.memory.writing() as database:
            row = database.execute(
                "SELECT * FROM declaration WHERE id = ?", (int(declaration_id),)
            ).fetchone()
            if row is None:
                raise DeclarationRejected("unknown_declaration", "No such declaration.")
            if row["polls"] < self.latency_polls + row["identity_polls"]:
                database.execute("UPDATE declaration SET polls = polls + 1 WHERE id = ?", (row["id"],))
            if row["polls"] < self.latency_polls:
                return None
            status = json.loads(row["answer"])
            if row["polls"] < self.latency_polls + row["identity_polls"]:
                status = {"result": ResultCode.WAITING.value, "anomalies": []}
        return parse_answer({"declarationStatus": {"declarationId": row["id"], **status}})

    # --- what a person at the body could look up -----------------------------------------------------

    def period(self, period_id: str) -> SimulatedPeriod | None:
        """The period of that number, or None."""
        with self.memory.reading() as database:
            row = _find_period(database, period_id)
        return None if row is None else _period(row)

    def periods_of(self, national_number: str) -> list[SimulatedPeriod]:
        """Every period of a worker, cancelled ones too, in order of start."""
        with self.memory.reading() as database:
            rows = database.execute(
                "SELECT * FROM period WHERE national_number = ? ORDER BY starts_on, id",
                (normalise_national_number(national_number),),
            ).fetchall()
        return [_period(row) for row in rows]

    def count_declarations(self) -> int:
        """How many declarations were ever taken in."""
        with self.memory.reading() as database:
            return int(database.execute("SELECT count(*) FROM declaration").fetchone()[0])

    # --- decisions -----------------------------------------------------------------------------------

    def _decide(self, database: sqlite3.Connection, declaration: Declaration, employer: str) -> _Verdict:
        if self.employers is not None and employer not in self.employers:
            return _Verdict(blocking=("90373-343",))
        if isinstance(declaration, DimonaIn):
            return _decide_in(database, declaration, employer)
        row = _find_period(database, declaration.period_id)
        if row is None or row["employer"] != employer:
            return _Verdict(blocking=("00913-181",))
        if row["cancelled"]:
            return _Verdict(blocking=("00913-355",))
        given = declaration.national_number
        if given and (
            not is_national_number(given) or normalise_national_number(given) != row["national_number"]
        ):
            return _Verdict(blocking=("00024-347",))
        match declaration:
            case DimonaOut():
                return _decide_out(database, declaration, row)
            case DimonaUpdate():
                return _decide_update(database, declaration, row)
            case DimonaCancel():
                database.execute("UPDATE period SET cancelled = 1 WHERE id = ?", (row["id"],))
                return _Verdict(period=row["id"])

    def _is_looked_up(self, declaration: Declaration, verdict: _Verdict) -> bool:
        """Whether the worker's identity is looked up elsewhere first (inferred: those with a BIS number)."""
        return (
            isinstance(declaration, DimonaIn)
            and not verdict.blocking
            and is_bis_number(declaration.national_number)
        )


def _decide_in(database: sqlite3.Connection, declaration: DimonaIn, employer: str) -> _Verdict:
    if not is_national_number(declaration.national_number):
        return _Verdict(blocking=("90017-151",))
    worker = normalise_national_number(declaration.national_number)
    start, end = declaration.starts_on, declaration.ends_on
    blocking = _date_faults(start, end, declaration.worker_type)
    if blocking:
        return _Verdict(blocking=blocking)
    blocking = _clash(
        database,
        employer=employer,
        worker=worker,
        kind=(declaration.worker_type.value, declaration.joint_committee),
        start=start,
        end=end,
    )
    if blocking:
        return _Verdict(blocking=blocking)
    period = database.execute(
        "INSERT INTO period (id, employer, national_number, worker_type, joint_committee, starts_on, ends_on,"
        " planned_hours) VALUES ((SELECT max(coalesce(max(id), 0), ?) + 1 FROM period), ?, ?, ?, ?, ?, ?, ?)",
        (
            _FIRST_PERIOD,
            employer,
            worker,
            declaration.worker_type.value,
            declaration.joint_committee,
            start.isoformat(),
            None if end is None else end.isoformat(),
            declaration.planned_hours,
        ),
    ).lastrowid
    remarks: list[str] = []
    if declaration.created_at.date() > start:
        remarks.append("90373-460")
    if declaration.worker_type is WorkerType.STUDENT and _over_quota(database, worker, start.year):
        remarks.append("90017-369")
    return _Verdict(remarks=tuple(remarks), period=period)


def _decide_out(database: sqlite3.Connection, declaration: DimonaOut, row: sqlite3.Row) -> _Verdict:
    if row["ends_on"] is not None:
        return _Verdict(blocking=("00913-356",))
    start = date.fromisoformat(row["starts_on"])
    if declaration.ends_on < start:
        return _Verdict(blocking=("00911-014",))
    database.execute(
        "UPDATE period SET ends_on = ? WHERE id = ?", (declaration.ends_on.isoformat(), row["id"])
    )
    late = declaration.created_at.date() > _next_weekday(declaration.ends_on)
    return _Verdict(remarks=("90378-460",) if late else (), period=row["id"])


def _decide_update(database: sqlite3.Connection, declaration: DimonaUpdate, row: sqlite3.Row) -> _Verdict:
    today = declaration.created_at.date()
    old_start = date.fromisoformat(row["starts_on"])
    old_end = None if row["ends_on"] is None else date.fromisoformat(row["ends_on"])
    start = declaration.starts_on or old_start
    end = old_end if declaration.ends_on is None else declaration.ends_on
    if end == OPEN_END:
        end = None
    hours = row["planned_hours"] if declaration.planned_hours is None else declaration.planned_hours
    if (start, end, hours) == (old_start, old_end, row["planned_hours"]):
        return _Verdict(blocking=("90378-444",))
    worker_type = WorkerType(row["worker_type"])
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
        return _Verdict(blocking=blocking)
    database.execute(
        "UPDATE period SET starts_on = ?, ends_on = ?, planned_hours = ? WHERE id = ?",
        (start.isoformat(), None if end is None else end.isoformat(), hours, row["id"]),
    )
    remarks: list[str] = []
    if start < old_start and today > start:
        remarks.append("90378-460")
    if worker_type is WorkerType.STUDENT and _over_quota(database, row["national_number"], start.year):
        remarks.append("90017-369")
    return _Verdict(remarks=tuple(remarks), period=row["id"])


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
    return int(hours) > STUDENT_QUOTA_HOURS


def _next_weekday(day: date) -> date:
    day += timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def _content(declaration: Declaration) -> str:
    """What the declaration says, without the moment: a retry is the same declaration made a little later."""
    fields: dict[str, Any] = {
        name: getattr(declaration, name) for name in declaration.__slots__ if name != "created_at"
    }
    return f"{type(declaration).__name__} {sorted(fields.items())!r}"


def _status(verdict: _Verdict) -> dict[str, Any]:
    """The `declarationStatus` of the answer, without its number."""
    if verdict.blocking:
        code, anomalies = ResultCode.REFUSED, [_anomaly(item, _BLOCKING) for item in verdict.blocking]
    elif verdict.remarks:
        code, anomalies = ResultCode.WARNING, [_anomaly(item, _REMARKS) for item in verdict.remarks]
    else:
        code, anomalies = ResultCode.ACCEPTED, []
    status: dict[str, Any] = {"result": code.value, "anomalies": anomalies}
    if verdict.period is not None:
        number = _period_number(verdict.period)
        status["period"] = {"id": int(number), "href": f"/periods/{number}"}
    return status


def _anomaly(code: str, texts: dict[str, tuple[str, str]]) -> dict[str, str]:
    french, dutch = texts[code]
    return {"code": code, "descriptionFr": french, "descriptionNl": dutch}


def _period_number(identity: int) -> str:
    """Twelve digits, the last two of them check digits (their formula is not published: inferred)."""
    return f"{identity:010d}{97 - identity % 97:02d}"


def _find_period(database: sqlite3.Connection, period_id: str) -> sqlite3.Row | None:
    if len(period_id) != 12 or not (period_id.isascii() and period_id.isdigit()):
        return None
    identity = int(period_id[:10])
    if _period_number(identity) != period_id:
        return None
    row: sqlite3.Row | None = database.execute("SELECT * FROM period WHERE id = ?", (identity,)).fetchone()
    return row


def _period(row: sqlite3.Row) -> SimulatedPeriod:
    return SimulatedPeriod(
        period_id=_period_number(row["id"]),
        employer=row["employer"],
        national_number=row["national_number"],
        worker_type=WorkerType(row["worker_type"]),
        joint_committee=row["joint_committee"],
        starts_on=date.fromisoformat(row["starts_on"]),
        ends_on=None if row["ends_on"] is None else date.fromisoformat(row["ends_on"]),
        planned_hours=row["planned_hours"],
        is_cancelled=bool(row["cancelled"]),
    )
