"""`manage.py import_statement FILE --cooperative be [--dry-run] [--tolerant] [--keep-early] --json`"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from core import clock
from core.commands import JsonCommand
from core.errors import UnknownCooperative
from core.models import Cooperative
from core.money import r
from core.tenancy import tenant_scope
from core.types import Actor
from ledger.treasury.errors import StatementFileMissing, UnreadableStatement
from ledger.treasury.reading import Movement, Statement
from ledger.treasury.services import take_statements
from ledger.treasury.services.statements import LARGEST_FILE, read_file_of_bank


class Command(JsonCommand):
    """Read the statements of a CODA or CAMT.053 file; enter them in the books unless it is a dry run.

    A dry run reads statements of any account; entering needs an account of the cooperative. A file that
    cannot be read is refused under the reader's own code, with the line.
    """

    help = "Import bank statements (CODA 2.x, CAMT.053 001.02 and 001.08)."
    names_lines = True

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file, for whom, how strictly."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--cooperative", required=True)
        parser.add_argument("--dry-run", action="store_true", help="read and check, enter nothing")
        parser.add_argument(
            "--tolerant", action="store_true", help="let pass what is not whole but can be read"
        )
        parser.add_argument(
            "--keep-early", action="store_true", help="keep what came before its predecessor until that comes"
        )

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """What was read, statement by statement. What stands already is the same again."""
        cooperative = Cooperative.objects.filter(slug=options["cooperative"]).first()
        if cooperative is None:
            raise UnknownCooperative(slug=options["cooperative"])
        path: Path = options["file"]
        try:
            with path.open("rb") as stream:
                content = stream.read(LARGEST_FILE + 1)  # one byte more than is taken
        except OSError:
            raise StatementFileMissing(name=path.name) from None
        tolerant: bool = options["tolerant"]
        try:
            read = read_file_of_bank(content, strict=not tolerant)
            if not options["dry_run"]:
                with tenant_scope(cooperative):
                    take_statements(
                        content=content,
                        filename=path.name,
                        today=clock.today(),
                        actor=Actor.system("import_statement"),
                        tolerate="import_statement --tolerant" if tolerant else None,
                        keep_early=options["keep_early"],
                    )
        except UnreadableStatement as error:
            error.code = str(error.params["code"])  # type: ignore[misc] # programs want to know which rule
            raise
        return [_statement(statement) for statement in read]


def _statement(read: Statement) -> dict[str, Any]:
    return {
        "format": str(read.format),
        "account": read.account,
        "currency": read.currency,
        "number": read.number,
        "date": read.date,
        "opening": str(r(read.opening)),
        "closing": str(r(read.closing)),
        "transactions": [_transaction(movement) for movement in read.transactions],
    }


def _transaction(movement: Movement) -> dict[str, Any]:
    """Texts that are absent are empty, identifiers null. A reference or account that does not hold is given
    as the bank wrote it.
    """
    return {
        "amount": str(r(movement.amount)),
        "date": movement.entry_date,
        "value_date": movement.value_date,
        "counterparty_name": movement.counterparty_name,
        "counterparty_iban": movement.counterparty_iban or movement.counterparty_account or None,
        "communication": movement.communication,
        "structured_reference": movement.structured_reference or movement.written_reference or None,
        "end_to_end_id": movement.end_to_end_id or None,
    }
