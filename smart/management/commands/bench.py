"""`manage.py bench ledger --json`"""

from typing import Any

from django.core.management.base import CommandParser

import ledger.bench  # noqa: F401
import smart.bench.invoicing  # noqa: F401
import smart.bench.isolation  # noqa: F401
import smart.bench.payroll  # noqa: F401
import smart.bench.search  # noqa: F401 - each module registers what it measures
from core.bench import subjects
from core.commands import JsonCommand


class Command(JsonCommand):
    """Measure a part of the product against its floor, in a database made for it."""

    help = "Measure a part of the product; the median of three runs."

    def add_arguments(self, parser: CommandParser) -> None:
        """What, and for how long."""
        parser.add_argument("subject", choices=sorted(subjects()))
        parser.add_argument("--seconds", type=float, default=2.0, help="length of each run")

    def answer(self, **options: Any) -> dict[str, Any]:
        """The figures."""
        return subjects()[options["subject"]](options["seconds"])
