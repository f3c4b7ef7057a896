"""What travels over the network, and what comes back.

Sources: OpenPeppol policy for use of identifiers 4.3; BIS Billing 3.0; Invoice Response 3.1 (transaction
T111); Message Level Status 1.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.digits import is_digits
from invoicing.ubl.writer import CUSTOMIZATION, PROFILE

PROCESS = f"cenbii-procid-ubl::{PROFILE}"


@dataclass(frozen=True, slots=True)
class Participant:
    """Who sends or receives: a scheme of the EAS list and a number under it (`0208`, `0403019261`)."""

    scheme: str
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"

    @property
    def identifier(self) -> str:
        """As the network writes it."""
        return f"iso6523-actorid-upis::{self.scheme}:{self.value}"


def participant(text: str) -> Participant:
    """Read `0208:0403019261`. Raises `ValueError`."""
    scheme, _, value = text.partition(":")
    if len(scheme) != 4 or not is_digits(scheme) or not value:
        raise ValueError(f"{text!r} is no participant")
    return Participant(scheme, value)


def document_type(kind: str) -> str:
    """The identifier of a type of document: `Invoice` or `CreditNote`."""
    schema = f"urn:oasis:names:specification:ubl:schema:xsd:{kind}-2"
    return f"busdox-docid-qns::{schema}::{kind}##{CUSTOMIZATION}::2.1"


@dataclass(frozen=True, slots=True)
class Submission:
    """A document on its way. `reference` is ours, the same however often the same sending is tried: it makes
    a repeated submission harmless.
    """

    reference: str
    sender: Participant
    receiver: Participant
    document_type: str
    process: str
    document: bytes


class Level(StrEnum):
    """Who speaks: the network about the envelope, or the receiver about what is in it."""

    TRANSPORT = "transport"
    BUSINESS = "business"


class Code(StrEnum):
    """UNCL 4343 as Message Level Status and Invoice Response use it."""

    RECEIVED = "AB"
    """The message reached its receiver."""
    ACCEPTED = "AP"
    IN_PROCESS = "IP"
    UNDER_QUERY = "UQ"
    CONDITIONALLY_ACCEPTED = "CA"
    REJECTED = "RE"
    PAID = "PD"


@dataclass(frozen=True, slots=True)
class Status:
    """One thing that was said about a document, in the order in which it was said (`position` from 1).

    `reason_code`: of the list of clarifications of the Invoice Response (`REF`, `LEG`, `UNR`…), or the rule
    that was broken; `text`: in the words of whoever speaks.
    """

    position: int
    level: Level
    code: Code
    at: datetime
    reason_code: str = ""
    text: str = ""
