"""Many rows in one request: each is judged by itself, or all together when asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from activities.models import Activity
from core.bulk import MOST_ROWS, bulk
from core.models import AuditEvent, Cooperative, IdempotencyRecord, TenantModel
from core.tenancy import tenant_scope
from invoicing.models import Client as Customer
from invoicing.models import Invoice
from payroll.models import EmploymentContract
from tests.activities.builders import make_activity, make_client
from tests.factories import load_cooperative, make_person
from tests.isolation.test_routes import INSIDE

LINES = [{"description": "Graphisme", "quantity": "2", "unit": "day", "unit_price": "500.00"}]


def client_row(**fields: Any) -> dict[str, Any]:
    return {"activity": str(Activity.objects.get().pk), "kind": "business", "name": "Ars"} | fields


def invoice_row(**fields: Any) -> dict[str, Any]:
    return {
        "activity": str(Activity.objects.get().pk),
        "client": str(Customer.objects.earliest("pk").pk),
        "delivery_date": "2026-11-18",
        "lines": LINES,
    } | fields


def contract_row(**fields: Any) -> dict[str, Any]:
    return {
        "activity": str(Activity.objects.get().pk),
        "contract_type": "employee",
        "starts_on": "2099-11-02",
        "ends_on": "2099-11-02",
        "hours": "7.6",
        "gross": "200.00",
    } | fields


Row = Callable[..., dict[str, Any]]
BULK: dict[str, tuple[str, Row, type[TenantModel]]] = {
    "invoicing-api:many_clients": ("clients", client_row, Customer),
    "invoicing-api:many_invoices": ("invoices", invoice_row, Invoice),
    "payroll-api:many_contracts": ("contracts", contract_row, EmploymentContract),
}
every_bulk = pytest.mark.parametrize(("path", "row", "model"), BULK.values(), ids=BULK)


def test_every_door_for_many_is_here() -> None:
    assert {route.name for route in INSIDE if route.is_rest and route.pattern.endswith("/bulk/")} == set(BULK)


@pytest.fixture(autouse=True)
def member(cooperative_be: Cooperative, client: Client) -> None:
    """A member with an open Activity and a client, signed in."""
    with tenant_scope(cooperative_be):
        load_cooperative()
        person = make_person(user=True)
        make_client(make_activity(person))
    assert person.user is not None
    client.force_login(person.user)


def send(client: Client, path: str, rows: Any, query: str = "", key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    address = f"/be/api/v1/{path}/bulk/{query}"
    return client.post(address, rows, content_type="application/json", headers=headers)


@every_bulk
def test_a_bad_row_among_good_ones_is_refused_alone(
    client: Client, tenant: Cooperative, path: str, row: Row, model: type[TenantModel]
) -> None:
    before = model._default_manager.count()
    foreign = row(activity=str(uuid4()))
    rows: list[Any] = [row(), {}, row(), foreign, "text", None, [], row()]
    answer = send(client, path, rows)
    results = answer.json()

    assert answer.status_code == 207, answer.content
    assert [result["status"] // 100 for result in results] == [2, 4, 2, 4, 4, 4, 4, 2], results
    for result in results:
        assert set(result) == {"status", "body" if result["status"] == 201 else "problem"}
    assert "activity" in {error["field"] for error in results[1]["problem"]["errors"]}
    assert results[3]["problem"]["status"] == results[3]["status"]
    made = [result["body"]["id"] for result in results if result["status"] == 201]
    assert model._default_manager.count() == before + 3
    assert {str(pk) for pk in model._default_manager.values_list("pk", flat=True)} >= set(made)


@every_bulk
def test_all_or_nothing(
    client: Client, tenant: Cooperative, path: str, row: Row, model: type[TenantModel]
) -> None:
    before, acts = model._default_manager.count(), AuditEvent.objects.count()
    refused = send(client, path, [row(), row(activity="x"), row(), {}], "?atomic=true", key="1")
    problem = refused.json()

    assert (refused.status_code, problem["code"]) == (422, "rows_refused")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert problem["params"] == {"refused": "2", "rows": "4"}
    assert problem["errors"][0]["field"] == "1.activity"
    assert {error["field"].split(".")[0] for error in problem["errors"]} == {"1", "3"}
    assert (model._default_manager.count(), AuditEvent.objects.count()) == (before, acts)
    assert IdempotencyRecord.objects.count() == 0

    done = send(client, path, [row(), row()], "?atomic=true", key="1")
    assert (done.status_code, [result["status"] for result in done.json()]) == (207, [201, 201])
    assert model._default_manager.count() == before + 2


def test_a_rule_of_the_house_that_refuses_a_row_is_told_by_its_place(
    client: Client, tenant: Cooperative
) -> None:
    stranger = make_client(make_activity(make_person()))
    mine = str(Activity.objects.earliest("pk").pk)
    rows = [
        {"activity": mine, "client": str(key), "delivery_date": "2026-11-18", "lines": LINES}
        for key in (Customer.objects.earliest("pk").pk, stranger.pk)
    ]
    refused = send(client, "invoices", rows, "?atomic=true")

    assert refused.json()["errors"] == [
        {"field": "1", "code": "client_not_found", "detail": refused.json()["errors"][0]["detail"]}
    ]
    assert Invoice.objects.count() == 0


@every_bulk
def test_a_list_that_is_sent_again_is_not_done_again(
    client: Client, tenant: Cooperative, path: str, row: Row, model: type[TenantModel]
) -> None:
    rows = [row(), {}, row()]
    first = send(client, path, rows, key="1")
    count = model._default_manager.count()
    again = send(client, path, rows, key="1")

    assert (first.status_code, again.status_code) == (207, 207)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replay"] == "true"
    assert model._default_manager.count() == count
    for other in ({"rows": rows[:2]}, {"rows": rows, "query": "?atomic=true"}):
        assert send(client, path, **other, key="1").status_code == 409
    assert model._default_manager.count() == count


@every_bulk
@pytest.mark.parametrize(
    "rows", [{}, "rows", None, [], [{}] * (MOST_ROWS + 1)], ids=lambda rows: str(rows)[:9]
)
def test_what_is_no_list_of_one_to_five_hundred_rows(
    client: Client, tenant: Cooperative, path: str, row: Row, model: type[TenantModel], rows: Any
) -> None:
    before = model._default_manager.count()
    refused = send(client, path, json.dumps(rows))

    assert (refused.status_code, refused.json()["code"]) == (422, "rows_wrong")
    assert send(client, path, [row()], "?atomic=perhaps").status_code == 422
    assert model._default_manager.count() == before


def test_five_hundred_are_not_too_many(client: Client, tenant: Cooperative) -> None:
    answer = send(client, "clients", [{}] * MOST_ROWS)

    assert (answer.status_code, len(answer.json())) == (207, MOST_ROWS)


def test_a_row_that_is_refused_after_it_wrote_leaves_nothing(tenant: Cooperative) -> None:
    """Services take back what they wrote; what a door adds to them is taken back too."""
    before = Customer.objects.count()
    asked = APIRequestFactory().post("/be/api/v1/clients/bulk/", ["kept", "refused", "kept"], format="json")

    def write(row: str) -> str:
        made = make_client(Activity.objects.get())
        if row == "refused":
            raise Http404
        return str(made.pk)

    answer = bulk(Request(asked, parsers=[JSONParser()]), write)

    assert [result["status"] for result in answer.data] == [201, 404, 201]
    assert Customer.objects.count() == before + 2


@every_bulk
def test_each_row_costs_the_same(
    client: Client, tenant: Cooperative, path: str, row: Row, model: type[TenantModel]
) -> None:
    def queries(rows: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert send(client, path, [row() for _ in range(rows)]).status_code == 207
        return len(captured)

    queries(1)
    two, four, eight = queries(2), queries(4), queries(8)
    assert eight - four == 2 * (four - two)
