"""What a backup says of itself, and whether its pieces agree."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from core.backup.errors import BackupDamaged, NoBackup

MANIFEST = "manifest.json"
DUMP = "database.dump"
FILES = "files"
ANCHORS = "anchors"
FORM = 1
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """Moment (of the snapshot, ISO), schema, server, size and hash of the dump, rows per table, files as
    `<tenant>/<sha256>` with their size, anchors with their hash, fingerprints of the keys that are needed.
    """

    form: int
    made_at: str
    schema: str
    server: int
    dump_sha256: str
    dump_size: int
    rows: dict[str, int]
    files: dict[str, int]
    anchors: dict[str, str]
    keys: dict[str, str]
    missing_files: tuple[str, ...] = ()

    def write(self, directory: Path) -> None:
        """Write it, last of all pieces."""
        path = directory / MANIFEST
        path.write_text(json.dumps(asdict(self), indent=1, sort_keys=True), encoding="utf-8")
        sync(path)


def read_manifest(directory: Path) -> Manifest:
    """The manifest of a finished backup. Raises `NoBackup`, `BackupDamaged`."""
    path = directory / MANIFEST
    if not path.is_file():
        raise NoBackup(directory=directory)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        manifest = Manifest(**{**content, "missing_files": tuple(content.get("missing_files", ()))})
    except (ValueError, TypeError, AttributeError) as error:
        raise BackupDamaged(piece=MANIFEST) from error
    if manifest.form != FORM:
        raise BackupDamaged(piece=f"{MANIFEST} (form {manifest.form})")
    return manifest


def verify(directory: Path) -> Manifest:
    """Read every piece and compare it with the manifest. Raises `NoBackup`, or `BackupDamaged` naming the
    first piece that is missing or differs.
    """
    manifest = read_manifest(directory)
    for piece, wanted in _pieces(manifest):
        path = directory / piece
        if not path.is_file() or digest_of(path) != wanted:
            raise BackupDamaged(piece=piece)
    return manifest


def _pieces(manifest: Manifest) -> Iterator[tuple[str, str]]:
    yield DUMP, manifest.dump_sha256
    for name in manifest.files:
        yield f"{FILES}/{name}", name.partition("/")[2]
    for name, digest in manifest.anchors.items():
        yield f"{ANCHORS}/{name}", digest


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def sync(path: Path) -> None:
    """On disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
