"""Words of contracts and amendments in the worker's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

HERE = Path(__file__).parent
LANGUAGES = ("fr", "nl", "de", "en")


@cache
def wording(language: str) -> Mapping[str, str]:
    """The words of a language; French for one that contracts do not speak."""
    known = language if language in LANGUAGES else "fr"
    words: dict[str, str] = yaml.safe_load((HERE / f"{known}.yaml").read_text(encoding="utf-8"))
    return words
