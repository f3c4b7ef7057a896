"""What a document says, frozen as plain JSON at issue, and read back as a UBL document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from core.files import FileGone, read_file
from core.models import StoredFile
from core.money import ZERO, r
from invoicing import ubl
from invoicing.enums import DocumentKind, InvoiceKind, Unit
from invoicing.models import Client, Invoice, InvoiceLine, IssuedDocument
from invoicing.parties import buyer_of, seller_of, ubl_buyer, ubl_seller
from invoicing.types import Totals, VatPart
from invoicing.wording import wording
from ledger.models import LegalEntity

Content = dict[str, Any]

_UNITS = {
    Unit.DAY: ubl.Unit.DAY,
    Unit.HOUR: ubl.Unit.HOUR,
    Unit.PIECE: ubl.Unit.PIECE,
    Unit.FLAT: ubl.Unit.FLAT,
}


def line_of(line: InvoiceLine, part: VatPart, advance: Invoice | None = None) -> Content:
    """A line as issued, with the VAT category and rate of its day; what it does not have is not named.

    `discount`: percentage (or nothing), the amount before it, and what it takes off (negative where the line
    takes back). `advance`: the document that the line deducts.
    """
    content: Content = {
        "description": line.description,
        "quantity": plain(line.quantity),
        "unit": line.unit,
        "unit_price": plain(line.unit_price),
        "net": str(line.net),
        "vat_code": part.code,
        "category": part.category,
        "rate": plain(part.rate),
    }
    gross = r(line.quantity * line.unit_price)
    if gross != line.net:
        content["discount"] = discount_of(line.discount_percent, gross, gross - line.net)
    if line.starts_on or line.ends_on:
        content["starts_on"] = line.starts_on.isoformat() if line.starts_on else None
        content["ends_on"] = line.ends_on.isoformat() if line.ends_on else None
    if advance is not None:
        content["advance"] = reference_to(advance)
    return content


def discount_of(percent: Decimal, base: Decimal, amount: Decimal) -> Content:
    """A discount as issued; `percent` is nothing where an amount was agreed."""
    return {"percent": plain(percent) if percent else None, "base": str(base), "amount": str(amount)}


def reference_to(invoice: Invoice) -> Content:
    """An earlier invoice, as documents name it."""
    issued_on = invoice.issued_on
    return {"number": invoice.number, "issued_on": issued_on.isoformat() if issued_on else None}


def vat_of(parts: Iterable[VatPart]) -> list[Content]:
    """The VAT breakdown as issued; `allowance` and `early` (see `VatPart`) only where there are any."""
    return [
        {
            "code": part.code,
            "category": part.category,
            "rate": plain(part.rate),
            "base": str(part.base),
            "tax": str(part.tax),
            "reason": part.reason,
            "reason_code": part.reason_code,
        }
        | ({"allowance": str(part.allowance)} if part.allowance else {})
        | ({"early": str(part.early)} if part.early else {})
        for part in parts
    ]


def parts_of(content: Content) -> list[VatPart]:
    """The VAT breakdown of a document as issued, whatever the version that issued it."""
    return [
        VatPart(
            code=part["code"],
            category=part["category"],
            rate=Decimal(part["rate"]),
            base=Decimal(part["base"]),
            tax=Decimal(part["tax"]),
            reason_code=part["reason_code"],
            reason=part["reason"],
            allowance=Decimal(part.get("allowance", "0.00")),
            early=Decimal(part.get("early", "0.00")),
        )
        for part in content["vat"]
    ]


def content_of(
    *,
    kind: DocumentKind,
    entity: LegalEntity,
    client: Client,
    issued_on: date,
    due_on: date | None,
    delivered_on: date | None,
    lines: Sequence[Content],
    totals: Totals,
    buyer_reference: str,
    corrects: Sequence[Content] = (),
    notes: Sequence[str] = (),
    term_days: int | None = None,
    more: Content | None = None,
) -> Content:
    """Everything that the document shows, but its number and communication, which come last.

    `more`: what only some documents have (`purpose`, `deducts`, `discount`, `early_payment`, `attachments`,
    `employment`).
    """
    words = wording(client.language)
    reasons = [part.reason for part in totals.parts if part.reason]
    if any(part.outside for part in totals.parts):
        reasons.append(words["early_law"])
    mentions = [*dict.fromkeys(reasons), *(note for note in notes if note)]
    if kind is DocumentKind.CREDIT_NOTE and totals.vat:
        mentions.append(words["vat_to_repay"])
    return {
        "kind": str(kind),
        "language": client.language,
        "currency": "EUR",
        "issued_on": issued_on.isoformat(),
        "due_on": due_on.isoformat() if due_on else None,
        "delivered_on": delivered_on.isoformat() if delivered_on else None,
        "seller": seller_of(entity),
        "buyer": buyer_of(client),
        "buyer_reference": buyer_reference or client.reference,
        "lines": list(lines),
        "vat": vat_of(totals.parts),
        "net": str(totals.net),
        "vat_total": str(totals.vat),
        "total": str(totals.total),
        "mentions": mentions,
        "payment_terms": words["terms"] % {"days": term_days} if term_days is not None else "",
        "corrects": list(corrects),
        "number": "",
        "communication": "",
        **(more or {}),
    }


def digest_of(content: Content) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(
        json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def plain(value: Decimal) -> str:
    """A number without exponent and useless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- read back ---------------------------------------------------------------------------------------------


