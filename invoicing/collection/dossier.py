"""The dossier of a file given away: what is owed and why, every letter, where each document is.

Rendered once, in the documents queue; WeasyPrint is imported there alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation

from core.links import link, whole_link
from core.money import ZERO
from core.registry import RenderedDocument
from invoicing.collection import selectors
from invoicing.collection.models import HandOver
from invoicing.selectors import documents_of

STYLE = Path(__file__).parent / "static" / "collection" / "dossier.css"


def dossier_pdf(hand_over_id: UUID) -> RenderedDocument:
    """The dossier as a PDF, in French: the agent is the cooperative's."""
    file = selectors.hand_over(hand_over_id)
    pdf = pdf_of(dossier_html(file), file.reference)
    return RenderedDocument(pdf, "application/pdf", f"{file.reference}.pdf")


def dossier_html(file: HandOver) -> str:
    """The dossier as HTML: the same file gives the same text as long as nothing moves."""
    rows = []
    for member in file.invoices.select_related("invoice__entity").order_by("pk"):
        invoice = member.invoice
        charges = [row for row in selectors.charges_of([invoice.pk]) if row.waived_on is None]
        rows.append(
            {
                "invoice": invoice,
                "owed": member.owed,
                "charges": charges,
                "letters": selectors.letters_about(invoice),
                "documents": [
                    (row.number, whole_link("invoicing:document", pk=row.pk, kind="pdf"))
                    for row in documents_of(invoice)
                ],
            }
        )
    context: dict[str, Any] = {
        "file": file,
        "rows": rows,
        "total": sum((row["owed"] for row in rows), ZERO),
        "contacts": list(selectors.contacts_of(file.client)[:50]),
        "style": STYLE.read_text(encoding="utf-8"),
    }
    with translation.override("fr"):
        return render_to_string("collection/dossier.html", context)


def pdf_of(html: str, name: str) -> bytes:
    """Typeset the dossier; nothing is fetched from anywhere."""
    from weasyprint import HTML

    def refuse(url: str, *_: Any, **__: Any) -> dict[str, Any]:
        raise ValueError(f"a dossier fetches nothing: {url}")

    pdf: bytes = HTML(string=html, url_fetcher=refuse).write_pdf(
        pdf_variant="pdf/a-3u", pdf_identifier=name.encode(), pdf_tags=True
    )
    return pdf


def dossier_links(keys: Iterable[UUID]) -> Mapping[UUID, str]:
    """Files → their pages."""
    return {key: link("collection:handed", pk=key) for key in keys}
