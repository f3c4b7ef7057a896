"""A folder in which the bank's files land by themselves: taken once, when they are whole.

`SMART_STATEMENTS_DIR/<cooperative>/` is filled by the bank's client or by an SFTP server. A file that was
taken goes to `done/`, one that cannot be taken to `refused/` with the reason beside it (`….reason.txt`).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from django.utils import translation

from core.errors import DomainError
from core.models import Cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from ledger.treasury.services import take_statements
from ledger.treasury.services.statements import LARGEST_FILE

FOLDER = Actor.system("statements folder")
SETTLED = 20
"""Seconds without a change after which a file counts as written to its end."""
MOST_AT_ONCE = 200
_UNFINISHED = (".part", ".partial", ".tmp", ".filepart", ".crdownload")


def take_folder(
    cooperative: Cooperative, folder: Path, *, on: date, settled: float = SETTLED
) -> tuple[int, int]:
    """Enter the files of a folder, by name; answers how many were taken and refused.

    Called outside of any scope: each file is entered in a transaction of its own. Whoever is killed between
    entering and moving a file finds it again, and a statement that stands changes nothing. What is still
    being written waits for the next time.
    """
    taken = refused = 0
    for path, content in _whole_files(folder, settled):
        try:
            with tenant_scope(cooperative):
                take_statements(content=content, filename=path.name, today=on, actor=FOLDER)
        except DomainError as refusal:
            with translation.override((cooperative.languages or ["fr"])[0]):
                # The reason first: a file that is put away is not looked at again.
                _explain(folder, path, content, refusal)
            _move(path, "refused", content)
            refused += 1
        else:
            _move(path, "done", content)
            taken += 1
    return taken, refused


def _whole_files(folder: Path, settled: float) -> Iterator[tuple[Path, bytes]]:
    """Files that nobody writes any more, and their bytes: at most one byte more than is taken."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir())[:MOST_AT_ONCE]:
        if path.name.startswith(".") or path.suffix.lower() in _UNFINISHED:
            continue
        with suppress(OSError):  # taken away meanwhile, by another worker or by whoever wrote it
            if path.is_symlink() or not path.is_file():
                continue
            before = path.stat()
            if time.time() - before.st_mtime < settled:
                continue
            with path.open("rb") as stream:
                content = stream.read(LARGEST_FILE + 1)
            after = path.stat()
            if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
                yield path, content


def _target(folder: Path, path: Path, content: bytes) -> Path:
    """A name that two different files never share."""
    return folder / f"{hashlib.sha256(content).hexdigest()[:12]}-{path.name}"


def _move(path: Path, where: str, content: bytes) -> None:
    folder = path.parent / where
    folder.mkdir(exist_ok=True)
    with suppress(FileNotFoundError):  # another worker was faster; the statement stands once all the same
        path.replace(_target(folder, path, content))


def _explain(folder: Path, path: Path, content: bytes, refusal: DomainError) -> None:
    target = _target(folder / "refused", path, content)
    target.parent.mkdir(exist_ok=True)
    target.with_name(f"{target.name}.reason.txt").write_text(
        f"{refusal.code}\n{refusal.detail}\n", encoding="utf-8"
    )
