"""The REST doors of clients, invoices and Activities."""

from __future__ import annotations

import base64
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from activities.models import Activity, Expense
from core import clock
from core.models import Cooperative
from core.services import create_token
from core.tenancy import tenant_scope
from invoicing.content import ubl_of
from invoicing.models import Invoice, IssuedDocument
from members.enums import Role
from members.models import Person
from tests.activities.builders import PDF, make_activity, make_client, make_invoice
from tests.conformance import en16931_stylesheet, failed_assertions
from tests.factories import load_cooperative, make_adviser, make_person
from tests.invoicing.any_invoice import read

API = "/be/api/v1"


class Caller:
    """Somebody with a token."""

    def __init__(self, cooperative: Cooperative, person: Person) -> None:
        token = create_token(user=person.user, cooperative=cooperative, name="test")
        self.headers = {"Authorization": f"Bearer {token}"}
        self.browser = Browser()

    def get(self, path: str, **headers: str) -> Any:
        return self.browser.get(f"{API}{path}", headers=self.headers | headers)

    def send(self, path: str, data: Any = None, method: str = "POST", **headers: str) -> Any:
        return self.browser.generic(
            method, f"{API}{path}", _json(data), "application/json", headers=self.headers | headers
        )


def _json(data: Any) -> bytes:
    import json

    return json.dumps(data if data is not None else {}).encode()


@pytest.fixture
def be(cooperative_be: Cooperative) -> Cooperative:
    clock.set_clock(cooperative_be, datetime(2026, 11, 20, 9, tzinfo=clock.ZONE))
    with tenant_scope(cooperative_be):
        load_cooperative()
    return cooperative_be


@pytest.fixture
def people(be: Cooperative) -> dict[str, Person]:
    with tenant_scope(be):
        adviser = make_adviser()
        return {
            "adviser": adviser,
            "member": make_person(user=True, adviser=adviser),
            "stranger": make_person(user=True),
            "controller": make_person(Role.CREDIT_CONTROLLER, user=True),
        }


@pytest.fixture
def callers(be: Cooperative, people: dict[str, Person]) -> dict[str, Caller]:
    return {name: Caller(be, person) for name, person in people.items()}


@pytest.fixture
def activity(be: Cooperative, people: dict[str, Person]) -> Activity:
    with tenant_scope(be):
        return make_activity(people["member"])


LINES = [{"description": "Graphisme", "quantity": "2", "unit": "day", "unit_price": "500.00"}]


