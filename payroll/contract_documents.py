"""The signed contract, or a signed amendment, as a PDF. Rendered in the documents queue only."""

from __future__ import annotations

from uuid import UUID

from django.template.loader import render_to_string

from core.registry import RenderedDocument
from payroll.contract_paper import paper_of
from payroll.models import ContractSignature, EmploymentContract

KIND = "contract"
"""Kind of the document; its source is the worker's signature under it."""


class OutsideFileRefused(RuntimeError):
    """A contract asked for something that is not in it: nothing is fetched from anywhere."""


def render_contract(source_id: UUID) -> RenderedDocument:
    """The paper in the worker's language, from what was kept when it was signed; the same bytes each time."""
    from weasyprint import HTML

    signature = ContractSignature.objects.get(pk=source_id)
    contract = EmploymentContract.objects.select_related("person").get(pk=signature.contract_id)
    paper = paper_of(contract, signature.number)
    html = render_to_string("payroll/contract_pdf.html", {"paper": paper})
    content = HTML(string=html, url_fetcher=_refuse).write_pdf(
        pdf_identifier=signature.pk.bytes.hex().encode(), pdf_variant="pdf/a-2a", pdf_tags=True
    )
    assert content is not None
    number = f"-{signature.number}" if signature.number else ""
    return RenderedDocument(
        content, "application/pdf", f"{contract.starts_on:%Y%m%d}-{contract.pk}{number}.pdf"
    )


def _refuse(url: str, *_: object, **__: object) -> dict[str, object]:
    raise OutsideFileRefused(url)
