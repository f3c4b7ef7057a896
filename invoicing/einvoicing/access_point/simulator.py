"""A stand-in for the network, where no contract with an access point exists: demonstrations and tests.

It keeps its own small database, because it is not part of the house: it remembers what it was told when
everything else starts again, and several processes may speak to it at once. It looks receivers up, checks
what it is given as an access point does, refuses duplicates, and answers later, as networks and receivers
answer. How a receiver behaves is taught (`teach`), or named in the settings; untaught ones receive.

Where the published material is silent the choice is marked "inferred".
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from django.utils import timezone
from lxml import etree

from core.stand_in import Memory
from invoicing.einvoicing.access_point.port import (
    AccessPointUnavailable,
    NoSuchReceiver,
    SubmissionRefused,
)
from invoicing.einvoicing.access_point.types import (
    PROCESS,
    Code,
    Level,
    Participant,
    Status,
    Submission,
    document_type,
)
from invoicing.einvoicing.validation import schema_failures
from invoicing.ubl.writer import CUSTOMIZATION, PROFILE

_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reference TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,
    seller TEXT NOT NULL,
    number TEXT NOT NULL,
    receiver TEXT NOT NULL,
    document BLOB NOT NULL,
    duplicate INTEGER NOT NULL DEFAULT 0,
    handed_in INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS status (
    message INTEGER NOT NULL,
    position INTEGER NOT NULL,
    level TEXT NOT NULL,
    code TEXT NOT NULL,
    reason_code TEXT NOT NULL,
    text TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (message, position)
);
CREATE TABLE IF NOT EXISTS behaviour (receiver TEXT PRIMARY KEY, name TEXT NOT NULL);
"""


class Behaviour(StrEnum):
    """How a receiver, or the way to it, behaves."""

    RECEIVES = "receives"
    """Takes every document in and says nothing more."""
    APPROVES = "approves"
    """Takes it in and approves it."""
    PAYS = "pays"
    """Takes it in, approves it and says that it is paid."""
    QUERIES = "queries"
    """Takes it in and asks a question."""
    REFUSES = "refuses"
    """Takes it in and rejects the invoice (business)."""
    UNKNOWN = "unknown"
    """Is not in the directory."""
    REJECTED = "rejected"
    """Its access point refuses the message (technical)."""
    UNREACHABLE = "unreachable"
    """The way is closed: nothing is taken in."""
    LOSES_ANSWERS = "loses_answers"
    """Takes it in, but the first answer gets lost on the way back."""
    SILENT = "silent"
    """Nothing more is ever heard."""


_T, _B = Level.TRANSPORT, Level.BUSINESS
_ARRIVED = (_T, Code.RECEIVED, "", "")
_STORIES: dict[Behaviour, tuple[tuple[Level, Code, str, str], ...]] = {
    Behaviour.RECEIVES: (_ARRIVED,),
    Behaviour.LOSES_ANSWERS: (_ARRIVED,),
    Behaviour.APPROVES: (_ARRIVED, (_B, Code.RECEIVED, "", ""), (_B, Code.ACCEPTED, "", "")),
    Behaviour.PAYS: (_ARRIVED, (_B, Code.ACCEPTED, "", ""), (_B, Code.PAID, "", "")),
    Behaviour.QUERIES: (_ARRIVED, (_B, Code.UNDER_QUERY, "REF", "Quel est le numéro de commande ?")),
    Behaviour.REFUSES: (
        _ARRIVED,
        (_B, Code.RECEIVED, "", ""),
        (_B, Code.REJECTED, "UNR", "Nous n'avons pas commandé cette prestation."),
    ),
    Behaviour.REJECTED: ((_T, Code.REJECTED, "SV", "The receiving access point could not read the message"),),
    Behaviour.SILENT: (),
}


