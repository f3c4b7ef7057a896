"""Files and rows say the same: each row has its file, whole; each file has its row; what crashed uploads left
goes away.

Rows never change and files never change, so a file without a row is one whose transaction did not end well,
and a row without its file is a loss. What is found is kept beside the files (`.care.json`), for the gauges.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings

from core.clock import ZONE
from core.files import PARTIAL, hold_sweep, path_of, write_whole
from core.models import Cooperative, DocumentJob, StoredFile, TenantModel
from core.tenancy import tenant_scope

log = logging.getLogger(__name__)

LEFT_OVER = timedelta(hours=24)
"""Age from which a file without a row belongs to no upload that is still under way."""

SWEPT_KEEPS = timedelta(days=30)
"""How long swept files can still be fetched back: whoever starts with another database than the files' own
must not lose them.
"""

NIGHT = range(1, 6)
"""Hours in which files are checked by themselves, Belgian time."""

RECENT = timedelta(hours=12)
OVERDUE = timedelta(hours=26)

SWEPT = ".swept"
NOTE = ".care.json"
NOBODY = "nobody"
MOST_NAMED = 50
"""Names that a report holds of each kind; the counts are of all."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PARTIAL = re.compile(r"[0-9a-f]{64}\.(\d+|[0-9a-f]{32}" + re.escape(PARTIAL) + ")")
_FOLDER = re.compile(r"[0-9a-f]{2}")
_FOLDERS = [f"{number:02x}" for number in range(256)]
_BLOCK = 1024 * 1024


@dataclass
class FilesReport:
    """What was found of one cooperative, counted in files.

    missing, damaged: by the kind of what they belong to; some of them by hash in `lost`. foreign: none of
    ours. left_over: without a row for a day. partial: never finished. swept: taken away. restored: fetched
    back, whole. read: compared by hash; the next check begins at `next_folder`.
    """

    at: str
    files: int = 0
    bytes: int = 0
    read: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    damaged: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    left_over: int = 0
    partial: int = 0
    swept: int = 0
    restored: int = 0
    next_folder: str = _FOLDERS[0]

    @property
    def moment(self) -> datetime:
        """When it was."""
        return datetime.fromisoformat(self.at)

    @property
    def ok(self) -> bool:
        """Whether nothing is lost and nothing lies there that is not ours."""
        return not (self.missing or self.damaged or self.foreign)


def check_files(
    cooperative: Cooperative, *, at: datetime, repair: bool = False, seconds: float | None = None
) -> FilesReport:
    """Compare the rows of a cooperative with its files. Outside of any scope.

    Presence and size are compared for all; the content by hash from where the last check stopped, until so
    many `seconds` have gone (None: all), and always what was lost last time. With `repair` what is left over
    is swept and what is lost is fetched back, whole, from what was swept or from the dated backups in
    `SMART_BACKUP_DIR`.
    """
    root = Path(settings.MEDIA_ROOT) / str(cooperative.pk)
    report = FilesReport(at.isoformat(timespec="seconds"))
    last = last_report(cooperative)
    first = _FOLDERS.index(last.next_folder) if seconds is not None and last else 0
    again = frozenset(last.lost if last else ())
    until = None if seconds is None else time.monotonic() + seconds
    missing: set[str] = set()
    damaged: set[str] = set()
    report.foreign += _foreign_folders(root)
    for folder in _FOLDERS[first:] + _FOLDERS[:first]:
        reading = until is None or time.monotonic() < until
        if not reading and report.next_folder == _FOLDERS[0]:
            report.next_folder = folder
        gone, spoiled = _check_folder(
            cooperative, root, folder, at, report, read=reading, again=again, repair=repair
        )
        missing |= gone
        damaged |= spoiled
    if repair:
        for lost in (missing, damaged):
            restored = {digest for digest in lost if _fetch_back(cooperative.pk, digest)}
            report.restored += len(restored)
            lost -= restored
        _forget_swept(root, at)
    with tenant_scope(cooperative):
        report.missing, report.damaged = _by_owner(missing), _by_owner(damaged)
    report.lost = sorted(missing | damaged)[:MOST_NAMED]
    report.foreign = sorted(report.foreign)[:MOST_NAMED]
    if missing or damaged or report.restored:
        counts = len(missing), len(damaged), report.restored
        log.error("files of %s: %d missing, %d damaged, %d restored", cooperative.slug, *counts)
    _note(root, report)
    return report


