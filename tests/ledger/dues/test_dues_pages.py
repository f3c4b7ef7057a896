"""Finance on screen: agree, batch in two clicks, compare with a body, write a transfer; auditors read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from core import clock
from core.models import Cooperative
from core.tenancy import tenant_scope
from ledger.models import LegalEntity
from ledger.treasury.dues.models import BodyStatement, CreditorTerms, Due, EntityTransfer
from ledger.treasury.dues.services import raise_dues
from ledger.treasury.models import PayoutBatch
from members.enums import Role
from tests.factories import SYSTEM, make_person
from tests.ledger.dues.papers import open_books, owe


@dataclass
class Office:
    """Somebody of finance and an auditor, signed in, in November 2026."""

    cooperative: Cooperative
    finance: Client
    auditor: Client

    def get(self, path: str, who: Client | None = None) -> Any:
        return (who or self.finance).get(f"/be/{path}")

    def post(self, path: str, who: Client | None = None, **data: str) -> Any:
        return (who or self.finance).post(f"/be/{path}", data)


@pytest.fixture
def office(cooperative_be: Cooperative) -> Office:
    browsers = {}
    with tenant_scope(cooperative_be):
        entity = open_books()
        clock.set_clock(cooperative_be, datetime.fromisoformat("2026-11-05T09:00:00+01:00"))
        owe(entity, date(2026, 10, 16), "200.35")
        raise_dues(today=date(2026, 11, 5), actor=SYSTEM)
        for role in (Role.FINANCE, Role.AUDITOR):
            person = make_person(role, user=True)
            browsers[role] = Client()
            browsers[role].force_login(person.user)
    return Office(cooperative_be, browsers[Role.FINANCE], browsers[Role.AUDITOR])


def test_two_clicks_from_the_due_to_the_batch(office: Office) -> None:
    with tenant_scope(office.cooperative):
        due, entity = Due.objects.get(), LegalEntity.objects.get(code="PA")
    page = office.get("dues/")
    assert [str(row["amount"]) for row in page.context["rows"]] == ["200.35"]
    assert page.context["batches"] == []
    office.post(f"dues/{due.pk}/agree/")
    assert "ONSS" in office.get(f"dues/{due.pk}/").content.decode()
    with tenant_scope(office.cooperative):
        assert Due.objects.get().state == "to_check"

    entered = office.post(
        "dues/creditors/", entity=str(entity.pk), creditor="onss", valid_from="2026-01-01", iban="",
        reference="+++000/0000/16366+++", source="notice",
    )  # fmt: skip
    office.post(f"dues/{due.pk}/agree/")
    assert [row["count"] for row in office.get("dues/").context["batches"]] == [1]
    made = office.post("dues/batch/", entity=str(entity.pk), kind="contribution")

    assert entered.status_code == made.status_code == 302
    with tenant_scope(office.cooperative):
        assert CreditorTerms.objects.get().reference == "000000016366"
        assert str(PayoutBatch.objects.get().total) == "200.35"
    for path in ("dues/", f"dues/{due.pk}/"):
        assert office.get(path).status_code == 200


def test_a_statement_and_a_transfer_by_form(office: Office) -> None:
    with tenant_scope(office.cooperative):
        entity, other = LegalEntity.objects.get(code="PA"), LegalEntity.objects.get(code="SC")
    wrong = office.post(
        "dues/statements/", entity=str(entity.pk), creditor="onss", on="2026-11-05", closing="0",
        lines="never;x;1",
    )  # fmt: skip
    right = office.post(
        "dues/statements/", entity=str(entity.pk), creditor="onss", on="2026-11-05", closing="37.20",
        lines="05/11/2026;Majoration;37.20",
    )  # fmt: skip
    moved = office.post(
        "dues/entities/", kind="cost", giver=str(other.pk), taker=str(entity.pk), amount="1850.00",
        account="6124", on="2026-11-05", reason="Loyer",
    )  # fmt: skip

    assert (wrong.status_code, right.status_code, moved.status_code) == (422, 302, 302)
    with tenant_scope(office.cooperative):
        statement, transfer = BodyStatement.objects.get(), EntityTransfer.objects.get()
        line = statement.lines.get()
    assert "37,20" in office.get(f"dues/statements/{statement.pk}/").content.decode()
    office.post(f"dues/lines/{line.pk}/explain/", explanation="late", act="claim")
    assert "Loyer" in office.get("dues/entities/").content.decode()
    office.post(f"dues/transfers/{transfer.pk}/refuse/")
    with tenant_scope(office.cooperative):
        assert Due.objects.filter(kind="claim").count() == 1
        assert EntityTransfer.objects.get().state == "refused"


def test_auditors_read_and_write_nothing(office: Office) -> None:
    for path in ("dues/", "dues/creditors/", "dues/statements/", "dues/entities/"):
        assert office.get(path, office.auditor).status_code == 200
        assert office.post(path, office.auditor).status_code in (403, 404, 405) or path == "dues/"
    with tenant_scope(office.cooperative):
        due = Due.objects.get()
    assert office.post(f"dues/{due.pk}/agree/", office.auditor).status_code == 403
    with tenant_scope(office.cooperative):
        assert Due.objects.get().state == "to_check"


def test_programs_read_agree_and_batch(office: Office) -> None:
    listed = office.get("api/v1/dues/").json()

    assert [row["amount"] for row in listed["results"]] == ["200.35"]
    assert listed["results"][0]["standing"] == "to_check"
    key = listed["results"][0]["id"]
    refused = office.finance.post(f"/be/api/v1/dues/{key}/agree/", headers={"Idempotency-Key": "one"})
    assert (refused.status_code, refused.json()["code"]) == (409, "terms_missing")
    assert office.get("api/v1/entity-transfers/").json()["results"] == []
