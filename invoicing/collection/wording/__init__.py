"""Words of reminders, in the client's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

HERE = Path(__file__).parent
LANGUAGES = ("fr", "nl", "de", "en")


@cache
def wording(language: str) -> Mapping[str, str]:
    """The words of a language; French for a language that letters do not speak."""
    file = HERE / f"{language if language in LANGUAGES else 'fr'}.yaml"
    words: dict[str, str] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return words
