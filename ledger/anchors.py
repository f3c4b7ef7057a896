"""The end of each chain of seals, noted outside the database.

Somebody who takes the last seals away together with their entries leaves a shorter chain that is whole. The
sealer therefore writes the head of the chain to `<SEAL_ANCHORS>/<database>/<cooperative>.jsonl`, one line per
head, and the check wants to find it again. Where the file is kept (or sent on to) should be out of reach of
whoever can reach the database.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from core.tenancy import current_cooperative
from ledger.models import Seal

TAIL_BYTES = 64 * 1024


def anchor_path(slug: str | None = None) -> Path:
    """The file of a cooperative, of the one whose scope is open when none is named."""
    database = str(connection.settings_dict["NAME"])
    return Path(settings.SEAL_ANCHORS) / database / f"{slug or current_cooperative().slug}.jsonl"


def read_anchors(path: Path) -> list[Mapping[str, Any]]:
    """The last heads that were noted, oldest first; none when there is no file."""
    if not path.exists():
        return []
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - TAIL_BYTES))
        lines = stream.read().splitlines()
    if size > TAIL_BYTES:
        lines = lines[1:]  # the first one is cut
    return [json.loads(line) for line in lines if line.strip()]


def write_anchor(path: Path, seal: Seal) -> None:
    """Note the head of a chain, unless it is noted; the line is on disk when this returns."""
    noted = read_anchors(path)
    if noted and noted[-1]["seal"] >= seal.number:
        return
    line = json.dumps(
        {"seal": seal.number, "signature": seal.signature, "sealed_at": seal.sealed_at.isoformat()}
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line.encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
