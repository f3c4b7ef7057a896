"""The REST doors of people."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from core.errors import UnknownCooperative
from core.models import Cooperative
from core.services import create_token
from core.tenancy import tenant_scope
from members.enums import Role
from members.errors import UnknownPerson
from members.models import AccessLog, AdviserNote, Person
from members.selectors import roles_of
from members.services import reveal_national_number
from tests.factories import actor, load_cooperative, make_adviser, make_person, make_user

NUMBER = "85073003328"
BASE = "/be/api/v1/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def be(cooperative_be: Cooperative) -> Cooperative:
    with tenant_scope(cooperative_be):
        load_cooperative()
    return cooperative_be


class Caller:
    """A program with somebody's token."""

    def __init__(self, cooperative: Cooperative, user: Any) -> None:
        token = create_token(user=user, cooperative=cooperative, name="test")
        self.headers = {"Authorization": f"Bearer {token}"}
        self.client = Client()

    def get(self, path: str, **query: str) -> Any:
        return self.client.get(BASE + path, query, headers=self.headers)

    def send(self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.client.generic(
            method,
            BASE + path,
            json.dumps(body or {}),
            "application/json",
            headers=self.headers | headers,
        )

    def post(self, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)


def caller(cooperative: Cooperative, *roles: Role, **fields: Any) -> tuple[Person, Caller]:
    with tenant_scope(cooperative):
        person = make_person(*roles, user=True, **fields)
    return person, Caller(cooperative, person.user)


def test_joining_by_rest_twice_with_one_key_registers_once(be: Cooperative) -> None:
    user = make_user()
    program = Caller(be, user)
    assert program.get("me/").status_code == 404
    body = {
        "first_name": "Lou", "last_name": "Maes", "street": "Rue Haute 1", "postal_code": "4000",
        "city": "Liège", "national_number": NUMBER, "iban": "BE68539007547034",
    }  # fmt: skip
    first = program.post("me/", body, **{"Idempotency-Key": "one"})
    again = program.post("me/", body, **{"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["national_number"] == "85.**.**-***.**"
    assert first.json()["roles"] == ["member"]
    refused = program.post("me/", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_registered")
    with tenant_scope(be):
        assert Person.objects.filter(user=user).count() == 1


def test_an_edit_on_an_old_reading_is_refused(be: Cooperative) -> None:
    person, program = caller(be)
    etag = program.get("me/")["ETag"]
    assert program.send("PATCH", "me/", {"city": "Namur"}, **{"If-Match": etag}).status_code == 200
    late = program.send("PATCH", "me/", {"city": "Gent"}, **{"If-Match": etag})
    assert (late.status_code, late.json()["code"]) == (412, "edit_conflict")
    with tenant_scope(be):
        assert Person.objects.get(pk=person.pk).city == "Namur"


def test_the_family_of_the_past_is_refused(be: Cooperative) -> None:
    _person, program = caller(be)
    today = clock.today(be)
    body = {"valid_from": today.isoformat(), "status": "single", "children": 2}
    assert program.post("me/family/", body).status_code == 201
    past = program.post("me/family/", body | {"valid_from": (today - timedelta(days=1)).isoformat()})
    assert (past.status_code, past.json()["code"]) == (422, "family_in_the_past")
    assert program.get("me/").json()["family"]["children"] == 2


def test_an_adviser_reads_notes_and_numbers_of_their_own_members(be: Cooperative) -> None:
    adviser, program = caller(be, Role.ADVISER)
    with tenant_scope(be):
        mine = make_person(adviser=adviser, national_number=NUMBER)
        other = make_person(adviser=make_adviser())
    assert [row["id"] for row in program.get("persons/").json()["results"]] == [str(mine.pk)]
    assert program.get(f"persons/{other.pk}/").status_code == 404
    note = program.post(f"persons/{mine.pk}/notes/", {"text": "Called", "kind": "call"})
    assert note.status_code == 201
    assert [row["text"] for row in program.get(f"persons/{mine.pk}/notes/").json()["results"]] == ["Called"]
    assert program.post(f"persons/{other.pk}/notes/", {"text": "Called"}).status_code == 404
    without = program.post(f"persons/{mine.pk}/reveal-national-number/", {"purpose": ""})
    assert without.status_code == 422
    shown = program.post(f"persons/{mine.pk}/reveal-national-number/", {"purpose": "Dimona"})
    assert shown.json() == {"national_number": NUMBER}
    with tenant_scope(be):
        assert AccessLog.objects.count() == 1
        assert AdviserNote.objects.count() == 1
    member = Caller(be, make_member_user(be, mine))
    assert [row["purpose"] for row in member.get("me/accesses/").json()["results"]] == ["Dimona"]


def make_member_user(cooperative: Cooperative, person: Person) -> Any:
    """Give a person who has no account one, as an invitation does."""
    user = make_user()
    with tenant_scope(cooperative):
        Person.objects.filter(pk=person.pk).update(user=user)
    return user


def test_roles_are_given_to_others_and_ended(be: Cooperative) -> None:
    admin, program = caller(be, Role.COOP_ADMIN)
    with tenant_scope(be):
        person = make_person()
    today = clock.today(be).isoformat()
    body = {"person": str(person.pk), "role": "finance", "valid_from": today}
    given = program.post("roles/", body)
    assert (given.status_code, given.json()["granted_by"]) == (201, str(admin.pk))
    mine = program.post("roles/", body | {"person": str(admin.pk)})
    assert (mine.status_code, mine.json()["code"]) == (403, "role_to_self")
    assert program.post(f"roles/{given.json()['id']}/end/").status_code == 200
    with tenant_scope(be):
        assert roles_of(person, clock.today()) == {Role.MEMBER}
        assert roles_of(admin, clock.today()) == {Role.COOP_ADMIN}


def test_a_policy_is_entered_for_the_future_alone(be: Cooperative) -> None:
    _admin, program = caller(be, Role.COOP_ADMIN)
    start = clock.today(be) + timedelta(days=10)
    body = {"key": "levy.rate", "value": "7", "valid_from": start.isoformat(), "source": "board"}
    entered = program.post("policies/", body)
    assert (entered.status_code, entered.json()["value"]) == (201, "0.07")
    assert program.post("policies/", body).json()["code"] == "policy_starts_twice"
    past = program.post("policies/", body | {"valid_from": "2026-01-01"})
    assert past.json()["code"] == "policy_in_the_past"
    assert program.post("policies/", body | {"key": "levy.raet"}).json()["code"] == "unknown_policy"
    assert len(program.get("policies/", key="levy.rate").json()["results"]) == 2


def test_an_auditor_reads_and_changes_nothing(be: Cooperative) -> None:
    _auditor, program = caller(be, Role.AUDITOR)
    with tenant_scope(be):
        person = make_person()
    for path in ("roles/", "policies/", "audit/"):
        assert program.get(path).status_code == 200
    today = clock.today(be).isoformat()
    assert (
        program.post("roles/", {"person": str(person.pk), "role": "finance", "valid_from": today}).status_code
        == 403
    )
    body = {"key": "levy.rate", "value": "7", "valid_from": today, "source": "x"}
    assert program.post("policies/", body).status_code == 403
    with tenant_scope(be):
        assert roles_of(person, clock.today()) == {Role.MEMBER}


@pytest.mark.parametrize("role", Role)
def test_doors_open_to_their_roles_alone(be: Cooperative, role: Role) -> None:
    _person, program = caller(be, role)
    sheet = {Role.ADVISER, Role.ADVISER_LEAD, Role.COOP_ADMIN}
    watchers = {Role.COOP_ADMIN, Role.AUDITOR}
    doors = {"me/": set(Role), "me/accesses/": set(Role), "persons/": sheet, "roles/": watchers,
             "policies/": watchers, "audit/": watchers}  # fmt: skip
    for path, roles in doors.items():
        assert program.get(path).status_code == (200 if role in roles else 403), path
    assert Client().get(f"{BASE}persons/").status_code == 401


@pytest.mark.parametrize("path", ["persons/", "roles/", "policies/", "audit/", "me/accesses/"])
def test_three_rows_cost_the_queries_of_one(be: Cooperative, path: str) -> None:
    me, program = caller(be, Role.ADVISER_LEAD, Role.COOP_ADMIN)

    def count() -> int:
        program.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert program.get(path).status_code == 200
        return len(captured)

    def add_row() -> None:
        with tenant_scope(be):
            adviser = make_adviser()
            make_person(adviser=adviser)
            reveal_national_number(person=me, actor=actor(adviser), purpose="test")

    add_row()
    one = count()
    add_row()
    add_row()
    assert count() == one


def test_a_token_is_printed_alone_and_opens_the_doors(be: Cooperative) -> None:
    with tenant_scope(be):
        person = make_person(user=True, email="nora@example.org")
    out = io.StringIO()
    call_command("api_token", "--cooperative", "be", "--user", "Nora@example.org", stdout=out)
    token = out.getvalue().strip()
    answer = Client().get(f"{BASE}me/", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["person"]["id"] == str(person.pk)


def test_no_token_for_strangers(be: Cooperative) -> None:
    make_user("stranger@example.org")
    for cooperative, email, refusal in (
        ("be", "nobody@example.org", UnknownPerson),
        ("be", "stranger@example.org", UnknownPerson),
        ("zz", "stranger@example.org", UnknownCooperative),
    ):
        out = io.StringIO()
        with pytest.raises(refusal):
            call_command("api_token", "--cooperative", cooperative, "--user", email, stdout=out)
        assert not out.getvalue()
