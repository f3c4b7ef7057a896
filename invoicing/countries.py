"""Countries of clients: their names in the reader's language, and what is usual there."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from babel import Locale

from invoicing.ubl.codes import COUNTRIES

FIRST = ("BE", "FR", "NL", "LU", "DE", "GB", "CH")
"""Where most clients are: they stand at the top of lists."""

_POSTAL: dict[str, tuple[str, str]] = {
    "AT": (r"\d{4}", "1010"),
    "BE": (r"[1-9]\d{3}", "1060"),
    "BG": (r"\d{4}", "1000"),
    "CA": (r"[A-Z]\d[A-Z] ?\d[A-Z]\d", "K1A 0B1"),
    "CH": (r"\d{4}", "1200"),
    "CY": (r"\d{4}", "1010"),
    "CZ": (r"\d{3} ?\d{2}", "110 00"),
    "DE": (r"\d{5}", "10115"),
    "DK": (r"\d{4}", "1050"),
    "EE": (r"\d{5}", "10111"),
    "ES": (r"\d{5}", "28001"),
    "FI": (r"\d{5}", "00100"),
    "FR": (r"\d{5}", "75001"),
    "GB": (r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", "SW1A 1AA"),
    "GR": (r"\d{3} ?\d{2}", "104 31"),
    "HR": (r"\d{5}", "10000"),
    "HU": (r"\d{4}", "1011"),
    "IE": (r"[A-Z]\d[\dW] ?[A-Z\d]{4}", "D02 X285"),
    "IT": (r"\d{5}", "00118"),
    "LT": (r"(LT-)?\d{5}", "01001"),
    "LU": (r"(L-)?\d{4}", "1111"),
    "LV": (r"LV-\d{4}", "LV-1010"),
    "MC": (r"980\d{2}", "98000"),
    "MT": (r"[A-Z]{3} ?\d{4}", "VLT 1117"),
    "NL": (r"\d{4} ?[A-Z]{2}", "1012 AB"),
    "NO": (r"\d{4}", "0150"),
    "PL": (r"\d{2}-\d{3}", "00-001"),
    "PT": (r"\d{4}-\d{3}", "1000-001"),
    "RO": (r"\d{6}", "010011"),
    "SE": (r"\d{3} ?\d{2}", "111 20"),
    "SI": (r"\d{4}", "1000"),
    "SK": (r"\d{3} ?\d{2}", "811 01"),
    "US": (r"\d{5}(-\d{4})?", "10001"),
}
"""Form of postal codes and an example, of the countries of most clients. Elsewhere anything may be right."""


@cache
def country_names(language: str) -> dict[str, str]:
    """Name of each country by its code, in a language."""
    try:
        names = Locale.parse(language, sep="-").territories
    except ValueError:
        names = Locale("en").territories
    return {code: names.get(code, code) for code in sorted(COUNTRIES)}


def country_choices(language: str) -> list[tuple[str, str]]:
    """Every country by name, the most usual ones first."""
    names = country_names(language)
    rest = sorted(names.keys() - set(FIRST), key=lambda code: _sortable(names[code]))
    return [(code, names[code]) for code in (*FIRST, *rest)]


def postal_code_example(country: str, postal_code: str) -> str:
    """An example of how postal codes look in the country, when this one does not look so; else nothing."""
    form = _POSTAL.get(country)
    if form is None or not postal_code or re.fullmatch(form[0], postal_code.strip().upper()):
        return ""
    return form[1]


def _sortable(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
