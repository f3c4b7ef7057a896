"""Pages and doors of clients: contacts, duplicates, merging, registers, foreign clients."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import translation

from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.countries import country_choices, postal_code_example
from invoicing.models import Client, ClientContact, ClientDistinction
from invoicing.registers.enums import Outcome, Register
from invoicing.registers.models import RegisterAnswer, RegisterCheck
from members.enums import Role
from tests.activities.builders import NOVEMBER, make_activity, make_client, make_draft, make_invoice, two_days
from tests.factories import load_cooperative, make_person


class World:
    """A member with a client, another member, finance and a controller."""

    def __init__(self, cooperative: Cooperative) -> None:
        self.cooperative = cooperative
        with tenant_scope(cooperative):
            load_cooperative()
            self.member, self.stranger = make_person(user=True), make_person(user=True)
            self.finance = make_person(Role.FINANCE, user=True)
            self.activity = make_activity(self.member)
            self.client = make_client(self.activity, name="Zoo SA")

    def browser(self, person: Any) -> Browser:
        browser = Browser()
        browser.force_login(person.user)
        return browser


@pytest.fixture
def world(cooperative_be: Cooperative) -> World:
    return World(cooperative_be)


def test_a_member_names_changes_and_forgets_a_contact(world: World) -> None:
    browser = world.browser(world.member)
    page = f"/be/clients/{world.client.pk}/"
    sent = {"name": "Ada Maes", "function": "Compta", "email": "ada@zoo.example", "for_invoices": "on"}

    wrong = browser.post(f"{page}contacts/nouveau/", sent | {"email": ""})
    assert wrong.status_code == 422
    assert browser.post(f"{page}contacts/nouveau/", sent).status_code == 302
    assert "Ada Maes" in browser.get(page).content.decode()
    with tenant_scope(world.cooperative):
        contact = ClientContact.objects.get()
    one = f"/be/clients/contacts/{contact.pk}/"
    assert world.browser(world.stranger).get(one).status_code == 404
    assert browser.post(one, sent | {"name": "Ada Claes"}).status_code == 302
    assert "Ada Claes" in browser.get(page).content.decode()
    assert browser.post(f"{one}retirer/").status_code == 302
    with tenant_scope(world.cooperative):
        assert not ClientContact.objects.exists()


def test_finance_merges_what_the_list_proposes(world: World) -> None:
    with tenant_scope(world.cooperative):
        twin = make_client(world.activity, name="Zoo", vat_number="", enterprise_number="")
        make_invoice(world.activity, twin)
    browser = world.browser(world.finance)
    merge = f"/be/clients/{twin.pk}/fusionner/?into={world.client.pk}"

    assert merge in browser.get("/be/clients/doublons/").content.decode()
    shown = browser.get(merge).content.decode()
    assert "1" in shown
    assert "210,00" in shown, "what is open is named before it moves"
    assert world.browser(world.member).get(merge).status_code == 403
    done = browser.post(f"/be/clients/{twin.pk}/fusionner/", {"into": str(world.client.pk)})

    assert done.status_code == 302
    assert done["Location"] == f"/be/clients/{world.client.pk}/"
    moved = browser.get(f"/be/clients/{twin.pk}/")
    assert (moved.status_code, moved["Location"]) == (302, f"/be/clients/{world.client.pk}/")
    assert merge not in browser.get("/be/clients/doublons/").content.decode()


def test_two_that_only_look_alike_are_told_apart(world: World) -> None:
    with tenant_scope(world.cooperative):
        twin = make_client(world.activity, name="Zoo", vat_number="", enterprise_number="")
    browser = world.browser(world.finance)
    told = browser.post(f"/be/clients/{twin.pk}/distinguer/", {"into": str(world.client.pk)})
    assert told.status_code == 302
    assert str(twin.pk) not in browser.get("/be/clients/doublons/").content.decode()
    with tenant_scope(world.cooperative):
        assert ClientDistinction.objects.count() == 1
    assert browser.get(f"/be/clients/{twin.pk}/fusionner/?into=nobody").status_code == 404


def test_a_client_who_is_a_member_is_said_to_be_one(world: World) -> None:
    browser = world.browser(world.finance)
    page = f"/be/clients/{world.client.pk}/membre/"
    assert browser.post(page, {"email": "nobody@example.org"}).status_code == 422
    assert browser.post(page, {"email": world.member.email.upper()}).status_code == 302
    with tenant_scope(world.cooperative):
        assert Client.objects.get(pk=world.client.pk).person_id == world.member.pk
    own = world.browser(world.member).get(
        f"/be/clients/{world.client.pk}/", headers={"accept-language": "en"}
    )
    assert "This client is yourself" in own.content.decode() or "c’est vous" in own.content.decode()


def test_the_list_is_narrowed_by_country_and_lateness(world: World) -> None:
    with tenant_scope(world.cooperative):
        make_client(world.activity, name="Musée", country="FR", vat_number="", enterprise_number="")
        late = make_client(world.activity, name="Lente", vat_number="", enterprise_number="")
        make_invoice(world.activity, late, issued_on=NOVEMBER.replace(month=1))
    browser = world.browser(world.finance)
    french = browser.get("/be/clients/?country=FR").content.decode()
    assert "Musée" in french
    assert "Zoo SA" not in french
    slow = browser.get("/be/clients/?late=on").content.decode()
    assert "Lente" in slow
    assert "Zoo SA" not in slow


def test_every_country_has_its_name_in_the_reader_s_language() -> None:
    with translation.override("fr"):
        names = dict(country_choices("fr"))
    assert (len(names), names["DE"], names["CI"]) == (249, "Allemagne", "Côte d’Ivoire")
    assert next(iter(names)) == "BE"
    assert dict(country_choices("nl"))["DE"] == "Duitsland"
    assert postal_code_example("NL", "1012") == "1012 AB"
    assert postal_code_example("NL", "1012 ab") == ""
    assert postal_code_example("CI", "anything") == ""


def test_the_registers_are_asked_by_a_button_and_warn_on_the_draft(world: World) -> None:
    with tenant_scope(world.cooperative):
        french = make_client(
            world.activity,
            country="FR",
            vat_number="FR40303265045",
            enterprise_number="",
            postal_code="75001",
        )
        draft = make_draft(world.activity, french, two_days(vat_code=""))
    browser = world.browser(world.member)
    shown = browser.get(f"/be/factures/{draft.pk}/").content.decode()
    assert "FR40303265045" in shown, "nobody could check the number yet"
    assert browser.post(f"/be/clients/{french.pk}/registres/").status_code == 302
    with tenant_scope(world.cooperative):
        assert RegisterCheck.objects.filter(number="FR40303265045", state="waiting").exists()
        RegisterAnswer.objects.create(
            register=Register.VIES, number="FR40303265045", on=NOVEMBER, outcome=Outcome.INVALID,
            source="simulator", consultation="WAPI1",
        )  # fmt: skip
    assert "WAPI1" in browser.get(f"/be/clients/{french.pk}/").content.decode()
    assert "notice-danger" in browser.get(f"/be/factures/{draft.pk}/").content.decode()
    refused = browser.post(f"/be/factures/{draft.pk}/emettre/")
    assert refused.status_code == 422


def test_the_doors_of_clients(world: World) -> None:
    member, finance = world.browser(world.member), world.browser(world.finance)
    api = f"/be/api/v1/clients/{world.client.pk}/"

    def post(browser: Browser, path: str, body: Any, key: str) -> Any:
        return browser.post(path, body, content_type="application/json", headers={"idempotency-key": key})

    made = post(member, f"{api}contacts/", {"name": "Ada", "email": "a@zoo.example", "for_quotes": True}, "1")
    assert made.status_code == 201
    assert [row["name"] for row in member.get(f"{api}contacts/").json()["results"]] == ["Ada"]
    advice = member.get(f"{api}vat-advice/?entity=PA&supply=goods").json()
    assert advice["code"] == "standard"
    assert advice["reason"]
    asked = post(member, f"{api}lookups/ask/", {}, "2")
    assert (asked.status_code, [row["asking"] for row in asked.json()]) == (202, [True, True])
    assert {row["register"] for row in member.get(f"{api}lookups/").json()} == {"vies", "peppol"}
    with tenant_scope(world.cooperative):
        twin = make_client(world.activity, name="Zoo", vat_number="", enterprise_number="")
    pairs = finance.get("/be/api/v1/clients/duplicates/").json()["results"]
    assert [(pair["older"], pair["newer"]) for pair in pairs] == [(str(world.client.pk), str(twin.pk))]
    merge = f"/be/api/v1/clients/{twin.pk}/merge/"
    assert post(member, merge, {"into": str(world.client.pk)}, "3").status_code == 403
    merged = post(finance, merge, {"into": str(world.client.pk)}, "4")
    assert (merged.status_code, merged.json()["id"]) == (200, str(world.client.pk))
    assert member.get(f"/be/api/v1/clients/{twin.pk}/").json()["id"] == str(world.client.pk)
