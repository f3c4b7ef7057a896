"""A client with which several members work: what one of them writes never opens what the others sold."""

from __future__ import annotations

import json
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.test import Client as Browser

from activities.models import Activity
from core import clock
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.models import Client, ClientContact
from invoicing.portal.errors import AddressesUnchecked
from invoicing.portal.models import PortalAccess
from invoicing.portal.services import ask_for_link, send_link
from invoicing.services import add_contact, change_client, check_addresses, create_client
from invoicing.services.clients import work_with
from invoicing.services.merging import merge_clients
from members.enums import Role
from members.models import Person
from tests.activities.builders import make_activity
from tests.factories import SYSTEM, load_cooperative, make_person

TODAY = date(2026, 11, 2)
VAT = "BE0403019261"


@pytest.fixture
def be(cooperative_be: Cooperative) -> Cooperative:
    """The Belgian cooperative on 2 November 2026, no scope open."""
    clock.set_clock(cooperative_be, datetime(2026, 11, 2, 9, tzinfo=clock.ZONE))
    with tenant_scope(cooperative_be):
        load_cooperative()
    return cooperative_be


@pytest.fixture
def town(be: Cooperative) -> Client:
    """The client of one member."""
    with tenant_scope(be):
        return create_client(
            kind="business",
            name="Zoo",
            vat_number=VAT,
            email="compta@zoo.example",
            activity_id=make_activity().pk,
            actor=SYSTEM,
        )


def join(client: Client) -> Person:
    """Another member makes an invoice for the same firm: its number is known."""
    person = make_person(Role.MEMBER, user=True)
    activity: Activity = make_activity(person)
    same = create_client(
        kind="business",
        name="Le Zoo",
        vat_number=VAT,
        email="eve@evil.example",
        activity_id=activity.pk,
        actor=SYSTEM,
    )
    assert same.pk == client.pk
    return person


def browser_of(person: Person) -> Browser:
    browser = Browser()
    assert person.user is not None
    browser.force_login(person.user)
    return browser


def asks(email: str) -> bool:
    return ask_for_link(email=email, at=clock.now(), actor=SYSTEM) is not None


def test_who_joins_a_known_client_does_not_write_where_it_is_written_to(
    be: Cooperative, town: Client
) -> None:
    with tenant_scope(be):
        browser = browser_of(join(town))
    contact = {"name": "Eve", "email": "eve@evil.example", "for_invoices": "on"}

    pages = [
        browser.get(f"/be/clients/{town.pk}/modifier/"),
        browser.post(f"/be/clients/{town.pk}/modifier/", {"name": "Zoo", "email": "eve@evil.example"}),
        browser.post(f"/be/clients/{town.pk}/contacts/nouveau/", contact),
    ]
    by_rest = browser.post(
        f"/be/api/v1/clients/{town.pk}/contacts/",
        json.dumps({"name": "Eve", "email": "eve@evil.example", "for_invoices": True}),
        content_type="application/json",
        headers={"Idempotency-Key": uuid4().hex},
    )

    assert [page.status_code for page in pages] == [403, 403, 403]
    assert (by_rest.status_code, by_rest.json()["code"]) == (403, "client_shared")
    assert "modifier/" not in browser.get(f"/be/clients/{town.pk}/").content.decode()
    with tenant_scope(be):
        town.refresh_from_db()
        assert town.email == "compta@zoo.example"
        assert not ClientContact.objects.exists()


def test_the_area_of_a_shared_client_opens_once_staff_know_its_addresses(
    be: Cooperative, town: Client
) -> None:
    with tenant_scope(be):
        assert asks("compta@zoo.example")
        PortalAccess.objects.update(asked_at=datetime(2026, 11, 1, tzinfo=clock.ZONE))
        join(town)
        assert not asks("compta@zoo.example")
        with pytest.raises(AddressesUnchecked):
            send_link(client=town, email="", at=clock.now(), actor=SYSTEM)
        assert PortalAccess.objects.count() == 1
        controller = browser_of(make_person(Role.CREDIT_CONTROLLER, user=True))

    listed = controller.get("/be/clients/?unchecked=on").content.decode()
    page = controller.get(f"/be/clients/{town.pk}/").content.decode()
    controller.post(f"/be/clients/{town.pk}/espace-client/verifier/")

    assert "Zoo" in listed and "espace-client/verifier/" in page
    assert "Zoo" not in controller.get("/be/clients/?unchecked=on").content.decode()
    with tenant_scope(be):
        town.refresh_from_db()
        assert town.addresses_checked_on == TODAY
        assert asks("compta@zoo.example")


def test_one_member_with_two_activities_shares_with_nobody(be: Cooperative, town: Client) -> None:
    with tenant_scope(be):
        [first] = Activity.objects.all()
        second = make_activity(first.holders.get().person)
        work_with(client=town, activity_id=second.pk)

        assert asks("compta@zoo.example")


def test_what_staff_saw_is_doubted_again_when_a_member_writes_another_address(
    be: Cooperative, town: Client
) -> None:
    with tenant_scope(be):
        check_addresses(client_id=town.pk, on=TODAY, actor=SYSTEM)
        change_client(client_id=town.pk, phone="+32 2 555 55 55", actor=SYSTEM)
        town.refresh_from_db()
        assert town.addresses_checked_on == TODAY

        add_contact(client_id=town.pk, name="Ann", email="ann@zoo.example", vouched=True, actor=SYSTEM)
        town.refresh_from_db()
        assert town.addresses_checked_on == TODAY

        change_client(client_id=town.pk, email="eve@evil.example", actor=SYSTEM)
        town.refresh_from_db()
        assert town.addresses_checked_on is None


def test_a_client_that_was_merged_brings_its_doubts_along(be: Cooperative, town: Client) -> None:
    with tenant_scope(be):
        check_addresses(client_id=town.pk, on=TODAY, actor=SYSTEM)
        other = create_client(kind="business", name="Zoo bis", email="eve@evil.example", actor=SYSTEM)

        merge_clients(merged_id=other.pk, survivor_id=town.pk, on=TODAY, actor=SYSTEM)

        town.refresh_from_db()
        assert town.addresses_checked_on is None
