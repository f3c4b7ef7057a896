"""`export_dimona`: the declarations of a cooperative in the format of the batch channel."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from core.clock import ZONE
from core.commands import JsonCommand
from core.errors import UnknownCooperative
from core.models import Cooperative
from core.tenancy import tenant_scope
from ledger.selectors import entity_by_code
from members.errors import NationalNumberMissing
from payroll.dimona.types import Declaration as Message
from payroll.dimona.types import DimonaError
from payroll.dimona.xml import write_batch
from payroll.errors import NothingDeclared
from payroll.models import Declaration
from payroll.services.declaration_messages import message_of


class Command(JsonCommand):
    """Answers one XML file with every declaration asked for, or the names of the files written with `--out`,
    one each. Declarations that cannot be written are named, by our reference; they wait for a person.
    """

    help = "Declarations of work (DIMONA) as XML."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The stable interface of the command."""
        parser.add_argument("reference", nargs="?", help="our reference of one declaration")
        parser.add_argument("--all", action="store_true", dest="everything")
        parser.add_argument("--cooperative", required=True)
        parser.add_argument("--entity", help="code of the legal entity that declares")
        parser.add_argument("--day", type=date.fromisoformat, metavar="D", help="day of the declaration")
        parser.add_argument("--out", type=Path, metavar="DIR")

    def answer(self, **options: Any) -> object:
        """Write the declarations that were sent or are to be sent; refuses an unknown reference or nothing at
        all.
        """
        cooperative = Cooperative.objects.filter(slug=options["cooperative"]).first()
        if cooperative is None:
            raise UnknownCooperative(slug=options["cooperative"])
        with tenant_scope(cooperative):
            messages, unwritten = _messages(_asked(options))
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
        return {"files": paths, "declarations": len(messages), "unwritten": unwritten}

    def render_text(self, answer: Any) -> str:
        """The XML itself, or the names of the files."""
        if isinstance(answer, str):
            return answer.rstrip("\n")
        return "\n".join(str(path) for path in answer["files"])


def _asked(options: dict[str, Any]) -> QuerySet[Declaration]:
    rows = Declaration.objects.exclude(state="cancelled", attempt=0).order_by("pk")
    entity, day = options.get("entity"), options.get("day")
    if entity:
        rows = rows.filter(contract__entity=entity_by_code(entity))
    if day:
        begins = datetime.combine(day, time(), ZONE)
        ends = datetime.combine(day + timedelta(days=1), time(), ZONE)
        rows = rows.filter(declared_at__gte=begins, declared_at__lt=ends)
    if options.get("everything") or entity or day:
        return rows.filter(reference=options["reference"]) if options.get("reference") else rows
    return rows.filter(reference=options.get("reference") or "")


def _messages(rows: QuerySet[Declaration]) -> tuple[list[Message], list[str]]:
    """What can be written, and the references of what cannot. Raises what forbids to write the only one."""
    messages: list[Message] = []
    unwritten: list[str] = []
    asked = list(rows)
    for row in asked:
        try:
            message = message_of(row)
            write_batch([message])
        except (DimonaError, NationalNumberMissing):
            if len(asked) == 1:
                raise
            unwritten.append(row.reference)
        else:
            messages.append(message)
    return messages, unwritten
