"""The copy of a person's data: a ZIP with one JSON for programs, one page for people, and their documents."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation

from core.commands import json_ready
from core.files import FileGone, read_file
from core.privacy.registry import personal_data
from core.registry import RenderedDocument
from members.privacy.models import PrivacyRequest

WRITTEN = (2026, 1, 1, 0, 0, 0)
"""The time of every member of the archive: the same data give the same bytes."""


def render_copy(source_id: UUID) -> RenderedDocument:
    """Everything that is registered as known of the person who asked, at the moment of writing."""
    request = PrivacyRequest.objects.select_related("person").get(pk=source_id)
    person = request.person
    parts, files = [], {}
    for part in personal_data():
        parts.append((part, [_plain(row) for row in part.rows(person)]))
        for file in part.files(person) if part.files else ():
            try:
                files[f"documents/{part.key}/{file.pk}-{_safe(file.name)}"] = read_file(file)
            except FileGone:
                continue
    with translation.override(person.language):
        page = render_to_string(
            "privacy/copy.html", {"parts": parts, "files": sorted(files), "language": person.language}
        )
    content = json.dumps({part.key: rows for part, rows in parts}, ensure_ascii=False, indent=1)
    files = {"data.json": content.encode(), "data.html": page.encode(), **files}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, WRITTEN), files[name], zipfile.ZIP_DEFLATED)
    return RenderedDocument(packed.getvalue(), "application/zip", "mes-donnees.zip")


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json_ready(row)
    return plain


def _safe(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)[-80:]
