"""The online channel of the simulated office, and what a person there could look up or set."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from core.identifiers import is_bis_number, normalise_national_number, normalise_nsso_number
from core.stand_in import Memory
from payroll.dimona.anomalies import known
from payroll.dimona.port import DeclarationRejected, GatewayUnavailable
from payroll.dimona.rest import parse_answer
from payroll.dimona.simulator.decisions import Verdict, decide
from payroll.dimona.simulator.memory import (
    SCHEMA,
    SimulatedPeriod,
    find_period,
    period_number,
    period_of,
    periods_between,
)
from payroll.dimona.types import (
    Declaration,
    DimonaError,
    DimonaIn,
    Employer,
    HeldPeriod,
    Result,
    ResultCode,
    check_declaration,
)

_LEFT_TO_THE_BODY = {"national_number", "dates", "student_quarter", "no_change"}
"""What our own check refuses but the body takes in and refuses in its answer."""


class DimonaSimulator:
    """A `DimonaGateway` with a memory of its own.

    `path` is its database file, made when absent. `latency_polls` is how often it is asked before it answers.
    `identity_polls` is how often a worker with a BIS number gets the provisional answer S first. `employers`
    holds the social security numbers that it knows; None means that it knows every valid number. `today` is
    its calendar; by default the day of each declaration.
    """

    answers_at_once = True

    def __init__(
        self,
        path: Path | str,
        *,
        latency_polls: int = 0,
        identity_polls: int = 0,
        employers: frozenset[str] | None = None,
        today: Callable[[], date] | None = None,
    ) -> None:
        self.memory = Memory(path, SCHEMA, GatewayUnavailable)
        self._widen()
        self.latency_polls = latency_polls
        self.identity_polls = identity_polls
        self.knows_all = employers is None
        self.today = today
        for number in employers or ():
            self.register(number)

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
            if error.code not in _LEFT_TO_THE_BODY:
                raise DeclarationRejected(error.code, str(error)) from error
        employer = normalise_nsso_number(declaration.employer.nsso_number)
        content = _content(declaration)
        today = self.today() if self.today else declaration.created_at.date()
        with self.memory.writing() as database:
            row = database.execute(
                "SELECT id, content FROM declaration WHERE employer = ? AND reference = ?",
                (employer, declaration.reference),
            ).fetchone()
            if row is not None:
                if row["content"] != content:
                    raise DeclarationRejected(
                        "reference_reused", "This reference belongs to another declaration."
                    )
                return str(row["id"])
            verdict = decide(database, declaration, employer, today, knows_all=self.knows_all)
            waits = self.identity_polls if _is_looked_up(declaration, verdict) else 0
            made = database.execute(
                "INSERT INTO declaration (employer, reference, content, answer, identity_polls, period)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (employer, declaration.reference, content, json.dumps(status(verdict)), waits,
                 verdict.period),
            )  # fmt: skip
            return str(made.lastrowid)

    def find(self, declaration: Declaration, *, besides: frozenset[str] = frozenset()) -> str | None:
        """The identifier under which it was handed in before, by employer and reference."""
        with self.memory.reading() as database:
            row = database.execute(
                "SELECT id FROM declaration WHERE employer = ? AND reference = ?",
                (normalise_nsso_number(declaration.employer.nsso_number), declaration.reference),
            ).fetchone()
        return None if row is None else str(row["id"])

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
            found = json.loads(row["answer"])
            if row["polls"] < self.latency_polls + row["identity_polls"]:
                found = {"result": ResultCode.WAITING.value, "anomalies": []}
        return parse_answer({"declarationStatus": {"declarationId": row["id"], **found}})

    def periods(
        self, employer: Employer, *, first: date, last: date, national_number: str = ""
    ) -> Sequence[HeldPeriod]:
        """Periods of an employer that share a day with the window, of one worker if a number is given."""
        worker = normalise_national_number(national_number) if national_number else ""
        number = normalise_nsso_number(employer.nsso_number)
        with self.memory.reading() as database:
            return [row.held for row in periods_between(database, number, first, last, worker)]

    # --- what a person at the body could look up -----------------------------------------------------

    def period(self, period_id: str) -> SimulatedPeriod | None:
        """The period of that number, or None."""
        with self.memory.reading() as database:
            row = find_period(database, period_id)
        return None if row is None else period_of(row)

    def periods_of(self, national_number: str) -> list[SimulatedPeriod]:
        """Every period of a worker, cancelled ones too, in order of start."""
        with self.memory.reading() as database:
            rows = database.execute(
                "SELECT * FROM period WHERE national_number = ? ORDER BY starts_on, id",
                (normalise_national_number(national_number),),
            ).fetchall()
        return [period_of(row) for row in rows]

    def count_declarations(self) -> int:
        """How many declarations were ever taken in."""
        with self.memory.reading() as database:
            return int(database.execute("SELECT count(*) FROM declaration").fetchone()[0])

    # --- what a person at the body could set ---------------------------------------------------------

    def register(
        self,
        nsso_number: str,
        *,
        active: bool = True,
        mandate: bool = True,
        forbidden_types: str = "",
        committee: str = "",
    ) -> None:
        """What is known of an employer: `forbidden_types` are codes with spaces between, `committee` the one
        under which its students must be declared.
        """
        self._put(
            "INSERT OR REPLACE INTO employer (number, active, mandate, forbidden_types, committee)"
            " VALUES (?, ?, ?, ?, ?)",
            (normalise_nsso_number(nsso_number), active, mandate, forbidden_types, committee),
        )

    def note_person(self, national_number: str, *, unknown: bool = False, remark: str = "") -> None:
        """What the national register says of somebody: nobody, or a remark on each of their starts."""
        self._put(
            "INSERT OR REPLACE INTO person (national_number, unknown, remark) VALUES (?, ?, ?)",
            (normalise_national_number(national_number), unknown, remark),
        )

    def work_elsewhere(self, national_number: str, year: int, hours: int) -> None:
        """Student hours that other employers declared."""
        self._put(
            "INSERT OR REPLACE INTO hours_elsewhere (national_number, year, hours) VALUES (?, ?, ?)",
            (normalise_national_number(national_number), year, hours),
        )

    def lock(self, period_id: str) -> None:
        """Nobody may change the period any more."""
        self._put("UPDATE period SET locked = 1 WHERE id = ?", (int(period_id[:10]),))

    def change(self, period_id: str, **columns: object) -> None:
        """Change a period behind everybody's back: `starts_on`, `ends_on`, `planned_hours`, `cancelled`."""
        names = ", ".join(f"{name} = ?" for name in sorted(columns))
        values = [str(columns[name]) for name in sorted(columns)]
        self._put(f"UPDATE period SET {names} WHERE id = ?", (*values, int(period_id[:10])))  # noqa: S608 -- names of columns from our own code

    def _widen(self) -> None:
        """Give the tables of an older stand-in the columns that came later."""
        with self.memory.writing() as database:
            for table, column in (("declaration", "period"), ("period", "locked"), ("period", "late")):
                names = {row["name"] for row in database.execute(f"PRAGMA table_info({table})")}
                if column not in names:
                    database.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER DEFAULT 0")

    def _put(self, statement: str, values: Sequence[object]) -> None:
        with self.memory.writing() as database:
            database.execute(statement, values)


