"""A quarter of business to the cent: every grid by hand, the books, the second person, the tax office."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from activities.services import approve_expense, submit_expense
from core.models import Cooperative
from invoicing.services import credit_invoice
from invoicing.vat_sources import PurchaseVat, register_vat_source
from invoicing.vatreturns import services
from invoicing.vatreturns.figures import compute
from invoicing.vatreturns.grids import form_of
from invoicing.vatreturns.periods import parse_period
from ledger.models import LegalEntity
from ledger.services import post_entry
from ledger.types import Entry, cr, dr
from members.enums import Role
from tests.activities.builders import PDF, flat, make_activity, make_client, make_invoice
from tests.factories import SYSTEM, actor, load_cooperative, make_person

QUARTER = parse_period("2026-Q4")
OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 8), date(2026, 11, 12), date(2026, 12, 3)
JANUARY = date(2027, 1, 11)


def euro(text: str) -> Decimal:
    return Decimal(text)


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


@pytest.fixture
def pa(be: Cooperative) -> LegalEntity:
    return LegalEntity.objects.get(code="PA")


def test_the_grids_of_a_quarter_by_hand(pa: LegalEntity) -> None:
    activity = make_activity()
    make_invoice(activity, lines=flat("1000.00") + flat("200.00", "6"), issued_on=OCTOBER)

    figures = compute(pa, form_of("BE"), QUARTER)

    assert figures.grids == {
        "01": euro("200.00"),
        "03": euro("1000.00"),
        "54": euro("222.00"),
        "71": euro("222.00"),
    }
    assert figures.booked == {"451": euro("222.00"), "411": euro("0.00"), "4118": euro("0.00")}
    assert figures.difference == 0