class PeppolSimulator:
    """An `AccessPoint` with a memory of its own.

    `path` is its database file, made when absent. `behaviours`: receiver → behaviour, from the settings; what
    was taught goes before. `everybody`: how those behave of whom nothing is said.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        behaviours: Mapping[str, Behaviour] | None = None,
        everybody: Behaviour = Behaviour.RECEIVES,
    ) -> None:
        self.memory = Memory(path, _SCHEMA, AccessPointUnavailable)
        self.behaviours = dict(behaviours or {})
        self.everybody = everybody

    # --- the access point ----------------------------------------------------------------------------

    def submit(self, submission: Submission) -> str:
        """Take a document in and look its receiver up; what the receiver says comes later.

        The same reference gives the same identifier and sends nothing again; with another document it is
        refused.
        """
        digest = hashlib.sha256(submission.document).hexdigest()
        with self.memory.writing() as database:
            behaviour = self._behaviour(database, submission.receiver)
            known = database.execute(
                "SELECT id, digest FROM message WHERE reference = ?", (submission.reference,)
            ).fetchone()
            if known is not None:
                if known["digest"] != digest:
                    raise SubmissionRefused("reference_reused", "This reference is of another document.")
                database.execute("UPDATE message SET handed_in = handed_in + 1 WHERE id = ?", (known["id"],))
                return str(known["id"])
            if behaviour is Behaviour.UNREACHABLE:
                raise AccessPointUnavailable("the access point does not answer")
            if behaviour is Behaviour.UNKNOWN:
                raise NoSuchReceiver(f"{submission.receiver} receives no {submission.document_type}")
            seller, number = _read(submission)
            earlier = database.execute(
                "SELECT count(*) FROM message WHERE seller = ? AND number = ? AND receiver = ?"
                " AND duplicate = 0",
                (seller, number, str(submission.receiver)),
            ).fetchone()[0]
            row = database.execute(
                "INSERT INTO message (reference, digest, seller, number, receiver, document, duplicate)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    submission.reference, digest, seller, number, str(submission.receiver),
                    submission.document, int(earlier > 0),
                ),
            )  # fmt: skip
            answer = str(row.lastrowid)
        if behaviour is Behaviour.LOSES_ANSWERS:
            raise AccessPointUnavailable("the answer was lost on the way")
        return answer

    def statuses(self, network_key: str) -> list[Status]:
        """What was said so far: each question lets the story go on by one step."""
        if not (network_key.isascii() and network_key.isdigit() and len(network_key) <= 15):
            raise SubmissionRefused("unknown_message", "No such message.")
        with self.memory.writing() as database:
            row = database.execute("SELECT * FROM message WHERE id = ?", (int(network_key),)).fetchone()
            if row is None:
                raise SubmissionRefused("unknown_message", "No such message.")
            said = self._said(database, row["id"])
            for level, code, reason_code, text in self._story(database, row)[len(said) : len(said) + 1]:
                database.execute(
                    "INSERT INTO status VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (row["id"], len(said) + 1, level, code, reason_code, text, timezone.now().isoformat()),
                )
                said = self._said(database, row["id"])
        return said

    def _story(
        self, database: sqlite3.Connection, row: sqlite3.Row
    ) -> tuple[tuple[Level, Code, str, str], ...]:
        if row["duplicate"]:  # inferred: networks carry it, the receiver's system refuses it
            return ((_T, Code.REJECTED, "DUP", "A document with this number was already received"),)
        receiver = str(row["receiver"])
        scheme, _, value = receiver.partition(":")
        return _STORIES.get(self._behaviour(database, Participant(scheme, value)), (_ARRIVED,))

    @staticmethod
    def _said(database: sqlite3.Connection, message: int) -> list[Status]:
        rows = database.execute("SELECT * FROM status WHERE message = ? ORDER BY position", (message,))
        return [
            Status(
                position=row["position"],
                level=Level(row["level"]),
                code=Code(row["code"]),
                at=datetime.fromisoformat(row["at"]),
                reason_code=row["reason_code"],
                text=row["text"],
            )
            for row in rows
        ]

    # --- what a person at the network could do -------------------------------------------------------

    def teach(self, receiver: str, behaviour: Behaviour) -> None:
        """From now on the receiver behaves so; what is under way goes on accordingly."""
        with self.memory.writing() as database:
            database.execute(
                "INSERT OR REPLACE INTO behaviour VALUES (?, ?)",
                (receiver, behaviour.value),
            )

    def knows(self, receiver: Participant) -> bool:
        """Whether the directory of the network has the receiver."""
        with self.memory.reading() as database:
            return self._behaviour(database, receiver) is not Behaviour.UNKNOWN

    def received(self, receiver: str) -> list[bytes]:
        """The documents that a receiver got, in order; each of them once."""
        with self.memory.reading() as database:
            rows = database.execute(
                "SELECT document FROM message WHERE receiver = ? AND duplicate = 0 ORDER BY id", (receiver,)
            )
            return [bytes(row["document"]) for row in rows]

    def count_messages(self) -> int:
        """How many messages were ever taken in."""
        with self.memory.reading() as database:
            return int(database.execute("SELECT count(*) FROM message").fetchone()[0])

    def _behaviour(self, database: sqlite3.Connection, receiver: Participant) -> Behaviour:
        taught = database.execute(
            "SELECT name FROM behaviour WHERE receiver = ?", (str(receiver),)
        ).fetchone()
        if taught is not None:
            return Behaviour(taught["name"])
        return self.behaviours.get(str(receiver), self.everybody)


def _read(submission: Submission) -> tuple[str, str]:
    """Seller and number of a document, once the envelope and the document say the same. Raises
    `SubmissionRefused` with the rule that is broken.
    """
    if failures := schema_failures(submission.document):
        raise SubmissionRefused(failures[0].rule, failures[0].text)
    root = etree.fromstring(submission.document)
    if root.findtext(f"{_CBC}CustomizationID") != CUSTOMIZATION:
        raise SubmissionRefused("PEPPOL-EN16931-R004", "Specification identifier of another profile")
    if root.findtext(f"{_CBC}ProfileID") != PROFILE or submission.process != PROCESS:
        raise SubmissionRefused("PEPPOL-EN16931-R007", "Business process of another profile")
    if submission.document_type != document_type(etree.QName(root).localname):
        raise SubmissionRefused("envelope", "The envelope names another type of document")
    for party, said in (("Supplier", submission.sender), ("Customer", submission.receiver)):
        endpoint = root.find(f"{_CAC}Accounting{party}Party/{_CAC}Party/{_CBC}EndpointID")
        if endpoint is None or endpoint.get("schemeID") != said.scheme or endpoint.text != said.value:
            raise SubmissionRefused("envelope", f"The envelope names another {party.lower()}")
    return str(submission.sender), root.findtext(f"{_CBC}ID") or ""
