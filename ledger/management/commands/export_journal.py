"""`manage.py export_journal --cooperative be --entity PA --from D --to D --format csv|hledger|beancount`"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from core.commands import JsonCommand
from core.errors import UnknownCooperative
from core.models import Cooperative
from core.tenancy import tenant_scope
from ledger.exports import WRITERS, write_journal
from ledger.selectors import entity_by_code


class Command(JsonCommand):
    """The journals of an entity over some days, on standard output or in a file."""

    help = "Export journals as CSV, for hledger or for Beancount."

    def add_arguments(self, parser: CommandParser) -> None:
        """The stable interface of the command."""
        parser.add_argument("--cooperative", required=True)
        parser.add_argument("--entity", required=True, help="code of the legal entity")
        parser.add_argument("--from", required=True, dest="since", type=date.fromisoformat, metavar="D")
        parser.add_argument("--to", required=True, dest="until", type=date.fromisoformat, metavar="D")
        parser.add_argument("--format", required=True, dest="form", choices=sorted(WRITERS))
        parser.add_argument("--out", type=Path, metavar="FILE")

    def answer(self, **options: Any) -> object:
        """The text, or the name of the file that was written; refuses an unknown cooperative or entity."""
        cooperative = Cooperative.objects.filter(slug=options["cooperative"]).first()
        if cooperative is None:
            raise UnknownCooperative(slug=options["cooperative"])
        out: Path | None = options["out"]
        with tenant_scope(cooperative):
            entity = entity_by_code(options["entity"])
            pieces = write_journal(entity, options["since"], options["until"], options["form"])
            if out is None:
                return "".join(pieces)
            out.parent.mkdir(parents=True, exist_ok=True)
            with out.open("w", encoding="utf-8", newline="") as file:
                file.writelines(pieces)
        return {"file": out}

    def render_text(self, answer: Any) -> str:
        """The journal itself, or the name of the file."""
        return answer.rstrip("\n") if isinstance(answer, str) else str(answer["file"])
