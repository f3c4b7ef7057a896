"""Files that go with an invoice: added to and taken off a draft; from the issue on they stand still."""

from __future__ import annotations

import os
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Sum

from core import audit
from core.files import store_upload
from core.models import StoredFile
from core.types import Actor
from invoicing import selectors
from invoicing.enums import InvoiceState
from invoicing.errors import AttachmentNotFound, InvoiceNotDraft, StaleInvoice, TooManyAttachments
from invoicing.models import Invoice, InvoiceAttachment

MOST_FILES = 5
MOST_BYTES = 8 * 1024 * 1024
"""An electronic invoice carries them inside: networks refuse documents far above 10 MB."""


@transaction.atomic
def attach_file(*, invoice_id: UUID, file: Any, actor: Actor, name: str = "") -> InvoiceAttachment:
    """Add a file to a draft: an upload, which is looked at and kept, or a `StoredFile`.

    PDF, PNG and JPEG, as `core.uploads` accepts them and EN 16931 carries them. Locks the invoice. Raises
    `InvoiceNotDraft`, `TooManyAttachments`, and what `core.files.store_upload` raises; nothing of a refused
    file is kept. A second call adds it again.
    """
    invoice = _draft(invoice_id)
    rows = InvoiceAttachment.objects.filter(invoice=invoice)
    size = rows.aggregate(size=Sum("file__size"))["size"] or 0
    if rows.count() >= MOST_FILES or size + file.size > MOST_BYTES:
        raise TooManyAttachments(count=MOST_FILES, limit=MOST_BYTES // 1024 // 1024)
    name = _plain_name(name or file.name)
    stored = file if isinstance(file, StoredFile) else store_upload(file)
    last = rows.aggregate(last=Max("position"))["last"] or 0
    row = InvoiceAttachment.objects.create(invoice=invoice, file=stored, position=last + 1, name=name)
    _changed(invoice)
    audit.record(actor, "invoice.file_added", invoice, file=str(stored.pk))
    return row


@transaction.atomic
def detach_file(*, invoice_id: UUID, attachment_id: UUID, actor: Actor, version: int | None = None) -> None:
    """Take a file off a draft. `version`: that of the draft which was looked at. Locks the invoice. Raises
    `InvoiceNotDraft`, `StaleInvoice`, `AttachmentNotFound`.
    """
    invoice = _draft(invoice_id)
    if version is not None and version != invoice.version:
        raise StaleInvoice
    gone, _rows = InvoiceAttachment.objects.filter(invoice=invoice, pk=attachment_id).delete()
    if not gone:
        raise AttachmentNotFound
    _changed(invoice)
    audit.record(actor, "invoice.file_removed", invoice, attachment=str(attachment_id))


def _draft(invoice_id: UUID) -> Invoice:
    invoice = selectors.invoice_for_update(invoice_id)
    if invoice.state != InvoiceState.DRAFT:
        raise InvoiceNotDraft
    return invoice


def _changed(invoice: Invoice) -> None:
    """Who has the draft open learns that it is another one."""
    invoice.version += 1
    invoice.save(update_fields=["version"])


def _plain_name(name: str) -> str:
    """A name that every reader's disk takes: no folders, no signs that steer."""
    kept = "".join(sign for sign in os.path.basename(name.replace("\\", "/")) if sign.isprintable())
    stem, dot, ending = kept.strip().rpartition(".")
    return f"{stem[:90]}{dot}{ending[:9]}" if dot else kept[:100] or "file"
