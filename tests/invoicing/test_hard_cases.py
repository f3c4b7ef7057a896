"""Invoices at the edge of what may stand on one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core.models import Cooperative
from invoicing.errors import EmptyInvoice, NegativeVatBase, VatCodeNotAllowed
from invoicing.models import Invoice, IssuedDocument
from invoicing.types import LineInput
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.factories import load_cooperative

NORTHERN = {"country": "GB", "vat_number": "XI980780684", "enterprise_number": "", "postal_code": "BT1 1AA"}
FRENCH = {"country": "FR", "vat_number": "", "enterprise_number": ""}


@pytest.fixture(autouse=True)
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def line(price: str, code: str = "standard", quantity: str = "1", **more: Any) -> LineInput:
    return LineInput("Ouvrage", Decimal(quantity), "piece", Decimal(price), code, **more)


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ([line("100", quantity="-1")], NegativeVatBase),
        ([line("100"), line("30", "6", quantity="-1")], NegativeVatBase),
        ([line("10"), line("500", "6", quantity="-1")], NegativeVatBase),
        ([line("100", discount_percent=Decimal(100))], EmptyInvoice),
    ],
)
def test_an_invoice_that_gives_back_is_refused_in_words(
    lines: list[LineInput], error: type[Exception]
) -> None:
    """Also where all of it is below zero, which no draft can hold."""
    activity = make_activity()

    with pytest.raises(error):
        make_invoice(activity, make_client(activity), lines)

    assert not IssuedDocument.objects.exists()
    assert not Invoice.objects.exclude(state="draft").exists()


def test_vat_is_counted_once_per_rate_on_cents_of_five_rates() -> None:
    """0.33 at 21, 6, 12 and 0 %, and 100.00 that the client accounts for: 0.07 + 0.02 + 0.04."""
    activity = make_activity()

    invoice = make_invoice(
        activity,
        make_client(activity),
        [line("0.33"), line("0.33", "6"), line("0.33", "12"), line("0.33", "0"), line("100", "cocontractor")],
    )

    assert (invoice.net, invoice.vat, invoice.levy) == (Decimal("101.32"), Decimal("0.13"), Decimal("6.59"))


def test_half_cents_of_lines_are_rounded_up_once_and_vat_on_their_sum() -> None:
    """0.005 is 0.01, three times 1.005 is 3.015: 3.02, and 21 % of 3.03 is 0.64."""
    activity = make_activity()

    invoice = make_invoice(activity, make_client(activity), [line("0.005"), line("1.005", quantity="3")])

    assert (invoice.net, invoice.vat) == (Decimal("3.03"), Decimal("0.64"))


@pytest.mark.parametrize(
    ("client", "code"),
    [
        ({}, "out_of_scope"),
        (FRENCH, "out_of_scope"),
        (NORTHERN, "export"),
        (FRENCH, "export"),
    ],
)
def test_nobody_of_the_union_is_sold_to_without_vat_as_if_abroad(client: dict[str, Any], code: str) -> None:
    activity = make_activity()

    with pytest.raises(VatCodeNotAllowed):
        make_invoice(activity, make_client(activity, **client), flat("100.00", code))

    assert not IssuedDocument.objects.exists()
