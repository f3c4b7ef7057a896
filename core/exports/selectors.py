"""Reads of lists as files: everybody's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from core.enums import DocumentState
from core.exports.errors import ExportNotFound, ExportNotReady
from core.exports.models import ExportPart, ListExport
from core.exports.services import DAYS, OPEN
from core.exports.sources import source_for
from core.models import User


def exports_of(user: User, at: datetime) -> QuerySet[ListExport]:
    """What an account asked for and may still fetch at a moment, newest first."""
    since = at - timedelta(days=DAYS)
    return ListExport.objects.filter(user_id=user.pk, asked_at__gte=since).order_by("-pk")


def export_for(user: User, pk: UUID, at: datetime) -> ListExport:
    """One of an account's own. Raises `ExportNotFound`, as if nobody had asked for it."""
    found = exports_of(user, at).filter(pk=pk).first()
    if found is None:
        raise ExportNotFound
    return found


def content_of(export: ListExport, roles: frozenset[str]) -> bytes:
    """The bytes of a file, for who may still have the list. Raises `ExportNotReady`, `ListNotFound`."""
    source_for(export.list, roles)
    if export.state != DocumentState.DONE:
        raise ExportNotReady
    parts = ExportPart.objects.filter(export=export).order_by("number")
    return b"".join(bytes(content) for content in parts.values_list("content", flat=True))


def name_of(export: ListExport) -> str:
    """What the file is called when it is kept: list and day."""
    return f"{export.list.replace('.', '-')}-{export.asked_at:%Y-%m-%d}.{export.form}"


def ends_at(export: ListExport) -> datetime:
    """When it goes."""
    return export.asked_at + timedelta(days=DAYS)


def exports_waiting() -> bool:
    """Whether a file of the open scope may be made now: one that nobody took, or whose worker died."""
    rows = ListExport.objects.filter(state__in=OPEN)
    return rows.filter(lease_until=None).exists() or rows.filter(lease_until__lt=timezone.now()).exists()
