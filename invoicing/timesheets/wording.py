"""Words of time sheets in the client's language."""

from __future__ import annotations

from collections.abc import Mapping

from invoicing.wording import LANGUAGES

_WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {"work": "Heures prestées", "note": "Prestations du %(first)s au %(last)s : %(hours)s h"},
    "nl": {"work": "Gepresteerde uren", "note": "Prestaties van %(first)s tot %(last)s: %(hours)s u"},
    "de": {"work": "Geleistete Stunden", "note": "Leistungen vom %(first)s bis %(last)s: %(hours)s Std."},
    "en": {"work": "Hours worked", "note": "Work from %(first)s to %(last)s: %(hours)s h"},
}


def wording(language: str) -> Mapping[str, str]:
    """The words of a language; French for one that documents do not speak."""
    return _WORDS[language if language in LANGUAGES else "fr"]
