"""Where a client is in the eyes of the VAT directive: dated membership of the Union, and the places that
belong to a state without belonging to its VAT territory, or the other way round.

Sources: directive 2006/112/EC, articles 5 to 8; withdrawal agreement with the United Kingdom (transition to
31 December 2020) and its protocol on Northern Ireland (goods only).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_ALWAYS = date.min
_MEMBERS: dict[str, tuple[date, date | None]] = {
    **dict.fromkeys(("BE", "DE", "FR", "IT", "LU", "NL"), (_ALWAYS, None)),
    **dict.fromkeys(("DK", "IE"), (date(1973, 1, 1), None)),
    "GB": (date(1973, 1, 1), date(2020, 12, 31)),
    "GR": (date(1981, 1, 1), None),
    **dict.fromkeys(("ES", "PT"), (date(1986, 1, 1), None)),
    **dict.fromkeys(("AT", "FI", "SE"), (date(1995, 1, 1), None)),
    **dict.fromkeys(
        ("CY", "CZ", "EE", "HU", "LT", "LV", "MT", "PL", "SI", "SK"),
        (date(2004, 5, 1), None),
    ),
    **dict.fromkeys(("BG", "RO"), (date(2007, 1, 1), None)),
    "HR": (date(2013, 7, 1), None),
}
"""First and last day in the VAT territory of the Union."""

UNION = frozenset({*(code for code, (_, until) in _MEMBERS.items() if until is None), "EL"})
"""Countries of the Union now, Greece under both of its codes."""

_COUNTED_WITH = {"MC": "FR", "EL": "GR", "IM": "GB"}
"""Monaco counts as France, the Isle of Man as the United Kingdom; Greece writes EL before its numbers."""

_APART: dict[str, tuple[str, ...]] = {
    "DE": ("27498", "78266"),  # Helgoland, Büsingen
    "ES": ("35", "38", "51", "52"),  # Canary Islands, Ceuta, Melilla
    "FI": ("22",),  # Åland
    "FR": ("971", "972", "973", "974", "976", "98"),  # overseas departments and territories
    "GR": ("63086", "630 86"),  # Mount Athos
    "IT": ("23041", "23030"),  # Livigno
}
"""Beginnings of postal codes of places outside of the VAT territory of their state."""

_NORTHERN_IRELAND = "BT"


class Place(StrEnum):
    """Where a client is, seen from a seller in the Union."""

    HOME = "home"
    UNION = "union"
    NORTHERN_IRELAND = "northern_ireland"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Territory:
    """A state with its VAT, and whether the address lies in its VAT territory."""

    country: str
    inside: bool


def vat_country(country: str) -> str:
    """The state to whose VAT territory a country belongs (ISO code): MC is FR, EL is GR."""
    return _COUNTED_WITH.get(country, country)


def in_union(country: str, on: date) -> bool:
    """Whether a country belongs to the Union for VAT on a day."""
    since, until = _MEMBERS.get(vat_country(country), (date.max, None))
    return since <= on and (until is None or on <= until)


def place_of(*, seller: str, country: str, postal_code: str, vat_number: str, on: date) -> Place:
    """Where a client is on a day, seen from the seller's country."""
    state, code = vat_country(country), postal_code.strip().upper()
    # 98000 is Monaco's own; the rest of 98 is overseas France.
    apart = country != "MC" and code.startswith(_APART.get(state, ("\0",)))
    if in_union(country, on) and not apart:
        return Place.HOME if state == vat_country(seller) else Place.UNION
    if state == "GB" and (vat_number.startswith("XI") or code.startswith(_NORTHERN_IRELAND)):
        return Place.NORTHERN_IRELAND
    return Place.OUTSIDE
