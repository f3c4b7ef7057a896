"""`manage.py bench ledger --json`"""

from typing import Any

from django.core.management.base import CommandError, CommandParser

import ledger.bench  # noqa: F401
import smart.bench.invoicing  # noqa: F401
import smart.bench.isolation  # noqa: F401
import smart.bench.payroll  # noqa: F401
import smart.bench.pdf  # noqa: F401
import smart.bench.search  # noqa: F401 - each module registers what it measures
from core.bench import subjects
from core.commands import JsonCommand

SIZES = ("count", "payslips")
"""Options that say how many: a subject that takes one has an argument of that name."""


class Command(JsonCommand):
    """Measure a part of the product against its floor, in a database made for it."""

    help = "Measure a part of the product; the median of three runs."

    def add_arguments(self, parser: CommandParser) -> None:
        """What, and for how long."""
        parser.add_argument("subject", choices=sorted(subjects()))
        parser.add_argument("--seconds", type=float, default=2.0, help="length of each run")
        for name in SIZES:
            parser.add_argument(f"--{name}", type=int, help="how many, where the subject can be told")

    def answer(self, **options: Any) -> dict[str, Any]:
        """The figures."""
        given = {name: options[name] for name in SIZES if options[name] is not None}
        try:
            return subjects()[options["subject"]](options["seconds"], **given)
        except TypeError as error:
            if given and "unexpected keyword argument" in str(error):
                raise CommandError(f"{options['subject']} is not measured by {', '.join(given)}") from None
            raise
