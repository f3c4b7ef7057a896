"""A request that is sent twice acts once: every door that acts takes an `Idempotency-Key`."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from activities.models import Activity, Expense
from core.models import AuditEvent, Cooperative, IdempotencyRecord, User
from core.tenancy import tenant_scope
from members.enums import Role
from tests.activities.builders import PDF, fund, make_activity, make_client
from tests.factories import load_cooperative, make_person
from tests.isolation.test_routes import INSIDE

WITHOUT_KEY = {
    "payroll-api:month_rates": "it computes a month with other rates and keeps nothing",
    "payroll-api:preview_batch": "it tells what each row would cost and keeps nothing",
    "payroll-api:simulations": "it computes and keeps nothing",
    "members-api:reveal": "each reading of a national number is logged, repeats too",
}
"""Doors that are posted to and take no key, and why."""


def test_every_door_that_acts_takes_a_key_or_says_why_not() -> None:
    keyless = {
        route.name
        for route in INSIDE
        if route.is_rest
        and hasattr(getattr(route.callback, "cls", None), "post")
        and not getattr(route.callback.cls.post, "takes_key", False)
    }

    assert keyless == set(WITHOUT_KEY)


@pytest.fixture
def nora(cooperative_be: Cooperative, client: Client) -> User:
    """A member with an open Activity, signed in."""
    with tenant_scope(cooperative_be):
        load_cooperative()
        person = make_person(user=True)
        make_client(make_activity(person))
    assert person.user is not None
    client.force_login(person.user)
    return person.user


def post(client: Client, path: str, body: Any, key: str = "1", **more: Any) -> Any:
    more.setdefault("content_type", "application/json")
    return client.post(f"/be/api/v1/{path}", body, headers={"Idempotency-Key": key}, **more)


def acts(be: Cooperative) -> int:
    with tenant_scope(be):
        return AuditEvent.objects.count()


def new_client(name: str = "Ars") -> dict[str, str]:
    return {"activity": str(Activity.objects.get().pk), "kind": "business", "name": name}


def test_a_creation(client: Client, nora: User, tenant: Cooperative) -> None:
    first = post(client, "clients/", new_client())
    before = acts(tenant)
    again = post(client, "clients/", new_client())

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert (first.headers.get("Idempotent-Replay"), again.headers["Idempotent-Replay"]) == (None, "true")
    assert acts(tenant) == before


def test_a_transition(client: Client, nora: User, tenant: Cooperative) -> None:
    path = f"activities/{Activity.objects.get().pk}/close/"
    first, again = post(client, path, {}), post(client, path, {})

    assert (first.status_code, first.json()["state"]) == (200, "closed")
    assert (again.status_code, again.json()) == (200, first.json())
    assert post(client, path, {}, key="2").status_code == 409


@pytest.mark.parametrize("other", ["body", "door", "question"])
def test_another_request_under_the_same_key_is_refused(
    client: Client, nora: User, tenant: Cooperative, other: str
) -> None:
    post(client, "clients/", new_client())
    before = acts(tenant)
    path = {"body": "clients/", "door": "expenses/", "question": "clients/?atomic=true"}[other]
    refused = post(client, path, new_client("Bros" if other == "body" else "Ars"))

    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_conflict")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert acts(tenant) == before


def test_a_file_of_the_same_name_with_something_else_in_it_is_another_request(
    client: Client, nora: User, tenant: Cooperative
) -> None:
    activity = Activity.objects.get()
    fund(activity)

    def hand_in(content: bytes) -> Any:
        body = {
            "activity": str(activity.pk),
            "category": "material",
            "amount": "20.00",
            "vat_amount": "0.00",
            "incurred_on": "2026-11-02",
            "text": "Encre",
            "receipt": SimpleUploadedFile("recu.pdf", content, "application/pdf"),
        }
        return client.post("/be/api/v1/expenses/", body, headers={"Idempotency-Key": "1"})

    first, again, other = hand_in(PDF), hand_in(PDF), hand_in(PDF + b"\n%")

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409), first.content
    assert again.json() == first.json()
    assert Expense.objects.count() == 1


def test_a_refusal_keeps_nothing_so_that_the_mended_request_may_use_the_key(
    client: Client, nora: User, tenant: Cooperative
) -> None:
    refused = post(client, "clients/", new_client() | {"name": ""})
    assert (refused.status_code, IdempotencyRecord.objects.count()) == (422, 0)

    assert post(client, "clients/", new_client()).status_code == 201


def test_a_key_belongs_to_the_account_that_sent_it(
    client: Client, nora: User, cooperative_be: Cooperative
) -> None:
    with tenant_scope(cooperative_be):
        other = make_person(Role.MEMBER, user=True)
    first = post(client, "privacy-requests/", {"kind": "copy"})
    assert other.user is not None
    client.force_login(other.user)
    theirs = post(client, "privacy-requests/", {"kind": "copy"})

    assert (first.status_code, theirs.status_code) == (201, 201)
    assert first.json()["id"] != theirs.json()["id"]


def test_a_key_that_cannot_be_kept_whole_is_refused(client: Client, nora: User, tenant: Cooperative) -> None:
    before = acts(tenant)
    refused = post(client, "clients/", new_client(), key="k" * 121)

    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_too_long")
    assert acts(tenant) == before
    assert post(client, "clients/", new_client(), key="k" * 120).status_code == 201
