"""Two people do the same thing at the same moment."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from core.models import Cooperative
from core.tenancy import tenant_scope
from members import services
from members.enums import Role
from members.models import NationalNumber, Person, RoleGrant
from tests.cluster import FreshDatabase
from tests.factories import SYSTEM, make_person

NUMBER = "85073003328"
MONDAY = date(2026, 11, 2)


@pytest.fixture
def be(fresh_database: FreshDatabase) -> Cooperative:
    return Cooperative.objects.create(id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr"])


def test_a_national_number_registered_four_times_at_once_is_held_once(
    be: Cooperative, fresh_database: FreshDatabase
) -> None:
    def register(number: int) -> str:
        with tenant_scope(be):
            return str(make_person(email=f"p{number}@example.org", national_number=NUMBER).pk)

    outcomes = fresh_database.in_threads(register, (1,), (2,), (3,), (4,))
    assert sum(outcome.ok for outcome in outcomes) == 1
    assert {outcome.error for outcome in outcomes if not outcome.ok} == {"NationalNumberTaken"}
    with tenant_scope(be):
        assert (Person.objects.count(), NationalNumber.objects.count()) == (1, 1)


def test_a_role_given_four_times_at_once_is_held_once(be: Cooperative, fresh_database: FreshDatabase) -> None:
    with tenant_scope(be):
        person = make_person()

    def grant(_number: int) -> None:
        with tenant_scope(be):
            services.grant_role(person=person, role=Role.FINANCE, valid_from=MONDAY, actor=SYSTEM)

    outcomes = fresh_database.in_threads(grant, (1,), (2,), (3,), (4,))
    assert {outcome.error for outcome in outcomes if not outcome.ok} == {"RoleHeldAlready"}
    with tenant_scope(be):
        assert RoleGrant.objects.filter(role=Role.FINANCE).count() == 1


def test_administrators_who_end_each_other_at_once_leave_one(
    be: Cooperative, fresh_database: FreshDatabase
) -> None:
    with tenant_scope(be):
        for _ in range(3):
            make_person(Role.COOP_ADMIN)
        grants = list(RoleGrant.objects.values_list("pk", flat=True))

    def end(grant_id: UUID) -> None:
        with tenant_scope(be):
            services.end_role(grant_id=grant_id, on=MONDAY, actor=SYSTEM)

    outcomes = fresh_database.in_threads(end, *[(pk,) for pk in grants])
    assert [outcome.error for outcome in outcomes if not outcome.ok] == ["LastAdministrator"]
    with tenant_scope(be):
        assert RoleGrant.objects.filter(valid_to=None).count() == 1
