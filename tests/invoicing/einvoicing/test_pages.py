"""Pages and doors of sending: what a member and a controller see and do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from core import clock
from core.models import Cooperative
from core.services import create_token
from core.tenancy import tenant_scope
from invoicing.einvoicing.models import Delivery, DeliveryAnswer
from invoicing.einvoicing.services import send_document
from invoicing.models import ClientMessage, Invoice, IssuedDocument
from members.enums import Role
from members.models import Person
from tests.activities.builders import NOVEMBER, make_activity, make_client, make_invoice
from tests.factories import SYSTEM, load_cooperative, make_person

PERSON = {"kind": "consumer", "vat_number": "", "enterprise_number": "", "name": "Anna Dubois"}


class Town:
    """A member with an issued invoice, a stranger, a controller."""

    def __init__(self, cooperative: Cooperative) -> None:
        self.cooperative = cooperative
        with tenant_scope(cooperative):
            load_cooperative()
            self.member = make_person(user=True)
            self.stranger = make_person(user=True)
            self.controller = make_person(Role.CREDIT_CONTROLLER, user=True)
            self.auditor = make_person(Role.AUDITOR, user=True)
            self.activity = make_activity(self.member)
            self.invoice = self.issue()
            self.document = IssuedDocument.objects.get(invoice=self.invoice)

    def issue(self, **client: Any) -> Invoice:
        """Another invoice of the member."""
        return make_invoice(self.activity, make_client(self.activity, **client))

    def browser(self, person: Person) -> Browser:
        """Somebody signed in."""
        browser = Browser()
        browser.force_login(person.user)
        return browser

    def door(self, person: Person, path: str, data: Any = None, key: str = "") -> Any:
        """A program of somebody; with `data` it posts."""
        token = create_token(user=person.user, cooperative=self.cooperative, name="test")
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        path = f"/be/api/v1/invoices/{self.invoice.pk}/deliveries/{path}"
        if data is None:
            return Browser().get(path, headers=headers)
        return Browser().post(path, json.dumps(data), "application/json", headers=headers)

    def deliveries(self) -> list[Delivery]:
        """Every sending, in order."""
        with tenant_scope(self.cooperative):
            return list(Delivery.objects.order_by("pk"))


@pytest.fixture
def town(cooperative_be: Cooperative) -> Iterator[Town]:
    """20 November 2026, no scope open."""
    clock.set_clock(cooperative_be, datetime(2026, 11, 20, 9, tzinfo=clock.ZONE))
    yield Town(cooperative_be)


def test_a_member_looks_at_the_mail_adds_a_word_and_sends(town: Town) -> None:
    browser = town.browser(town.member)
    address = f"/be/envois/document/{town.document.pk}/"
    page = browser.get(address).content.decode()
    assert town.invoice.number in page and "compta@theatre.example" in page
    assert 'value="peppol"' in page and "Bonjour," in page

    shown = browser.post(address, {"channel": "email", "sentence": "Merci <b>encore</b>", "act": "show"})
    assert "Merci &lt;b&gt;encore&lt;/b&gt;" in shown.content.decode()
    assert town.deliveries() == []

    sent = browser.post(address, {"channel": "email", "sentence": "Merci encore", "act": "send"})
    assert sent.status_code == 302
    (delivery,) = town.deliveries()
    assert (delivery.channel, delivery.state) == ("email", "pending")
    with tenant_scope(town.cooperative):
        assert "Merci encore" in ClientMessage.objects.get().body
    page = browser.get(sent["Location"]).content.decode()
    assert "compta@theatre.example" in page and 'id="sending"' in page


def test_a_way_that_does_not_lead_there_is_refused_on_the_page(town: Town) -> None:
    with tenant_scope(town.cooperative):
        person = IssuedDocument.objects.get(invoice=town.issue(**PERSON))
    browser = town.browser(town.member)
    answer = browser.post(f"/be/envois/document/{person.pk}/", {"channel": "peppol", "act": "send"})
    assert answer.status_code == 422
    assert town.deliveries() == []


def test_what_is_under_way_says_so(town: Town) -> None:
    browser = town.browser(town.member)
    address = f"/be/envois/document/{town.document.pk}/"
    assert browser.post(address, {"channel": "peppol", "act": "send"}).status_code == 302
    again = browser.post(address, {"channel": "peppol", "act": "send"})
    assert again.status_code == 409
    assert len(town.deliveries()) == 1


def test_the_story_of_an_invoice_tells_what_the_client_said(town: Town) -> None:
    with tenant_scope(town.cooperative):
        row = send_document(document_id=town.document.pk, on=NOVEMBER, actor=SYSTEM)
        DeliveryAnswer.objects.create(
            delivery=row, position=1, level="business", code="RE", reason_code="UNR",
            text="Pas commandé", said_at=timezone.now(), heard_on=NOVEMBER,
        )  # fmt: skip
        Delivery.objects.update(
            state="rejected", response="RE", reason_code="UNR", reason="Pas commandé",
            next_attempt_at=None, settled_on=NOVEMBER,
        )  # fmt: skip
    browser = town.browser(town.member)
    page = browser.get(f"/be/factures/{town.invoice.pk}/").content.decode()
    assert page.count("Pas commandé") >= 2
    home = browser.get("/be/", follow=True).content.decode()
    assert town.invoice.number in home
    desk = town.browser(town.controller).get("/be/envois/").content.decode()
    assert town.invoice.number in desk and "Pas commandé" in desk
    assert town.invoice.number not in town.browser(town.stranger).get("/be/envois/").content.decode()


def test_several_are_sent_at_once_and_only_ones_own(town: Town) -> None:
    with tenant_scope(town.cooperative):
        other = town.issue(**PERSON)
    keys = [str(town.invoice.pk), str(other.pk), "nonsense"]
    town.browser(town.stranger).post("/be/envois/", {"invoice": keys})
    assert town.deliveries() == []
    town.browser(town.member).post("/be/envois/", {"invoice": keys})
    assert [row.channel for row in town.deliveries()] == ["peppol", "email"]


def test_paper_is_handed_over_and_an_e_mail_comes_back(town: Town) -> None:
    with tenant_scope(town.cooperative):
        paper = send_document(
            document_id=IssuedDocument.objects.get(invoice=town.issue(**PERSON | {"email": ""})).pk,
            on=NOVEMBER, actor=SYSTEM,
        )  # fmt: skip
        mail = send_document(
            document_id=IssuedDocument.objects.get(invoice=town.issue(**PERSON)).pk, on=NOVEMBER, actor=SYSTEM
        )
        Delivery.objects.filter(pk=mail.pk).update(state="sent", handled=True)
    browser = town.browser(town.member)
    assert browser.post(f"/be/envois/{paper.pk}/handed_over/").status_code == 302
    assert browser.get(f"/be/envois/{mail.pk}/lost/").status_code == 200
    assert browser.post(f"/be/envois/{mail.pk}/lost/", {"reason": ""}).status_code == 422
    assert browser.post(f"/be/envois/{mail.pk}/lost/", {"reason": "Adresse inconnue"}).status_code == 302
    assert browser.post(f"/be/envois/{mail.pk}/set_aside/").status_code == 302
    assert browser.post(f"/be/envois/{mail.pk}/nonsense/").status_code == 409
    assert [(row.state, row.handled) for row in town.deliveries()] == [("sent", True), ("rejected", True)]
    assert town.browser(town.stranger).post(f"/be/envois/{mail.pk}/set_aside/").status_code == 404


def test_programs_send_and_see_what_became_of_it(town: Town) -> None:
    sent = town.door(town.member, "", {"channel": "email", "sentence": "Merci"}, key="once")
    assert sent.status_code == 201, sent.content
    (row,) = sent.json()
    assert (row["channel"], row["state"], row["number"]) == ("email", "pending", town.invoice.number)
    assert town.door(town.member, "", {"channel": "email", "sentence": "Merci"}, key="once").json() == [row]
    assert len(town.deliveries()) == 1
    assert town.door(town.auditor, "").json()["results"] == [row]
    assert town.door(town.auditor, "", {}).status_code == 404
    assert town.door(town.stranger, "").status_code == 404
    assert town.door(town.member, "", {"channel": "pigeon"}).status_code == 422
    unknown = town.door(town.member, "", {"document": "01900000-0000-7000-8000-000000000000"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "document_not_found")
    assert len(town.deliveries()) == 1
    again = town.door(town.controller, "", {"document": str(town.document.pk)})
    assert [entry["channel"] for entry in again.json()] == ["peppol", "email"]
