"""`manage.py check_ledger --json`"""

from typing import Any

from core.commands import JsonCommand
from ledger.checks import check_books


class Command(JsonCommand):
    """Count the books of every cooperative again; exits 1 when something does not hold."""

    help = "Check the books of every cooperative."

    def answer(self, **options: Any) -> dict[str, Any]:  # noqa: ARG002
        """`ok`, what was counted, and the breaks."""
        report = check_books()
        return {
            "ok": report.ok,
            "entries": report.entries,
            "lines": report.lines,
            "budgets": report.budgets,
            "unsealed": report.unsealed,
            "breaks": [
                {"cooperative": slug, "code": b.code, "subject": b.subject, "detail": b.detail}
                for slug, b in report.breaks
            ],
        }

    def exit_status(self, answer: Any) -> int:
        """1 when something does not hold."""
        return 0 if answer["ok"] else 1
