"""Pages of hours: noted in one form, invoiced in one click, seen by those whose they are."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from core import clock
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.models import Invoice
from invoicing.timesheets.models import InvoicedHours, TimeEntry
from tests.activities.builders import make_activity, make_client
from tests.factories import load_cooperative, make_adviser, make_person


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


def test_hours_are_noted_corrected_and_invoiced(be: Cooperative) -> None:
    with tenant_scope(be):
        adviser = make_adviser()
        member, stranger = make_person(user=True, adviser=adviser), make_person(user=True)
        activity = make_activity(member)
        client = make_client(activity)
    browser = browser_of(member)
    hours = {
        "activity": str(activity.pk), "client": str(client.pk), "day": "2026-11-04", "hours": "1:30",
        "rate": "60,00", "task": "Maquette",
    }  # fmt: skip

    assert browser.get("/be/heures/").status_code == 200
    assert browser.post("/be/heures/nouvelles/", hours | {"hours": "25"}).status_code == 422
    noted = browser.post("/be/heures/nouvelles/", hours, follow=True)
    with tenant_scope(be):
        entry = TimeEntry.objects.get()
        assert (entry.hours, entry.person) == (Decimal("1.5"), member)
    page = browser.get("/be/heures/")
    assert noted.status_code == page.status_code == 200
    assert f"/be/heures/facturer/{activity.pk}/{client.pk}/" in page.content.decode()
    assert browser_of(adviser).get("/be/heures/").status_code == 200
    assert browser_of(stranger).post(f"/be/heures/{entry.pk}/supprimer/").status_code == 404
    browser.post(f"/be/heures/{entry.pk}/", hours | {"hours": "2"})

    made = browser.post(
        f"/be/heures/facturer/{activity.pk}/{client.pk}/",
        {"last": "2026-11-05", "grouping": "task"},
        follow=True,
    )

    assert "Maquette" in made.content.decode()
    assert browser.post(f"/be/heures/{entry.pk}/supprimer/").status_code == 409
    with tenant_scope(be):
        assert Invoice.objects.get().net == Decimal("120.00")
        assert InvoicedHours.objects.get().entry_id == entry.pk
