"""`manage.py files_check [--repair]`"""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.commands import JsonCommand
from core.file_care import check_files, strangers
from core.models import Cooperative


class Command(JsonCommand):
    """Compare rows and files, every byte; exits 1 when something is lost or foreign."""

    help = "Check that every stored file is there, whole, and that nothing else is."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to mend."""
        parser.add_argument(
            "--repair",
            action="store_true",
            help="fetch lost files back from SMART_BACKUP_DIR; put aside files that no row names for a day",
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        """By cooperative what was found; `strangers` lie beside the cooperatives' folders."""
        cooperatives = list(Cooperative.objects.order_by("pk"))
        return {
            "cooperatives": {
                cooperative.slug: check_files(cooperative, at=timezone.now(), repair=options["repair"])
                for cooperative in cooperatives
            },
            "strangers": strangers([cooperative.pk for cooperative in cooperatives]),
        }

    def exit_status(self, answer: Any) -> int:
        """1 when something is missing, damaged or foreign."""
        reports = answer["cooperatives"].values()
        return 0 if all(report.ok for report in reports) and not answer["strangers"] else 1
