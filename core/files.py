"""Files kept by content, one folder per tenant; never served by path, only after a permission check."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.models import StoredFile
from core.tenancy import current_cooperative_or_none, current_tenant_id
from core.uploads import accept_upload

log = logging.getLogger(__name__)
_DIGEST = re.compile(r"[0-9a-f]{64}")

_PART = 1 << 20
"""Bytes that are read at once."""

PARTIAL = ".part"
"""Ends the name of a file that is being written."""


class FileGone(DomainError):
    """The row is there, the bytes are not: a disk lost them."""

    code = "file_gone"
    kind = "not_found"
    message = _("This file is missing on our side. Please tell us: it is restored from the backup.")


def store_file(content: bytes, *, name: str, content_type: str) -> StoredFile:
    """Keep bytes that the product made itself; the same bytes are written once per tenant.

    The file is whole and on disk before its row is: whoever dies in between leaves a file without a row, or a
    `.part`, and `core.file_care` takes both away later.
    """
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(current_tenant_id(), digest)
    if path.exists():
        hold_sweep(alone=False)
    if _holds(path, digest):
        os.utime(path)  # young again: nobody takes it for left over
    else:
        write_whole(path, content)
    return StoredFile.objects.create(
        sha256=digest, size=len(content), content_type=content_type, name=name[:200]
    )


def store_stream(stream: IO[bytes], *, name: str, content_type: str) -> StoredFile:
    """Keep what was written to a temporary file, however long: it is read twice, a part at a time, and never
    stands in memory. Otherwise as `store_file`.
    """
    digest, size = hashlib.sha256(), 0
    stream.seek(0)
    while part := stream.read(_PART):
        digest.update(part)
        size += len(part)
    path = path_of(current_tenant_id(), digest.hexdigest())
    if path.exists():
        hold_sweep(alone=False)
    stream.seek(0)
    write_whole(path, iter(partial(stream.read, _PART), b""))
    return StoredFile.objects.create(
        sha256=digest.hexdigest(), size=size, content_type=content_type, name=name[:200]
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
    """The bytes of a stored file, which are those that were kept. Raises `FileGone`, also when others lie in
    their place, and for a row of another cooperative than that of the scope.
    """
    here = current_cooperative_or_none()
    if here is not None and file.tenant_id != here.pk:
        raise FileGone
    try:
        content = path_of(file.tenant_id or current_tenant_id(), file.sha256).read_bytes()
    except FileNotFoundError:
        log.error("file %s of %s is missing", file.sha256, file.pk)
        raise FileGone from None
    if hashlib.sha256(content).hexdigest() != file.sha256:
        log.error("file %s of %s is damaged", file.sha256, file.pk)
        raise FileGone
    return content


def file_response(file: StoredFile) -> HttpResponse:
    """Answer with the file as a download; the caller has checked that the person may have it."""
    response = HttpResponse(read_file(file), content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{_ascii(file.name)}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def path_of(tenant_id: int, digest: str) -> Path:
    """Where the bytes with this SHA-256 lie. Raises `FileGone` for what is no digest and would be a path."""
    if not _DIGEST.fullmatch(digest):
        raise FileGone
    return Path(settings.MEDIA_ROOT) / str(tenant_id) / digest[:2] / digest


def write_whole(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Write a file so that it is never seen half: under another name, to the disk, then renamed. Two writers
    at once do not meet; the last one's bytes stay.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{uuid4().hex}{PARTIAL}")
    try:
        with unfinished.open("xb") as stream:
            stream.writelines([content] if isinstance(content, bytes) else content)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name too is on the disk before a row speaks of it
    finally:
        os.close(folder)


def hold_sweep(*, alone: bool) -> None:
    """Until the transaction ends: who uses a file that lies there already, side by side; who takes away what
    no row names, `alone`. Otherwise a file could go between being found and being named.
    """
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(hashtext('core.files'), %s)", [current_tenant_id()])


def _holds(path: Path, digest: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == digest
    except FileNotFoundError:
        return False


def _ascii(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name)
