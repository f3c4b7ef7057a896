"""Countries of work: their names, and the one that a place of work ends with."""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import get_language

from invoicing.countries import country_choices, country_names

_PIECES = re.compile(r"[,;()/]| [-–] ")
LANGUAGES = ("fr", "nl", "de", "en")
"""Languages in which people write places."""


def country_name(code: str) -> str:
    """A country as the reader calls it."""
    return country_names(get_language() or "fr").get(code, code)


def choices(without: str) -> list[tuple[str, str]]:
    """Every country but one, the most usual ones first."""
    return [row for row in country_choices(get_language() or "fr") if row[0] != without]


def is_country(code: str) -> bool:
    """Whether the code is a country's."""
    return code in country_names("en")


@cache
def codes_by_name() -> dict[str, str]:
    """The code of each country by its name in each of the languages, in small letters."""
    return {name.casefold(): code for language in LANGUAGES for code, name in country_names(language).items()}


def country_of_place(place: str) -> str:
    """The code of the country that a place of work names at its end (“Lille, France”, “Berlin (DE)”), else
    nothing: a street that bears a country's name is no sign of work there.
    """
    pieces = [piece for piece in (part.strip() for part in _PIECES.split(place)) if piece]
    if not pieces:
        return ""
    last = pieces[-1]
    if len(pieces) > 1 and is_country(last):
        return last
    return codes_by_name().get(last.casefold(), "")