def status(verdict: Verdict) -> dict[str, Any]:
    """The `declarationStatus` of the answer, without its number."""
    if verdict.blocking:
        code, codes = ResultCode.REFUSED, verdict.blocking
    elif verdict.remarks:
        code, codes = ResultCode.WARNING, verdict.remarks
    else:
        code, codes = ResultCode.ACCEPTED, ()
    found: dict[str, Any] = {"result": code.value, "anomalies": [_anomaly(item) for item in codes]}
    if verdict.period is not None:
        number = period_number(verdict.period)
        found["period"] = {"id": int(number), "href": f"/periods/{number}"}
    return found


def _anomaly(code: str) -> dict[str, str]:
    row = known(code)
    words = {"fr": "", "nl": ""} if row is None else row.words
    return {"code": code, "descriptionFr": words["fr"], "descriptionNl": words["nl"]}


def _is_looked_up(declaration: Declaration, verdict: Verdict) -> bool:
    """Whether the worker's identity is looked up elsewhere first (inferred: those with a BIS number)."""
    return (
        isinstance(declaration, DimonaIn)
        and not verdict.blocking
        and is_bis_number(declaration.national_number)
    )


def _content(declaration: Declaration) -> str:
    """What the declaration says, without the moment: a retry is the same declaration made a little later."""
    fields: dict[str, Any] = {
        name: getattr(declaration, name) for name in declaration.__slots__ if name != "created_at"
    }
    return f"{type(declaration).__name__} {sorted(fields.items())!r}"
