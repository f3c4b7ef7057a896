"""`manage.py verify_backup DIR`"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from core.backup.manifest import verify
from core.commands import JsonCommand


class Command(JsonCommand):
    """Read every piece of a backup and compare it with its manifest; needs no database."""

    help = "Check that a backup is whole."

    def add_arguments(self, parser: CommandParser) -> None:
        """The backup."""
        parser.add_argument("directory", type=Path)

    def answer(self, **options: Any) -> dict[str, Any]:
        """What the backup holds. Raises `NoBackup`, `BackupDamaged`."""
        found = verify(options["directory"].absolute())
        return {
            "ok": True,
            "made_at": found.made_at,
            "rows": sum(found.rows.values()),
            "files": len(found.files),
            "keys": sorted(found.keys),
            "missing_files": found.missing_files,
        }
