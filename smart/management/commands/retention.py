"""`manage.py retention [--dry-run]`"""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from core import clock
from core.commands import JsonCommand
from core.models import Cooperative
from core.privacy.services import run_retention
from core.tenancy import tenant_scope
from core.types import Actor


class Command(JsonCommand):
    """End rows whose time has come, by category and cooperative; what law keeps is counted and stays."""

    help = "Apply the retention rules; with --dry-run only count."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to count only."""
        parser.add_argument("--dry-run", action="store_true", help="count, end nothing")

    def answer(self, **options: Any) -> dict[str, list[dict[str, Any]]]:
        """By cooperative, every category: rule, rows, rows whose time has come, rows that went."""
        answer = {}
        for cooperative in Cooperative.objects.all():
            with tenant_scope(cooperative):
                today = clock.today()
            outcomes = run_retention(
                cooperative, on=today, actor=Actor.system("retention"), dry=options["dry_run"]
            )
            answer[cooperative.slug] = [asdict(outcome) for outcome in outcomes]
        return answer
