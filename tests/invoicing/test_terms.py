"""How long clients may be given to pay (law of 2 August 2002, article 4)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from core.models import Cooperative
from invoicing.errors import PaymentTermTooLong
from invoicing.models import Client, IssuedDocument
from invoicing.services import change_client, create_client
from invoicing.terms import longest_term
from ledger.models import JournalEntry
from tests.activities.builders import NOVEMBER, make_activity, make_client, make_invoice
from tests.factories import SYSTEM, load_cooperative


@pytest.fixture(autouse=True)
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


@pytest.mark.parametrize(
    ("kind", "most", "more"),
    [
        ("business", 60, {"vat_number": "BE0403019261"}),
        ("public_body", 30, {}),
        ("consumer", 120, {}),
    ],
)
def test_no_client_is_given_more_than_the_law_allows(kind: str, most: int, more: dict[str, Any]) -> None:
    given = {"kind": kind, "name": "Musée", "actor": SYSTEM, **more}

    with pytest.raises(PaymentTermTooLong):
        create_client(**given, payment_term_days=most + 1)
    assert not Client.objects.exists()

    client = create_client(**given, payment_term_days=most)
    with pytest.raises(PaymentTermTooLong):
        change_client(client_id=client.pk, payment_term_days=most + 1, actor=SYSTEM)
    client.refresh_from_db()
    assert client.payment_term_days == most


def test_a_firm_that_becomes_a_public_body_needs_a_shorter_term() -> None:
    client = create_client(kind="business", name="Musée", payment_term_days=60, actor=SYSTEM)

    with pytest.raises(PaymentTermTooLong):
        change_client(client_id=client.pk, kind="public_body", actor=SYSTEM)

    client.refresh_from_db()
    assert client.kind == "business"


@pytest.mark.parametrize(("kind", "days"), [("business", 61), ("public_body", 31)])
def test_no_invoice_is_due_later_than_the_law_of_its_day_allows(kind: str, days: int) -> None:
    """A term that was kept before the limit came is refused as the invoice is issued."""
    activity = make_activity()
    client = make_client(activity, kind=kind)
    Client.objects.filter(pk=client.pk).update(payment_term_days=days)
    client.refresh_from_db()
    entries = JournalEntry.objects.count()

    with pytest.raises(PaymentTermTooLong):
        make_invoice(activity, client)

    assert not IssuedDocument.objects.exists()
    assert JournalEntry.objects.count() == entries
    Client.objects.filter(pk=client.pk).update(payment_term_days=days - 1)
    client.refresh_from_db()
    invoice = make_invoice(activity, client, issued_on=NOVEMBER)
    assert invoice.due_on == max(NOVEMBER, invoice.delivery_date) + timedelta(days=days - 1)


def test_a_row_of_the_table_holds_from_its_day_on() -> None:
    assert longest_term("BE", "business", date(2022, 1, 31)) is None
    assert longest_term("BE", "business", date(2022, 2, 1)) == 60
    assert longest_term("SE", "business", NOVEMBER) is None
