"""Whoever is turned away leaves a row, although the request itself is rolled back."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.accounts.models import DeniedAccess
from core.accounts.selectors import denied_last_hour
from core.models import AuditEvent, Cooperative
from core.privacy.services import run_retention
from core.registry import gauges
from core.tenancy import tenant_scope
from core.types import Actor
from members.enums import Role
from members.models import Person
from tests.access.people import Somebody, past_the_door
from tests.factories import make_person

PAGE = "/be/acces-refuses/"


@pytest.fixture
def member(somebody: Somebody) -> Client:
    return past_the_door(somebody(Role.MEMBER, first_name="Zoé", last_name="Curieuse"))


@pytest.fixture
def admin(somebody: Somebody) -> Client:
    return past_the_door(somebody(Role.COOP_ADMIN))


@pytest.fixture
def file(house: Cooperative) -> Person:
    with tenant_scope(house):
        return make_person(last_name="Secrète")


def rows(house: Cooperative) -> list[tuple[str, str, int]]:
    with tenant_scope(house):
        return [(row.route, row.method, row.status) for row in DeniedAccess.objects.order_by("id")]


def test_a_member_at_a_door_of_staff(house: Cooperative, member: Client) -> None:
    assert member.get("/be/personnes/").status_code == 403
    assert member.get("/be/api/v1/audit/").status_code == 403

    assert rows(house) == [("members:people", "GET", 403), ("members-api:audit", "GET", 403)]


def test_a_members_file_asked_for_by_somebody_else(house: Cooperative, member: Client, file: Person) -> None:
    assert member.get(f"/be/membres/{file.pk}/").status_code == 403

    with tenant_scope(house):
        row = DeniedAccess.objects.get()
        assert row.subject_id == file.pk
        assert row.person_id == Person.objects.get(last_name="Curieuse").pk


def test_somebody_elses_thing_is_not_there_and_leaves_a_row(house: Cooperative, member: Client) -> None:
    thing = uuid4()

    assert member.get(f"/be/api/v1/invoices/{thing}/").status_code == 404

    assert rows(house) == [("invoicing-api:invoice", "GET", 404)]


def test_what_the_refused_request_wrote_is_gone_and_the_row_stays(
    house: Cooperative, member: Client, file: Person
) -> None:
    with tenant_scope(house):
        acts = AuditEvent.objects.count()

    answer = member.post(f"/be/membres/{file.pk}/notes/", {"text": "hello"})

    assert answer.status_code == 403
    with tenant_scope(house):
        assert AuditEvent.objects.count() == acts
    assert rows(house) == [("members:write_note", "POST", 403)]


def test_no_row_for_visitors_typing_mistakes_and_open_doors(house: Cooperative, member: Client) -> None:
    assert Client().get("/be/personnes/").status_code == 302
    assert Client().get("/be/api/v1/audit/").status_code == 401
    assert member.get("/be/nulle-part/").status_code == 404
    assert member.get("/xx/personnes/").status_code == 404
    assert member.get("/be/moi/").status_code == 200

    assert rows(house) == []


def test_a_flood_is_told_by_its_beginning(house: Cooperative, member: Client) -> None:
    for _ in range(35):
        assert member.get("/be/api/v1/audit/").status_code == 403

    assert len(rows(house)) == 30


def test_the_row_holds_keys_and_names_of_routes_only(house: Cooperative, member: Client) -> None:
    member.get("/be/personnes/?q=Secrète")

    with connection.cursor() as cursor, tenant_scope(house):
        cursor.execute("SELECT row_to_json(d)::text FROM accounts_deniedaccess d")
        (text,) = cursor.fetchone()
    assert "Secr" not in text
    assert "Curieuse" not in text
    assert "@" not in text


def test_those_who_watch_see_who_it_was_and_one_person_at_a_time(
    house: Cooperative, member: Client, admin: Client, somebody: Somebody
) -> None:
    member.get("/be/personnes/")
    past_the_door(somebody(Role.MEMBER, last_name="Distraite")).get("/be/politiques/")
    with tenant_scope(house):
        curious = Person.objects.get(last_name="Curieuse")

    everybody = admin.get(PAGE).content.decode()
    one = admin.get(PAGE, {"person": str(curious.pk)}).content.decode()

    assert "members:people" in everybody
    assert "members:policies" in everybody
    assert "Zoé Curieuse" in one
    assert "members:people" in one
    assert "members:policies" not in one


def test_the_page_is_bounded_and_goes_on(house: Cooperative, admin: Client) -> None:
    with tenant_scope(house):
        DeniedAccess.objects.bulk_create(
            DeniedAccess(user_id=1, route=f"route:{n}", method="GET", status=403) for n in range(60)
        )

    first = admin.get(PAGE)
    second = admin.get(PAGE + first.context["older"])

    assert len(first.context["rows"]) == 50
    assert len(second.context["rows"]) == 10
    assert second.context["older"] == ""


def test_odd_questions_to_the_page_are_no_error(admin: Client) -> None:
    assert admin.get(PAGE, {"person": "nobody", "before": "x"}).status_code == 200


def test_the_list_is_not_for_everybody(house: Cooperative, member: Client) -> None:
    assert member.get(PAGE).status_code == 403


def test_a_series_of_refusals_alarms_and_ends_after_a_year(house: Cooperative, member: Client) -> None:
    member.get("/be/personnes/")
    with tenant_scope(house):
        assert denied_last_hour() == 1
        assert next(gauge for gauge in gauges() if gauge.key == "denied_last_hour").alarm == 100
        DeniedAccess.objects.update(at=timezone.now() - timedelta(days=370))
        assert denied_last_hour() == 0

    run_retention(house, on=timezone.now().date(), actor=Actor.system("test"), dry=False)

    assert rows(house) == []
