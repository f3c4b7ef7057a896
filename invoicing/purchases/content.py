"""A document as it is kept and shown: everything that was read, as plain JSON, and the digest of that."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from core.commands import json_ready
from core.money import CENT
from invoicing.purchases.enums import PurchaseKind
from invoicing.ubl.received import ReceivedDocument, ReceivedLine, ReceivedVat
from invoicing.ubl.types import DocumentKind, Party

_NOT_CONTENT = ("findings", "attachments")


def content_of(document: ReceivedDocument) -> dict[str, Any]:
    """All of it but the files inside, of which name and digest stay."""
    values = {key: value for key, value in asdict(document).items() if key not in _NOT_CONTENT}
    content: dict[str, Any] = json_ready(values)
    for part in (*content["lines"], *content["vat"], content["totals"]):
        part.pop("source_line", None)  # a place in a file says nothing about what was bought
    content["attachments"] = [
        {
            "name": attachment.file_name,
            "description": attachment.description,
            "sha256": hashlib.sha256(attachment.content).hexdigest(),
            "size": len(attachment.content),
        }
        for attachment in document.attachments
    ]
    return content


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON: the same for the same document, however its file is written."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def kind_of(document: ReceivedDocument) -> PurchaseKind:
    """Invoice or credit note, as the supplier calls it."""
    credit = document.kind is DocumentKind.CREDIT_NOTE
    return PurchaseKind.CREDIT_NOTE if credit else PurchaseKind.INVOICE


def summary_of(document: ReceivedDocument) -> dict[str, Any]:
    """The stable answer of `import_ubl`: amounts and rates as text, days as ISO, what is absent as null."""
    totals = document.totals
    return {
        "kind": kind_of(document).value,
        "number": document.number,
        "issue_date": document.issued_on,
        "due_date": document.due_on,
        "currency": document.currency,
        "supplier": _party(document.supplier),
        "customer": _party(document.customer),
        "net": _amount(totals.net),
        "vat": _amount(totals.vat),
        "gross": _amount(totals.gross),
        "payable": _amount(totals.payable),
        "vat_breakdown": [_vat(part) for part in document.vat],
        "lines": [_line(line) for line in document.lines],
        "warnings": [f"{finding.rule}: {finding.text}" for finding in document.findings],
    }


def _party(party: Party) -> dict[str, Any]:
    endpoint = party.endpoint
    return {
        "name": party.name,
        "vat_number": party.vat_number,
        "endpoint": None if endpoint is None else f"{endpoint.scheme}:{endpoint.value}",
    }


def _vat(part: ReceivedVat) -> dict[str, Any]:
    return {
        "category": part.category,
        "rate": _number(part.rate),
        "base": _amount(part.base),
        "amount": _amount(part.tax),
    }


def _line(line: ReceivedLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "name": line.name or None,
        "description": line.description or None,
        "quantity": _number(line.quantity),
        "unit": line.unit or None,
        "unit_price": _price(line.price),
        "base_quantity": _number(line.base_quantity),
        "net": _amount(line.net),
        "category": line.category or None,
        "rate": _number(line.rate),
    }


def _amount(value: Decimal) -> str:
    return f"{value.quantize(CENT):f}"


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _price(value: Decimal) -> str:
    """Two decimals at least, all that were written."""
    return _amount(value) if value == value.quantize(CENT) else f"{value:f}"
