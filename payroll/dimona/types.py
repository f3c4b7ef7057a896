"""What is declared to the social security office, and what it answers."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from uuid import UUID

from core.identifiers import (
    InvalidIdentifier,
    normalise_enterprise_number,
    normalise_national_number,
    normalise_nsso_number,
)

OPEN_END = date(9999, 12, 31)
"""The end date that an update uses to open a closed period again."""

BELGIUM = 150
"""Country code of the national statistical institute."""

_NAMED_COMMITTEES = {"124", "140", "144", "145", "149", "302", "320", "322"}
_LONGEST_REFERENCE = 20


class DimonaError(ValueError):
    """A declaration that the schema or the presence rules would refuse before anybody reads it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class WorkerType(StrEnum):
    """Kinds of worker that a shared enterprise declares (the schema knows others)."""

    ORDINARY = "OTH"
    STUDENT = "STU"


class ResultCode(StrEnum):
    """The answer of the body."""

    ACCEPTED = "A"
    WARNING = "W"
    """Accepted, with anomalies that do not block."""
    REFUSED = "B"
    WAITING = "S"
    """The identity is being looked up; a final answer follows."""


@dataclass(frozen=True, slots=True)
class Employer:
    """The employer: social security number and enterprise number."""

    nsso_number: str
    enterprise_number: str


@dataclass(frozen=True, slots=True)
class PlaceOfWork:
    """Where a student works when it is not the registered office. `municipality_code` is the NIS code."""

    name: str
    street: str
    house_number: str
    postal_code: str
    city: str
    municipality_code: int
    box: str = ""
    country: int = BELGIUM


@dataclass(frozen=True, slots=True)
class DimonaIn:
    """A worker starts. A known end date is given at once: then no OUT is needed.

    `reference` is our own, 1 to 20 characters, and makes a repeated submission harmless. `created_at` is
    the moment of the declaration (Belgian time): it decides whether the declaration is late. Students need
    an end date in the quarter of the start and their planned hours, rounded up.
    """

    reference: str
    created_at: datetime
    employer: Employer
    national_number: str
    starts_on: date
    ends_on: date | None = None
    worker_type: WorkerType = WorkerType.ORDINARY
    joint_committee: str = "XXX"
    planned_hours: int | None = None
    place_of_work: PlaceOfWork | None = None


@dataclass(frozen=True, slots=True)
class DimonaOut:
    """A worker whose period had no end date leaves."""

    reference: str
    created_at: datetime
    employer: Employer
    period_id: str
    ends_on: date
    national_number: str = ""


@dataclass(frozen=True, slots=True)
class DimonaUpdate:
    """Dates or hours of a period change; what is None stays. `ends_on=OPEN_END` takes the end date away."""

    reference: str
    created_at: datetime
    employer: Employer
    period_id: str
    starts_on: date | None = None
    ends_on: date | None = None
    planned_hours: int | None = None
    national_number: str = ""


@dataclass(frozen=True, slots=True)
class DimonaCancel:
    """The period never was: the worker did not start."""

    reference: str
    created_at: datetime
    employer: Employer
    period_id: str
    national_number: str = ""


Declaration = DimonaIn | DimonaOut | DimonaUpdate | DimonaCancel


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One remark of the body, by its public code (`90373-333`)."""

    code: str
    description_fr: str = ""
    description_nl: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to one declaration.

    `period_id` is the 12 digits of the period that now exists or was changed, None when nothing was accepted.
    `answer` is the body's own status as JSON, without any personal data, to be kept.
    """

    code: ResultCode
    anomalies: tuple[Anomaly, ...] = ()
    period_id: str | None = None
    answer: str = ""

    @property
    def is_final(self) -> bool:
        """Whether no other answer will follow."""
        return self.code is not ResultCode.WAITING

    @property
    def is_accepted(self) -> bool:
        """Whether the declaration counts, with or without remarks."""
        return self.code in (ResultCode.ACCEPTED, ResultCode.WARNING)


