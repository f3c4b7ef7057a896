"""The electronic copy of a document: kept once it passed the public rules, and only then."""

from __future__ import annotations

from uuid import UUID

from core.registry import RenderedDocument
from invoicing.einvoicing.validation import validated_ubl
from invoicing.models import IssuedDocument


def invoice_ubl(document_id: UUID) -> RenderedDocument:
    """The UBL of an issued document. Raises `UblRefused`, which people find among the given-up work."""
    document = IssuedDocument.objects.get(pk=document_id)
    return RenderedDocument(validated_ubl(document), "application/xml", f"{document.number}.xml")
