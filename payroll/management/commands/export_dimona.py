"""`export_dimona`: the declarations of a cooperative in the format of the batch channel."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from core.commands import JsonCommand
from core.errors import UnknownCooperative
from core.models import Cooperative
from core.tenancy import tenant_scope
from payroll.dimona.xml import write_batch
from payroll.errors import NothingDeclared
from payroll.models import Declaration
from payroll.services.declarations import message_of


class Command(JsonCommand):
    """Answers one XML file with every declaration, or the names of the files written with
    `--out`, one each.
    """

    help = "Declarations of work (DIMONA) as XML."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The stable interface of the command."""
        parser.add_argument("reference", nargs="?", help="our reference of one declaration")
        parser.add_argument("--all", action="store_true", dest="everything")
        parser.add_argument("--cooperative", required=True)
        parser.add_argument("--out", type=Path, metavar="DIR")

    def answer(self, **options: Any) -> object:
        """Write the declarations that were sent or are to be sent; refuses an unknown reference or nothing at
        all.
        """
        cooperative = Cooperative.objects.filter(slug=options["cooperative"]).first()
        if cooperative is None:
            raise UnknownCooperative(slug=options["cooperative"])
        with tenant_scope(cooperative):
            rows = Declaration.objects.exclude(state="cancelled", attempt=0).order_by("pk")
            if not options["everything"]:
                rows = rows.filter(reference=options["reference"] or "")
            messages = [message_of(row) for row in rows]
        if not messages:
            raise NothingDeclared
        out: Path | None = options["out"]
        if out is None:
            return write_batch(messages).decode()
        out.mkdir(parents=True, exist_ok=True)
        paths = []
        for message in messages:
            path = out / f"dimona-{message.reference}.xml"
            path.write_bytes(write_batch([message]))
            paths.append(path)
        return {"files": paths, "declarations": len(messages)}

    def render_text(self, answer: Any) -> str:
        """The XML itself, or the names of the files."""
        if isinstance(answer, str):
            return answer.rstrip("\n")
        return "\n".join(str(path) for path in answer["files"])
