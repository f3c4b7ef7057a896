"""Lists: the same filters as on the page, no question misunderstood, a page at a time."""

from __future__ import annotations

import inspect
from typing import Any

import django_filters
import pytest
import yaml
from django.test import Client, RequestFactory
from rest_framework.generics import ListAPIView
from rest_framework.request import Request

from activities.models import Activity
from activities.selectors import movements_of
from core import audit
from core.embedded.layout import CHECKOUT
from core.models import AuditEvent, Cooperative
from core.rest import CursorPages, KnownFilters, SortedPages
from core.tenancy import tenant_scope
from invoicing.collection import api, lists
from invoicing.collection.filters import LateFilter
from invoicing.collection.views import desk
from members.enums import Role
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.factories import SYSTEM, load_cooperative, make_person
from tests.isolation.test_routes import INSIDE

DOORS = {route.name: route.callback.cls for route in INSIDE if route.is_rest}
LISTS = {name: view for name, view in DOORS.items() if issubclass(view, ListAPIView)}
WHOLE = {
    "accident-rates": "one row per legal entity of one year",
    "bank-lines/{id}/proposals": "nine at most, one per key of the keyboard",
    "clients/{id}/lookups": "one row per number of one client and register",
    "clients/{id}/statement": "one account per entity, its movements between two days",
    "consents": "the programs that one account allowed",
    "exports/lists": "the sorts of lists, which the code names",
    "forecast": "one row per day, 364 at most",
    "funds": "one row per entity and fund",
    "open-ended-contracts/{id}/days": "the parts of the days of one month of one contract",
    "periods/checklist": "the points of one month, which the code names",
    "privacy-requests": "the last twenty",
    "search": "so many of each sort, as asked, 50 at most",
    "tokens": "twenty at most",
    "trial-balance": "one row per account of the chart",
    "webhooks/events": "the sorts of events, which the code names",
}
"""Readings that give all their rows at once, and what bounds them."""

OF_THEIR_OWN = {
    "LateFilter": "late invoices with the step at which each stands: the rows of the desk, `late_with_step`",
    "OpenEndedFilter": "contracts whose salary goes on, with its months: the rows of `payroll.cdi`",
}
"""Sets of filters of rows that have the model of others, and what sort of row theirs is."""


def test_every_list_is_a_page_at_a_time_or_bounded_by_something_else() -> None:
    schema = yaml.safe_load((CHECKOUT / "docs" / "openapi.yaml").read_text())
    whole = set()
    for path, doors in schema["paths"].items():
        content = doors.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        if content.get("application/json", {}).get("schema", {}).get("type") == "array":
            whole.add(path.removeprefix("/{cooperative}/api/v1/").rstrip("/"))

    assert whole == set(WHOLE)
    for name, view in LISTS.items():
        assert issubclass(view.pagination_class, CursorPages), name
        assert view.pagination_class.max_page_size == 200, name
        assert view.filter_backends == [KnownFilters], name


def test_each_sort_of_row_has_one_set_of_filters_for_pages_files_and_doors() -> None:
    found: dict[Any, set[str]] = {}
    kinds = list(django_filters.FilterSet.__subclasses__())
    for kind in kinds:
        kinds += kind.__subclasses__()
        if kind.__module__.split(".")[0] in {"rest_framework", "django_filters"}:
            continue
        assert kind.__module__.endswith(".filters"), f"{kind} is not where pages and doors find it"
        if kind.__name__ not in OF_THEIR_OWN:
            found.setdefault(kind._meta.model, set()).add(kind.__name__)

    assert len(found) > 10
    assert {str(model): names for model, names in found.items() if len(names) > 1} == {}
    for name, view in LISTS.items():
        assert not getattr(view, "filterset_fields", None), f"{name} has filters of its own"
        kind = getattr(view, "filterset_class", None)
        if kind is not None:
            assert kind._meta.model is view.queryset.model, name
            assert inspect.getmodule(kind).__name__.endswith(".filters"), name  # type: ignore[union-attr]


def test_late_invoices_are_narrowed_alike_on_the_desk_in_its_file_and_at_its_door() -> None:
    for module in (desk, lists, api):
        assert module.LateFilter is LateFilter, module.__name__  # type: ignore[attr-defined]


@pytest.fixture
def watcher(cooperative_be: Cooperative, client: Client) -> Client:
    """Somebody with every role, signed in, who has an Activity with an invoice."""
    with tenant_scope(cooperative_be):
        load_cooperative()
        person = make_person(*Role, user=True)
        make_invoice(make_activity(person))
    assert person.user is not None
    client.force_login(person.user)
    return client


