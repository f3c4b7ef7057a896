"""What the queue of declarations says of each row: whose, why, until when, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from payroll.dimona.anomalies import Consequence, consequence_of, known, words_of
from payroll.dimona.deadlines import deadline
from payroll.enums import DeclarationState, DifferenceKind
from payroll.models import Declaration, DeclarationDifference

LOCKED = frozenset({"00913-357", "00913-359"})
IDENTITY = frozenset({"00024-347", "90017-151", "90017-363"})


@dataclass(frozen=True, slots=True)
class Queued:
    """A declaration as a person reads it in the queue. `why` are the reasons with their codes."""

    row: Declaration
    why: tuple[tuple[str, str], ...]
    todo: str
    until: datetime
    is_late: bool


def queued(rows: Iterable[Declaration], now: datetime) -> list[Queued]:
    """Rows of the queue with their words; their contracts were read along."""
    found = []
    for row in rows:
        until = deadline(row.kind, row.starts_on, row.ends_on, row.contract.day_starts)
        found.append(Queued(row, reasons(row), _todo(row), until, now > until))
    return found


def reasons(row: Declaration) -> tuple[tuple[str, str], ...]:
    """Code and words of each anomaly, in the reader's language; what went wrong on the way otherwise."""
    if row.anomalies:
        language = get_language() or "en"
        return tuple(
            (item["code"], words_of(item["code"], language, item.get("fr") or item.get("nl") or ""))
            for item in row.anomalies
        )
    if row.state != DeclarationState.FAILED:
        return ()
    return (("", _went_wrong(row.error)),)


def _went_wrong(error: str) -> str:
    match error:
        case "unavailable":
            return _("The social security office could not be reached, for hours.")
        case "no_answer":
            return _("The office took it in and gave no answer within twenty minutes.")
        case "unreadable_answer" | "UnreadableAnswer":
            return _("The office answered something that cannot be read.")
    return _("The declaration could not be written: something of the worker or the employer is missing.")


def _todo(row: Declaration) -> str:
    """What a payroll administrator does about it."""
    codes = [item["code"] for item in row.anomalies]
    if row.state == DeclarationState.FAILED:
        if row.error in ("unavailable", "no_answer"):
            return _("Declare again; close to the start, declare on the office's site and note it here.")
        return _(
            "Check the national number of the worker and the numbers of the employer, then declare again."
        )
    if IDENTITY & set(codes):
        return _("Check the national number in the profile of the worker, then declare again.")
    if LOCKED & set(codes):
        return _("It can be changed by the office alone: ask for it there, then note it here.")
    if consequence_of(codes) in (Consequence.LOOK_UP, Consequence.ADOPT):
        held = row.answer.get("held") or []
        if held:
            periods = ", ".join(
                f"{item['period']} ({item['from']} – {item['until'] or '…'})" for item in held
            )
            return _(
                "The office holds %(periods)s: change that period or this contract, then declare again."
            ) % {"periods": periods}
        return _("Look the period up on the office's site, then declare again or note what you did.")
    if any(known(code) is None for code in codes):
        return _(
            "Nobody met this answer before: read it, ask the office, then declare again or note what you did."
        )
    return _("Correct the contract, then declare again.")


def stop_words(code: str) -> str:
    """Why nothing is sent for an employer."""
    return words_of(code, get_language() or "en", code)


def difference_words(row: DeclarationDifference) -> str:
    """What to do about a difference."""
    if row.kind == DifferenceKind.UNEXPECTED:
        return _("The office knows work that we do not: cancel it on its site, or write the contract.")
    if row.kind == DifferenceKind.MISSING:
        return _("The office knows nothing of it: declare it again.")
    return _("The office knows other dates or hours: declare what is agreed again.")
