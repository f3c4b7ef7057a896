"""The payslip as a PDF. Rendered in the documents queue only."""

from __future__ import annotations

from datetime import UTC, datetime, time
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation

from core.registry import RenderedDocument
from payroll.models import Payslip
from payroll.payslip_view import payslip_page


class OutsideFileRefused(RuntimeError):
    """A document asked for something that is not in it: nothing is fetched from anywhere."""


def render_payslip(source_id: UUID) -> RenderedDocument:
    """The payslip, two pages at most, from what was kept when it was issued; the same bytes each time."""
    from weasyprint import HTML

    slip = Payslip.objects.select_related("person", "entity").get(pk=source_id)
    with translation.override(slip.person.language):
        html = render_to_string(
            "payroll/payslip_pdf.html", {"slip": payslip_page(slip), "language": slip.person.language}
        )
    issued = datetime.combine(slip.issued_on, time(12), tzinfo=UTC)
    content = HTML(string=html, url_fetcher=_refuse).write_pdf(
        pdf_identifier=slip.pk.bytes.hex().encode(), pdf_variant="pdf/a-3u", custom_metadata=False
    )
    assert content is not None
    return RenderedDocument(content, "application/pdf", f"{slip.number}-{issued:%Y%m%d}.pdf")


def _refuse(url: str, *_: object, **__: object) -> dict[str, object]:
    raise OutsideFileRefused(url)
