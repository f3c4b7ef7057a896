"""Exports for auditors, asked for and made apart from the request."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from core import audit
from core.documents import request_document
from core.types import Actor
from ledger.models import AuditExport, LegalEntity

EXPORT = "ledger.audit_export"
"""The kind of document."""


@transaction.atomic
def ask_export(*, entity: LegalEntity, since: date, until: date, actor: Actor) -> AuditExport:
    """Ask for the journals, balances and seals of some days as one file. Each call asks for another one."""
    export = AuditExport.objects.create(entity=entity, since=since, until=until, asked_by=actor.label[:120])
    audit.record(actor, "ledger.export_asked", export, entity=entity.code)
    request_document(EXPORT, export.pk, urgent=True)
    return export
