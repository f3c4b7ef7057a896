"""`manage.py export_sepa BATCH|--all --cooperative be [--out DIR]`"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from core.commands import JsonCommand
from core.errors import UnknownCooperative
from core.files import read_file
from core.models import Cooperative
from core.tenancy import tenant_scope
from ledger.treasury.selectors import released_batches


class Command(JsonCommand):
    """Give released payment files out: on standard output, or one file each in a directory."""

    help = "Export released payment files (SEPA pain.001)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which batch, of whom, where to."""
        parser.add_argument("batch", nargs="?", help="number of a released batch")
        parser.add_argument("--all", action="store_true", help="every released batch")
        parser.add_argument("--cooperative", required=True)
        parser.add_argument("--out", type=Path, help="directory; one file per batch")

    def answer(self, **options: Any) -> dict[str, Any]:
        """The paths that were written, or the documents themselves."""
        number = options["batch"]
        if bool(number) == options["all"]:
            raise CommandError("name one batch, or --all")
        cooperative = Cooperative.objects.filter(slug=options["cooperative"]).first()
        if cooperative is None:
            raise UnknownCooperative(slug=options["cooperative"])
        with tenant_scope(cooperative):
            files = {
                batch.number: read_file(batch.file)
                for batch in released_batches(number)
                if batch.file is not None
            }
        out: Path | None = options["out"]
        if out is None:
            return {"documents": {name: content.decode() for name, content in files.items()}}
        out.mkdir(parents=True, exist_ok=True)
        paths = []
        for name, content in files.items():
            paths.append(out / f"{name}.xml")
            paths[-1].write_bytes(content)
        return {"files": paths}

    def render_text(self, answer: Any) -> str:
        """Paths one per line, or the documents one after the other."""
        if "files" in answer:
            return "\n".join(str(path) for path in answer["files"])
        return "\n".join(answer["documents"].values())
