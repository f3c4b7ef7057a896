"""People join, get roles from others, and keep their secrets."""

from __future__ import annotations

import json
import logging
from datetime import date

import pytest
from django.db import connection

from core.models import AuditEvent, Cooperative, OutboxMessage
from core.tenancy import tenant_scope
from ledger.models import Party
from members import services
from members.enums import FamilyStatus, Role
from members.errors import (
    AlreadyRegistered,
    FamilySituationWrong,
    IbanRefused,
    LastAdministrator,
    NationalNumberMissing,
    NationalNumberRefused,
    NationalNumberTaken,
    NotAnAdviser,
    PurposeMissing,
    RoleDatesWrong,
    RoleEnded,
    RoleHeldAlready,
    RoleToSelf,
    UnknownPerson,
)
from members.models import AccessLog, FamilySituation, NationalNumber, Office, Person, RoleGrant
from members.selectors import (
    family_situation,
    family_situations,
    masked_national_number,
    person_by_id,
    person_of_user,
    reveal_national_number,
    roles_of,
    search_people,
)
from tests.factories import SYSTEM, actor, load_cooperative, make_adviser, make_person, make_user

NUMBER = "85073003328"
OTHER = "93051822361"
MONDAY = date(2026, 11, 2)
pytestmark = pytest.mark.django_db


def test_a_person_is_a_party_with_a_name_that_is_found_in_both_orders(tenant: Cooperative) -> None:
    person = make_person(first_name="Zoé", last_name="D'Haese-Étienne")
    assert person.party.name == "Zoé D'Haese-Étienne"
    for text in ("zoe", "d haese", "D’HAESE", "zoé d'h"):
        assert list(search_people(Person.objects.all(), text)) == [person]
    assert not search_people(Person.objects.all(), "etienne")


def test_the_national_number_gives_the_birth_date(tenant: Cooperative) -> None:
    assert make_person(national_number=NUMBER).birth_date == date(1985, 7, 30)


def test_one_account_is_one_person_per_cooperative_and_may_join_several(
    tenant: Cooperative, cooperative_fr: Cooperative
) -> None:
    user = make_user()
    make_person(user=user)
    with pytest.raises(AlreadyRegistered):
        make_person(user=user)
    assert Person.objects.count() == 1
    assert Party.objects.count() == 1
    assert person_of_user(user) is not None


def test_an_account_joins_two_cooperatives(cooperative_be: Cooperative, cooperative_fr: Cooperative) -> None:
    user = make_user()
    people = []
    for cooperative in (cooperative_be, cooperative_fr):
        with tenant_scope(cooperative):
            people.append(make_person(user=user, national_number=NUMBER).pk)
            assert Person.objects.count() == 1
    assert people[0] != people[1]
    with tenant_scope(cooperative_fr), pytest.raises(UnknownPerson):
        person_by_id(people[0])


def test_a_wrong_iban_registers_nobody(tenant: Cooperative) -> None:
    with pytest.raises(IbanRefused):
        make_person(iban="BE68539007547035")
    assert not Person.objects.exists()
    assert not Party.objects.exists()


def test_a_change_is_recorded_by_field_and_never_by_value(tenant: Cooperative) -> None:
    person = make_person(city="Bruxelles")
    services.update_person(person_id=person.pk, actor=SYSTEM, city="Namur", last_name="Van Dam", phone="")
    event = AuditEvent.objects.get(action="members.person_updated")
    assert event.data == {"fields": ["city", "last_name"]}
    assert Party.objects.get(pk=person.party_id).name == f"{person.first_name} Van Dam"
    services.update_person(person_id=person.pk, actor=SYSTEM, city="Namur")
    assert AuditEvent.objects.filter(action="members.person_updated").count() == 1


# --- national number ---------------------------------------------------------------------------------------


def test_the_same_number_is_never_sealed_to_the_same_bytes(tenant: Cooperative) -> None:
    person = make_person(national_number=NUMBER)
    first = bytes(NationalNumber.objects.get(person=person).ciphertext)
    services.set_national_number(person=person, number="85.07.30-033 28", actor=SYSTEM)
    kept = NationalNumber.objects.get(person=person)
    assert bytes(kept.ciphertext) != first
    assert kept.masked == "85.**.**-***.**" == masked_national_number(person)
    assert reveal_national_number(person=person, actor=SYSTEM, purpose="declaration") == NUMBER


def test_a_sealed_number_moved_to_another_person_does_not_open(tenant: Cooperative) -> None:
    one, two = make_person(national_number=NUMBER), make_person(national_number=OTHER)
    stolen = NationalNumber.objects.get(person=one)
    NationalNumber.objects.filter(person=two).update(ciphertext=stolen.ciphertext)
    with pytest.raises(RuntimeError) as refusal:
        reveal_national_number(person=two, actor=SYSTEM, purpose="declaration")
    assert NUMBER not in str(refusal.value)


