"""The anomalies of the social security office by name: what each means and what it leads to.

About ninety exist; those of the table happen to a shared enterprise. Any other goes to a person, in the
office's own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

LANGUAGES = ("en", "fr", "nl", "de")


class Consequence(StrEnum):
    """What the house does about an anomaly."""

    PERSON = "person"
    """Somebody mends what was declared."""
    LOOK_UP = "look_up"
    """Somebody decides; the periods that the office holds of the worker are named."""
    ADOPT = "adopt"
    """What the office holds is taken over as declared; what is still missing is declared after it."""
    CANCELLED = "cancelled"
    """The period does not exist any more: what is still expected is declared anew."""
    REPLACE = "replace"
    """The period is cancelled and declared anew."""
    REST_APART = "rest_apart"
    """The period stays; the days after it become a period of their own."""
    LATER = "later"
    """Said again once the office is done with what it has."""
    STOP = "stop"
    """Nothing more is sent for this employer until somebody mends the cause."""
    OUTSIDE_QUOTA = "outside_quota"
    """The hours bear ordinary contributions."""
    LATE = "late"
    """Kept; the hours of a student declared late bear ordinary contributions."""
    NOTE = "note"
    """Kept and shown."""


@dataclass(frozen=True, slots=True)
class Known:
    """One row of the table. `code` may hold `?` for any digit; `blocks` as the office's class B says."""

    code: str
    blocks: bool
    leads_to: Consequence
    is_stated: bool
    words: Mapping[str, str]


@cache
def table() -> tuple[Known, ...]:
    """Every anomaly that is handled by name, in the order of the file."""
    rows = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return tuple(
        Known(
            code=str(row["code"]),
            blocks={"B": True, "NP": False}[row["class"]],
            leads_to=Consequence(row["leads_to"]),
            is_stated={"stated": True, "to_confirm": False}[row["status"]],
            words=MappingProxyType({language: str(row[language]) for language in LANGUAGES}),
        )
        for row in rows
    )


def known(code: str) -> Known | None:
    """The row of an anomaly, None when it is handled by a person in the office's own words."""
    return next((row for row in table() if fnmatchcase(code, row.code)), None)


def consequence_of(codes: Iterable[str]) -> Consequence:
    """What a refusal leads to: what its blocking anomalies agree on, a person where they do not."""
    found = {
        row.leads_to if (row := known(code)) is not None else Consequence.PERSON
        for code in codes
        if (row := known(code)) is None or row.blocks
    }
    if Consequence.STOP in found:
        return Consequence.STOP
    return found.pop() if len(found) == 1 else Consequence.PERSON


def words_of(code: str, language: str, said: str = "") -> str:
    """What an anomaly means, in English where the language is not one of the four; `said` are the office's
    own words, the only ones for an anomaly that is not in the table.
    """
    row = known(code)
    return said if row is None else row.words.get(language[:2], row.words["en"])
