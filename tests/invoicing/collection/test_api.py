"""The REST doors of collection: the same acts as on the desk, each refusal with its code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser

from core import clock
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.collection.models import Charge, HandOver, Plan, WriteDown
from members.enums import Role
from members.models import Person
from tests.activities.builders import make_activity, make_client, make_invoice
from tests.factories import load_cooperative, make_person
from tests.invoicing.collection.stories import ISSUED

TODAY = date(2026, 11, 20)


class Doors:
    """A late client, asked about by REST."""

    def __init__(self) -> None:
        load_cooperative()
        self.controller = make_person(Role.CREDIT_CONTROLLER, user=True)
        self.finance, self.other = (make_person(Role.FINANCE, user=True) for _ in range(2))
        self.client = make_client(make_activity(), name="Grand Théâtre")
        self.invoice = make_invoice(make_activity(), self.client, issued_on=ISSUED)

    def ask(self, path: str, body: Any = None, by: Person | None = None) -> Any:
        browser = Browser()
        person = by or self.controller
        assert person.user is not None
        browser.force_login(person.user)
        url = f"/be/api/v1/{path}"
        if body is None:
            return browser.get(url)
        return browser.post(
            url, body, content_type="application/json", headers={"Idempotency-Key": uuid4().hex}
        )


@pytest.fixture
def doors(cooperative_be: Cooperative, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    with tenant_scope(cooperative_be):
        made = Doors()
    yield made


def test_late_clients_are_listed_with_the_money_at_stake(doors: Doors) -> None:
    answer = doors.ask("late-clients/").json()
    [row] = answer["results"]
    assert (row["name"], row["at_stake"], row["step"], row["next_step"]) == ("Grand Théâtre", "1210.00", 0, 1)
    assert doors.ask("late-clients/?kind=consumer").json()["results"] == []


def test_a_reminder_is_previewed_and_sent_once_a_day(doors: Doors) -> None:
    door = f"late-clients/{doors.client.pk}/reminder/"
    assert doors.invoice.number in doors.ask(door).json()["body"]
    assert [row["step"] for row in doors.ask(door, {}).json()] == [1]
    again = doors.ask(door, {})
    assert (again.status_code, again.json()["code"]) == (409, "nobody_to_remind")


def test_charges_are_claimed_explained_and_waived(doors: Doors, cooperative_be: Cooperative) -> None:
    door = f"invoices/{doors.invoice.pk}/charges/"
    claimed = doors.ask(door, {})
    assert claimed.status_code == 201
    assert [(row["kind"], row["amount"]) for row in claimed.json()] == [
        ("interest", "17.40"), ("indemnity", "40.00"),
    ]  # fmt: skip
    assert doors.ask(door).json()["results"][0]["basis"][0]["days"] == 50
    assert doors.ask(door, {}).json()["code"] == "nothing_to_claim"
    waived = doors.ask(f"charges/{claimed.json()[1]['id']}/waive/", {"reason": "Geste"}).json()
    assert (waived["waived"], waived["open_amount"]) == ("40.00", "0.00")
    with tenant_scope(cooperative_be):
        assert Charge.objects.count() == 2


def test_plans_of_any_shape_and_files(doors: Doors, cooperative_be: Cooperative) -> None:
    door, invoices = f"late-clients/{doors.client.pk}", [str(doors.invoice.pk)]
    wrong = doors.ask(
        f"{door}/plan/",
        {"invoices": invoices, "instalments": [{"due_on": "2026-12-01", "amount": "1000.00"}]},
    )
    assert (wrong.status_code, wrong.json()["code"]) == (422, "plan_wrong")
    with tenant_scope(cooperative_be):
        assert not Plan.objects.exists()
    parts = [
        {"due_on": "2026-12-01", "amount": "210.00"}, {"due_on": "2026-12-08", "amount": "1000.00"},
    ]  # fmt: skip
    plan = doors.ask(f"{door}/plan/", {"invoices": invoices, "instalments": parts}).json()
    assert [row["amount"] for row in plan["instalments"]] == ["210.00", "1000.00"]
    held = doors.ask(f"{door}/hand-over/", {"invoices": invoices, "kind": "lawyer", "agent": "Me Claes"})
    assert held.json()["code"] == "invoice_held"
    assert doors.ask(f"payment-plans/{plan['id']}/cancel/", {"reason": "x"}).json()["state"] == "cancelled"
    file = doors.ask(f"{door}/hand-over/", {"invoices": invoices, "kind": "lawyer", "agent": "Me Claes"})
    assert file.json()["reference"] == "PA-REC-2026-0001"
    assert doors.ask(f"collection-files/{file.json()['id']}/take-back/", {"reason": "x"}).status_code == 200
    with tenant_scope(cooperative_be):
        assert HandOver.objects.get().state == "withdrawn"


def test_a_write_down_by_two(doors: Doors, cooperative_be: Cooperative) -> None:
    door = f"invoices/{doors.invoice.pk}/write-down/"
    assert doors.ask(door, {"reason": "Faillite"}).status_code == 403
    row = doors.ask(door, {"reason": "Faillite"}, doors.finance).json()
    assert (row["state"], row["wanted"]) == ("proposed", "doubtful")
    own = doors.ask(f"write-downs/{row['id']}/agree/", {}, doors.finance)
    assert (own.status_code, own.json()["code"]) == (403, "second_person_needed")
    assert doors.ask(f"write-downs/{row['id']}/agree/", {}, doors.other).json()["standing"] == "1210.00"
    with tenant_scope(cooperative_be):
        assert WriteDown.objects.get().state == "doubtful"


def test_what_does_not_exist_is_not_found(doors: Doors) -> None:
    for door in (
        f"late-clients/{uuid4()}/plan/",
        f"payment-plans/{uuid4()}/cancel/",
        f"charges/{uuid4()}/waive/",
    ):
        assert doors.ask(door, {}).status_code == 404, door
