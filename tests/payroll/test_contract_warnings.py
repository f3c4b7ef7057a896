"""What the law says of a contract that may be made all the same, and where the attestation is needed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.errors import DomainError

D = Decimal


def codes(world: Any, *args: Any, **changes: Any) -> list[str]:
    return list(world.submit(world.contract(*args, **changes)).warnings)


def test_an_ordinary_contract_warns_of_nothing(world: Any) -> None:
    assert codes(world) == []


def test_two_hours_on_one_day(world: Any) -> None:
    day = {"starts_on": date(2026, 11, 4), "ends_on": date(2026, 11, 4)}
    assert codes(world, "60.00", hours=D("2"), **day) == ["short_performance", "part_time_too_small"]


def test_armistice_day_within_the_contract(world: Any) -> None:
    days = {"starts_on": date(2026, 11, 10), "ends_on": date(2026, 11, 12)}
    assert codes(world, **days) == ["public_holiday"]


def test_another_committee_is_checked_by_the_guaranteed_income(world: Any) -> None:
    assert codes(world, joint_committee="304") == ["committee_not_loaded"]


def test_one_contract_right_after_another_and_the_fifth_one(world: Any) -> None:
    """Friday then Monday is no break; with a reason nothing is said; a week between is one."""
    days = [(4, 6), (9, 10), (12, 13), (16, 17), (18, 19)]
    found = [
        codes(world, "500.00", starts_on=date(2026, 11, first), ends_on=date(2026, 11, last), hours=D("15.2"))
        for first, last in days
    ]
    assert found[0] == []
    assert found[1] == ["successive"]
    assert found[4] == ["successive", "successive_too_many"]
    why = {"starts_on": date(2026, 11, 20), "ends_on": date(2026, 11, 20), "hours": D("7.6")}
    assert codes(world, "300.00", justification="Remplacement", **why) == []
    assert (
        codes(world, "300.00", starts_on=date(2026, 11, 30), ends_on=date(2026, 11, 30), hours=D("7.6")) == []
    )


def test_experience_raises_the_minimum(world: Any) -> None:
    """320.00 for 22.8 hours is enough for category A, not for D with ten years."""
    with pytest.raises(DomainError) as error:
        world.submit(world.contract("320.00", work_category="D", seniority=10))
    assert error.value.code == "below_minimum_wage"
    assert world.submit(world.contract("320.00")).pk


@pytest.mark.parametrize(
    ("held", "code"), [(None, "attestation_unknown"), (False, "attestation_missing"), (True, "")]
)
def test_article_1bis_needs_the_attestation(
    world: Any, snapshot: Any, monkeypatch: pytest.MonkeyPatch, held: bool | None, code: str
) -> None:
    from payroll import attestations

    keepers = [] if held is None else [lambda person, kind, on: held]
    monkeypatch.setattr(attestations, "_keepers", keepers)
    artist = world.contract("600.00", contract_type="artistic", article_1bis=True)
    before = snapshot()
    if not code:
        assert world.submit(artist).warnings == []
        return
    with pytest.raises(DomainError) as error:
        world.submit(artist)
    assert error.value.code == code
    assert snapshot() == before
    employed = world.contract("600.00", contract_type="artistic")
    assert world.submit(employed).warnings == [code]


def test_a_late_submission_says_so(world: Any, moment: Any) -> None:
    contract = world.submit(world.contract(), moment(2026, 11, 5), accept_late=True)
    assert contract.warnings == ["late"]


def test_every_code_has_words(world: Any) -> None:
    from payroll.contract_warnings import WARNINGS

    assert all(row.title and row.text and row.source for row in WARNINGS.values())
