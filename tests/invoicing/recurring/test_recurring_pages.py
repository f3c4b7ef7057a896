"""Pages of recurring invoices: made, given new prices, paused, tried again."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from core import clock
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.recurring.models import Occurrence, RecurringInvoice, RecurringPrice
from invoicing.recurring.services import run_recurring
from ledger.services import close_period
from tests.activities.builders import make_activity, make_client
from tests.factories import SYSTEM, load_cooperative, make_person


@pytest.fixture
def be(cooperative_be: Cooperative) -> Cooperative:
    """The Belgian cooperative on 5 November 2026, no scope open."""
    clock.set_clock(cooperative_be, datetime(2026, 11, 5, 9, tzinfo=clock.ZONE))
    with tenant_scope(cooperative_be):
        load_cooperative()
    return cooperative_be


def browser_of(person: Any) -> Browser:
    browser = Browser()
    browser.force_login(person.user)
    return browser


def test_a_recurring_invoice_from_its_form_to_its_third_price(be: Cooperative) -> None:
    with tenant_scope(be):
        member, stranger = make_person(user=True), make_person(user=True)
        activity = make_activity(member)
        client = make_client(activity)
    browser = browser_of(member)
    lines = {
        "line-TOTAL_FORMS": "1", "line-INITIAL_FORMS": "0", "line-0-quantity": "1", "line-0-unit": "flat",
        "line-0-description": "Hébergement {month}", "line-0-unit_price": "50,00",
    }  # fmt: skip
    form = lines | {
        "activity": str(activity.pk), "client": str(client.pk), "title": "Hébergement", "every": "1",
        "rhythm": "month", "first_on": "2026-09-30", "automatic": "on",
    }  # fmt: skip

    made = browser.post("/be/factures/recurrentes/nouvelle/", form, follow=True)
    page = made.redirect_chain[-1][0]
    with tenant_scope(be):
        template = RecurringInvoice.objects.get()
        close_period(entity=template.entity, year=2026, month=11, actor=SYSTEM)
        run_recurring(on=date(2026, 11, 5), actor=SYSTEM)
    failed = browser.get(page).content.decode()
    retried = browser.post(f"{page}0/reessayer/", follow=True)
    browser.post(f"{page}1/omettre/")
    priced = browser.post(
        f"{page}prix/", lines | {"valid_from": "2026-12-01", "line-0-unit_price": "60,00"}, follow=True
    )
    browser.post(f"{page}pause/")
    shut = browser_of(stranger).get(page)

    assert "Réessayer" in failed or "Try again" in failed
    assert retried.status_code == priced.status_code == 200
    assert shut.status_code == 404
    with tenant_scope(be):
        states = list(Occurrence.objects.order_by("index").values_list("state", flat=True))
        assert states == ["failed", "skipped"]
        assert RecurringPrice.objects.get().lines[0]["unit_price"] in ("60.00", str(Decimal("60.00")))
        template.refresh_from_db()
        assert template.state == "paused"
    browser.post(f"{page}reprise/")
    browser.post(f"{page}fin/")
    assert browser.get(f"{page}modifier/").status_code == 302
    assert browser.get("/be/factures/recurrentes/").status_code == 200
