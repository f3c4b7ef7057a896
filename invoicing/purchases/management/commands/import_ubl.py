"""`manage.py import_ubl FILE --cooperative be [--dry-run] --json`"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext_lazy as _

from core import clock
from core.commands import JsonCommand
from core.errors import DomainError, UnknownCooperative
from core.models import Cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from invoicing.purchases.content import summary_of
from invoicing.purchases.enums import Origin
from invoicing.purchases.services import receive_document
from invoicing.ubl.intake import LARGEST
from invoicing.ubl.reader import read_document


class FileUnreadable(DomainError):
    """There is no such file, or it is none."""

    code = "file_unreadable"
    kind = "not_found"
    message = _("The file %(name)s cannot be read.")


class Command(JsonCommand):
    """Read a supplier's invoice or credit note; keep it as a purchase unless it is a dry run."""

    help = "Import a supplier's UBL invoice or credit note."
    names_lines = True

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file, for whom."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--cooperative", required=True)
        parser.add_argument("--dry-run", action="store_true", help="read and check, keep nothing")

    def answer(self, **options: Any) -> dict[str, Any]:
        """What was read. A document kept before is the same one again."""
        cooperative = Cooperative.objects.filter(slug=options["cooperative"]).first()
        if cooperative is None:
            raise UnknownCooperative(slug=options["cooperative"])
        path: Path = options["file"]
        try:
            with path.open("rb") as stream:
                content = stream.read(LARGEST + 1)  # one more than is taken: no larger file fills the memory
        except OSError:
            raise FileUnreadable(name=path.name) from None
        document = read_document(content)
        if not options["dry_run"]:
            with tenant_scope(cooperative):
                receive_document(
                    content=content,
                    name=path.name,
                    origin=Origin.COMMAND,
                    received_on=clock.today(),
                    actor=Actor.system("import_ubl"),
                )
        return summary_of(document)
