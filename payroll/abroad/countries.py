"""Countries by their ISO 3166 code: their names, and the one that a place of work ends with."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale
from django.utils.translation import get_language

_PIECES = re.compile(r"[,;()/]| [-–] ")
_CODE = re.compile(r"[A-Z]{2}")
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"})
LANGUAGES = ("fr", "nl", "de", "en")


@cache
def names(language: str) -> dict[str, str]:
    """Country names in a language, by code."""
    found = Locale(language).territories
    return {code: name for code, name in found.items() if _CODE.fullmatch(code) and code not in _NO_COUNTRIES}


def country_name(code: str) -> str:
    """A country as the reader calls it."""
    language = (get_language() or "fr")[:2]
    return names(language if language in LANGUAGES else "en").get(code, code)


def choices(without: str) -> list[tuple[str, str]]:
    """Every country but one, by name, for a list to choose from."""
    language = (get_language() or "fr")[:2]
    known = names(language if language in LANGUAGES else "en")
    return sorted(((code, name) for code, name in known.items() if code != without), key=lambda one: one[1])


def is_country(code: str) -> bool:
    """Whether the code is a country's."""
    return code in names("en")


@cache
def _by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in names(language).items():
            found[name.casefold()] = code
    return found


def country_of_place(place: str) -> str:
    """The code of the country that a place of work names at its end (“Lille, France”, “Berlin (DE)”), else
    nothing: a street that bears a country's name is no sign of work there.
    """
    pieces = [piece.strip() for piece in _PIECES.split(place)]
    pieces = [piece for piece in pieces if piece]
    if not pieces:
        return ""
    last = pieces[-1]
    if len(pieces) > 1 and is_country(last):
        return last
    return _by_name().get(last.casefold(), "")
