"""`manage.py backup DIR`"""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from core.backup.take import dated_backup_age, take_backup, take_dated_backup
from core.commands import JsonCommand
from core.errors import DomainError

NIGHT = 24 * 3600
GLANCE = 60
AFTER_A_REFUSAL = 1800


class Command(JsonCommand):
    """Write database, files and what proves them to a new directory; exits 1 when files were lost before."""

    help = "Back up database and files into a new directory, while people work on."

    def add_arguments(self, parser: CommandParser) -> None:
        """The directory, and an earlier backup whose files may be shared."""
        parser.add_argument("directory", type=Path, help="does not exist yet, or is empty")
        parser.add_argument(
            "--keep",
            type=int,
            metavar="N",
            help="make the backup in a dated folder of the directory, sharing files, and keep the last N",
        )
        parser.add_argument(
            "--previous", type=Path, help="an earlier backup on the same disk: its files are linked"
        )

        parser.add_argument(
            "--nightly", action="store_true", help="with --keep: stay, and back up whenever a day has passed"
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        """What was written; with `--nightly` there is no answer before the process is stopped."""
        if not options.pop("nightly"):
            return self._take(**options)
        while True:
            try:
                age = dated_backup_age(options["directory"])
                if age is None or age >= NIGHT:
                    self._take(**options | {"keep": options["keep"] or 14})
                pause = GLANCE
            except (DomainError, OSError) as error:
                self.stderr.write(f"no backup: {error}")
                pause = AFTER_A_REFUSAL
            time.sleep(pause)

    def _take(self, **options: Any) -> dict[str, Any]:
        """What was written."""
        directory: Path = options["directory"].absolute()
        previous: Path | None = options["previous"]
        if options["keep"] is not None:
            directory, made = take_dated_backup(directory, keep=options["keep"])
        else:
            made = take_backup(directory, previous=previous.absolute() if previous else None)
        return {
            "directory": directory,
            "made_at": made.made_at,
            "rows": sum(made.rows.values()),
            "database_bytes": made.dump_size,
            "files": len(made.files),
            "file_bytes": sum(made.files.values()),
            "keys": sorted(made.keys),
            "missing_files": made.missing_files,
        }

    def exit_status(self, answer: Any) -> int:
        """1 when files that the database names are not on the disk."""
        return 1 if answer["missing_files"] else 0