@dataclass(frozen=True, slots=True)
class HeldPeriod:
    """A period as the body holds it. `ends_on` None: it is open. `is_locked`: nobody may change it online."""

    period_id: str
    national_number: str
    worker_type: str
    joint_committee: str
    starts_on: date
    ends_on: date | None
    planned_hours: int | None = None
    is_cancelled: bool = False
    is_locked: bool = False
    is_late: bool = False


def joint_committee_code(committee: str) -> str:
    """The code of a joint committee as declared: few are named, all others are `XXX` (200, 227, 304…)."""
    return committee if committee in _NAMED_COMMITTEES else "XXX"


def planned_hours(hours: Decimal) -> int:
    """Hours of a student contract as declared: rounded up to a whole hour, 1 to 999."""
    rounded = int(hours.to_integral_value(rounding=ROUND_CEILING))
    if not 1 <= rounded <= 999:
        raise DimonaError("planned_hours", "Planned hours lie between 1 and 999.")
    return rounded


def own_reference(identity: UUID) -> str:
    """A stable reference of 20 characters for a declaration of ours, from its identity."""
    digest = hashlib.blake2b(identity.bytes, digest_size=12, person=b"dimona").digest()
    return base64.b32encode(digest).decode("ascii").rstrip("=")


def quarter(day: date) -> tuple[int, int]:
    """Year and quarter of a day."""
    return day.year, (day.month + 2) // 3


def check_declaration(declaration: Declaration) -> None:
    """Raise `DimonaError` for what the schema or the presence rules refuse in any state of the world."""
    if not 1 <= len(declaration.reference) <= _LONGEST_REFERENCE or not declaration.reference.isascii():
        raise DimonaError("reference", "Our reference has 1 to 20 characters.")
    try:
        normalise_nsso_number(declaration.employer.nsso_number)
        normalise_enterprise_number(declaration.employer.enterprise_number)
        if declaration.national_number or isinstance(declaration, DimonaIn):
            normalise_national_number(declaration.national_number)
    except InvalidIdentifier as error:
        raise DimonaError(error.code, "An identification number does not hold.") from error
    if isinstance(declaration, DimonaIn):
        _check_in(declaration)
        return
    if len(declaration.period_id) != 12 or not (
        declaration.period_id.isascii() and declaration.period_id.isdigit()
    ):
        raise DimonaError("period_id", "A period has 12 digits.")
    if isinstance(declaration, DimonaUpdate):
        if (
            declaration.starts_on is None
            and declaration.ends_on is None
            and declaration.planned_hours is None
        ):
            raise DimonaError("no_change", "An update changes something.")
        if declaration.starts_on and declaration.ends_on and declaration.ends_on < declaration.starts_on:
            raise DimonaError("dates", "The end comes before the start.")
        _check_hours(declaration.planned_hours)


def _check_in(declaration: DimonaIn) -> None:
    if declaration.ends_on is not None and declaration.ends_on < declaration.starts_on:
        raise DimonaError("dates", "The end comes before the start.")
    if declaration.joint_committee != joint_committee_code(declaration.joint_committee):
        raise DimonaError("joint_committee", "This joint committee is declared as XXX.")
    _check_hours(declaration.planned_hours)
    if declaration.worker_type is WorkerType.STUDENT:
        if declaration.ends_on is None:
            raise DimonaError("student_end", "A student's period has an end date.")
        if quarter(declaration.starts_on) != quarter(declaration.ends_on):
            raise DimonaError("student_quarter", "A student's period lies in one quarter.")
        if declaration.planned_hours is None:
            raise DimonaError("planned_hours", "A student's planned hours are declared.")
    elif declaration.planned_hours is not None or declaration.place_of_work is not None:
        raise DimonaError("student_only", "Hours and place of work are declared for students only.")


def _check_hours(hours: int | None) -> None:
    if hours is not None and not 1 <= hours <= 999:
        raise DimonaError("planned_hours", "Planned hours lie between 1 and 999.")
