"""PDF of a document as issued: rendered once, in the documents queue; the same content gives the same
bytes.
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from babel.numbers import format_decimal
from django.template.loader import render_to_string

from core.identifiers import format_enterprise_number, format_iban, format_structured_communication
from core.money import CENT
from core.registry import RenderedDocument
from invoicing.content import Content, ubl_xml
from invoicing.enums import DocumentKind
from invoicing.models import IssuedDocument
from invoicing.services.messages import written_amount, written_day
from invoicing.wording import wording

STYLE = Path(__file__).parent / "static" / "invoicing" / "document.css"


def invoice_pdf(document_id: UUID) -> RenderedDocument:
    """The PDF of an issued document, in the client's language."""
    document = IssuedDocument.objects.get(pk=document_id)
    return RenderedDocument(pdf_of(document.content), "application/pdf", f"{document.number}.pdf")


def pdf_of(content: Content) -> bytes:
    """Typeset the frozen content as PDF/A-3 with the same document inside as UBL, for machines.

    WeasyPrint is imported here alone: it stays out of the web process.
    """
    from weasyprint import HTML, Attachment

    moment = datetime.fromisoformat(content["issued_on"]).replace(tzinfo=UTC)
    electronic = Attachment(
        string=ubl_xml(content),
        name=f"{content['number']}.xml",
        description="UBL 2.1, Peppol BIS Billing 3.0",
        created=moment,
        modified=moment,
        relationship="Alternative",
    )
    html = HTML(string=document_html(content), url_fetcher=_refuse)
    pdf: bytes = html.write_pdf(
        pdf_variant="pdf/a-3u",
        pdf_identifier=content["number"].encode(),
        pdf_tags=True,
        attachments=[electronic],
    )
    return pdf


def document_html(content: Content) -> str:
    """The document as HTML: what the PDF is made from."""
    style = STYLE.read_text(encoding="utf-8")
    return render_to_string("invoicing/document.html", {**document_context(content), "style": style})


def document_context(content: Content) -> dict[str, Any]:
    """What `invoicing/document_body.html` shows, in the document's language: the same on
    paper and on screen.
    """
    language = content["language"]
    invoice = content["kind"] == DocumentKind.INVOICE
    return {
        "words": wording(language),
        "language": language,
        "document": content,
        "is_invoice": invoice,
        "title": _title(content),
        "issued_on": _day(content["issued_on"], language),
        "due_on": _day(content["due_on"], language),
        "delivered_on": _day(content["delivered_on"], language),
        "corrects": [
            {"number": row["number"], "issued_on": _day(row["issued_on"], language)}
            for row in content["corrects"]
        ],
        "deducts": [
            {"number": row["number"], "issued_on": _day(row["issued_on"], language)}
            for row in content.get("deducts", ())
        ],
        "lines": [_line(line, language) for line in content["lines"]],
        "vat": [_part(part, language) for part in content["vat"]],
        "subtotal": _subtotal(content, language),
        "discount": _document_discount(content, language),
        "early": early_terms(content, language),
        "attachments": [row["name"] for row in content.get("attachments", ())],
        "employment": _employment(content, language),
        "net": _euro(content["net"], language),
        "vat_total": _euro(content["vat_total"], language),
        "total": _euro(content["total"], language),
        "iban": format_iban(content["seller"]["iban"]),
        "enterprise_number": _enterprise_number(content["seller"]),
        "buyer_number": content["buyer"]["vat_number"] or content["buyer"]["enterprise_number"],
        "communication": _communication(content["communication"]),
        "qr": qr_svg(content) if invoice and content["communication"] else "",
    }


def epc_payload(content: Content) -> str:
    """The lines of a European Payments Council QR code, version 002, SEPA credit transfer,
    text remittance.
    """
    seller = content["seller"]
    return "\n".join(
        [
            "BCD",
            "002",
            "1",
            "SCT",
            seller["bic"],
            seller["name"][:70],
            seller["iban"],
            f"EUR{Decimal(content['total']).quantize(CENT)}",
            "",
            "",
            _communication(content["communication"]),
        ]
    )


def qr_svg(content: Content) -> str:
    """The code as inline SVG (error correction M, as the guideline asks)."""
    import segno

    buffer = io.BytesIO()
    code = segno.make(epc_payload(content), error="m", micro=False, boost_error=False, encoding="utf-8")
    code.save(buffer, kind="svg", xmldecl=False, svgns=True, border=2, omitsize=True)
    return buffer.getvalue().decode()


