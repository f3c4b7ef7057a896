"""Files kept by content, one folder per tenant; never served by path, only after a permission check."""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.models import StoredFile
from core.tenancy import current_tenant_id

log = logging.getLogger(__name__)

LARGEST = 10 * 1024 * 1024

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


class FileTooLarge(DomainError):
    """The upload passes the size limit."""

    code = "file_too_large"
    message = _("The file is larger than %(limit)s MB: make it smaller and send it again.")


class FileTypeRefused(DomainError):
    """The content is not of a kind that is accepted, whatever its name says."""

    code = "file_type_refused"
    message = _("Only PDF, PNG and JPEG files are accepted.")


class FileGone(DomainError):
    """The row is there, the bytes are not: a disk lost them."""

    code = "file_gone"
    kind = "not_found"
    message = _("This file is missing on our side. Please tell us: it is restored from the backup.")


def store_file(content: bytes, *, name: str, content_type: str) -> StoredFile:
    """Keep bytes that the product made itself; the same bytes are written once per tenant."""
    digest = hashlib.sha256(content).hexdigest()
    path = _path(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{digest}.{os.getpid()}")
        partial.write_bytes(content)
        partial.replace(path)
    return StoredFile.objects.create(
        sha256=digest, size=len(content), content_type=content_type, name=name[:200]
    )


def store_upload(upload: Any) -> StoredFile:
    """Keep a receipt or another upload. Its type is read from the content. Raises `FileTooLarge`,
    `FileTypeRefused`.
    """
    if upload.size > LARGEST:
        raise FileTooLarge(limit=LARGEST // 1024 // 1024)
    content: bytes = upload.read()
    for start, content_type in _SIGNATURES:
        if content.startswith(start):
            return store_file(content, name=os.path.basename(upload.name), content_type=content_type)
    raise FileTypeRefused


def read_file(file: StoredFile) -> bytes:
    """The bytes of a stored file. Raises `FileGone`."""
    try:
        return _path(file.sha256).read_bytes()
    except FileNotFoundError:
        log.error("file %s of %s is missing", file.sha256, file.pk)
        raise FileGone from None


def file_response(file: StoredFile) -> HttpResponse:
    """Answer with the file as a download; the caller has checked that the person may have it."""
    response = HttpResponse(read_file(file), content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{_ascii(file.name)}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _path(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / str(current_tenant_id()) / digest[:2] / digest


def _ascii(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name)
