"""Advances: what was asked before the work, and what of it final statements may still deduct."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from core.locks import for_update
from core.money import ZERO
from invoicing.content import parts_of
from invoicing.enums import DocumentKind, InvoiceKind, InvoiceState, Unit
from invoicing.errors import AdvanceNotDeductible, AdvanceTooSmall
from invoicing.models import Client, Invoice, InvoiceLine, IssuedDocument
from invoicing.types import LineInput
from invoicing.wording import wording

Amounts = dict[str, Decimal]
"""Euro without VAT, per VAT code."""


def advances_of(invoice: Invoice, ids: Iterable[UUID], *, lock: bool = False) -> dict[UUID, Invoice]:
    """The advances that an invoice deducts, issued to its client for its Activity; `lock`: locked in order of
    their keys. Raises `AdvanceNotDeductible`.
    """
    wanted = set(ids)
    if not wanted:
        return {}
    rows = (
        Invoice.objects.filter(
            pk__in=wanted,
            kind=InvoiceKind.ADVANCE,
            client_id=invoice.client_id,
            activity_id=invoice.activity_id,
        )
        .exclude(state=InvoiceState.DRAFT)
        .select_related("client")
    )
    found = {row.pk: row for row in (for_update(rows) if lock else rows)}
    if len(found) != len(wanted):
        raise AdvanceNotDeductible
    return found


def advances_to_deduct(activity_id: UUID, client: Client | None = None) -> list[tuple[Invoice, Amounts]]:
    """Advances of an Activity (to one client, or to all) of which something can still be deducted, oldest
    first.
    """
    to_client = {} if client is None else {"client": client}
    rows = list(
        Invoice.objects.filter(activity_id=activity_id, kind=InvoiceKind.ADVANCE, **to_client)
        .exclude(state__in=(InvoiceState.DRAFT, InvoiceState.CREDITED))
        .select_related("client")
        .order_by("issued_on", "pk")
    )
    left = left_of(rows)
    return [(row, left[row.pk]) for row in rows if any(left[row.pk].values())]


def left_of(advances: Sequence[Invoice]) -> dict[UUID, Amounts]:
    """What can still be deducted of each advance: what was asked less what was credited and what final
    statements deduct, those that were given back apart. In three queries whatever their number.
    """
    ids = [advance.pk for advance in advances]
    left: dict[UUID, Amounts] = {pk: {} for pk in ids}
    if not ids:
        return left
    for document in IssuedDocument.objects.filter(invoice_id__in=ids).order_by("pk"):
        sign = 1 if document.kind == DocumentKind.INVOICE else -1
        amounts = left[document.invoice_id]
        for part in parts_of(document.content):
            amounts[part.code] = amounts.get(part.code, ZERO) + sign * part.net
    for pk, code, amount in _deducted(ids):
        left[pk][code] = left[pk].get(code, ZERO) - amount
    return left


def deducted_of(advance: Invoice) -> Amounts:
    """What final statements deduct of an advance, and have not given back."""
    found: Amounts = {}
    for _pk, code, amount in _deducted([advance.pk]):
        found[code] = found.get(code, ZERO) + amount
    return found


def _deducted(ids: Sequence[UUID]) -> Iterable[tuple[UUID, str, Decimal]]:
    """(advance, VAT code, amount) of the issued lines that deduct these advances, less what of such lines was
    credited.
    """
    lines = list(
        InvoiceLine.objects.filter(advance_id__in=ids)
        .exclude(invoice__state__in=(InvoiceState.DRAFT, InvoiceState.CREDITED))
        .order_by("invoice_id", "position")
    )
    notes = IssuedDocument.objects.filter(
        invoice_id__in={line.invoice_id for line in lines}, kind=DocumentKind.CREDIT_NOTE
    )
    given_back: dict[tuple[UUID, int], Decimal] = {}
    for note in notes if lines else ():
        for row in note.content["lines"]:
            if "line" in row:
                place = (note.invoice_id, row["line"])
                given_back[place] = given_back.get(place, ZERO) + Decimal(row["net"])
    for line in lines:
        if line.advance_id is not None:
            net = line.net - given_back.get((line.invoice_id, line.position), ZERO)
            yield line.advance_id, line.vat_code, -net


def check_deductions(advances: dict[UUID, Invoice], lines: Sequence[InvoiceLine]) -> None:
    """Raise `AdvanceTooSmall` where lines about to be issued deduct more than is left of (locked)
    advances.
    """
    left = left_of(list(advances.values()))
    for line in lines:
        if line.advance_id is None:
            continue
        amounts = left[line.advance_id]
        most = amounts.get(line.vat_code, ZERO)
        if -line.net > most:
            number = advances[line.advance_id].number
            raise AdvanceTooSmall(most=most, number=number, vat_code=line.vat_code)
        amounts[line.vat_code] = most + line.net


def deduction_text(advance: Invoice) -> str:
    """What a line that deducts an advance says, in the client's language."""
    day = f"{advance.issued_on:%d/%m/%Y}" if advance.issued_on else ""
    words = wording(advance.client.language)
    return words["advance_line"] % {"number": advance.number, "issued_on": day}


def deduction_lines(advances: Sequence[Invoice]) -> list[LineInput]:
    """Lines that deduct all that is left of advances."""
    left = left_of(advances)
    return [
        LineInput(deduction_text(row), Decimal(-1), Unit.FLAT, amount, code, advance=row.pk)
        for row in advances
        for code, amount in left[row.pk].items()
        if amount > 0
    ]