def ubl_document(content: Content, *, attachments: tuple[ubl.Attachment, ...] = ()) -> ubl.Document:
    """The frozen content as the standard names it."""
    seller, buyer = content["seller"], content["buyer"]
    invoice = content["kind"] == DocumentKind.INVOICE
    corrects = [*content["corrects"], *content.get("deducts", ())]
    return ubl.Document(
        kind=_kind(content),
        number=content["number"],
        issued_on=date.fromisoformat(content["issued_on"]),
        seller=ubl_seller(seller),
        buyer=ubl_buyer(buyer),
        lines=tuple(_line(line, content["language"]) for line in content["lines"]),
        vat=_subtotals(content),
        due_on=date.fromisoformat(content["due_on"]) if content["due_on"] else None,
        delivered_on=date.fromisoformat(content["delivered_on"]) if content["delivered_on"] else None,
        payment=ubl.Payment(
            iban=seller["iban"],
            bic=seller["bic"],
            account_name=seller["name"],
            reference=content["communication"],
        )
        if invoice
        else None,
        payment_terms=_terms(content),
        buyer_reference=content["buyer_reference"],
        corrects=tuple(
            ubl.DocumentReference(earlier["number"], date.fromisoformat(earlier["issued_on"]))
            for earlier in corrects
        ),
        mentions=tuple(content["mentions"]),
        attachments=attachments,
        allowances=tuple(_allowances(content)),
        currency=content["currency"],
    )


def _terms(content: Content) -> str:
    """Days, and what may be kept by who pays early."""
    terms: str = content["payment_terms"]
    early = content.get("early_payment")
    if not early:
        return terms
    sentence = wording(content["language"])["early_terms"] % {
        "percent": early["percent"],
        "until": early["until"],
        "amount": f"{early['amount']} EUR",
        "payable": f"{early['payable']} EUR",
    }
    return f"{terms}. {sentence}"


def _kind(content: Content) -> ubl.DocumentKind:
    if content["kind"] != DocumentKind.INVOICE:
        return ubl.DocumentKind.CREDIT_NOTE
    advance = content.get("purpose") == InvoiceKind.ADVANCE
    return ubl.DocumentKind.ADVANCE if advance else ubl.DocumentKind.INVOICE


def _subtotals(content: Content) -> tuple[ubl.VatSubtotal, ...]:
    """One per category and rate: codes that differ by their reason alone are one here.

    What an early-payment discount keeps out of the base stands as exempt, as the Belgian practice has it.
    """
    found: dict[tuple[str, Decimal], ubl.VatSubtotal] = {}
    parts = parts_of(content)
    early = sum((part.outside for part in parts), ZERO)
    if early:
        reason = wording(content["language"])["early_law"]
        parts.append(VatPart("early", "E", Decimal(0), early, ZERO, reason=reason))
    for part in parts:
        key = (part.category, part.rate.normalize())
        known = found.get(key)
        reasons = [known.reason] if known and known.reason else []
        if part.reason and part.reason not in reasons:
            reasons.append(part.reason)
        found[key] = ubl.VatSubtotal(
            category=ubl.VatCategory(part.category),
            rate=part.rate,
            base=part.base + (known.base if known else ZERO),
            tax=part.tax + (known.tax if known else ZERO),
            reason=" — ".join(reasons),
            reason_code=part.reason_code or (known.reason_code if known else ""),
        )
    return tuple(found.values())


def _allowances(content: Content) -> Iterator[ubl.Allowance]:
    """Discounts on the whole, per category and rate; an early-payment discount is taken off the taxed base
    and added again as exempt, so that VAT is lower and the amount to pay is not.
    """
    words = wording(content["language"])
    early = ZERO
    for part in parts_of(content):
        category = ubl.VatCategory(part.category)
        if part.allowance:
            yield ubl.Allowance(part.allowance, category, part.rate, words["document_discount"])
        if part.outside:
            early += part.outside
            yield ubl.Allowance(part.outside, category, part.rate, words["early"], code="64")
    if early:
        yield ubl.Allowance(
            early, ubl.VatCategory.EXEMPT, Decimal(0), words["early"], code="ZZZ", charge=True
        )


def ubl_of(document: IssuedDocument) -> bytes:
    """The document as Peppol BIS Billing 3.0; the same bytes each time. Raises `FileGone`."""
    return ubl_xml(document.content)


def ubl_xml(content: Content) -> bytes:
    """The frozen content as XML, with the files that go with it inside. Raises `FileGone`."""
    return ubl.write_document(ubl_document(content, attachments=tuple(attached_to(content))))


def attached_to(content: Content) -> Iterator[ubl.Attachment]:
    """The files that go with a document, as they were kept. Raises `FileGone`."""
    named = content.get("attachments", ())
    if not named:
        return
    digests = {row["sha256"] for row in named}
    files = {row.sha256: row for row in StoredFile.objects.filter(sha256__in=digests)}
    for place, row in enumerate(named, 1):
        if row["sha256"] not in files:
            raise FileGone
        yield ubl.Attachment(
            identifier=str(place),
            file_name=row["name"],
            media_type=row["media_type"],
            content=read_file(files[row["sha256"]]),
        )


def _line(line: Content, language: str) -> ubl.Line:
    return ubl.Line(
        name=line["description"],
        quantity=Decimal(line["quantity"]),
        unit=_UNITS[Unit(line["unit"])],
        unit_price=Decimal(line["unit_price"]),
        net=Decimal(line["net"]),
        category=ubl.VatCategory(line["category"]),
        rate=Decimal(line["rate"]),
        starts_on=_day(line.get("starts_on")),
        ends_on=_day(line.get("ends_on")),
        discount=_discount(line["discount"], language) if "discount" in line else None,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _discount(discount: Content, language: str) -> ubl.Discount:
    percent = discount["percent"]
    return ubl.Discount(
        amount=Decimal(discount["amount"]),
        reason=wording(language)["discount"],
        percent=Decimal(percent) if percent else None,
        base=Decimal(discount["base"]) if percent else None,
    )
