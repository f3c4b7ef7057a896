"""Papers of workers as PDF, in the worker's language. Rendered in the documents queue only."""

from __future__ import annotations

from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation

from core.registry import RenderedDocument
from payroll.documents import OutsideFileRefused
from payroll.returns.models import WorkerPaper
from payroll.returns.paper_view import shown_paper


def render_paper(source_id: UUID) -> RenderedDocument:
    """The paper from what was kept when it was issued; the same bytes each time."""
    from weasyprint import HTML

    paper = WorkerPaper.objects.select_related("person", "entity").get(pk=source_id)
    language = paper.person.language
    with translation.override(language):
        html = render_to_string("returns/paper_pdf.html", {"shown": shown_paper(paper), "language": language})
    content = HTML(string=html, url_fetcher=_refuse).write_pdf(
        pdf_identifier=paper.pk.bytes.hex().encode(), pdf_variant="pdf/a-2a", pdf_tags=True
    )
    assert content is not None
    return RenderedDocument(
        content, "application/pdf", f"{paper.kind}-{paper.entity.code}-{paper.first:%Y-%m-%d}.pdf"
    )


def _refuse(url: str, *_: object, **__: object) -> dict[str, object]:
    raise OutsideFileRefused(url)
