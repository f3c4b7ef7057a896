"""What we write, anybody reads as it was meant: every document of our own comes back equal."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from invoicing.ubl import Document, VatCategory, write_document
from invoicing.ubl import Party as Seller
from invoicing.ubl.reader import read_document
from tests.invoicing.ubl.test_writer import MATRIX, any_document


def clean(text: str) -> str:
    """What XML carries of a text: no control characters, no blank ends, line ends of one kind."""
    kept = "".join(c for c in text if c in "\t\n\r" or (ord(c) >= 32 and not 0xFFFE <= ord(c) <= 0xFFFF))
    return kept.strip()


def same_party(written: Seller, read: Seller, *, taxed: bool) -> None:
    assert read.name == clean(written.name)
    assert read.vat_number == (written.vat_number if taxed else None)
    assert read.legal_id == (written.legal_id or None)
    assert read.address.country == written.address.country
    assert (read.address.city, read.address.street) == (written.address.city, written.address.street)
    if written.endpoint is not None:
        assert read.endpoint == written.endpoint


def comes_back(made: Document) -> None:
    read = read_document(write_document(made))

    assert read.findings == () or {f.rule for f in read.findings} <= {"BR-CO-17"}
    assert (read.kind == "381") == made.is_credit_note
    undated = made.is_credit_note and made.payment is None  # its due date stands beside the account
    due_on = None if undated else made.due_on
    assert (read.number, read.issued_on, read.due_on) == (made.number, made.issued_on, due_on)
    assert (read.currency, read.totals.net, read.totals.vat) == (made.currency, made.net, made.tax)
    assert (read.totals.gross, read.totals.payable) == (made.total, made.payable)
    taxed = all(part.category is not VatCategory.OUT_OF_SCOPE for part in made.vat)
    same_party(made.seller, read.supplier, taxed=taxed)
    same_party(made.buyer, read.customer, taxed=taxed)
    assert {(part.category, part.rate or 0, part.base, part.tax) for part in read.vat} == {
        (part.category.value, part.rate, part.base, part.tax) for part in made.vat
    }
    assert [
        (line.name, line.quantity, line.unit, line.net, line.category, line.rate or Decimal(0))
        for line in read.lines
    ] == [
        (clean(line.name), line.quantity, line.unit.value, line.net, line.category.value, line.rate)
        for line in made.lines
    ]
    assert [a.content for a in read.attachments] == [a.content for a in made.attachments]
    assert [r.number for r in read.corrects] == [r.number for r in made.corrects]
    if made.payment is not None:
        assert read.payments[0].iban == made.payment.iban


@pytest.mark.parametrize("name", MATRIX)
def test_every_kind_of_document_comes_back(name: str) -> None:
    comes_back(MATRIX[name])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_document())
def test_whatever_is_invoiced_comes_back(made: Document) -> None:
    comes_back(made)
