"""PDF of a quote as sent: rendered once, in the documents queue, in the clothes of the invoices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string

from core.links import link
from core.registry import RenderedDocument
from invoicing.content import Content
from invoicing.quotes.models import SentQuote
from invoicing.quotes.wording import wording
from invoicing.rendering import STYLE, document_context


def quote_pdf(sent_id: UUID) -> RenderedDocument:
    """The PDF of a version as sent, in the client's language; the same bytes each time."""
    sent = SentQuote.objects.get(pk=sent_id)
    return RenderedDocument(pdf_of(sent.content), "application/pdf", f"{sent.number}.pdf")


def pdf_of(content: Content) -> bytes:
    """Typeset the frozen content. WeasyPrint is imported here alone: it stays out of the web process."""
    from weasyprint import HTML

    html = HTML(string=quote_html(content), url_fetcher=_refuse)
    pdf: bytes = html.write_pdf(pdf_identifier=content["number"].encode(), pdf_tags=True)
    return pdf


def quote_html(content: Content) -> str:
    """The quote as HTML: what the PDF is made from."""
    style = STYLE.read_text(encoding="utf-8")
    return render_to_string("quotes/document.html", {**quote_context(content), "style": style})


def quote_context(content: Content) -> dict[str, Any]:
    """What `invoicing/document_body.html` shows of a quote, in the document's language."""
    words = wording(content["language"])
    return {**document_context(content), "words": words, "title": words["quote"], "is_quote": True}


def _refuse(url: str, *args: Any, **kwargs: Any) -> Any:
    """Documents fetch nothing: everything that they show is in their content."""
    raise ValueError(f"a document may not fetch {url}")


def document_links(keys: Iterable[UUID]) -> Mapping[UUID, str]:
    """Versions → pages of their quotes."""
    rows = SentQuote.objects.filter(pk__in=list(keys)).values_list("pk", "quote_id")
    return {key: link("quotes:quote", pk=quote) for key, quote in rows}
