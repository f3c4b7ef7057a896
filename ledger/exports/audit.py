"""What an auditor takes along: journals, balances and seals of an entity, with their fingerprints, in one
file.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from uuid import UUID

from core.registry import RenderedDocument
from ledger.exports import write_journal
from ledger.exports.tables import balances_csv, seals_csv
from ledger.models import AuditExport, BooksCheck, JournalEntry, Seal
from ledger.selectors import balances

SAME_DAY = (1980, 1, 1, 0, 0, 0)
"""The moment of every file inside: the same content gives the same bytes."""


def render_export(export_id: UUID) -> RenderedDocument:
    """The ZIP of an export: three tables and a manifest with the SHA-256 of each."""
    export = AuditExport.objects.select_related("entity").get(pk=export_id)
    entity, since, until = export.entity, export.since, export.until
    seals = (
        Seal.objects.filter(entity=entity, year__range=(since.year, until.year))
        .select_related("entity", "previous")
        .order_by("number")
    )
    stream = io.BytesIO()
    hashes = {}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces in (
            ("journal.csv", write_journal(entity, since, until, "csv")),
            ("balances.csv", balances_csv(balances(entity, since, until))),
            ("seals.csv", seals_csv(seals)),
        ):
            hashes[name] = _add(archive, name, pieces)
        check = BooksCheck.objects.order_by("-at").first()
        waiting = JournalEntry.objects.filter(
            entity=entity, date__range=(since, until), sealed__isnull=True
        ).count()
        manifest = {
            "entity": {"code": entity.code, "name": entity.name, "number": entity.enterprise_number},
            "from": since.isoformat(),
            "to": until.isoformat(),
            "entries_not_sealed": waiting,
            "last_check": {"at": check.at.isoformat(), "ok": check.ok} if check else None,
            "sha256": hashes,
        }
        _add(archive, "manifest.json", [json.dumps(manifest, ensure_ascii=False, indent=1)])
    name = f"{entity.code}-{since}-{until}.zip"
    return RenderedDocument(stream.getvalue(), "application/zip", name)


def _add(archive: zipfile.ZipFile, name: str, pieces: Iterable[str]) -> str:
    """Write a file into the archive; gives its SHA-256."""
    digest = hashlib.sha256()
    head = zipfile.ZipInfo(name, SAME_DAY)
    head.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(head, "w") as file:
        for piece in pieces:
            data = piece.encode()
            digest.update(data)
            file.write(data)
    return digest.hexdigest()
