"""A family situation as the withholding tax asks for it: whole, without contradiction, from a day on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core import clock
from core.models import AuditEvent, Cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from members import services
from members.errors import (
    DisabledChildrenWrong,
    FamilyCountWrong,
    FamilySituationWrong,
    SpouseIncomeWrong,
    SpouseUnknown,
)
from members.models import FamilySituation, Person
from members.selectors import families_known, family_on, family_situation, family_situations
from members.types import Family
from tests.factories import make_person
from tests.members.test_member_doors import caller
from tests.members.test_member_pages import person_in

SYSTEM = Actor.system("family")
MONDAY = date(2026, 11, 2)
TWO = "married_two_incomes"
WHOLE: dict[str, Any] = {
    "status": TWO, "children": 3, "disabled_children": 1, "disabled": True, "spouse_disabled": True,
    "aged_dependants": 2, "other_dependants": 1, "spouse_income": "pension", "spouse_net": Decimal("174.00"),
}  # fmt: skip


def say(person: Person, **family: Any) -> FamilySituation:
    """What holds of the person from Monday on."""
    return services.set_family_situation(person=person, valid_from=MONDAY, actor=SYSTEM, **family)


def test_every_reader_knows_the_whole_situation_from_its_day_on(tenant: Cooperative) -> None:
    person = make_person(joined_on=date(2026, 1, 1))
    say(person, **WHOLE)

    now = family_situation(person, MONDAY)

    assert now == Family(single_parent=False, valid_from=MONDAY, **WHOLE)
    assert family_situations([person], MONDAY) == {person.pk: now}
    assert family_on(families_known([person.pk])[person.pk], MONDAY) == now
    before = family_situation(person, date(2026, 11, 1))
    assert (before.status, before.disabled_children, before.spouse_net) == ("single", 0, None)


REFUSED: list[tuple[dict[str, Any], type[FamilySituationWrong]]] = [
    ({"status": "single", "children": 21}, FamilyCountWrong),
    ({"status": "single", "children": -1}, FamilyCountWrong),
    ({"status": "single", "aged_dependants": 21}, FamilyCountWrong),
    ({"status": "single", "other_dependants": -1}, FamilyCountWrong),
    ({"status": "single", "children": 1, "disabled_children": 2}, DisabledChildrenWrong),
    ({"status": "single", "spouse_disabled": True}, SpouseUnknown),
    ({"status": "single", "spouse_net": Decimal("100.00")}, SpouseUnknown),
    ({"status": "single", "spouse_income": "income", "spouse_net": Decimal("100.00")}, SpouseUnknown),
    (
        {"status": "married_one_income", "spouse_income": "income", "spouse_net": Decimal(9)},
        SpouseIncomeWrong,
    ),
    ({"status": TWO, "spouse_income": "income"}, SpouseIncomeWrong),
    ({"status": TWO, "spouse_net": Decimal("100.00")}, SpouseIncomeWrong),
    ({"status": TWO, "spouse_income": "pension", "spouse_net": Decimal("-0.01")}, SpouseIncomeWrong),
    ({"status": TWO, "spouse_income": "lottery", "spouse_net": Decimal("100.00")}, SpouseIncomeWrong),
]


@pytest.mark.parametrize(("family", "refusal"), REFUSED)
def test_what_contradicts_itself_is_refused_in_words(
    tenant: Cooperative, family: dict[str, Any], refusal: type[FamilySituationWrong]
) -> None:
    person = make_person()
    before = FamilySituation.objects.count(), AuditEvent.objects.count()

    with pytest.raises(refusal) as refused:
        say(person, **family)

    assert len(refused.value.detail) > 30
    assert (FamilySituation.objects.count(), AuditEvent.objects.count()) == before


# --- the page and the door ----------------------------------------------------------------------------------

PAGE = "/be/moi/famille/"


def test_my_page_folds_what_few_have_and_shows_it_to_whoever_has_it(cooperative_be: Cooperative) -> None:
    """It writes every answer, shows it unfolded the next time, and the profile says it in words."""
    person, client = person_in(cooperative_be)
    fresh = client.get(PAGE).content.decode()
    assert "<details><summary>Handicap" in fresh
    given = {
        "status": TWO, "children": "3", "disabled_children": "1", "disabled": "on", "spouse_disabled": "on",
        "aged_dependants": "2", "other_dependants": "1", "spouse_income": "pension", "spouse_net": "174,00",
        "valid_from": clock.today(cooperative_be).isoformat(),
    }  # fmt: skip

    assert client.post(PAGE, given).status_code == 302

    with tenant_scope(cooperative_be):
        now = family_situation(person, clock.today(cooperative_be))
    assert now == Family(single_parent=False, valid_from=clock.today(cooperative_be), **WHOLE)
    again = client.get(PAGE).content.decode()
    assert "<details open><summary>Handicap" in again and 'value="174,00"' in again
    profile = client.get("/be/moi/").content.decode()
    for said in (
        "dont 1 en situation de handicap", "2 personnes de 65 ans ou plus", "1 autre personne à charge",
        "conjoint·e en situation de handicap", "conjoint·e ayant uniquement une pension",
    ):  # fmt: skip
        assert said in profile


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"disabled_children": "3"}, "plus d’enfants en situation de handicap"),
        ({"children": "21"}, "20"),
        ({"spouse_income": "income"}, "chacun·e des revenus"),
        ({"status": "single", "spouse_disabled": "on"}, "Une personne isolée n’a pas de conjoint·e"),
    ],
)
def test_my_page_says_what_does_not_hold(
    cooperative_be: Cooperative, change: dict[str, str], said: str
) -> None:
    _person, client = person_in(cooperative_be)
    with tenant_scope(cooperative_be):
        before = FamilySituation.objects.count()
    today = clock.today(cooperative_be).isoformat()

    answer = client.post(PAGE, {"status": TWO, "children": "2", "valid_from": today} | change)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    with tenant_scope(cooperative_be):
        assert FamilySituation.objects.count() == before


def test_a_program_gives_and_reads_the_whole_situation(cooperative_be: Cooperative) -> None:
    _person, program = caller(cooperative_be)
    body = WHOLE | {"valid_from": clock.today(cooperative_be).isoformat(), "spouse_net": "174.00"}

    assert program.post("me/family/", body).status_code == 201
    wrong = program.post("me/family/", body | {"disabled_children": 4})

    assert (wrong.status_code, wrong.json()["code"]) == (422, "disabled_children_wrong")
    assert program.post("me/family/", body | {"children": 21}).status_code in {400, 422}
    assert program.get("me/").json()["family"] == body | {"single_parent": False}
