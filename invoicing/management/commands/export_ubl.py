"""`export_ubl`: issued invoices and credit notes as Peppol BIS Billing 3.0."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.commands import JsonCommand
from core.documents import finished_file
from core.errors import UnknownCooperative
from core.files import read_file
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.content import ubl_of
from invoicing.errors import DocumentNotFound
from invoicing.models import IssuedDocument
from invoicing.selectors import document_by_number


@dataclass(frozen=True, slots=True)
class Exported:
    """A document under its number: where it was written, or its XML."""

    number: str
    file: Path | None
    xml: str | None


class Command(JsonCommand):
    """Answers the XML of one document or of all; with `--out` one file each, and their names."""

    help = "UBL of issued invoices and credit notes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The stable interface of the command."""
        parser.add_argument("number", nargs="?", help="number of an invoice or credit note")
        parser.add_argument("--all", action="store_true", dest="everything")
        parser.add_argument("--cooperative", required=True)
        parser.add_argument("--out", type=Path, metavar="DIR")

    def answer(self, **options: Any) -> list[Exported]:
        """The file rendered earlier, or the same bytes made now: no worker is needed. Refuses an unknown
        cooperative or number.
        """
        cooperative = Cooperative.objects.filter(slug=options["cooperative"]).first()
        if cooperative is None:
            raise UnknownCooperative(slug=options["cooperative"])
        out: Path | None = options["out"]
        with tenant_scope(cooperative):
            if options["everything"]:
                documents = list(IssuedDocument.objects.order_by("pk"))
            elif options["number"]:
                documents = [document_by_number(options["number"])]
            else:
                raise DocumentNotFound(number="")
            return [_export(document, out) for document in documents]

    def render_text(self, answer: Any) -> str:
        """The XML itself, or the names of the files."""
        return "\n".join(str(row.file) if row.file else row.xml.rstrip("\n") for row in answer)


def _export(document: IssuedDocument, out: Path | None) -> Exported:
    file = finished_file("invoice_ubl", document.pk)
    content = read_file(file) if file else ubl_of(document)
    if out is None:
        return Exported(document.number, None, content.decode())
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{document.number}.xml"
    path.write_bytes(content)
    return Exported(document.number, path, None)
