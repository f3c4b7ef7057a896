"""A family situation as the withholding tax asks for it: whole, without contradiction, from a day on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.models import AuditEvent, Cooperative
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
