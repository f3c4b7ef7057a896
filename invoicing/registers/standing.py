"""What the simulated registers were told about single numbers, kept beside the house as a real register is.

A file of `SIMULATORS`: `{"vies": {"LU26375245": "unknown", "DE": "away"}, "peppol": {"0208:…": "unknown"}}`.
"""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings


def _file() -> Path:
    return Path(settings.SIMULATORS) / "registers.json"


def told(register: str, number: str) -> str:
    """The word about a number, or nothing."""
    try:
        words = json.loads(_file().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return ""
    return str(words.get(register, {}).get(number, ""))


def tell(register: str, number: str, word: str) -> None:
    """Tell a simulated register about a number: `unknown`, `away`, `slow`, or nothing to forget it."""
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        words = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        words = {}
    words.setdefault(register, {})[number] = word
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(words), encoding="utf-8")
    draft.replace(file)
