"""Put a backup back, into an empty cluster and nowhere else."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

from django.conf import settings

from core.backup.errors import DatabaseNotEmpty, KeyAbsent, RestoreDiffers
from core.backup.keys import fingerprints
from core.backup.manifest import ANCHORS, DUMP, FILES, Manifest, verify
from core.backup.programs import programs_for, run
from core.backup.take import connect, count_rows


def restore_backup(directory: Path) -> Manifest:
    """Bring back what a backup holds: every row, every file, every privilege.

    Checks all pieces and all keys before it writes; the rows come in one transaction. Then counts the rows of
    every table again. Raises `NoBackup`, `BackupDamaged`, `KeyAbsent`, `DatabaseNotEmpty`, `DumpFailed`,
    `RestoreDiffers`. The schema is that of the backup: migrate afterwards when the code is newer.
    """
    manifest = verify(directory)
    held = fingerprints()
    for key, fingerprint in manifest.keys.items():
        if held.get(key) != fingerprint:
            raise KeyAbsent(key=key)
    owner = settings.DATABASES["owner"]
    with closing(connect(owner)) as opened:
        if count_rows(opened):
            raise DatabaseNotEmpty
        server = opened.server_version
    run(
        programs_for(max(server, manifest.server)),
        "pg_restore",
        owner,
        *("--dbname", str(owner["NAME"]), "--single-transaction", "--exit-on-error", "--no-owner"),
        str(directory / DUMP),
    )
    with closing(connect(owner)) as opened:
        found = count_rows(opened)
    for table, wanted in manifest.rows.items():
        if found.get(table) != wanted:
            raise RestoreDiffers(table=table, found=found.get(table, "no"), wanted=wanted)
    _place_files(directory / FILES, manifest)
    _place_anchors(directory / ANCHORS, Path(settings.SEAL_ANCHORS) / str(owner["NAME"]))
    return manifest


def _place_files(source: Path, manifest: Manifest) -> None:
    for name in manifest.files:
        tenant, _, digest = name.partition("/")
        target = Path(settings.MEDIA_ROOT) / tenant / digest[:2] / digest
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{digest}.{os.getpid()}")
        shutil.copyfile(source / name, partial)
        partial.replace(target)


def _place_anchors(source: Path, target: Path) -> None:
    """Heads that are noted here already stay: they may tell of seals that the backup does not know."""
    target.mkdir(parents=True, exist_ok=True)
    for path in source.glob("*.jsonl"):
        if not (target / path.name).exists():
            shutil.copyfile(path, target / path.name)
