"""Files of the watched folder that could not be taken: shown with the reason, and read again.

They lie in `SMART_STATEMENTS_DIR/<cooperative>/refused/`, with the reason beside each (`….reason.txt`).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from core.clock import ZONE
from core.errors import DomainError
from core.tenancy import current_cooperative
from core.types import Actor
from ledger.treasury.errors import RefusedFileGone
from ledger.treasury.services import take_statements
from ledger.treasury.services.statements import LARGEST_FILE, Taken

REASON = ".reason.txt"
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that was refused. `key`: its name in the folder; `name`: as it came; `code`, `reason`: why."""

    key: str
    name: str
    code: str
    reason: str
    refused_at: datetime


def folder_of_house() -> Path:
    """The watched folder of the cooperative in whose scope we are."""
    return Path(settings.STATEMENTS_DIR) / current_cooperative().slug


def refused_files() -> list[RefusedFile]:
    """What was refused and not read since, the newest first; none where no folder is watched."""
    found = []
    with suppress(OSError):  # no folder, or not ours to read: nothing to show
        for path in (folder_of_house() / "refused").iterdir():
            if path.name.endswith(REASON) or path.is_symlink() or not path.is_file():
                continue
            code, _, reason = _said_of(path).partition("\n")
            when = datetime.fromtimestamp(path.stat().st_ctime, ZONE)
            found.append(RefusedFile(path.name, path.name.partition("-")[2], code, reason.strip(), when))
    return sorted(found, key=lambda row: row.refused_at, reverse=True)[:MOST_SHOWN]


def read_again(*, key: str, on: date, actor: Actor) -> Taken:
    """Take a refused file after all: what was wrong was mended here (an account, a missing statement).

    Called in the scope of the cooperative. The file then lies with those that were taken; what stands already
    changes nothing, so that two at once enter it once. Raises `RefusedFileGone`, and what `take_statements`
    refuses: the file stays, with the new reason.
    """
    if key not in {row.key for row in refused_files()}:  # a name of ours, never a path
        raise RefusedFileGone
    path = folder_of_house() / "refused" / key
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise RefusedFileGone from error
    try:
        taken = take_statements(content=content, filename=key.partition("-")[2], today=on, actor=actor)
    except DomainError as refusal:
        with suppress(OSError):
            path.with_name(key + REASON).write_text(f"{refusal.code}\n{refusal.detail}\n", encoding="utf-8")
        raise
    done = path.parent.parent / "done"
    with suppress(OSError):  # the books have it; a file that stays changes nothing when it is read again
        done.mkdir(exist_ok=True)
        path.replace(done / key)
        path.with_name(key + REASON).unlink()
    return taken


def _said_of(path: Path) -> str:
    with suppress(OSError):
        return path.with_name(path.name + REASON).read_text(encoding="utf-8")
    return ""
