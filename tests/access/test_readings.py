"""Each read of a national number or a payslip by staff is shown to the person concerned, to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.models import Cooperative, User
from core.tenancy import tenant_scope
from members.enums import Disclosed, Role
from members.models import AccessLog, Person
from members.services import log_access
from tests.access.people import Somebody, log_in, past_the_door
from tests.factories import actor, make_person

PAGE, REST = "/be/moi/lectures/", "/be/api/v1/me/accesses/"


@pytest.fixture
def nora(somebody: Somebody) -> User:
    return somebody(Role.MEMBER, last_name="Lue")


@pytest.fixture
def reader(house: Cooperative) -> Person:
    with tenant_scope(house):
        return make_person(Role.PAYROLL_ADMIN, first_name="Paul", last_name="Lecteur")


@pytest.fixture
def browser(house: Cooperative, nora: User, reader: Person) -> Client:
    """Nora's, after her number and a payslip were read."""
    with tenant_scope(house):
        person = Person.objects.get(user=nora)
        for what in (Disclosed.NATIONAL_NUMBER, Disclosed.PAYSLIP):
            log_access(person=person, what=what, purpose=f"because {what}", actor=actor(reader))
    return log_in(nora)


def test_the_person_sees_who_what_and_why(browser: Client) -> None:
    text = browser.get(PAGE).content.decode()

    assert "Paul Lecteur" in text
    assert "because national_number" in text
    assert "because payslip" in text
    assert [row["purpose"] for row in browser.get(REST).json()["results"]] == [
        "because payslip",
        "because national_number",
    ]


@pytest.mark.parametrize("address", [PAGE, REST])
def test_page_and_rest_are_narrowed_alike(browser: Client, address: str) -> None:
    today = timezone.localdate()

    only = browser.get(address, {"what": "payslip"}).content.decode()
    later = browser.get(address, {"since": str(today + timedelta(days=2))}).content.decode()
    now = browser.get(address, {"since": str(today - timedelta(days=2))}).content.decode()

    assert "because payslip" in only
    assert "because national_number" not in only
    assert "because" not in later
    assert "because payslip" in now


def test_reading_what_is_ones_own_leaves_nothing(house: Cooperative, nora: User) -> None:
    with tenant_scope(house):
        person = Person.objects.get(user=nora)
        log_access(person=person, what=Disclosed.PAYSLIP, purpose="", actor=actor(person))
        assert AccessLog.objects.count() == 0
    assert "Personne ne l" in log_in(nora).get(PAGE).content.decode()


def test_revealing_a_number_shows_up_at_once(house: Cooperative, nora: User, somebody: Somebody) -> None:
    with tenant_scope(house):
        person = Person.objects.get(user=nora)
    admin = past_the_door(somebody(Role.COOP_ADMIN, last_name="Curieux"))

    answer = admin.post(f"/be/membres/{person.pk}/numero-national/", {"purpose": "Vérification Dimona"})

    assert answer.status_code == 200
    text = log_in(nora).get(PAGE).content.decode()
    assert "Vérification Dimona" in text
    assert "Curieux" in text


def test_nobody_sees_the_reads_of_somebody_else(browser: Client, somebody: Somebody) -> None:
    other = past_the_door(somebody(Role.COOP_ADMIN))

    assert "because" not in other.get(PAGE).content.decode()
    assert other.get(REST).json()["results"] == []
