"""`manage.py restore DIR`"""

import time
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser

from core.backup.restore import restore_backup
from core.commands import JsonCommand
from core.embedded.given import given
from core.embedded.schema import note_applied, schema_hash
from ledger.checks import check_books


class Command(JsonCommand):
    """Put a backup into an empty cluster, bring its schema up to date, check the books; exits 1 when they
    break.
    """

    help = "Restore a backup into an empty cluster."

    def add_arguments(self, parser: CommandParser) -> None:
        """The backup."""
        parser.add_argument("directory", type=Path)

    def answer(self, **options: Any) -> dict[str, Any]:
        """What was put back, whether the books hold, and how long it took in seconds."""
        start = time.monotonic()
        restored = restore_backup(options["directory"].absolute())
        if restored.schema != schema_hash():
            call_command("migrate", database="owner", interactive=False, verbosity=0)
        note_applied(given("SMART_OWNER_DATABASE_URL"), schema_hash())
        report = check_books()
        return {
            "ok": report.ok,
            "made_at": restored.made_at,
            "rows": sum(restored.rows.values()),
            "files": len(restored.files),
            "missing_files": restored.missing_files,
            "entries": report.entries,
            "breaks": [f"{slug}: {broken.code} {broken.subject}" for slug, broken in report.breaks],
            "seconds": round(time.monotonic() - start),
        }

    def exit_status(self, answer: Any) -> int:
        """1 when the restored books do not hold."""
        return 0 if answer["ok"] else 1
