"""The door to the Peppol directory: who can receive what. The port, the real directory and its stand-in.

The public directory (`/search/1.0/json`) lists participants with the document types that they receive. Being
in it is what a Belgian participant is registered with; a participant that hides itself is found when the
first document is sent to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from invoicing.registers import exchange
from invoicing.registers.standing import told
from invoicing.registers.types import (
    DirectoryAnswer,
    RegisterTimeout,
    RegisterUnavailable,
    UnreadableAnswer,
)

ADDRESS = "https://directory.peppol.eu/search/1.0/json"
SCHEME = "iso6523-actorid-upis"

_BILLING = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0::2.1"
INVOICE = f"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2::Invoice##{_BILLING}"
CREDIT_NOTE = f"urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2::CreditNote##{_BILLING}"


class Directory(Protocol):
    """Says what a participant receives."""

    def look_up(self, participant: str) -> DirectoryAnswer:
        """What is known of a participant (`0208:0403019261`). Raises `RegisterUnavailable`,
        `RegisterTimeout`, `UnreadableAnswer`.
        """
        ...


class LiveDirectory:
    """The directory of the network."""

    def __init__(self, ask: Callable[..., Any] = exchange.ask) -> None:
        self._ask = ask

    def look_up(self, participant: str) -> DirectoryAnswer:
        """Ask for exactly this participant."""
        query = urlencode({"participant": f"{SCHEME}::{participant}"})
        return read_answer(self._ask(f"{ADDRESS}?{query}"), participant)


def read_answer(payload: object, participant: str) -> DirectoryAnswer:
    """What the directory said of the participant. Raises `UnreadableAnswer`."""
    if not isinstance(payload, Mapping) or not isinstance(payload.get("matches"), list):
        raise UnreadableAnswer("the answer has no matches")
    for match in payload["matches"]:
        if isinstance(match, Mapping) and _value(match.get("participantID")) == participant:
            kinds = {_value(kind) for kind in match.get("docTypes") or ()}
            return DirectoryAnswer(True, INVOICE in kinds, CREDIT_NOTE in kinds, _name(match))
    return DirectoryAnswer(False)


def _value(identifier: object) -> str:
    return str(identifier.get("value", "")) if isinstance(identifier, Mapping) else ""


def _name(match: Mapping[str, Any]) -> str:
    names: Iterator[str] = (
        str(name.get("name", ""))
        for entity in match.get("entities") or ()
        if isinstance(entity, Mapping)
        for name in entity.get("name") or ()
        if isinstance(name, Mapping)
    )
    return "".join(sign for sign in next(names, "") if sign.isprintable())[:200]


class DirectorySimulator:
    """A stand-in: most participants are registered. One in six is not; of the registered ones, one in twenty
    receives no credit notes. Which, follows from the participant alone, so that every process agrees.

    Told otherwise (`standing.tell`): `unknown`, `known`, `away`, `slow`.
    """

    def look_up(self, participant: str) -> DirectoryAnswer:
        """Answer as the directory does."""
        word = told("peppol", participant)
        if word == "away":
            raise RegisterUnavailable("http 503")
        if word == "slow":
            raise RegisterTimeout("timeout")
        return read_answer(self._payload(participant, word), participant)

    def _payload(self, participant: str, word: str) -> dict[str, Any]:
        first, second, *_rest = hashlib.sha256(participant.encode()).digest()
        if word == "unknown" or (word != "known" and first % 6 == 0):
            return {"version": "1.0", "total-result-count": 0, "matches": []}
        kinds = [INVOICE] if word != "known" and second % 20 == 0 else [INVOICE, CREDIT_NOTE]
        match = {
            "participantID": {"scheme": SCHEME, "value": participant},
            "docTypes": [{"scheme": "busdox-docid-qns", "value": kind} for kind in kinds],
            "entities": [{"name": [{"name": participant}], "countryCode": "BE"}],
        }
        return {"version": "1.0", "total-result-count": 1, "matches": [match]}


def directory() -> Directory:
    """The directory that the settings name."""
    if settings.PEPPOL_DIRECTORY == "simulator":
        return DirectorySimulator()
    if settings.PEPPOL_DIRECTORY == "live":
        return LiveDirectory()
    raise ImproperlyConfigured(
        f"SMART_PEPPOL_DIRECTORY is simulator or live, not {settings.PEPPOL_DIRECTORY!r}"
    )
