"""Words of time sheets in the client's language: on invoices, in letters, on the page behind the link."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from invoicing.quotes.wording import wording as words_of_quotes
from invoicing.wording import LANGUAGES

HERE = Path(__file__).parent / "words"


@cache
def wording(language: str) -> Mapping[str, str]:
    """The words of a language, with those of quotes; French for one that documents do not speak."""
    known = language if language in LANGUAGES else "fr"
    own: dict[str, str] = yaml.safe_load((HERE / f"{known}.yaml").read_text(encoding="utf-8"))
    return {**words_of_quotes(known), **own}
