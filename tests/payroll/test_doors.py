"""REST doors of work and pay."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.types import Actor

D = Decimal
API = "/be/api/v1"


@pytest.fixture
def call(world: Any, client: Any, moment: Any) -> Any:
    """A signed-in caller: `call(person, "post", "contracts/", {...})`."""
    from core.clock import set_clock
    from tests.factories import make_user

    set_clock(world.cooperative, moment(2026, 11, 2))

    def send(person: Any, method: str, path: str, body: Any = None, **headers: str) -> Any:
        if person is None:
            client.logout()
        else:
            if person.user_id is None:
                person.user = make_user(person.email)
                person.save(update_fields=["user"])
            client.force_login(person.user)
        return (
            getattr(client, method)(
                f"{API}/{path}", data=body, content_type="application/json", headers=headers or None
            )
            if method == "post"
            else client.get(f"{API}/{path}", body or {})
        )

    return send


def draft(world: Any, **changes: Any) -> dict[str, Any]:
    return {
        "activity": str(world.activity.pk),
        "contract_type": "employee",
        "starts_on": "2026-11-04",
        "ends_on": "2026-11-06",
        "hours": "22.80",
        "gross": "500.00",
        "description": "Graphisme",
    } | changes


def test_a_contract_by_rest_and_a_repeat_changes_nothing(world: Any, call: Any) -> None:
    made = call(world.worker, "post", "contracts/", draft(world), **{"Idempotency-Key": "one"})
    assert made.status_code == 201, made.json()
    again = call(world.worker, "post", "contracts/", draft(world), **{"Idempotency-Key": "one"})
    assert again.json()["id"] == made.json()["id"]
    pk = made.json()["id"]
    sent = call(world.worker, "post", f"contracts/{pk}/submit/")
    assert (sent.json()["state"], sent.json()["employment_budget"]) == ("submitted", "775.00")
    assert call(world.worker, "get", "contracts/").json()["results"][0]["declarations"][0]["kind"] == "in"
    assert call(world.worker, "get", "declarations/").json()["results"][0]["state"] == "draft"
    assert call(world.worker, "post", f"contracts/{pk}/cancel/", {}).json()["state"] == "cancelled"


def test_a_refusal_has_a_code_and_a_reason(world: Any, call: Any) -> None:
    made = call(world.worker, "post", "contracts/", draft(world, gross="300.00"))
    refused = call(world.worker, "post", f"contracts/{made.json()['id']}/submit/")
    assert (refused.status_code, refused.json()["code"]) == (422, "below_minimum_wage")


def test_another_members_contract_is_not_found(world: Any, call: Any) -> None:
    from tests.factories import make_person

    stranger = make_person()
    made = call(world.worker, "post", "contracts/", draft(world)).json()
    assert call(stranger, "get", f"contracts/{made['id']}/").status_code == 404
    assert call(stranger, "post", f"contracts/{made['id']}/submit/").status_code == 404
    assert call(stranger, "post", "contracts/", draft(world)).status_code == 404
    assert call(stranger, "get", "contracts/").json()["results"] == []


@pytest.mark.parametrize("door", ["quick-jobs", "contracts"])
def test_a_quick_job_and_back(world: Any, call: Any, door: str) -> None:
    """Whichever door undoes it, the invoice goes back with the contract."""
    from invoicing.models import Invoice

    job = {
        "activity": str(world.activity.pk),
        "new_client": {
            "name": "Théâtre",
            "vat_number": "BE0403019261",
            "street": "Place 1",
            "postal_code": "4100",
            "city": "Seraing",
        },
        "description": "Affiche",
        "dates": ["2026-11-06"],
        "hours": "7.60",
        "amount": "1000.00",
        "expenses": [
            {"category": "travel", "amount_incl_vat": "100.00", "incurred_on": "2026-11-02", "text": "Train"}
        ],
    }
    done = call(world.worker, "post", "quick-jobs/", job)
    assert done.status_code == 201, done.json()
    assert (done.json()["contract"]["gross"], done.json()["pay_on"]) == ("538.71", "2026-11-18")
    undone = call(world.worker, "post", f"{door}/{done.json()['contract']['id']}/cancel/", {})
    assert undone.json()["state"] == "cancelled"
    assert Invoice.objects.get().state == "credited"


def test_pay_is_read_by_its_owner_and_by_the_payroll_team_with_a_trace(world: Any, call: Any) -> None:
    from members.models import AccessLog
    from payroll.services import settle_due
    from tests.factories import make_person

    world.submit(world.contract())
    settle_due(on=date(2026, 11, 9), actor=Actor.system("settlement"))
    pk = call(world.worker, "get", "pay-items/").json()["results"][0]["id"]
    found = call(world.worker, "get", f"pay-items/{pk}/").json()
    assert found["net"] == "434.65"
    assert {line["code"] for line in found["lines"]} >= {"gross", "onss", "margin"}
    assert AccessLog.objects.count() == 0
    assert call(world.clerk, "get", f"pay-items/{pk}/").status_code == 200
    assert AccessLog.objects.get().person_id == world.worker.pk
    assert call(make_person(), "get", f"pay-items/{pk}/").status_code == 404


def test_a_run_by_rest_needs_two_people(world: Any, call: Any, moment: Any) -> None:
    from core.clock import set_clock
    from payroll.services.runs import work_run

    set_clock(world.cooperative, moment(2026, 12, 2))
    started = call(world.clerk, "post", "payroll-runs/", {"month": "2026-11-01"})
    assert started.status_code == 201, started.json()
    pk = started.json()["id"]
    work_run(world.cooperative, pk)
    assert call(world.clerk, "post", f"payroll-runs/{pk}/approve/").json()["code"] == "second_person_needed"
    assert call(world.chief, "post", f"payroll-runs/{pk}/approve/").status_code == 200
    assert call(world.worker, "get", "payroll-runs/").status_code == 403


def test_anybody_simulates(world: Any, call: Any) -> None:
    answer = call(None, "post", "simulations/", {"amount": "1000.00", "expenses": "100.00"})
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["gross"], answer.json()["net"], answer.json()["margin"]) == (
        "538.71",
        "468.30",
        "51.65",
    )


@pytest.mark.parametrize("path", ["contracts/", "declarations/", "pay-items/", "payslips/"])
def test_doors_ask_the_database_as_often_for_three_as_for_one(world: Any, call: Any, path: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from payroll.services import settle_due

    def make(day: int) -> None:
        given = {"starts_on": date(2026, 11, day), "ends_on": date(2026, 11, day), "hours": D("7.6")}
        world.submit(world.contract("150.00", **given))
        settle_due(on=date(2026, 11, day + 1), actor=Actor.system("settlement"))

    make(4)
    call(world.worker, "get", path)
    with CaptureQueriesContext(connection) as one:
        call(world.worker, "get", path)
    make(5)
    make(6)
    with CaptureQueriesContext(connection) as three:
        call(world.worker, "get", path)
    assert len(three) <= len(one)


@pytest.mark.parametrize(
    "path",
    [
        "payroll-runs/{}/approve/",
        "payroll-runs/{}/compute/",
        "declarations/{}/retry/",
        "pay-exceptions/{}/review/",
        "contracts/{}/submit/",
        "quick-jobs/{}/cancel/",
    ],
)
def test_what_does_not_exist_is_not_found(world: Any, call: Any, path: str) -> None:
    from core.uuid7 import uuid7

    answer = call(world.clerk, "post", path.format(uuid7()), {"note": "x"})
    assert answer.status_code == 404


def test_a_month_is_previewed_run_by_entity_stopped_and_mended_by_rest(
    world: Any, call: Any, moment: Any
) -> None:
    """The worker's account is gone: the row says what to do; mended and tried again it is settled."""
    from core.clock import set_clock
    from payroll.services import settle_due
    from payroll.services.runs import work_run

    world.submit(world.contract())
    iban, world.worker.iban = world.worker.iban, ""
    world.worker.save(update_fields=["iban"])
    settle_due(on=date(2026, 12, 1), actor=Actor.system("settlement"))
    set_clock(world.cooperative, moment(2026, 12, 2))

    seen = call(world.clerk, "get", "payroll-months/2026-11/preview/", {"entity": "PA"}).json()
    assert (seen["missing"]["refused"], seen["total"]["net"]) == ({"invalid_payout": 1}, "0.00")
    assert call(world.clerk, "get", "payroll-months/soon/preview/").json()["code"] == "no_such_month"
    assert call(world.worker, "get", "payroll-months/2026-11/preview/").status_code == 403
    [row] = call(world.clerk, "get", "pay-exceptions/").json()["results"]
    assert "IBAN" in row["act"]
    assert row["title"] and row["who"]

    run = call(world.clerk, "post", "payroll-runs/", {"month": "2026-11-01", "entity": "PA"}).json()
    assert run["entity"] == "PA"
    assert call(world.clerk, "post", f"payroll-runs/{run['id']}/pause/").json()["paused_at"]
    assert call(world.clerk, "post", f"payroll-runs/{run['id']}/resume/").json()["paused_at"] is None
    assert call(world.clerk, "post", f"payroll-runs/{run['id']}/retry/").status_code == 200
    work_run(world.cooperative, run["id"])

    world.worker.iban = iban
    world.worker.save(update_fields=["iban"])
    mended = call(world.clerk, "post", f"pay-exceptions/{row['id']}/retry/").json()
    assert mended["resolved_at"]
    assert call(world.clerk, "get", f"payroll-runs/{run['id']}/").json()["totals"]["net"] == "434.65"

    asked = {"as_of": "2026-11-01", "multipliers": {"employee": "1.600"}}
    found = call(world.clerk, "post", "payroll-months/2026-11/rates/", asked).json()
    assert (found["difference"]["net"], found["difference"]["cost"]) == ("0.00", "25.00")


def test_a_client_of_no_kind_is_refused_by_its_field(world: Any, call: Any) -> None:
    from invoicing.models import Client

    client = {"kind": "Graphisme", "name": "X", "street": "Rue 1", "postal_code": "1000", "city": "Bruxelles"}
    job = {
        "activity": str(world.activity.pk), "new_client": client, "description": "Affiche",
        "dates": ["2026-11-06"], "hours": "7.60", "amount": "1000.00",
    }  # fmt: skip
    refused = call(world.worker, "post", "quick-jobs/", job)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "new_client.kind")
    assert not Client.objects.exists()
