"""Purchases as a member, an adviser, finance and a stranger see them; and the REST doors."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from core import clock
from core.models import Cooperative
from core.services import create_token
from core.tenancy import tenant_scope
from invoicing.purchases.enums import PurchaseState
from invoicing.purchases.models import Purchase, SupplierAccount
from invoicing.purchases.routing import activity_reference
from invoicing.ubl import Attachment, Document, Payment, write_document
from members.enums import Role
from members.models import Person
from tests.activities.builders import PDF
from tests.factories import load_cooperative, make_adviser, make_person
from tests.invoicing.purchases.papers import OTHER_IBAN, open_activity, paper, receive


class World:
    """A member with an Activity and money, their adviser, finance, a stranger."""

    def __init__(self, cooperative: Cooperative) -> None:
        self.cooperative = cooperative
        with tenant_scope(cooperative):
            self.adviser = make_adviser()
            self.member = make_person(user=True, adviser=self.adviser)
            self.stranger = make_person(user=True)
            self.finance = make_person(Role.FINANCE, user=True)
            self.activity = open_activity(person=self.member, money="2000.00")

    def browser(self, person: Person) -> Browser:
        browser = Browser()
        assert person.user is not None
        browser.force_login(person.user)
        return browser

    def document(self, **more: Any) -> Document:
        with tenant_scope(self.cooperative):
            return paper(**more)

    def received(self, **more: Any) -> Purchase:
        with tenant_scope(self.cooperative):
            return receive(paper(**{"buyer_reference": activity_reference(self.activity.pk)} | more))

    def now(self, purchase: Purchase) -> Purchase:
        with tenant_scope(self.cooperative):
            return Purchase.objects.select_related("activity").get(pk=purchase.pk)


@pytest.fixture
def world(cooperative_be: Cooperative) -> World:
    clock.set_clock(cooperative_be, datetime(2026, 11, 20, 9, tzinfo=clock.ZONE))
    with tenant_scope(cooperative_be):
        load_cooperative()
    return World(cooperative_be)


def upload(document: Document, name: str = "facture.xml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, write_document(document), content_type="application/xml")


def test_a_member_accepts_what_arrived_by_its_reference(world: World) -> None:
    purchase = world.received()
    assert purchase.activity == world.activity
    member = world.browser(world.member)

    home = member.get("/be/activites/").content.decode()
    assert "Papeterie Lune" in home
    page = member.get(f"/be/achats/{purchase.pk}/")
    assert page.status_code == 200
    answered = member.post(f"/be/achats/{purchase.pk}/accepter/", {"category": "office"}, follow=True)

    assert answered.status_code == 200
    assert world.now(purchase).state == PurchaseState.TO_PAY
    activity = member.get(f"/be/activites/{world.activity.pk}/").content.decode()
    assert activity_reference(world.activity.pk) in activity
    assert f"/be/achats/{purchase.pk}/" in activity


def test_what_cannot_be_booked_is_said_beside_the_form(world: World) -> None:
    purchase = world.received(net="5000.00")

    answer = world.browser(world.member).post(f"/be/achats/{purchase.pk}/accepter/", {"category": "office"})

    assert answer.status_code == 422
    assert "5000" in answer.content.decode().replace(" ", "").replace("\u202f", "")
    assert world.now(purchase).state == PurchaseState.ASSIGNED


def test_an_adviser_agrees_above_the_threshold(world: World) -> None:
    purchase = world.received(net="400.00")
    world.browser(world.member).post(f"/be/achats/{purchase.pk}/accepter/", {"category": "office"})
    assert world.now(purchase).state == PurchaseState.APPROVAL
    adviser = world.browser(world.adviser)

    assert str(purchase.pk) in adviser.get("/be/achats/").content.decode()
    adviser.post(f"/be/achats/{purchase.pk}/accord/")

    assert world.now(purchase).state == PurchaseState.TO_PAY


def test_a_stranger_finds_nothing(world: World) -> None:
    purchase = world.received()
    stranger = world.browser(world.stranger)

    assert stranger.get(f"/be/achats/{purchase.pk}/").status_code == 404
    assert stranger.get(f"/be/achats/{purchase.pk}/original/").status_code == 404
    assert stranger.post(f"/be/achats/{purchase.pk}/accepter/", {"category": "office"}).status_code == 404
    assert "Papeterie" not in stranger.get("/be/achats/").content.decode()
    assert world.now(purchase).state == PurchaseState.ASSIGNED


def test_many_files_are_kept_each_on_its_own(world: World) -> None:
    member = world.browser(world.member)
    good = upload(world.document(buyer_reference="-"))
    bad = SimpleUploadedFile("abime.xml", b"<Invoice", content_type="application/xml")

    page = member.post("/be/achats/deposer/", {"documents": [good, bad], "activity": str(world.activity.pk)})

    assert page.status_code == 200
    assert "abime.xml" in page.content.decode()
    with tenant_scope(world.cooperative):
        assert [row.activity for row in Purchase.objects.all()] == [world.activity]


def test_one_bad_file_alone_is_an_error(world: World) -> None:
    page = world.browser(world.member).post(
        "/be/achats/deposer/", {"documents": [SimpleUploadedFile("a.xml", b"no")]}
    )

    assert page.status_code == 422
    with tenant_scope(world.cooperative):
        assert not Purchase.objects.exists()


def test_paper_is_typed_with_its_receipt_and_accepted(world: World) -> None:
    member = world.browser(world.member)
    fields = {
        "supplier_name": "Menuiserie Bois", "vat_number": "", "country": "be", "kind": "invoice",
        "number": "12", "issued_on": "2026-11-12", "due_on": "", "total": "121,00", "vat": "21,00",
        "iban": "BE68 5390 0754 7034", "reference": "", "text": "Planches",
    }  # fmt: skip
    receipt = SimpleUploadedFile("facture.pdf", PDF, content_type="application/pdf")

    page = member.post("/be/achats/papier/", fields | {"receipt": receipt}, follow=True)

    assert page.status_code == 200
    with tenant_scope(world.cooperative):
        purchase = Purchase.objects.get()
    assert (purchase.total, purchase.state) == (Decimal("121.00"), PurchaseState.ASSIGNED)
    member.post(f"/be/achats/{purchase.pk}/accepter/", {"category": "material"})
    assert world.now(purchase).cost == Decimal("100.00")
    original = member.get(f"/be/achats/{purchase.pk}/original/")
    assert original["Content-Disposition"].startswith("attachment")


def test_what_the_supplier_sent_is_downloaded_never_shown(world: World) -> None:
    hostile = "<script>alert(1)</script>"
    document = world.document(
        buyer_reference=activity_reference(world.activity.pk),
        mentions=(hostile,),
        attachments=(Attachment("1", "plan.pdf", "application/pdf", PDF, hostile),),
    )
    with tenant_scope(world.cooperative):
        purchase = receive(document)
        (attachment,) = purchase.document.attachments.all()
    member = world.browser(world.member)

    page = member.get(f"/be/achats/{purchase.pk}/").content.decode()
    assert hostile not in page
    assert "&lt;script&gt;" in page
    for address in (f"/be/achats/{purchase.pk}/original/", f"/be/achats/pieces/{attachment.pk}/"):
        answer = member.get(address)
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert world.browser(world.stranger).get(f"/be/achats/pieces/{attachment.pk}/").status_code == 404


def test_finance_assigns_and_confirms_a_changed_account(world: World) -> None:
    with tenant_scope(world.cooperative):
        receive(paper(buyer_reference=activity_reference(world.activity.pk)))
    purchase = world.received(payment=Payment(OTHER_IBAN))
    finance = world.browser(world.finance)
    member = world.browser(world.member)
    page = member.get(f"/be/achats/{purchase.pk}/").content.decode()
    assert OTHER_IBAN in page
    assert 'role="alert"' in page
    accept = f"/be/achats/{purchase.pk}/accepter/"
    assert member.post(accept, {"category": "office"}).status_code == 422

    with tenant_scope(world.cooperative):
        account = SupplierAccount.objects.get(iban=OTHER_IBAN)
    assert OTHER_IBAN in finance.get("/be/fournisseurs/").content.decode()
    assert finance.get(f"/be/fournisseurs/{account.supplier_id}/").status_code == 200
    confirm = f"/be/fournisseurs/comptes/{account.pk}/confirmer/"
    assert member.post(confirm, {"confirmation": "moi"}).status_code == 403
    assert finance.post(confirm, {"confirmation": ""}).status_code == 422
    assert finance.post(confirm, {"confirmation": "Mme Lune, 02 000 00 00"}).status_code == 302

    assert member.post(accept, {"category": "office"}).status_code == 302
    assert world.now(purchase).state == PurchaseState.TO_PAY


def test_finance_gives_what_nobody_claims_to_an_activity_or_refuses_it(world: World) -> None:
    purchase = world.received(buyer_reference="-")
    assert purchase.state == PurchaseState.UNASSIGNED
    finance = world.browser(world.finance)
    assert finance.get(f"/be/achats/{purchase.pk}/").status_code == 200

    given = finance.post(f"/be/achats/{purchase.pk}/attribuer/", {"activity": str(world.activity.pk)})
    assert given.status_code == 302
    assert world.now(purchase).state == PurchaseState.ASSIGNED

    assert finance.post(f"/be/achats/{purchase.pk}/refuser/", {"refuse-reason": ""}).status_code == 422
    finance.post(f"/be/achats/{purchase.pk}/refuser/", {"refuse-reason": "Pas à nous"})
    assert world.now(purchase).state == PurchaseState.REFUSED


# --- REST ------------------------------------------------------------------------------------------------


def test_a_program_brings_assigns_and_accepts(world: World) -> None:
    def key(person: Person) -> dict[str, str]:
        with tenant_scope(world.cooperative):
            token = create_token(user=person.user, cooperative=world.cooperative, name="test")
        return {"Authorization": f"Bearer {token}"}

    finance, member, browser = key(world.finance), key(world.member), Browser()
    api = "/be/api/v1"
    document = world.document(buyer_reference="-")

    def receive_it(once: str) -> Any:
        return browser.post(
            f"{api}/purchases/receive/",
            {"file": upload(document)},
            headers=finance | {"Idempotency-Key": once},
        )

    first, again = receive_it("a"), receive_it("b")
    assert (first.status_code, again.status_code) == (201, 200)
    pk = first.json()["id"]
    assert again.json()["id"] == pk

    def send(path: str, body: Any, who: dict[str, str]) -> Any:
        headers = who | {"Idempotency-Key": base64.b64encode(path.encode()).decode()[-60:]}
        return browser.post(f"{api}{path}", json.dumps(body), "application/json", headers=headers)

    assigned = send(f"/purchases/{pk}/assign/", {"activity": str(world.activity.pk)}, finance)
    assert assigned.json()["state"] == "assigned"
    assert assigned.json()["rule_check"] == "waiting"
    overridden = send(f"/purchases/{pk}/override/", {"reason": "La file est arrêtée"}, member)
    assert overridden.status_code == 403
    overridden = send(f"/purchases/{pk}/override/", {"reason": "La file est arrêtée "}, finance)
    assert (overridden.status_code, overridden.json()["rule_check"]) == (200, "overridden")
    accepted = send(f"/purchases/{pk}/accept/", {"category": "office"}, member)
    assert accepted.status_code == 200
    assert accepted.json()["cost"] == "100.00"
    listed = browser.get(f"{api}/purchases/?state=to_pay", headers=member).json()
    assert [row["id"] for row in listed["results"]] == [pk]
    content = browser.get(f"{api}/purchases/{pk}/", headers=member).json()["content"]
    assert content["lines"][0]["name"] == "Papier"
    bad = browser.post(
        f"{api}/purchases/receive/",
        {"file": SimpleUploadedFile("a.xml", b"<a/>")},
        headers=finance | {"Idempotency-Key": "c"},
    )
    assert (bad.status_code, bad.json()["code"]) == (422, "ubl_not_ubl")
    assert bad.json()["params"]["line"] == "1"
