"""Words of payslips in the worker's language: titles, names of lines, and what each line is, in a sentence.

The engine and what is kept name lines in French; readers see them by their code. Screens use gettext;
payslips, on paper and on screen, use this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

HERE = Path(__file__).parent
LANGUAGES = {"fr": "Français", "nl": "Nederlands", "de": "Deutsch", "en": "English"}
"""What payslips speak, each by its own name."""

STUDENTS = "841"
"""Worker code of students: their contribution has another name."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One language: `words` of the document by key, `lines` by code: name and explanation."""

    language: str
    words: Mapping[str, str]
    lines: Mapping[str, tuple[str, str]]

    def line(self, code: str, *, label: str, worker_code: str = "") -> tuple[str, str]:
        """Name and explanation of a line; what was kept, and no explanation, for an unknown code."""
        if code == "onss" and worker_code == STUDENTS:
            code = "student_onss"
        return self.lines.get(code, (label, ""))


def wording(language: str) -> Wording:
    """The words of a language; French for a language that payslips do not speak."""
    return _read(language[:2] if language[:2] in LANGUAGES else "fr")


@cache
def _read(language: str) -> Wording:
    read = yaml.safe_load((HERE / f"{language}.yaml").read_text(encoding="utf-8"))
    lines = {code: (name, explanation) for code, (name, explanation) in read["lines"].items()}
    return Wording(language, read["words"], lines)
