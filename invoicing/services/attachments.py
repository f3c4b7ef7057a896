"""Files that go with an invoice: added to and taken off a draft; from the issue on they stand still."""

from __future__ import annotations

import os
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Sum

from core import audit
from core.models import StoredFile
from core.types import Actor
from invoicing import selectors
from invoicing.enums import InvoiceState
from invoicing.errors import AttachmentNotFound, InvoiceNotDraft, TooManyAttachments
from invoicing.models import Invoice, InvoiceAttachment

MOST_FILES = 5
MOST_BYTES = 8 * 1024 * 1024
"""An electronic invoice carries them inside: networks refuse documents far above 10 MB."""


@transaction.atomic
def attach_file(*, invoice_id: UUID, file: StoredFile, name: str, actor: Actor) -> InvoiceAttachment:
    """Add a stored upload (`core.files.store_upload` has looked at it) to a draft.

    Locks the invoice. Raises `InvoiceNotDraft`, `TooManyAttachments`. A second call adds it again.
    """
    invoice = _draft(invoice_id)
    rows = InvoiceAttachment.objects.filter(invoice=invoice)
    size = rows.aggregate(size=Sum("file__size"))["size"] or 0
    if rows.count() >= MOST_FILES or size + file.size > MOST_BYTES:
        raise TooManyAttachments(count=MOST_FILES, limit=MOST_BYTES // 1024 // 1024)
    last = rows.aggregate(last=Max("position"))["last"] or 0
    row = InvoiceAttachment.objects.create(
        invoice=invoice, file=file, position=last + 1, name=_plain_name(name or file.name)
    )
    audit.record(actor, "invoice.file_added", invoice, file=str(file.pk))
    return row


@transaction.atomic
def detach_file(*, invoice_id: UUID, attachment_id: UUID, actor: Actor) -> None:
    """Take a file off a draft. Locks the invoice. Raises `InvoiceNotDraft`, `AttachmentNotFound`."""
    invoice = _draft(invoice_id)
    gone, _rows = InvoiceAttachment.objects.filter(invoice=invoice, pk=attachment_id).delete()
    if not gone:
        raise AttachmentNotFound
    audit.record(actor, "invoice.file_removed", invoice, attachment=str(attachment_id))


def _draft(invoice_id: UUID) -> Invoice:
    invoice = selectors.invoice_for_update(invoice_id)
    if invoice.state != InvoiceState.DRAFT:
        raise InvoiceNotDraft
    return invoice


def _plain_name(name: str) -> str:
    """A name that every reader's disk takes: no folders, no signs that steer."""
    kept = "".join(sign for sign in os.path.basename(name.replace("\\", "/")) if sign.isprintable())
    stem, dot, ending = kept.strip().rpartition(".")
    return f"{stem[:90]}{dot}{ending[:9]}" if dot else kept[:100] or "file"