def test_a_number_is_held_once_in_a_cooperative(tenant: Cooperative) -> None:
    make_person(national_number=NUMBER)
    with pytest.raises(NationalNumberTaken) as refusal:
        make_person(national_number=NUMBER)
    assert NUMBER not in refusal.value.detail
    assert Person.objects.count() == 1


def test_the_blind_index_tells_nothing_across_tenants(
    cooperative_be: Cooperative, cooperative_fr: Cooperative
) -> None:
    found = []
    for cooperative in (cooperative_be, cooperative_fr):
        with tenant_scope(cooperative):
            make_person(national_number=NUMBER)
            found.append(NationalNumber.objects.get().index)
    assert found[0] != found[1]


@pytest.mark.parametrize("wrong", ["85073003329", "123", "", "abcdefghijk"])
def test_a_wrong_number_is_refused_without_being_repeated(tenant: Cooperative, wrong: str) -> None:
    person = make_person(national_number="")
    with pytest.raises(NationalNumberRefused) as refusal:
        services.set_national_number(person=person, number=wrong, actor=SYSTEM)
    assert not wrong or wrong not in str(refusal.value)
    assert not NationalNumber.objects.exists()
    with pytest.raises(NationalNumberMissing):
        reveal_national_number(person=person, actor=SYSTEM, purpose="declaration")


