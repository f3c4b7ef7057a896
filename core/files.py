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
from core.uploads import accept_upload

log = logging.getLogger(__name__)


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
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    return StoredFile.objects.create(
        sha256=digest, size=len(content), content_type=content_type, name=name[:200]
    )


def store_upload(upload: Any) -> StoredFile:
    """Keep a receipt or another upload, once `core.uploads.accept_upload` has looked at it; that says what it
    raises. Nothing of a refused file is kept.
    """
    accepted = accept_upload(upload)
    return store_file(
        accepted.content, name=os.path.basename(upload.name) or "file", content_type=accepted.content_type
    )


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
