"""What the operator set: in the environment, or in a file that the environment names (`…_FILE`)."""

import os
from pathlib import Path

from core.embedded.errors import EmbeddedError


def given(name: str, default: str = "") -> str:
    """The variable, else what the file named by `<name>_FILE` holds , else the default.

    Raises `EmbeddedError` `secret_unreadable` when that file cannot be read or is empty: a secret that is
    missing must never be taken for one that was not wanted.
    """
    value = os.environ.get(name)
    if value:
        return value
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return default
    try:
        content = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise EmbeddedError("secret_unreadable", f"{name}_FILE: {error}") from error
    if not content:
        raise EmbeddedError("secret_unreadable", f"{name}_FILE: {path} is empty")
    return content
