"""Social security office and tax office where no mandate exists: they read a file as the real ones do.

They remember what they were told in a small database of their own, refuse a file that is no XML, an employer
whose number cannot be, totals that are not the sums, and a second file for what they accepted; what comes
after its day is taken with a remark.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import sqlite3
from pathlib import Path

from lxml import etree

from core.identifiers import InvalidIdentifier, normalise_enterprise_number
from core.stand_in import Memory
from payroll.returns.enums import PublicReturnKind
from payroll.returns.gateway.port import BodyAnswer, BodyUnavailable, Parcel
from payroll.returns.periods import due_day

_SCHEMA = """
CREATE TABLE IF NOT EXISTS parcel (
    reference TEXT PRIMARY KEY, ticket TEXT UNIQUE, kind TEXT, employer TEXT, period TEXT, subject TEXT,
    accepted INTEGER, remarks TEXT, asked INTEGER DEFAULT 0
)
"""

NO_XML = ("00000-001", "The file is no XML that this office takes.")
UNKNOWN_EMPLOYER = ("00011-002", "The employer's number is unknown.")
WRONG_TOTAL = ("00085-042", "The amount owed is not the sum of the contributions less the deductions.")
WRONG_COUNT = ("00101-042", "The total is not the sum of what the file holds.")
DUPLICATE = ("90007-333", "A declaration of this employer for this period was accepted already.")
LATE = ("90007-460", "The declaration is late.")
WRONG_WORKER = ("00024-002", "A national number is wrong.")


class ReturnsSimulator:
    """Both bodies in one. `polls`: how often it is asked before it answers."""

    def __init__(self, path: Path | str, *, polls: int = 0, country: str = "BE") -> None:
        self._memory = Memory(path, _SCHEMA, BodyUnavailable)
        self._polls = polls
        self._country = country

    def submit(self, parcel: Parcel) -> str:
        """Read the file once; the same reference again gives the same ticket."""
        with self._memory.writing() as database:
            known = database.execute(
                "SELECT ticket FROM parcel WHERE reference = ?", [parcel.reference]
            ).fetchone()
            if known is not None:
                return str(known["ticket"])
            digest = hashlib.sha256(parcel.reference.encode() + parcel.content).hexdigest()
            ticket = f"SIM{digest[:16].upper()}"
            found = _Reader(parcel)
            remarks = [found.fault] if found.fault else []
            if not remarks and self._accepted_before(database, parcel, found):
                remarks = [DUPLICATE]
            accepted = not remarks
            if accepted and parcel.sent_on > due_day(parcel.kind, parcel.period, self._country):
                remarks = [LATE]
            database.execute(
                "INSERT INTO parcel (reference, ticket, kind, employer, period, subject, accepted, remarks)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    parcel.reference,
                    ticket,
                    parcel.kind,
                    found.employer,
                    parcel.period.isoformat(),
                    found.subject,
                    accepted,
                    json.dumps([{"code": code, "text": text} for code, text in remarks]),
                ],
            )
        return ticket

    def poll(self, ticket: str) -> BodyAnswer | None:
        """The answer, after as many questions as it takes."""
        with self._memory.writing() as database:
            row = database.execute("SELECT * FROM parcel WHERE ticket = ?", [ticket]).fetchone()
            if row is None:
                return BodyAnswer(False, remarks=({"code": NO_XML[0], "text": NO_XML[1]},))
            database.execute("UPDATE parcel SET asked = asked + 1 WHERE ticket = ?", [ticket])
            if row["asked"] < self._polls:
                return None
        remarks = tuple(json.loads(row["remarks"]))
        return BodyAnswer(bool(row["accepted"]), ticket if row["accepted"] else "", remarks)

    def _accepted_before(self, database: sqlite3.Connection, parcel: Parcel, found: _Reader) -> bool:
        row = database.execute(
            "SELECT 1 FROM parcel"
            " WHERE kind = ? AND employer = ? AND period = ? AND subject = ? AND accepted",
            [parcel.kind, found.employer, parcel.period.isoformat(), found.subject],
        ).fetchone()
        return row is not None


class _Reader:
    """What a body finds in a file: employer, subject (the worker of a form), and what is wrong with it."""

    def __init__(self, parcel: Parcel) -> None:
        self.employer = self.subject = ""
        self.fault: tuple[str, str] | None = None
        try:
            if parcel.kind == PublicReturnKind.DMFA:
                self._quarterly(parcel.content)
            else:
                self._form(parcel)
        except etree.XMLSyntaxError:
            self.fault = NO_XML

    def _quarterly(self, content: bytes) -> None:
        """Read worker by worker, so that a file of any size costs no memory."""
        owed, added, taken, wrong = -1, 0, 0, False
        names = (
            "NOSSRegistrationNbr",
            "NetOwedAmount",
            "ContributionAmount",
            "StudentContributionAmount",
            "DeductionAmount",
            "INSS",
            "NaturalPerson",
        )
        for _event, node in etree.iterparse(
            io.BytesIO(content), tag=names, resolve_entities=False, no_network=True
        ):
            text = node.text or ""
            if node.tag == "NOSSRegistrationNbr":
                self.employer = text
            elif node.tag == "NetOwedAmount":
                owed = int(text)
            elif node.tag in ("ContributionAmount", "StudentContributionAmount"):
                added += int(text)
            elif node.tag == "DeductionAmount":
                taken += int(text)
            elif node.tag == "INSS":
                wrong |= not _is_inss(text)
            else:
                node.clear()
        if owed < 0:
            self.fault = NO_XML
        elif not _is_nsso(self.employer):
            self.fault = UNKNOWN_EMPLOYER
        elif wrong:
            self.fault = WRONG_WORKER
        elif owed != added - taken:
            self.fault = WRONG_TOTAL

    def _form(self, parcel: Parcel) -> None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        root = etree.fromstring(parcel.content, parser)
        number = root.findtext(".//{*}EnterpriseNumber") or ""
        try:
            self.employer = normalise_enterprise_number(number)
        except InvalidIdentifier:
            self.fault = UNKNOWN_EMPLOYER
            return
        if parcel.kind == PublicReturnKind.END:
            inss = root.findtext("{*}Inss") or ""
            self.subject = f"{inss} {root.findtext('{*}StartsOn')}"
            if not _is_inss(inss):
                self.fault = WRONG_WORKER
        elif parcel.kind == PublicReturnKind.WITHHOLDING:
            self._compare(root.findtext("{*}Total"), [n.get("Tax") for n in root.iterfind("{*}Income")])
        else:
            boxes = root.iterfind("{*}Slip/{*}Box[@Code='withholding_tax']")
            self._compare(root.findtext("{*}WithholdingTax"), [node.text for node in boxes])

    def _compare(self, total: str | None, parts: list[str | None]) -> None:
        if _cents(total) != sum(_cents(part) for part in parts):
            self.fault = WRONG_COUNT


def _cents(text: str | None) -> int:
    whole, _point, rest = (text or "0").partition(".")
    return int(whole + rest.ljust(2, "0")[:2])


def _is_inss(text: str) -> bool:
    """97 less the first nine digits modulo 97, with a 2 before them for who was born from 2000 on."""
    if not re.fullmatch("[0-9]{11}", text):
        return False
    head, check = text[:9], int(text[9:])
    return check in (97 - int(head) % 97, 97 - int(f"2{head}") % 97)


def _is_nsso(text: str) -> bool:
    """Seven digits and two that check them: 96 less (the seven × 100) modulo 97, 97 for 0."""
    if not re.fullmatch("[0-9]{6,9}", text) or not 100006 <= int(text) <= 199999934:
        return False
    head, check = divmod(int(text), 100)
    return check == ((96 - head * 100 % 97) or 97)
