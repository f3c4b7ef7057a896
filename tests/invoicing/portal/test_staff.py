"""What staff do of a client's area: controllers read and switch, members do neither; accounts of clients."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client as Browser

from core import clock
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.models import Client
from invoicing.portal.models import MonthlyGrouping, PortalAccess
from members.enums import Role
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.factories import load_cooperative, make_person


@pytest.fixture
def be(cooperative_be: Cooperative) -> Cooperative:
    """The Belgian cooperative on 30 November 2026, no scope open."""
    clock.set_clock(cooperative_be, datetime(2026, 11, 30, 9, tzinfo=clock.ZONE))
    with tenant_scope(cooperative_be):
        load_cooperative()
    return cooperative_be


@pytest.fixture
def client(be: Cooperative) -> Client:
    """A client that owes 1 210 €."""
    with tenant_scope(be):
        activity = make_activity()
        found = make_client(activity, email="compta@theatre.example")
        make_invoice(activity, client=found, lines=flat("1000.00"))
    return found


def signed_in(be: Cooperative, role: Role, **fields: str) -> Browser:
    browser = Browser()
    with tenant_scope(be):
        person = make_person(role, user=True, **fields)
        assert person.user is not None
        browser.force_login(person.user)
    return browser


def test_a_controller_reads_the_account_sees_the_clients_page_and_sends_a_link(
    be: Cooperative, client: Client
) -> None:
    browser = signed_in(be, Role.CREDIT_CONTROLLER)

    [account] = browser.get(f"/be/api/v1/clients/{client.pk}/statement/").json()
    as_client = browser.get(f"/be/clients/{client.pk}/espace-client/").content.decode()
    browser.post(f"/be/clients/{client.pk}/espace-client/lien/", {"email": "compta@theatre.example"})
    refused = browser.post(f"/be/clients/{client.pk}/espace-client/lien/", {"email": "eve@evil.example"})

    assert (account["opening"], account["closing"]) == ("0.00", "1210.00")
    assert [row["open_amount"] for row in account["items"]] == ["1210.00"]
    assert "210,00 €" in as_client and "espace-client/factures/" not in as_client
    assert refused.status_code == 302
    with tenant_scope(be):
        assert PortalAccess.objects.get().recipient == "compta@theatre.example"
    assert browser.get(f"/be/clients/{client.pk}/").status_code == 200
    assert browser.get(f"/be/clients/{client.pk}/releve/?csv=1")["Content-Type"].startswith("text/csv")
    wrong = browser.get(f"/be/api/v1/clients/{client.pk}/statement/?since=2027-01-01&until=2026-01-01")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "statement_period_invalid")


def test_grouping_is_switched_by_rest_and_only_by_controllers(be: Cooperative, client: Client) -> None:
    url, body = f"/be/api/v1/clients/{client.pk}/grouping/", '{"since": "2026-11-12"}'

    def ask(browser: Browser) -> tuple[int, object]:
        answer = browser.post(
            url, body, content_type="application/json", headers={"Idempotency-Key": uuid4().hex}
        )
        return answer.status_code, answer.json()

    assert ask(signed_in(be, Role.MEMBER))[0] == 403
    with tenant_scope(be):
        assert not MonthlyGrouping.objects.exists()
    controller = signed_in(be, Role.FINANCE)
    assert ask(controller) == (200, {"since": "2026-11-01"})
    assert controller.get(f"/be/api/v1/clients/{client.pk}/grouped-invoices/").json()["results"] == []


def test_an_account_of_a_client_contact_lands_in_the_area_of_its_own_client(
    be: Cooperative, client: Client
) -> None:
    browser = signed_in(be, Role.CLIENT_CONTACT, email="compta@theatre.example")
    elsewhere = signed_in(be, Role.CLIENT_CONTACT, email="nobody@elsewhere.example")

    assert browser.get("/be/")["Location"] == "/be/espace-client/"
    assert "210,00 €" in browser.get("/be/espace-client/").content.decode()
    assert elsewhere.get("/be/espace-client/").status_code == 302