def test_from_client_to_credit_note(be: Cooperative, callers: dict[str, Caller], activity: Activity) -> None:
    member = callers["member"]
    client = member.send(
        "/clients/",
        {"activity": str(activity.pk), "kind": "business", "name": "Ars", "vat_number": "BE0403019261"},
    ).json()
    draft = member.send(
        "/invoices/",
        {"activity": str(activity.pk), "client": client["id"], "delivery_date": "2026-11-18", "lines": LINES},
        **{"Idempotency-Key": "draft-1"},
    )
    assert draft.status_code == 201 and draft.json()["total"] == "1210.00"
    path = f"/invoices/{draft.json()['id']}/"

    change = {"client": client["id"], "delivery_date": "2026-11-18", "lines": [LINES[0] | {"quantity": "1"}]}
    changed = member.send(path, change, "PUT", **{"If-Match": draft["ETag"]})
    assert changed.json()["total"] == "605.00"
    stale = member.send(path, change, "PUT", **{"If-Match": draft["ETag"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_invoice")

    first, again = (member.send(f"{path}issue/", **{"Idempotency-Key": "issue-1"}) for _ in range(2))
    assert first.json()["number"] == again.json()["number"] == "PA-2026-000001"
    assert first.json()["communication"].startswith("+++26")
    assert member.send(f"{path}issue/").json()["code"] == "invoice_not_draft"

    note = member.send(f"{path}credit/", {"reason": "Erreur", "amounts": {"standard": "100.00"}})
    assert (note.status_code, note.json()["total"], note.json()["levy"]) == (201, "121.00", "6.50")
    refused = member.send(f"{path}credit/", {"reason": "Erreur", "amounts": {"standard": "400.01"}})
    assert (refused.status_code, refused.json()["params"]["most"]) == (409, "400.00")
    shown = member.get(path).json()
    assert (shown["open_amount"], len(shown["documents"]), len(shown["lines"])) == ("484.00", 2, 1)


def test_drafts_repeat_nothing_under_one_key(
    be: Cooperative, callers: dict[str, Caller], activity: Activity
) -> None:
    with tenant_scope(be):
        client = make_client(activity)
    data = {
        "activity": str(activity.pk),
        "client": str(client.pk),
        "delivery_date": "2026-11-18",
        "lines": LINES,
    }

    answers = [callers["member"].send("/invoices/", data, **{"Idempotency-Key": "k"}) for _ in range(3)]

    assert len({answer.json()["id"] for answer in answers}) == 1
    with tenant_scope(be):
        assert Invoice.objects.count() == 1


def test_strangers_get_404_and_advisers_read_only(
    be: Cooperative, callers: dict[str, Caller], activity: Activity
) -> None:
    with tenant_scope(be):
        invoice = make_invoice(activity)
    path = f"/invoices/{invoice.pk}/"

    assert callers["stranger"].get(path).status_code == 404
    assert callers["stranger"].send(f"{path}credit/", {"reason": "x"}).status_code == 404
    assert callers["stranger"].get("/invoices/").json()["results"] == []
    assert callers["adviser"].get(path).status_code == 200
    assert callers["adviser"].send(f"{path}credit/", {"reason": "x"}).status_code == 403
    assert (
        callers["controller"].get("/invoices/?situation=open").json()["results"][0]["number"]
        == invoice.number
    )
    assert (
        callers["controller"].send(f"{path}dispute/", {"reason": "x"}).json()["disputed_on"] == "2026-11-20"
    )
    assert callers["controller"].send(f"{path}resume/").json()["disputed_on"] is None
    assert callers["member"].send(f"{path}dispute/", {"reason": "x"}).status_code == 403
    assert Browser().get(f"{API}{path}").status_code == 401


def test_nobody_writes_for_an_activity_of_others(
    be: Cooperative, callers: dict[str, Caller], activity: Activity
) -> None:
    with tenant_scope(be):
        client = make_client(activity)
    data = {
        "activity": str(activity.pk),
        "client": str(client.pk),
        "delivery_date": "2026-11-18",
        "lines": LINES,
    }

    refused = callers["stranger"].send("/invoices/", data)

    assert (refused.status_code, refused.json()["code"]) == (403, "activity_not_yours")
    with tenant_scope(be):
        assert not Invoice.objects.exists()


def test_activities_and_expenses(be: Cooperative, callers: dict[str, Caller], activity: Activity) -> None:
    member, adviser = callers["member"], callers["adviser"]
    with tenant_scope(be):
        make_invoice(activity)
    asked = member.send(
        "/activities/", {"name": "Cours", "function_code": "musique", "tool": "contract"}
    ).json()
    assert (asked["state"], asked["available"]) == ("requested", "0.00")
    assert member.send(f"/activities/{asked['id']}/approve/").status_code == 403
    assert adviser.send(f"/activities/{asked['id']}/approve/").json()["state"] == "open"
    assert callers["stranger"].get(f"/activities/{asked['id']}/").status_code == 404
    moved = member.get(f"/activities/{activity.pk}/movements/").json()["results"]
    assert [(row["amount"], row["balance"]) for row in moved] == [
        ("-65.00", "935.00"),
        ("1000.00", "1000.00"),
    ]

    sent = {
        "activity": str(activity.pk),
        "category": "material",
        "text": "Papier",
        "incurred_on": "2026-11-19",
    }
    files = {"receipt": SimpleUploadedFile("ticket.pdf", PDF)}
    small = member.browser.post(
        f"{API}/expenses/", sent | {"amount": "121.00", "vat_amount": "21.00"} | files, headers=member.headers
    )
    assert (small.status_code, small.json()["state"], small.json()["has_receipt"]) == (201, "approved", True)
    large = member.send("/expenses/", sent | {"amount": "605.00", "vat_amount": "105.00"}).json()
    assert (
        adviser.send(f"/expenses/{large['id']}/refuse/", {"reason": "Ticket ?"}).json()["refusal_reason"]
        == "Ticket ?"
    )
    with tenant_scope(be):
        assert Expense.objects.count() == 2
        assert Activity.objects.get(pk=activity.pk).budget.available == Decimal("835.00")
    assert len(member.get("/functions/").json()["results"]) == 12


def _draft(caller: Caller, activity: Activity, client: str, **more: Any) -> Any:
    data = {"activity": str(activity.pk), "client": client, "delivery_date": "2026-11-18", "lines": LINES}
    return caller.send("/invoices/", data | more)


def _ars(caller: Caller, activity: Activity) -> str:
    data = {"activity": str(activity.pk), "kind": "business", "name": "Ars", "vat_number": "BE0403019261"}
    found: str = caller.send("/clients/", data).json()["id"]
    return found


def test_discounts_terms_and_periods_are_written_and_read(
    be: Cooperative, callers: dict[str, Caller], activity: Activity
) -> None:
    member = callers["member"]
    line = LINES[0] | {"discount_percent": "10", "starts_on": "2026-11-16", "ends_on": "2026-11-18"}
    terms = {"discount_amount": "100.00", "early_percent": "2", "early_days": 8, "show_employment": True}

    made = _draft(member, activity, _ars(member, activity), lines=[line], terms=terms)

    body = made.json()
    assert (made.status_code, body["net"], body["vat"]) == (201, "800.00", "164.64")
    assert body["lines"][0]["discount_percent"] == "10.00" and body["lines"][0]["ends_on"] == "2026-11-18"
    assert (body["discount_amount"], body["early_days"], body["show_employment"]) == ("100.00", 8, True)
    change = {"client": body["client"], "delivery_date": "2026-11-18", "lines": LINES}
    kept = member.send(f"/invoices/{body['id']}/", change, "PUT", **{"If-Match": made["ETag"]})
    assert kept.json()["net"] == "900.00" and kept.json()["early_percent"] == "2.00"
    both = LINES[0] | {"discount_percent": "10", "discount_amount": "1"}
    refused = _draft(member, activity, body["client"], lines=[both])
    assert (refused.status_code, refused.json()["code"]) == (422, "discount_invalid")


def test_an_advance_its_final_statement_a_credit_by_line_and_a_copy(
    be: Cooperative, callers: dict[str, Caller], activity: Activity
) -> None:
    member = callers["member"]
    client = _ars(member, activity)
    advance = _draft(member, activity, client, terms={"kind": "advance"}).json()["id"]
    member.send(f"/invoices/{advance}/issue/")

    asked = f"/invoices/advances/?activity={activity.pk}&client={client}"
    [left] = member.get(asked).json()["results"]
    assert (left["id"], left["left"]) == (advance, {"standard": "1000.00"})
    assert callers["stranger"].get(asked).status_code == 403
    assert member.get("/invoices/advances/").status_code == 422
    deduct = {"description": "", "quantity": "-1", "unit": "flat", "unit_price": "1000.00",
              "vat_code": "standard", "advance": advance}  # fmt: skip
    work = LINES[0] | {"quantity": "5"}
    final = _draft(member, activity, client, lines=[work, deduct]).json()
    issued = member.send(f"/invoices/{final['id']}/issue/").json()
    assert (issued["kind"], issued["net"], issued["lines"][1]["advance"]) == ("final", "1500.00", advance)
    assert member.get(asked).json()["results"] == []
    assert member.get(f"{asked}&sort=left").json()["errors"][0]["code"] == "unknown_filter"

    path = f"/invoices/{final['id']}/credit/"
    creditable = member.get(path).json()
    assert creditable["amounts"] == {"standard": "1500.00"}
    assert [row["left"] for row in creditable["lines"]] == ["2500.00", "-1000.00"]
    lines = [{"position": 1, "quantity": "1"}]
    twice = member.send(path, {"reason": "x", "lines": lines, "amounts": {"standard": "1.00"}})
    assert twice.status_code == 422
    note = member.send(path, {"reason": "Un jour de trop", "lines": lines})
    assert (note.status_code, note.json()["net"]) == (201, "500.00")

    copy = member.send(f"/invoices/{final['id']}/duplicate/")
    assert (copy.status_code, copy.json()["state"], copy.json()["kind"]) == (201, "draft", "invoice")
    assert copy.json()["net"] == "2500.00"


def test_files_go_with_a_draft_and_hostile_ones_are_refused(
    be: Cooperative, callers: dict[str, Caller], activity: Activity
) -> None:
    member = callers["member"]
    draft = _draft(member, activity, _ars(member, activity)).json()["id"]

    def attach(content: bytes, name: str = "../../plan.pdf", caller: Caller = member) -> Any:
        return caller.browser.post(
            f"{API}/invoices/{draft}/attachments/",
            {"file": SimpleUploadedFile(name, content)},
            headers=caller.headers,
        )

    kept = attach(PDF)
    assert (kept.status_code, kept.json()["name"], kept.json()["media_type"]) == (
        201,
        "plan.pdf",
        "application/pdf",
    )
    for content, code in (
        (b"<svg onload='alert(1)'/>", "file_type_refused"),
        (b"MZ\x90\x00", "file_type_refused"),
        (b"%PDF-1.7 cut off", "file_damaged"),
    ):
        refused = attach(content)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert attach(PDF, caller=callers["stranger"]).status_code == 404
    for _ in range(4):
        assert attach(PDF).status_code == 201
    assert attach(PDF).json()["code"] == "too_many_attachments"

    path = f"/attachments/{kept.json()['id']}/"
    found = member.get(path)
    assert member.send(path, method="DELETE").status_code == 428
    assert member.send(path, method="DELETE", **{"If-Match": '"1"'}).status_code == 412
    assert member.send(path, method="DELETE", **{"If-Match": found["ETag"]}).status_code == 204
    member.send(f"/invoices/{draft}/issue/")
    assert attach(PDF).json()["code"] == "invoice_not_draft"
    with tenant_scope(be):
        document = IssuedDocument.objects.get()
        assert len(document.content["attachments"]) == 4
        embedded = read(ubl_of(document)).root.findall(".//{*}EmbeddedDocumentBinaryObject")
        assert [base64.b64decode(part.text) for part in embedded] == [PDF] * 4
        assert failed_assertions(ubl_of(document), [en16931_stylesheet()]) == []


def test_the_schema_describes_these_doors_without_a_warning(db: None) -> None:
    from drf_spectacular.drainage import GENERATOR_STATS
    from drf_spectacular.generators import SchemaGenerator

    with GENERATOR_STATS.silence():
        schema = SchemaGenerator().get_schema(request=None, public=True)
    paths = [path for path in schema["paths"] if "/invoices/" in path or "/expenses/" in path]

    assert len(paths) >= 15
    warnings = [
        key
        for key in [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
        if "invoicing" in key or "activities" in key
    ]
    assert warnings == []
