"""Clients that may be one: found by their numbers, their e-mail address, and close names at one postal code.

The whole list of a cooperative is read once (35,000 rows of six short columns); nothing is compared with
everything.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple
from uuid import UUID

from invoicing.models import Client, ClientDistinction
from members.types import search_key

CLOSE = 0.86
"""Share of equal letters from which two names at one postal code are close."""

MOST_TOGETHER = 60
"""Clients that share a feature of which more have it are a mailbox of a town hall, no duplicates."""

_FORMS = frozenset({
    "sa", "nv", "srl", "sprl", "bv", "bvba", "scrl", "sc", "cv", "cvba", "asbl", "vzw", "aisbl", "ivzw",
    "snc", "vof", "sca", "commv", "se", "gmbh", "ag", "ug", "kg", "ev", "sarl", "sas", "eurl", "ltd", "llc",
    "plc", "inc", "spa", "sl", "ses", "fondation", "stichting", "vereniging", "association", "societe",
})  # fmt: skip


class Sign(StrEnum):
    """Why two clients may be one, the surest first."""

    NUMBER = "number"
    EMAIL = "email"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two clients that may be one; `older` was known first and is proposed to stay."""

    older: UUID
    newer: UUID
    sign: Sign


class _Row(NamedTuple):
    pk: UUID
    kind: str
    name: str
    country: str
    vat_number: str
    enterprise_number: str
    email: str
    postal_code: str


def possible_duplicates(limit: int | None = 200) -> list[Pair]:
    """Pairs that may be one client, the surest first; those that somebody told apart are left out."""
    rows = [
        _Row(*values)
        for values in Client.objects.filter(merged_into=None)
        .order_by("pk")
        .values_list(
            "pk", "kind", "name", "country", "vat_number", "enterprise_number", "email", "postal_code"
        )
    ]
    apart = set(ClientDistinction.objects.values_list("first", "second"))
    found: dict[tuple[UUID, UUID], Sign] = {}
    for sign, pairs in (
        (Sign.NUMBER, _by_number(rows)),
        (Sign.EMAIL, _by_email(rows)),
        (Sign.NAME, _by_name(rows)),
    ):
        for older, newer in pairs:
            key = (older.pk, newer.pk)
            if key not in apart and key not in found and _may_be_one(older, newer):
                found[key] = sign
        if limit is not None and len(found) >= limit:
            break
    return [Pair(older, newer, sign) for (older, newer), sign in list(found.items())[:limit]]


def name_key(name: str) -> str:
    """A name without its legal form, accents, case and order of words: `Zoo SA` and `S.A. Zoo` are one."""
    return " ".join(sorted(_words(name)))


def _words(name: str) -> list[str]:
    """The words of a name, in order, without legal forms (unless it is nothing else)."""
    words = search_key(re.sub(r"(?<=\b\w)\.(?=\w\b|\s|$)", "", name)).split()
    return [word for word in words if word not in _FORMS] or words


def _may_be_one(older: _Row, newer: _Row) -> bool:
    """Neither kind, nor country, nor a number of both stand against it."""
    if (older.kind, older.country) != (newer.kind, newer.country):
        return False
    mine, other = _number(older), _number(newer)
    return not (mine and other and mine != other)


def _number(row: _Row) -> str:
    """By which a register knows the firm."""
    if row.country == "BE":
        return row.enterprise_number or row.vat_number.removeprefix("BE")
    return row.vat_number or row.enterprise_number


def _by_number(rows: Iterable[_Row]) -> Iterator[tuple[_Row, _Row]]:
    return _together((row, (row.country, _number(row))) for row in rows if _number(row))


def _by_email(rows: Iterable[_Row]) -> Iterator[tuple[_Row, _Row]]:
    return _together((row, row.email.casefold()) for row in rows if row.email)


def _by_name(rows: Iterable[_Row]) -> Iterator[tuple[_Row, _Row]]:
    """Names that begin alike at one postal code, or at none, and are close."""
    places: dict[Hashable, list[tuple[str, str, _Row]]] = defaultdict(list)
    for row in rows:
        words = _words(row.name)
        key = " ".join(sorted(words))
        code = row.postal_code.replace(" ", "").upper()
        places[row.country, code, row.kind, key[:3] if code else key].append((key, "".join(words), row))
    for together in places.values():
        if len(together) > MOST_TOGETHER:
            continue
        for (one, mine, older), (other, theirs, newer) in combinations(together, 2):
            if _close(one, other) or _close(mine, theirs):
                yield older, newer


def _close(one: str, other: str) -> bool:
    if one == other:
        return True
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return min(len(one), len(other)) >= 5 and matcher.quick_ratio() >= CLOSE and matcher.ratio() >= CLOSE


def _together(keyed: Iterable[tuple[_Row, Hashable]]) -> Iterator[tuple[_Row, _Row]]:
    groups: dict[Hashable, list[_Row]] = defaultdict(list)
    for row, key in keyed:
        groups[key].append(row)
    for group in groups.values():
        if 1 < len(group) <= MOST_TOGETHER:
            yield from combinations(group, 2)
