"""Finance at work: a file comes in, a line is identified with one click, two people pay."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core import clock
from core.models import Cooperative
from core.tenancy import tenant_scope
from ledger.selectors import entity_by_code
from ledger.services import create_party
from ledger.treasury import bank_simulator as bank
from ledger.treasury.models import BankTransaction, Payout, PayoutBatch
from ledger.treasury.services import request_payout
from members.enums import Role
from tests.factories import load_cooperative, make_person


@pytest.fixture
def finance(cooperative_be: Cooperative) -> list[Client]:
    """Two people of finance and an auditor, signed in."""
    with tenant_scope(cooperative_be):
        load_cooperative()
        people = [make_person(role, user=True) for role in (Role.FINANCE, Role.FINANCE, Role.AUDITOR)]
    browsers = []
    for person in people:
        browser = Client()
        browser.force_login(person.user)
        browsers.append(browser)
    return browsers


def coda(cooperative: Cooperative, *movements: bank.BankMovement, number: int = 1) -> SimpleUploadedFile:
    """The bank's file of today."""
    with tenant_scope(cooperative):
        entity = entity_by_code("PA")
        day = clock.today()
    content = bank.write_coda([bank.BankStatement(entity.iban, number, day, Decimal("0.00"), movements)])
    return SimpleUploadedFile("x.cod", content)


def due_wage(cooperative: Cooperative) -> Payout:
    """A net wage that is due."""
    with tenant_scope(cooperative):
        entity = entity_by_code("PA")
        party = create_party(kind="person", name="Ada")
        return request_payout(
            entity_id=entity.pk, kind="wage", party_id=party.pk, payee_name="Ada Lovelace",
            iban="BE68539007547034", amount=Decimal("434.65"), communication="Salaire", due_on=clock.today(),
            source_type="payroll.payitem", source_id=uuid4(), settles_account="455",
        )  # fmt: skip


def test_a_file_comes_in_and_a_line_is_identified(cooperative_be: Cooperative, finance: list[Client]) -> None:
    browser = finance[0]
    assert "Aucun extrait" in browser.get("/be/banque/").content.decode()

    receipt = bank.BankMovement(Decimal("250.00"), communication="???", counterparty_name="Inconnue SA")
    answer = browser.post("/be/banque/", {"file": coda(cooperative_be, receipt)}, follow=True)
    assert answer.status_code == 200
    assert "250,00" in answer.content.decode()
    page = browser.get("/be/banque/a-identifier/").content.decode()
    assert "Inconnue SA" in page
    with tenant_scope(cooperative_be):
        line = BankTransaction.objects.get()
        statement = line.statement_id
    assert "Inconnue SA" in browser.get(f"/be/banque/extraits/{statement}/").content.decode()

    wrong = browser.post(f"/be/banque/lignes/{line.pk}/", {"act": "reference", "reference": "SAL-9"})
    assert wrong.status_code == 422
    posted = browser.post(
        f"/be/banque/lignes/{line.pk}/", {"act": "account", "account": "4894", "text": "Apport"}
    )
    assert posted.status_code == 302
    with tenant_scope(cooperative_be):
        assert BankTransaction.objects.get().account_code == "4894"
    assert "Rien à identifier" in browser.get("/be/banque/a-identifier/").content.decode()
    assert "Apport" in browser.get(f"/be/banque/lignes/{line.pk}/").content.decode()


def test_a_file_that_does_not_hold_is_explained(cooperative_be: Cooperative, finance: list[Client]) -> None:
    answer = finance[0].post("/be/banque/", {"file": SimpleUploadedFile("x.pdf", b"%PDF-1.7")})

    assert answer.status_code == 422
    assert "extrait bancaire" in answer.content.decode()
    with tenant_scope(cooperative_be):
        assert not BankTransaction.objects.exists()