def _communication(digits: str) -> str:
    return format_structured_communication(digits) if digits else ""


def _enterprise_number(party: Content) -> str:
    number: str = party["enterprise_number"]
    return format_enterprise_number(number) if party["country"] == "BE" else number


def _day(text: str | None, language: str) -> str:
    return written_day(date.fromisoformat(text), language) if text else ""


def _euro(text: str, language: str) -> str:
    return f"{written_amount(Decimal(text), language)} €"


def _price(text: str, language: str) -> str:
    """A price with all its decimals, at least two."""
    shown = format_decimal(Decimal(text), format="#,##0.00##", locale=language)
    return f"{shown} €".replace("\u202f", " ").replace("\xa0", " ")


def _number(text: str, language: str) -> str:
    return str(format_decimal(Decimal(text), format="#,##0.####", locale=language))


def _title(content: Content) -> str:
    words = wording(content["language"])
    if content["kind"] != DocumentKind.INVOICE:
        return words["credit_note"]
    return words[content.get("purpose", "invoice")]


def _subtotal(content: Content, language: str) -> str:
    """The sum of the lines, where a discount on the whole follows it."""
    if "discount" not in content:
        return ""
    return _euro(str(Decimal(content["net"]) + Decimal(content["discount"]["amount"])), language)


def _document_discount(content: Content, language: str) -> dict[str, str]:
    discount = content.get("discount")
    if not discount:
        return {}
    label = wording(language)["document_discount"]
    if discount["percent"]:
        label = f"{label} ({_number(discount['percent'], language)} %)"
    return {"label": label, "amount": _euro(f"-{discount['amount']}", language)}


def early_terms(content: Content, language: str) -> str:
    """What the client may keep when it pays in time, in a sentence."""
    early = content.get("early_payment")
    if not early:
        return ""
    return wording(language)["early_terms"] % {
        "percent": _number(early["percent"], language),
        "until": _day(early["until"], language),
        "amount": _euro(early["amount"], language),
        "payable": _euro(early["payable"], language),
    }


def _employment(content: Content, language: str) -> dict[str, Any]:
    """What the amount without VAT pays for, for information."""
    share, words = content.get("employment"), wording(language)
    if not share:
        return {}
    rows = (("employment_levy", "levy"), ("employment_gross", "gross"), ("employment_charges", "charges"))
    return {
        "rows": [(words[word], _euro(share[name], language)) for word, name in rows],
        "note": words["employment_note"] % {"multiplier": _number(share["multiplier"], language)},
    }


def _period(line: Content, language: str) -> str:
    """When the work of a line was done."""
    starts, ends = _day(line.get("starts_on"), language), _day(line.get("ends_on"), language)
    if starts and ends:
        return wording(language)["period"] % {"starts_on": starts, "ends_on": ends}
    return starts or ends


def _line_discount(line: Content, language: str) -> str:
    discount, words = line.get("discount"), wording(language)
    if not discount:
        return ""
    amount = _euro(str(-Decimal(discount["amount"])), language)
    if discount["percent"]:
        percent = _number(discount["percent"], language)
        return f"{words['discount_percent'] % {'percent': percent}} : {amount}"
    return f"{words['discount']} : {amount}"


def _line(line: Content, language: str) -> dict[str, Any]:
    words = wording(language)
    return {
        "description": line["description"],
        "period": _period(line, language),
        "discount": _line_discount(line, language),
        "quantity": _number(line["quantity"], language),
        "unit": words[line["unit"]],
        "unit_price": _price(line["unit_price"], language),
        "rate": _rate(line, language),
        "net": _euro(line["net"], language),
    }


def _part(part: Content, language: str) -> dict[str, Any]:
    return {
        "rate": _rate(part, language),
        "base": _euro(part["base"], language),
        "tax": _euro(part["tax"], language),
        "reason": part["reason"],
    }


def _rate(row: Content, language: str) -> str:
    if row["category"] in {"S", "Z"}:
        return f"{_number(row['rate'], language)} %"
    return str(row["category"])


def _refuse(url: str, *args: Any, **kwargs: Any) -> Any:
    """Documents fetch nothing: everything that they show is in their content."""
    raise ValueError(f"a document may not fetch {url}")
