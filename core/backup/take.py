"""Take a backup: a snapshot while people work on, then the files that the snapshot names."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ, connection

from core.backup.errors import BackupExists
from core.backup.keys import fingerprints
from core.backup.manifest import ANCHORS, DUMP, FILES, FORM, MANIFEST, Manifest, digest_of, sync
from core.backup.programs import programs_for, run
from core.embedded.locks import FileLock
from core.embedded.schema import schema_hash

STAMP = "%Y-%m-%dT%H%M%S"
"""Names of dated backups."""

PARTIAL = ".partial"
"""End of the (hidden) names of what is being written or removed."""

LOCK = ".lock"
"""Shared by the dated backups at work in a directory; held alone by whoever clears it up."""

LAST = "last-backup.json"
"""In `SMART_VAR`: when the last complete backup was taken, and where."""


def take_backup(directory: Path, *, previous: Path | None = None) -> Manifest:
    """Write a backup into a directory that does not exist yet or is empty; it appears there when it is
    finished.

    Database and files are those of one moment: the dump reads an exported snapshot, the files are content
    that never changes. With `previous` (another backup on the same disk) files that it holds are linked, not
    copied. Files that the database names and the disk lost are listed in `missing_files`; all else is kept.
    Raises `BackupExists`, `ProgramTooOld`, `DumpFailed`; then nothing is left behind.
    """
    if directory.exists() and any(directory.iterdir()):
        raise BackupExists(directory=directory)
    building = directory.with_name(f".{directory.name}.{os.getpid()}{PARTIAL}")
    building.mkdir(parents=True)
    try:
        manifest = _fill(building, previous)
        if directory.exists():
            directory.rmdir()
        building.rename(directory)
        sync(directory.parent)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    if not manifest.missing_files:
        _note(directory, manifest)
    return manifest


def take_dated_backup(parent: Path, *, keep: int) -> tuple[Path, Manifest]:
    """A backup in a folder named by the moment (UTC), which shares files with the one before; the oldest
    beyond `keep` (one at least) are removed afterwards, and what killed backups left half done before. What
    is no backup of ours is left alone.
    """
    parent.mkdir(parents=True, exist_ok=True)
    at_work = FileLock(parent / LOCK)
    try:
        if at_work.try_exclusive():
            _clear_away(parent)
        at_work.shared(timeout=60)
        before = _dated(parent)
        directory = parent / datetime.now(UTC).strftime(STAMP)
        made = take_backup(directory, previous=before[-1] if before else None)
        for old in _dated(parent)[: -max(keep, 1)]:
            # Renamed first: half of a backup never bears the name of a whole one.
            shutil.rmtree(old.rename(parent / f".{old.name}.old{PARTIAL}"))
    finally:
        at_work.close()
    return directory, made


def _clear_away(parent: Path) -> None:
    """Remove what was left half done; nobody else is at work here."""
    for path in parent.glob(f".*{PARTIAL}"):
        if _is_dated(path.name.split(".")[1]):
            shutil.rmtree(path)


def _dated(parent: Path) -> list[Path]:
    """Finished backups in dated folders, oldest first."""
    found = []
    for path in sorted(parent.iterdir()):
        if _is_dated(path.name) and (path / MANIFEST).is_file():
            found.append(path)
    return found


def _is_dated(name: str) -> bool:
    try:
        datetime.strptime(name, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def last_backup() -> datetime | None:
    """When the last complete backup of this installation was taken."""
    path = Path(settings.VAR) / LAST
    try:
        return datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["made_at"])
    except (OSError, ValueError, KeyError):
        return None


def _note(directory: Path, manifest: Manifest) -> None:
    path = Path(settings.VAR) / LAST
    partial = path.with_suffix(f".{os.getpid()}")
    partial.write_text(
        json.dumps({"made_at": manifest.made_at, "directory": str(directory)}), encoding="utf-8"
    )
    partial.replace(path)


def _fill(building: Path, previous: Path | None) -> Manifest:
    owner = settings.DATABASES["owner"]
    # Before the snapshot: a head that is noted here is a seal that the snapshot holds.
    anchors = _copy_anchors(Path(settings.SEAL_ANCHORS) / str(owner["NAME"]), building / ANCHORS)
    made_at = datetime.now(UTC)
    with _snapshot(owner) as (opened, snapshot):
        server = opened.server_version
        rows = count_rows(opened)
        named = _named_files(opened)
        dump = building / DUMP
        run(
            programs_for(server),
            "pg_dump",
            owner,
            *("--format", "custom", "--compress", "6", "--snapshot", snapshot, "--file", str(dump)),
        )
        dump.chmod(0o600)
        sync(dump)
    files, missing = _copy_files(named, building / FILES, previous)
    manifest = Manifest(
        form=FORM,
        made_at=made_at.isoformat(timespec="seconds"),
        schema=schema_hash(),
        server=server,
        dump_sha256=digest_of(dump),
        dump_size=dump.stat().st_size,
        rows=rows,
        files=files,
        anchors=anchors,
        keys=fingerprints(),
        missing_files=tuple(missing),
    )
    manifest.write(building)
    return manifest


@contextmanager
def _snapshot(database: dict[str, Any]) -> Iterator[tuple[connection, str]]:
    """A read-only transaction and the name by which others may share its view, for the
    length of the block.
    """
    opened = connect(database, options="-c idle_in_transaction_session_timeout=0 -c statement_timeout=0")
    try:
        opened.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
        with opened.cursor() as ask:
            ask.execute("SELECT pg_export_snapshot()")
            (name,) = ask.fetchone() or ("",)
        yield opened, name
    finally:
        opened.close()


def connect(database: dict[str, Any], **more: Any) -> connection:
    """A connection of its own to a database of the settings."""
    return psycopg2.connect(
        host=database["HOST"],
        port=database["PORT"] or None,
        user=database["USER"],
        password=database["PASSWORD"],
        dbname=database["NAME"],
        **database.get("OPTIONS", {}) | more,
    )


def count_rows(opened: connection) -> dict[str, int]:
    """Rows of every table of the schema."""
    rows = {}
    with opened.cursor() as ask:
        ask.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in ask.fetchall():
            ask.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            (rows[table],) = ask.fetchone() or (0,)
    return rows


def _named_files(opened: connection) -> list[tuple[int, str, int]]:
    with opened.cursor() as ask:
        ask.execute("SELECT DISTINCT tenant_id, sha256, size FROM core_storedfile ORDER BY 1, 2")
        return [(tenant, digest, size) for tenant, digest, size in ask.fetchall()]


def _copy_files(
    named: list[tuple[int, str, int]], target: Path, previous: Path | None
) -> tuple[dict[str, int], list[str]]:
    files, missing = {}, []
    target.mkdir()
    for tenant, digest, size in named:
        name = f"{tenant}/{digest}"
        (target / str(tenant)).mkdir(exist_ok=True)
        known = previous / FILES / name if previous else None
        source = Path(settings.MEDIA_ROOT) / str(tenant) / digest[:2] / digest
        if known is not None and known.is_file() and known.stat().st_size == size:
            os.link(known, target / name)
        elif source.is_file() and source.stat().st_size == size and digest_of(source) == digest:
            shutil.copyfile(source, target / name)
            (target / name).chmod(0o600)
        else:
            missing.append(name)
            continue
        files[name] = size
    return files, missing


def _copy_anchors(source: Path, target: Path) -> dict[str, str]:
    target.mkdir()
    anchors = {}
    for path in sorted(source.glob("*.jsonl")):
        shutil.copyfile(path, target / path.name)
        anchors[path.name] = digest_of(target / path.name)
    return anchors


def dated_backup_age(parent: Path) -> float | None:
    """Seconds since the newest finished backup of a directory of dated ones; None when there is none."""
    dated = _dated(parent) if parent.is_dir() else []
    if not dated:
        return None
    taken = datetime.strptime(dated[-1].name, STAMP).replace(tzinfo=UTC)
    return (datetime.now(UTC) - taken).total_seconds()


def backup_age() -> float | None:
    """Seconds since the last complete backup, for the operations page; None when there was none."""
    last = last_backup()
    return (datetime.now(UTC) - last).total_seconds() if last else None