def test_two_people_pay(cooperative_be: Cooperative, finance: list[Client]) -> None:
    first, second, auditor = finance
    payout = due_wage(cooperative_be)
    assert "434,65" in first.get("/be/paiements/").content.decode()

    with tenant_scope(cooperative_be):
        entity = entity_by_code("PA").pk
    assert auditor.post("/be/paiements/nouveau/", {"entity": entity, "kind": "wage"}).status_code == 403
    assert first.post("/be/paiements/nouveau/", {"entity": entity, "kind": "wage"}).status_code == 302
    with tenant_scope(cooperative_be):
        batch = PayoutBatch.objects.get()
    url = f"/be/paiements/{batch.pk}/"
    assert "Ada Lovelace" in first.get(url).content.decode()
    assert first.get(f"{url}fichier/").status_code == 404
    refused = first.post(f"{url}liberer/")
    assert refused.status_code == 403
    assert second.post(f"{url}liberer/").status_code == 302
    file = auditor.get(f"{url}fichier/")
    assert file["Content-Type"] == "application/xml"
    assert b"Ada Lovelace" in file.content

    debit = bank.batch_debit(total=Decimal("434.65"), message_id=batch.number, transfers=1)
    back = bank.BankMovement(Decimal("434.65"), end_to_end_id=payout.end_to_end_id, return_reason="AC04")
    first.post("/be/banque/", {"file": coda(cooperative_be, debit, back)})
    assert "AC04" in first.get("/be/paiements/").content.decode()
    with tenant_scope(cooperative_be):
        held = Payout.objects.get(state="held")
    mend = f"/be/paiements/retours/{held.pk}/"
    assert first.get(mend).status_code == 200
    wrong = {"payee_name": "Ada", "iban": "BE00", "due_on": "2026-11-20"}
    assert first.post(mend, wrong).status_code == 422
    assert first.post(mend, wrong | {"iban": "BE71 0961 2345 6769"}).status_code == 302
    with tenant_scope(cooperative_be):
        assert Payout.objects.get(pk=held.pk).state == "open"


def test_a_draft_is_cancelled(cooperative_be: Cooperative, finance: list[Client]) -> None:
    due_wage(cooperative_be)
    with tenant_scope(cooperative_be):
        entity = entity_by_code("PA").pk
    finance[0].post("/be/paiements/nouveau/", {"entity": entity, "kind": "wage"})
    with tenant_scope(cooperative_be):
        batch = PayoutBatch.objects.get()

    assert finance[0].post(f"/be/paiements/{batch.pk}/annuler/").status_code == 302
    with tenant_scope(cooperative_be):
        assert Payout.objects.get().state == "open"
    assert finance[0].post("/be/paiements/nouveau/", {"entity": entity, "kind": "refund"}).status_code == 404


def test_the_rest_doors_do_the_same(cooperative_be: Cooperative, finance: list[Client]) -> None:
    first, second, _ = finance
    due_wage(cooperative_be)
    api = "/be/api/v1/"

    def post(browser: Client, path: str, data: dict[str, Any], **more: Any) -> Any:
        return browser.post(api + path, data, content_type="application/json", **more)

    with tenant_scope(cooperative_be):
        entity = str(entity_by_code("PA").pk)
    assert first.get(api + "payouts/").json()["results"][0]["amount"] == "434.65"
    made = post(
        first, "payout-batches/new/", {"entity": entity, "kind": "wage"}, headers={"Idempotency-Key": "a"}
    )
    again = post(
        first, "payout-batches/new/", {"entity": entity, "kind": "wage"}, headers={"Idempotency-Key": "a"}
    )
    assert made.status_code == 201
    assert again.json() == made.json()
    batch = made.json()["id"]
    refused = post(first, f"payout-batches/{batch}/release/", {})
    assert (refused.status_code, refused.json()["code"]) == (403, "second_person_needed")
    assert post(second, f"payout-batches/{batch}/release/", {}).json()["state"] == "released"
    assert b"pain.001.001.09" in first.get(api + f"payout-batches/{batch}/file/").content
    assert post(second, f"payout-batches/{batch}/cancel/", {}).status_code == 409
    assert first.get(api + "payout-batches/").json()["results"][0]["number"].startswith("SMART-PA-")

    movement = bank.BankMovement(Decimal("5.00"), communication="x")
    entered = first.post(api + "bank-statements/import/", {"file": coda(cooperative_be, movement)})
    assert entered.status_code == 201
    assert first.get(api + "bank-statements/").json()["results"][0]["closing"] == "5.00"
    line = first.get(api + "bank-lines/").json()["results"][0]["id"]
    assert post(first, f"bank-lines/{line}/identify/", {"reference": "nope"}).status_code == 422
    assert post(first, f"bank-lines/{line}/identify/", {}).status_code == 422
    assert post(first, f"bank-lines/{line}/identify/", {"account": "4894"}).json()["state"] == "identified"


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_do_not_ask_more_with_more_rows(
    cooperative_be: Cooperative, finance: list[Client], rows: int, django_assert_max_num_queries: Any
) -> None:
    movements = [bank.BankMovement(-Decimal(n + 1), communication="x") for n in range(rows)]
    finance[0].post("/be/banque/", {"file": coda(cooperative_be, *movements)})
    for _ in range(rows):
        due_wage(cooperative_be)
    for path in ("/be/banque/", "/be/paiements/"):
        finance[0].get(path)
        with django_assert_max_num_queries(24):
            finance[0].get(path)
