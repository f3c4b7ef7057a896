"""Words of the portal in the client's language: on its pages, in its letters, on its papers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from invoicing.wording import LANGUAGES
from invoicing.wording import wording as words_of_documents

HERE = Path(__file__).parent


@cache
def wording(language: str) -> Mapping[str, str]:
    """The words of a language, with those of invoices; French for one that documents do not speak."""
    known = language if language in LANGUAGES else "fr"
    own: dict[str, str] = yaml.safe_load((HERE / f"{known}.yaml").read_text(encoding="utf-8"))
    return {**words_of_documents(known), **own}
