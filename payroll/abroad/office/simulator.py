"""The office of A1 certificates where no contract with the real one exists: demonstrations and tests.

It remembers what it was told in a small database of its own. It refuses countries with which nothing is
agreed, requests without days, days on which the worker already holds a certificate for another country, and
work that is over; work that has begun is granted with a remark, as the real one does.
"""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
from collections.abc import Collection
from datetime import date
from pathlib import Path

import pikepdf

from core.stand_in import Memory
from payroll.abroad.office.port import Application, OfficeAnswer, OfficeUnavailable

_SCHEMA = """
CREATE TABLE IF NOT EXISTS request (
    reference TEXT PRIMARY KEY, ticket TEXT UNIQUE, worker TEXT, country TEXT, first TEXT, last TEXT,
    granted INTEGER NOT NULL, retracted INTEGER NOT NULL DEFAULT 0, code TEXT, text TEXT,
    asked INTEGER NOT NULL DEFAULT 0, content TEXT
)
"""

UNKNOWN_COUNTRY = ("unknown_country", "Aucun accord de sécurité sociale avec ce pays.")
MISSING_DATES = ("missing_dates", "Les jours de travail à l'étranger manquent ou se contredisent.")
OVERLAP = ("overlap", "La personne détient déjà une attestation pour un autre pays pendant ces jours.")
OVER = ("too_late", "Le travail à l'étranger est terminé.")
LATE = ("late", "La demande arrive après le début du travail à l'étranger.")
WITHDRAWN = ("withdrawn", "La demande a été retirée.")
UNKNOWN_TICKET = ("unknown_ticket", "Demande inconnue.")


class A1Simulator:
    """`countries`: those with which an agreement stands. `polls`: how often it is asked before it answers."""

    def __init__(self, path: Path | str, *, countries: Collection[str], polls: int = 1) -> None:
        self._memory = Memory(path, _SCHEMA, OfficeUnavailable)
        self._countries = frozenset(countries)
        self._polls = polls

    def submit(self, application: Application) -> str:
        """Decide once; the same reference again gives the same ticket."""
        ticket = "GT" + hashlib.sha256(application.reference.encode()).hexdigest()[:12].upper()
        with self._memory.writing() as database:
            known = database.execute(
                "SELECT ticket, retracted FROM request WHERE reference = ?", [application.reference]
            ).fetchone()
            if known is not None:
                return str(known["ticket"])
            granted, (code, text) = self._decide(database, application)
            first, last = _span(application)
            database.execute(
                "INSERT INTO request (reference, ticket, worker, country, first, last, granted, code, text,"
                " content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    application.reference,
                    ticket,
                    application.national_number,
                    application.country,
                    first.isoformat() if first else "",
                    last.isoformat() if last else "",
                    granted,
                    code,
                    text,
                    json.dumps({
                        "worker": application.worker, "employer": application.employer,
                        "article": application.article, "place": application.place,
                        "receiver": application.receiver,
                    }),
                ],
            )  # fmt: skip
        return ticket

    def poll(self, ticket: str) -> OfficeAnswer | None:
        """The answer, after as many questions as it takes."""
        with self._memory.writing() as database:
            row = database.execute("SELECT * FROM request WHERE ticket = ?", [ticket]).fetchone()
            if row is None:
                return OfficeAnswer(False, code=UNKNOWN_TICKET[0], text=UNKNOWN_TICKET[1])
            database.execute("UPDATE request SET asked = asked + 1 WHERE ticket = ?", [ticket])
        if row["retracted"]:
            return OfficeAnswer(False, code=WITHDRAWN[0], text=WITHDRAWN[1])
        if row["asked"] < self._polls:
            return None
        if not row["granted"]:
            return OfficeAnswer(False, code=row["code"], text=row["text"])
        number = f"BE-{row['first'][:4]}-{ticket[2:]}"
        return OfficeAnswer(
            True,
            number=number,
            valid_from=date.fromisoformat(row["first"]),
            valid_to=date.fromisoformat(row["last"]),
            document=certificate(number, row),
            code=row["code"],
            text=row["text"],
        )

    def retract(self, reference: str) -> None:
        """The certificate no longer counts; the days are free again."""
        ticket = "GT" + hashlib.sha256(reference.encode()).hexdigest()[:12].upper()
        with self._memory.writing() as database:
            database.execute(
                "INSERT INTO request (reference, ticket, granted, retracted) VALUES (?, ?, 0, 1)"
                " ON CONFLICT (reference) DO UPDATE SET retracted = 1",
                [reference, ticket],
            )

    # --- what a person at the office could look up -----------------------------------------------------

    def standing(self) -> list[tuple[str, str, str]]:
        """Country, first and last day of each certificate that counts."""
        with self._memory.reading() as database:
            rows = database.execute(
                "SELECT country, first, last FROM request WHERE granted AND NOT retracted ORDER BY rowid"
            ).fetchall()
        return [(row["country"], row["first"], row["last"]) for row in rows]

    def _decide(self, database: sqlite3.Connection, application: Application) -> tuple[bool, tuple[str, str]]:
        first, last = _span(application)
        if application.country not in self._countries:
            return False, UNKNOWN_COUNTRY
        if first is None or last is None or last < first:
            return False, MISSING_DATES
        if last < application.asked_on:
            return False, OVER
        other = database.execute(
            "SELECT 1 FROM request WHERE worker = ? AND country <> ? AND granted AND NOT retracted"
            " AND first <= ? AND last >= ?",
            [application.national_number, application.country, last.isoformat(), first.isoformat()],
        ).fetchone()
        if other is not None and application.article == 12:
            return False, OVERLAP
        return True, LATE if first < application.asked_on else ("", "")


def _span(application: Application) -> tuple[date | None, date | None]:
    if not application.parts:
        return None, None
    return min(first for first, _ in application.parts), max(last for _, last in application.parts)


def certificate(number: str, row: sqlite3.Row) -> bytes:
    """A page that looks like a certificate and says that it is none; the same bytes each time."""
    said = json.loads(row["content"])
    lines = (
        "ATTESTATION A1 - SIMULATION",
        "Sans valeur : delivree par un office simule.",
        "",
        f"Numero : {number}",
        f"Travailleur ou travailleuse : {said['worker']}",
        f"Employeur : {said['employer']}",
        f"Etat de travail : {row['country']}, {said['place']}",
        f"Pour : {said['receiver']}",
        f"Du {row['first']} au {row['last']}",
        f"Reglement (CE) 883/2004, article {said['article']}",
    )
    drawn = b"BT /F1 12 Tf 72 770 Td 18 TL\n"
    for line in lines:
        drawn += b"(" + _escaped(line) + b") Tj T*\n"
    drawn += b"ET"
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )  # fmt: skip
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    page.Contents = made.make_stream(drawn)
    held = io.BytesIO()
    made.save(held, static_id=True)
    return held.getvalue()


def _escaped(text: str) -> bytes:
    plain = text.encode("cp1252", errors="replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