def last_report(cooperative: Cooperative) -> FilesReport | None:
    """What the last check of a cooperative found."""
    path = Path(settings.MEDIA_ROOT) / str(cooperative.pk) / NOTE
    try:
        return FilesReport(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def care_is_due(cooperative: Cooperative, *, at: datetime) -> bool:
    """Whether the nightly check is to run: at night when the last one is not recent, at any hour when it is
    overdue.
    """
    last = last_report(cooperative)
    age = at - last.moment if last else OVERDUE
    return age >= OVERDUE or (age > RECENT and at.astimezone(ZONE).hour in NIGHT)


def strangers(tenants: Sequence[int]) -> list[str]:
    """What lies beside the folders of the cooperatives."""
    root = Path(settings.MEDIA_ROOT)
    if not root.is_dir():
        return []
    ours = {str(tenant) for tenant in tenants}
    return sorted(path.name for path in root.iterdir() if path.name not in ours or not path.is_dir())


def _check_folder(
    cooperative: Cooperative,
    root: Path,
    folder: str,
    at: datetime,
    report: FilesReport,
    *,
    read: bool,
    again: frozenset[str],
    repair: bool,
) -> tuple[set[str], set[str]]:
    """Missing and damaged digests of one folder; everything else goes into the report."""
    with tenant_scope(cooperative):  # rows first: a file is there before its row
        rows = _rows(folder)
    kept, old, partial = _look_into(root / folder, report, at)
    report.files += len(rows)
    report.bytes += sum(rows.values())
    report.partial += len(partial)
    damaged = {digest for digest, size in rows.items() if kept.get(digest, size) != size}
    present = [
        digest for digest in rows if (read or digest in again) and digest in kept and digest not in damaged
    ]
    report.read += len(present)
    damaged |= {digest for digest in present if _digest_of(root / folder / digest) != digest}
    without_row = {digest for digest in old if digest not in rows}
    report.left_over += len(without_row)
    if repair:
        for path in partial:
            path.unlink(missing_ok=True)
        report.swept += len(partial)
        if without_row:
            with tenant_scope(cooperative):
                report.swept += _sweep(root, folder, without_row, at)
    return rows.keys() - kept.keys(), damaged


def _rows(folder: str) -> dict[str, int]:
    named = StoredFile.objects.filter(sha256__gte=folder, sha256__lt=folder + "g").order_by()
    return dict(named.values_list("sha256", "size").distinct())


def _look_into(path: Path, report: FilesReport, at: datetime) -> tuple[dict[str, int], set[str], list[Path]]:
    """Files by digest with their size, those of them that are old, and what was never finished."""
    kept: dict[str, int] = {}
    old: set[str] = set()
    partial: list[Path] = []
    for entry in _entries(path):
        status = entry.stat(follow_symlinks=False)
        aged = at.timestamp() - status.st_mtime > LEFT_OVER.total_seconds()
        plain = entry.is_file(follow_symlinks=False)
        if plain and _DIGEST.fullmatch(entry.name) and entry.name.startswith(path.name):
            kept[entry.name] = status.st_size
            if aged:
                old.add(entry.name)
        elif plain and _PARTIAL.fullmatch(entry.name):
            if aged:
                partial.append(Path(entry.path))
        else:
            report.foreign.append(f"{path.name}/{entry.name}")
    return kept, old, partial


def _entries(path: Path) -> Iterator[os.DirEntry[str]]:
    if not path.is_dir() or path.is_symlink():
        return
    with os.scandir(path) as entries:
        yield from entries


def _foreign_folders(root: Path) -> list[str]:
    return [
        entry.name
        for entry in _entries(root)
        if not (
            entry.name.startswith(NOTE)
            or (
                entry.is_dir(follow_symlinks=False) and (entry.name == SWEPT or _FOLDER.fullmatch(entry.name))
            )
        )
    ]


def _sweep(root: Path, folder: str, digests: set[str], at: datetime) -> int:
    """Put aside what no row names, once nobody is storing: a row that was written meanwhile is seen now."""
    hold_sweep(alone=True)
    named = set(StoredFile.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
    aside = root / SWEPT
    aside.mkdir(exist_ok=True)
    count = 0
    for digest in digests - named:
        path = root / folder / digest
        try:
            age = at.timestamp() - path.stat().st_mtime
        except FileNotFoundError:  # another sweep was here
            continue
        if age <= LEFT_OVER.total_seconds():
            continue
        os.utime(path, (at.timestamp(), at.timestamp()))  # from now on it waits to be forgotten
        path.rename(aside / digest)
        count += 1
    return count


def _forget_swept(root: Path, at: datetime) -> None:
    for entry in _entries(root / SWEPT):
        if at.timestamp() - entry.stat(follow_symlinks=False).st_mtime > SWEPT_KEEPS.total_seconds():
            Path(entry.path).unlink(missing_ok=True)


def _fetch_back(tenant_id: int, digest: str) -> bool:
    """Write a lost file anew from a copy that is whole; False when there is none."""
    for copy in _copies(tenant_id, digest):
        try:
            content = copy.read_bytes()
        except OSError:
            continue
        if hashlib.sha256(content).hexdigest() == digest:
            write_whole(path_of(tenant_id, digest), content)
            return True
    return False


def _copies(tenant_id: int, digest: str) -> Iterator[Path]:
    yield Path(settings.MEDIA_ROOT) / str(tenant_id) / SWEPT / digest
    if settings.BACKUP_DIR:
        backups = sorted(Path(settings.BACKUP_DIR).glob("*/files"), reverse=True)
        yield from (backup / str(tenant_id) / digest for backup in backups)


def _by_owner(digests: set[str]) -> dict[str, int]:
    """How many of the files each kind of owner has; a file that several kinds have counts for each."""
    if not digests:
        return {}
    rows = dict(StoredFile.objects.filter(sha256__in=digests).values_list("pk", "sha256"))
    found: dict[str, set[str]] = {}
    for model, column in _owning_columns():
        owners = model._default_manager.filter(**{f"{column}__in": rows}).order_by()
        kinds = owners.values_list("kind", column) if model is DocumentJob else owners.values_list(column)
        for *kind, pk in kinds:
            name = ".".join([model._meta.label_lower, *kind] if kind else [model._meta.label_lower, column])
            found.setdefault(name, set()).add(rows[pk])
    orphans = digests.difference(*found.values()) if found else digests
    counts = Counter({name: len(lost) for name, lost in found.items()}) + Counter({NOBODY: len(orphans)})
    return dict(sorted(counts.items()))


def _owning_columns() -> Iterator[tuple[type[TenantModel], str]]:
    for model in apps.get_models():
        if issubclass(model, TenantModel):
            for column in model._meta.local_fields:
                if column.related_model is StoredFile:
                    yield model, column.name


def _digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    except OSError:
        log.exception("%s cannot be read", path.name)
        return ""
    return digest.hexdigest()


def _note(root: Path, report: FilesReport) -> None:
    root.mkdir(parents=True, exist_ok=True)
    write_whole(root / NOTE, json.dumps(asdict(report), indent=1).encode())
