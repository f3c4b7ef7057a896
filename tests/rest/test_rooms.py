"""What people do on the pages of the rooms, programs do at the doors: answered alike, refused alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from activities.models import Activity
from core import clock
from core.models import AuditEvent, Cooperative
from core.tenancy import tenant_scope
from invoicing.models import Client, ClientDistinction
from invoicing.purchases.models import Purchase
from invoicing.timesheets.models import SheetHours, TimeSheet
from invoicing.timesheets.services import write_hours
from ledger.selectors import entity_by_code
from ledger.treasury.dues.models import BodyStatement, CreditorTerms
from ledger.treasury.dues.rules import creditors_of
from ledger.treasury.models import LineRule
from members.enums import Role
from members.models import Person
from tests.activities.builders import PDF, make_activity, make_client, make_invoice
from tests.factories import SYSTEM, load_cooperative, make_person
from tests.invoicing.quotes.builders import make_quote

TODAY = date(2026, 11, 20)


@dataclass
class Doors:
    """A cooperative on 20 November 2026: a member with an Activity and a client, finance, a stranger."""

    cooperative: Cooperative
    people: dict[str, Person] = field(default_factory=dict)
    keys: int = 0

    def __post_init__(self) -> None:
        clock.set_clock(self.cooperative, datetime(2026, 11, 20, 9, tzinfo=clock.ZONE))
        with tenant_scope(self.cooperative):
            load_cooperative()
            self.people = {
                "member": make_person(user=True),
                "stranger": make_person(user=True),
                "finance": make_person(Role.FINANCE, user=True),
                "second": make_person(Role.FINANCE, user=True),
            }
            self.activity: Activity = make_activity(self.people["member"])
            self.client: Client = make_client(self.activity)

    def ask(self, who: str, path: str, body: Any = None, *, multipart: bool = False) -> Any:
        """Knock; with a body it posts, with a key of its own, twice: the second time nothing happens."""
        browser = Browser()
        browser.force_login(self.people[who].user)  # type: ignore[arg-type]
        if body is None:
            return browser.get(f"/be/api/v1/{path}")
        self.keys += 1
        sent = {"data": body} if multipart else {"data": body, "content_type": "application/json"}
        headers = {"Idempotency-Key": f"{who}{self.keys}"}
        first = browser.post(f"/be/api/v1/{path}", headers=headers, **sent)
        if first.status_code < 300 and not multipart:
            again = browser.post(f"/be/api/v1/{path}", headers=headers, **sent)
            assert again.json() == first.json()
            assert again.headers["Idempotent-Replay"] == "true"
        return first

    def acts(self) -> int:
        """What was written down so far."""
        with tenant_scope(self.cooperative):
            return AuditEvent.objects.count()

    def refused(self, who: str, path: str, body: Any, status: int, code: str) -> None:
        """Refused, and nothing is written."""
        before = self.acts()
        answer = self.ask(who, path, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
        assert self.acts() == before


@pytest.fixture
def doors(cooperative_be: Cooperative) -> Iterator[Doors]:
    yield Doors(cooperative_be)


def test_a_time_sheet_is_put_to_its_client_and_taken_back(doors: Doors) -> None:
    with tenant_scope(doors.cooperative):
        write_hours(
            activity_id=doors.activity.pk, client_id=doors.client.pk, person=doors.people["member"],
            day=TODAY, hours=Decimal("1.50"), rate=Decimal(60), actor=SYSTEM,
        )  # fmt: skip
    asked = {"activity": str(doors.activity.pk), "client": str(doors.client.pk), "last": "2026-11-20"}

    doors.refused("stranger", "time-sheets/", asked, 403, "activity_not_yours")
    sent = doors.ask("member", "time-sheets/", asked)
    doors.refused("member", "time-sheets/", asked, 409, "no_hours_to_invoice")
    address = f"time-sheets/{sent.json()['id']}/"
    doors.refused("stranger", f"{address}withdraw/", {}, 404, "time_sheet_not_found")
    back = doors.ask("member", f"{address}withdraw/", {})

    assert sent.status_code == 201, sent.content
    assert (sent.json()["state"], sent.json()["hours"], sent.json()["answer"]) == ("waiting", "1.50", None)
    assert [row["amount"] for row in sent.json()["lines"]] == ["90.00"]
    assert (back.json()["state"], back.json()["answer"]["kind"]) == ("withdrawn", "withdrawn")
    assert [row["state"] for row in doors.ask("member", "time-sheets/").json()["results"]] == ["withdrawn"]
    assert doors.ask("stranger", "time-sheets/").json()["results"] == []
    assert doors.ask("stranger", address).status_code == 404
    with tenant_scope(doors.cooperative):
        assert (TimeSheet.objects.count(), SheetHours.objects.count()) == (1, 0)


def test_two_clients_are_told_apart_and_one_is_a_member(doors: Doors) -> None:
    with tenant_scope(doors.cooperative):
        other = make_client(doors.activity)
    path = f"clients/{doors.client.pk}"
    who = {"email": doors.people["member"].email}

    doors.refused("member", f"{path}/tell-apart/", {"into": str(other.pk)}, 403, "permission_denied")
    doors.refused(
        "finance", f"{path}/tell-apart/", {"into": str(doors.client.pk)}, 409, "clients_not_mergeable"
    )
    assert doors.ask("finance", f"{path}/tell-apart/", {"into": str(other.pk)}).status_code == 200
    doors.refused("finance", f"{path}/member/", {"email": "nobody@nowhere.example"}, 404, "unknown_person")
    assert doors.ask("finance", f"{path}/member/", who).status_code == 200
    with tenant_scope(doors.cooperative):
        assert ClientDistinction.objects.count() == 1
        assert Client.objects.get(pk=doors.client.pk).person_id == doors.people["member"].pk
    assert doors.ask("finance", f"{path}/member/", {"email": ""}).status_code == 200
    with tenant_scope(doors.cooperative):
        assert Client.objects.get(pk=doors.client.pk).person_id is None


def test_invoices_leave_together_and_a_letter_comes_back(doors: Doors) -> None:
    with tenant_scope(doors.cooperative):
        paper = make_client(doors.activity, email="", vat_number="", enterprise_number="", kind="consumer")
        invoices = [make_invoice(doors.activity, client, issued_on=TODAY) for client in (doors.client, paper)]
    asked = {"invoices": [str(row.pk) for row in invoices]}

    assert doors.ask("stranger", "invoices/send/", asked).json() == []
    done = doors.ask("member", "invoices/send/", asked).json()
    [letter] = doors.ask("member", f"invoices/{invoices[1].pk}/deliveries/").json()["results"]
    path = f"deliveries/{letter['id']}"
    doors.refused("stranger", f"{path}/handed-over/", {}, 404, "delivery_not_found")
    handed = doors.ask("member", f"{path}/handed-over/", {})
    doors.refused("member", f"{path}/handed-over/", {}, 409, "delivery_not_open")
    lost = doors.ask("member", f"{path}/lost/", {"reason": "Inconnu à cette adresse"})
    aside = doors.ask("finance", f"{path}/set-aside/", {})

    assert [(row["invoice"], row["code"]) for row in done] == [(str(row.pk), "") for row in invoices]
    assert (letter["channel"], handed.json()["state"], lost.json()["state"]) == ("paper", "sent", "rejected")
    assert aside.status_code == 200, aside.content


def test_a_link_of_the_client_area_is_mailed_and_made_worthless(doors: Doors) -> None:
    path = f"clients/{doors.client.pk}"

    doors.refused("finance", f"{path}/send-link/", {"email": "x@nowhere.example"}, 422, "portal_no_address")
    sent = doors.ask("finance", f"{path}/send-link/", {})
    ended = doors.ask("finance", f"{path}/revoke-links/", {})

    assert sent.json()["recipient"] == doors.client.email
    assert "token" not in sent.content.decode()
    assert ended.json() == {"ended": 1}
    doors.refused("member", f"{path}/send-link/", {}, 403, "permission_denied")


def test_a_file_goes_with_a_quote_until_it_is_sent(doors: Doors) -> None:
    with tenant_scope(doors.cooperative):
        quote = make_quote(doors.activity, doors.client)
    path = f"quotes/{quote.pk}/files/"

    added = doors.ask("member", path, {"file": SimpleUploadedFile("plan.pdf", PDF)}, multipart=True)
    other = doors.ask("stranger", path, {"file": SimpleUploadedFile("plan.pdf", PDF)}, multipart=True)

    assert (added.status_code, added.json()["media_type"]) == (201, "application/pdf")
    assert (other.status_code, doors.ask("stranger", path).status_code) == (404, 404)
    assert [row["name"] for row in doors.ask("member", path).json()["results"]] == ["plan.pdf"]
    assert (
        doors.ask("stranger", f"quote-files/{added.json()['id']}/").json()["code"] == "quote_file_not_found"
    )


def test_an_invoice_on_paper_is_typed_and_given_back(doors: Doors) -> None:
    typed = {
        "activity": str(doors.activity.pk), "supplier_name": "Papeterie du Parc", "number": "P-7",
        "issued_on": "2026-11-18", "total": "121.00", "vat": "21.00", "text": "Papier",
    }  # fmt: skip

    def hand_in(who: str) -> Any:
        file = SimpleUploadedFile("p7.pdf", PDF, "application/pdf")
        return doors.ask(who, "purchases/paper/", typed | {"receipt": file}, multipart=True)

    assert hand_in("stranger").json()["code"] == "activity_not_yours"
    made = hand_in("member")
    assert made.status_code == 201, made.content
    path = f"purchases/{made.json()['id']}"
    doors.refused("member", f"{path}/account/", {"iban": "BE00 0000"}, 422, "invalid")
    named = doors.ask("member", f"{path}/account/", {"iban": "BE68 5390 0754 7034"})
    doors.refused("stranger", f"{path}/give-back/", {"reason": "Pas à moi"}, 404, "purchase_not_found")
    back = doors.ask("member", f"{path}/give-back/", {"reason": "Pas à nous"})

    assert (named.status_code, back.json()["state"]) == (200, "unassigned")
    with tenant_scope(doors.cooperative):
        purchase = Purchase.objects.get()
        assert (purchase.iban, purchase.refusal_reason) == ("BE68539007547034", "Pas à nous")


def test_what_a_body_says_is_kept_and_every_line_explained(doors: Doors) -> None:
    terms = {
        "entity": "PA", "creditor": "onss", "valid_from": "2026-11-01", "source": "Avis du 2/11",
        "iban": "BE68 5390 0754 7034",
    }  # fmt: skip
    with tenant_scope(doors.cooperative):
        creditor = next(iter(creditors_of(entity_by_code("PA").country))).key
    terms |= {"creditor": creditor}
    said = {
        "entity": "PA", "creditor": creditor, "on": "2026-11-15", "closing": "100.00",
        "lines": [
            {"date": "2026-11-10", "text": "Majoration", "amount": "60.00"},
            {"date": "2026-11-12", "text": "Intérêts", "amount": "40.00"},
        ],
    }  # fmt: skip

    doors.refused("finance", "creditor-terms/new/", terms | {"iban": "BE00"}, 422, "iban_wrong")
    assert doors.ask("finance", "creditor-terms/new/", terms).status_code == 201
    empty = said | {"lines": [{"date": "2026-11-10", "amount": "0.00"}]}
    doors.refused("finance", "body-statements/new/", empty, 422, "invalid")
    kept = doors.ask("finance", "body-statements/new/", said)
    assert kept.status_code == 201, kept.content
    path = f"body-statements/{kept.json()['id']}/"
    first, second = doors.ask("finance", f"{path}lines/").json()["results"]
    explained = doors.ask("finance", f"body-lines/{first['id']}/explain/", {"explanation": "Contesté"})
    doors.refused(
        "finance", f"body-lines/{first['id']}/explain/", {"explanation": "x"}, 409, "body_line_settled"
    )
    claimed = doors.ask("finance", f"body-lines/{second['id']}/claim/", {"explanation": "Dus"})

    assert (kept.json()["proof"]["body"], kept.json()["proof"]["holds"]) == ("100.00", False)
    assert [row["position"] for row in (first, second)] == [1, 2]
    assert (explained.json()["state"], claimed.json()["amount"]) == ("explained", "40.00")
    assert claimed.json()["standing"] == "to_check"
    doors.refused(
        "member", f"body-lines/{first['id']}/claim/", {"explanation": "x"}, 403, "permission_denied"
    )
    with tenant_scope(doors.cooperative):
        assert (CreditorTerms.objects.count(), BodyStatement.objects.count()) == (1, 1)


def test_a_transfer_that_waits_is_given_up(doors: Doors) -> None:
    asked = {
        "kind": "cost", "giver": "SC", "taker": "PA", "amount": "9000.00", "account": "6125",
        "on": "2026-11-20", "reason": "Loyer",
    }  # fmt: skip
    made = doors.ask("finance", "entity-transfers/new/", asked)
    assert (made.status_code, made.json().get("state")) == (201, "proposed"), made.content
    path = f"entity-transfers/{made.json()['id']}/refuse/"
    refused = doors.ask("finance", path, {})

    assert refused.json()["state"] == "refused"
    doors.refused("second", path, {}, 409, "transfer_decided")


def test_finance_teaches_a_rule_and_forgets_it(doors: Doors) -> None:
    rule = {"iban": "BE68539007547034", "incoming": False, "account": "659", "text": "Frais"}

    doors.refused("finance", "line-rules/new/", rule | {"account": "999999"}, 422, "rule_not_allowed")
    taught = doors.ask("finance", "line-rules/new/", rule)
    assert taught.status_code == 201, taught.content
    assert [row["text"] for row in doors.ask("finance", "line-rules/").json()["results"]] == ["Frais"]
    doors.refused("member", f"line-rules/{taught.json()['id']}/forget/", {}, 403, "permission_denied")
    forgotten = doors.ask("finance", f"line-rules/{taught.json()['id']}/forget/", {})

    assert forgotten.json()["id"] == taught.json()["id"]
    with tenant_scope(doors.cooperative):
        assert not LineRule.objects.exists()