def test_the_number_stands_in_no_table_log_audit_or_outbox(
    tenant: Cooperative, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    adviser = make_adviser()
    person = make_person(national_number=NUMBER)
    reveal_national_number(person=person, actor=actor(adviser), purpose="contract of 3 November")
    with pytest.raises(NationalNumberTaken):
        services.set_national_number(person=adviser, number=NUMBER, actor=SYSTEM)
    written = json.dumps(
        [
            *AuditEvent.objects.values_list("data", flat=True),
            *OutboxMessage.objects.values_list("payload", flat=True),
        ]
    )
    assert NUMBER not in written
    assert NUMBER not in "\n".join(r.getMessage() for r in caplog.records if r.name != "django.db.backends")
    with connection.cursor() as cursor:
        for model in (Person, NationalNumber, AccessLog, AuditEvent):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{NUMBER}%"])
            assert cursor.fetchone() == (0,), model


# --- who read what -----------------------------------------------------------------------------------------


def test_a_read_by_staff_is_logged_with_its_purpose(tenant: Cooperative) -> None:
    adviser, person = make_adviser(), make_person(national_number=NUMBER)
    assert reveal_national_number(person=person, actor=actor(adviser), purpose=" call of today ") == NUMBER
    log = AccessLog.objects.get()
    assert (log.person, log.reader, log.what, log.purpose) == (
        person,
        adviser,
        "national_number",
        "call of today",
    )


def test_without_a_purpose_nothing_is_read(tenant: Cooperative) -> None:
    adviser, person = make_adviser(), make_person(national_number=NUMBER)
    with pytest.raises(PurposeMissing):
        reveal_national_number(person=person, actor=actor(adviser), purpose=" ")
    assert not AccessLog.objects.exists()


def test_reading_ones_own_number_leaves_no_trace(tenant: Cooperative) -> None:
    person = make_person(national_number=NUMBER, user=True)
    assert reveal_national_number(person=person, actor=actor(person), purpose="") == NUMBER
    assert not AccessLog.objects.exists()


# --- family ------------------------------------------------------------------------------------------------


def test_tax_asks_for_the_situation_of_the_payment_date(tenant: Cooperative) -> None:
    person = make_person(family_status="single", joined_on=date(2026, 1, 1))
    services.set_family_situation(
        person=person, valid_from=MONDAY, status="married_one_income", children=2, actor=SYSTEM
    )
    assert family_situation(person, date(2026, 11, 1)).status == FamilyStatus.SINGLE
    now = family_situation(person, MONDAY)
    assert (now.status, now.children, now.valid_from) == ("married_one_income", 2, MONDAY)
    assert (person.family_status, person.children) == ("married_one_income", 2)
    assert family_situations([person], MONDAY) == {person.pk: now}


def test_a_correction_for_the_same_day_wins_and_the_first_stays_written(tenant: Cooperative) -> None:
    person = make_person()
    for children in (1, 3):
        services.set_family_situation(
            person=person, valid_from=MONDAY, status="single", children=children, actor=SYSTEM
        )
    assert family_situation(person, MONDAY).children == 3
    assert FamilySituation.objects.filter(person=person, valid_from=MONDAY).count() == 2


@pytest.mark.parametrize(("status", "children"), [("married_one_income", 1), ("single", 0), ("divorced", 1)])
def test_a_situation_that_contradicts_itself_is_refused(
    tenant: Cooperative, status: str, children: int
) -> None:
    person = make_person()
    before = FamilySituation.objects.count()
    with pytest.raises(FamilySituationWrong):
        services.set_family_situation(
            person=person,
            valid_from=MONDAY,
            status=status,
            children=children,
            single_parent=True,
            actor=SYSTEM,
        )
    assert FamilySituation.objects.count() == before


# --- roles -------------------------------------------------------------------------------------------------


def test_a_role_holds_from_its_first_day_until_the_day_before_its_end(tenant: Cooperative) -> None:
    person = make_person()
    services.grant_role(
        person=person, role=Role.FINANCE, valid_from=MONDAY, valid_to=date(2026, 11, 5), actor=SYSTEM
    )
    held = [Role.FINANCE in roles_of(person, date(2026, 11, day)) for day in (1, 2, 4, 5)]
    assert held == [False, True, True, False]


def test_nobody_gives_themselves_a_role(tenant: Cooperative) -> None:
    administrator = make_person(Role.COOP_ADMIN, user=True)
    with pytest.raises(RoleToSelf):
        services.grant_role(
            person=administrator, role=Role.FINANCE, valid_from=MONDAY, actor=actor(administrator)
        )
    assert roles_of(administrator, MONDAY) == {Role.COOP_ADMIN}


def test_a_role_is_held_once_at_a_time(tenant: Cooperative) -> None:
    person = make_person(Role.MEMBER)
    with pytest.raises(RoleHeldAlready):
        services.grant_role(person=person, role=Role.MEMBER, valid_from=MONDAY, actor=SYSTEM)
    assert RoleGrant.objects.filter(person=person).count() == 1


def test_a_role_is_not_given_for_the_past(tenant: Cooperative) -> None:
    person = make_person()
    with pytest.raises(RoleDatesWrong):
        services.grant_role(
            person=person, role=Role.FINANCE, valid_from=date(2026, 11, 1), today=MONDAY, actor=SYSTEM
        )
    assert roles_of(person, MONDAY) == {Role.MEMBER}


def test_ending_a_role_takes_effect_on_the_day(tenant: Cooperative) -> None:
    person = make_person(Role.FINANCE)
    grant = RoleGrant.objects.get(person=person)
    services.end_role(grant_id=grant.pk, on=MONDAY, actor=SYSTEM)
    assert roles_of(person, date(2026, 11, 1)) == {Role.FINANCE}
    assert not roles_of(person, MONDAY)
    with pytest.raises(RoleEnded):
        services.end_role(grant_id=grant.pk, on=MONDAY, actor=SYSTEM)


def test_a_cooperative_keeps_an_administrator(tenant: Cooperative) -> None:
    first = make_person(Role.COOP_ADMIN)
    grant = RoleGrant.objects.get(person=first)
    with pytest.raises(LastAdministrator):
        services.end_role(grant_id=grant.pk, on=MONDAY, actor=SYSTEM)
    make_person(Role.COOP_ADMIN)
    services.end_role(grant_id=grant.pk, on=MONDAY, actor=SYSTEM)
    assert not roles_of(first, MONDAY)


# --- advisers ----------------------------------------------------------------------------------------------


def test_joining_brings_the_least_loaded_adviser_of_the_nearest_office(tenant: Cooperative) -> None:
    load_cooperative()
    liege, gent = Office.objects.get(name="Liège"), Office.objects.get(name="Gent")
    busy, free, far = make_adviser(office=liege), make_adviser(office=liege), make_adviser(office=gent)
    make_person(adviser=busy)
    joined = services.join_cooperative(
        user=make_user(),
        joined_on=MONDAY,
        actor=SYSTEM,
        first_name="Lou",
        last_name="Maes",
        postal_code="4020",
        national_number=NUMBER,
    )
    assert joined.adviser == free
    assert joined.office == liege
    assert roles_of(joined, MONDAY) == {Role.MEMBER}
    assert far != joined.adviser


def test_only_advisers_have_a_portfolio(tenant: Cooperative) -> None:
    person, other = make_person(), make_person()
    with pytest.raises(NotAnAdviser):
        services.assign_adviser(person=person, adviser=other, on=MONDAY, actor=SYSTEM)
    assert person_by_id(person.pk).adviser is None


def test_loading_the_offices_twice_adds_nothing(tenant: Cooperative) -> None:
    load_cooperative()
    load_cooperative()
    assert Office.objects.count() == 10