PLAIN = sorted(
    route.name
    for route in INSIDE
    if route.name in LISTS and {name for name, _converter in route.converters} == {"cooperative"}
)


@pytest.mark.parametrize("name", PLAIN)
def test_a_filter_that_a_list_does_not_have_is_refused_by_name(watcher: Client, name: str) -> None:
    address = next(route for route in INSIDE if route.name == name).url()
    refused = watcher.get(f"{address}?limit=1&sate=draft&zzz=")

    assert watcher.get(f"{address}?limit=1").status_code == 200
    assert refused.status_code == 422
    assert [(error["field"], error["code"]) for error in refused.json()["errors"]] == [
        ("sate", "unknown_filter"),
        ("zzz", "unknown_filter"),
    ]


@pytest.mark.parametrize("limit", ["0", "-1", "x", "", "1.5", "true", "1&limit=2", "9999999999", "٣"])
def test_a_size_that_is_no_number_is_refused(watcher: Client, limit: str) -> None:
    refused = watcher.get(f"/be/api/v1/functions/?limit={limit}")

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "limit")


@pytest.mark.parametrize("days", ["since=0001-01-01&until=1969-12-31", "since=9999-12-31&until=9999-12-31"])
@pytest.mark.parametrize("door", ["audit", "me/accesses"])
def test_days_before_and_after_all_identifiers_hold_nothing(watcher: Client, door: str, days: str) -> None:
    answer = watcher.get(f"/be/api/v1/{door}/?{days}")

    assert (answer.status_code, answer.json()["results"]) == (200, [])


def test_pages_follow_each_other_while_rows_are_added(watcher: Client, tenant: Cooperative) -> None:
    subject = Activity.objects.get()
    for number in range(260):
        audit.record(SYSTEM, "core.counted", subject, number=number)
    first = watcher.get("/be/api/v1/audit/?limit=9999").json()
    audit.record(SYSTEM, "core.counted", subject, number=260)
    rest = watcher.get(first["next"]).json()
    ids = [row["id"] for row in first["results"] + rest["results"]]

    assert len(first["results"]) == 200
    assert len(ids) == len(set(ids)) == AuditEvent.objects.count() - 1
    assert len(watcher.get("/be/api/v1/audit/").json()["results"]) == 50
    assert watcher.get("/be/api/v1/audit/?cursor=nonsense").status_code == 404


def test_computed_rows_follow_each_other_while_they_come_and_go(watcher: Client, tenant: Cooperative) -> None:
    """The exposure: the most exposed first; who is above the last row shown is not shown again."""
    activity = Activity.objects.get()
    for name in ("Ars", "Bozar", "Ciné"):
        make_invoice(activity, make_client(activity, name=name))
    first = watcher.get("/be/api/v1/exposure/?limit=2").json()
    make_invoice(activity, make_client(activity, name="Above"), flat("9000.00"))
    rest = watcher.get(first["next"]).json()
    whole = watcher.get("/be/api/v1/exposure/").json()
    narrowed = watcher.get("/be/api/v1/exposure/?q=bo").json()

    told = [row["name"] for row in first["results"] + rest["results"]]
    assert told == ["Ars", "Bozar", "Ciné", "Théâtre de la Rue SC"]
    assert [row["name"] for row in whole["results"]] == ["Above", *told]
    assert (rest["next"], whole["next"]) == (None, None)
    assert [row["name"] for row in narrowed["results"]] == ["Bozar"]
    for cursor in ("nonsense", "AAAA", "MR8yHzM=", "\u00e9"):
        assert watcher.get(f"/be/api/v1/exposure/?cursor={cursor}").status_code == 404, cursor


def test_rows_that_cannot_be_told_apart_are_all_shown() -> None:
    class Twins(SortedPages):
        @staticmethod
        def key_of(row: Any) -> tuple[str | int, ...]:
            return (str(row),)

    shown, address = [], "/?limit=2"
    while address:
        pages = Twins()
        request = Request(RequestFactory().get(address))
        page = pages.paginate_queryset(["b", "a", "a", "a", "b"], request)
        shown += page
        address = pages.get_paginated_response(page).data["next"]

    assert shown == ["a", "a", "a", "b", "b"]


def test_movements_have_the_same_balance_on_whichever_page(watcher: Client, tenant: Cooperative) -> None:
    activity = Activity.objects.get()
    make_invoice(activity)
    make_invoice(activity)
    told, address = [], f"/be/api/v1/activities/{activity.pk}/movements/?limit=2"
    while address:
        page = watcher.get(address).json()
        told += [(row["amount"], row["balance"]) for row in page["results"]]
        address = page["next"]

    assert len(told) == 6
    assert told == [(str(move.amount), str(move.balance)) for move in movements_of(activity)]
