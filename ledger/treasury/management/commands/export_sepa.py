"""`manage.py export_sepa BATCH|--all [--cooperative be] [--out FILE|DIR]`"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core.commands import JsonCommand
from core.errors import UnknownCooperative
from core.files import read_file
from core.models import Cooperative
from core.tenancy import tenant_scope
from ledger.treasury.errors import UnknownBatch
from ledger.treasury.models import PayoutBatch
from ledger.treasury.selectors import released_batches


class Command(JsonCommand):
    """Give released payment files out as they were written when released: never another one is made."""

    help = "Export released payment files (SEPA pain.001)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which batch, of whom, where to."""
        parser.add_argument("batch", nargs="?", help="number or id of a released batch")
        parser.add_argument("--all", action="store_true", help="every released batch")
        parser.add_argument("--cooperative", help="needed with --all, and when several have that number")
        parser.add_argument("--out", type=Path, help="a file (….xml), or a directory: one file per batch")

    def answer(self, **options: Any) -> dict[str, Any]:
        """What the files are, and where they were written or their documents.

        Raises `UnknownCooperative`, `UnknownBatch`, `BatchNotReleased`; then nothing is written.
        """
        asked, out = options["batch"], options["out"]
        if bool(asked) == options["all"]:
            raise CommandError("name one batch, or --all")
        if options["all"] and not options["cooperative"]:
            raise CommandError("name the cooperative whose batches are wanted")
        files = self._files(options["cooperative"], asked)
        answer: dict[str, Any] = {"batches": [_said(batch) for batch, _ in files]}
        if out is None:
            return answer | {"documents": {batch.number: content.decode() for batch, content in files}}
        paths = [_path(out, batch) for batch, _ in files]
        if len(set(paths)) < len(files):
            raise CommandError("several batches need a directory")
        for path, (_, content) in zip(paths, files, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return answer | {"files": paths}

    def render_text(self, answer: Any) -> str:
        """Paths one per line, or the documents one after the other."""
        if "files" in answer:
            return "\n".join(str(path) for path in answer["files"])
        return "\n".join(answer["documents"].values())

    def _files(self, slug: str | None, asked: str | None) -> list[tuple[PayoutBatch, bytes]]:
        for cooperative in _cooperatives(slug):
            with tenant_scope(cooperative):
                try:
                    found = released_batches(asked)
                except UnknownBatch:
                    continue
                return [(batch, read_file(batch.file)) for batch in found if batch.file is not None]
        raise UnknownBatch(number=asked)


def _cooperatives(slug: str | None) -> Iterable[Cooperative]:
    rows = Cooperative.objects.order_by("pk")
    if slug is None:
        return rows
    found = list(rows.filter(slug=slug))
    if not found:
        raise UnknownCooperative(slug=slug)
    return found


def _path(out: Path, batch: PayoutBatch) -> Path:
    return out if out.suffix.lower() == ".xml" else out / f"{batch.number}.xml"


def _said(batch: PayoutBatch) -> dict[str, Any]:
    assert batch.file is not None
    return {
        "id": batch.pk,
        "number": batch.number,
        "message_id": batch.number,
        "entity": batch.entity.code,
        "kind": batch.kind,
        "state": batch.state,
        "payments": batch.payments,
        "total": batch.total,
        "released_on": batch.released_on,
        "sha256": batch.file.sha256,
    }
