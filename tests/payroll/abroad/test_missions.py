"""A contract is worked abroad: the form, what follows from it, and how it follows its contract."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.payroll.conftest import at


def states(mission: Any) -> dict[str, str]:
    """Where each step of a mission stands."""
    return dict(mission.steps.values_list("kind", "state"))


def test_two_days_in_lille_ask_for_a_certificate_and_a_notice(world: Any, declare: Any) -> None:
    mission = declare(world.submit(world.contract()))

    assert (mission.state, mission.article) == ("declared", 12)
    assert states(mission) == {"a1": "todo", "notice": "todo", "insurance": "todo"}
    a1, notice = mission.steps.get(kind="a1"), mission.steps.get(kind="notice")
    assert (a1.due_on, a1.to_check) == (date(2026, 11, 3), False)
    assert (notice.rule["where"], notice.to_check) == ("SIPSI", True)
    assert [event.what for event in mission.events.all()] == ["declared"]


@pytest.mark.parametrize(
    ("country", "kinds"),
    [
        ("DE", {"a1", "notice", "insurance"}),
        ("CH", {"a1", "notice", "insurance"}),
        ("SK", {"a1", "notice", "insurance"}),
        ("GB", {"a1", "notice", "permit", "insurance"}),
        ("US", {"convention", "permit", "insurance"}),
        ("KE", {"contributions", "permit", "insurance"}),
    ],
)
def test_each_country_asks_for_its_own(world: Any, declare: Any, country: str, kinds: set[str]) -> None:
    mission = declare(world.contract(), country=country, receiver_vat="")
    assert set(states(mission)) == kinds


def test_switzerland_wants_to_know_eight_days_before(world: Any, declare: Any) -> None:
    mission = declare(world.contract(), country="CH", receiver_vat="CHE-116.281.710 MWST")
    assert mission.steps.get(kind="notice").due_on == date(2026, 10, 27)
    assert mission.receiver_vat == "CHE-116.281.710MWST"


def test_a_country_that_nobody_entered_is_looked_up_by_a_person(world: Any, declare: Any) -> None:
    notice = declare(world.contract(), country="SK", receiver_vat="").steps.get(kind="notice")
    assert (notice.state, notice.to_check, notice.rule) == ("todo", True, {"status": "unknown"})


def test_a_travel_insurance_of_the_house_is_enough(world: Any, declare: Any) -> None:
    from payroll.workers.services import add_cover

    add_cover(
        kind="travel", insurer="Assurances du Nord", policy_number="TR-7",
        valid_from=date(2026, 1, 1), actor=world.actor(world.clerk),
    )  # fmt: skip
    step = declare(world.contract()).steps.get(kind="insurance")
    assert (step.state, step.number) == ("done", "TR-7")


def test_who_usually_works_in_several_states_is_under_article_13(world: Any, declare: Any) -> None:
    mission = declare(world.contract(), multi_state=True, other_states="FR, NL")
    assert (mission.article, mission.other_states) == (13, "FR, NL")


@pytest.mark.parametrize(
    ("days", "changes", "code"),
    [
        ((), {"country": "BE"}, "not_abroad"),
        ((), {"country": "QQ"}, "unknown_country"),
        (((3, 5),), {}, "part_outside_contract"),
        (((4, 7),), {}, "part_outside_contract"),
        (((5, 4),), {}, "parts_missing"),
        (((4, 5), (5, 6)), {}, "parts_missing"),
        ((), {"parts": ()}, "parts_missing"),
        ((), {"receiver_vat": "FR123"}, "vat_number_wrong"),
    ],
)
def test_a_form_that_cannot_be_is_refused(
    world: Any, declare: Any, everything: Any, days: Any, changes: Any, code: str
) -> None:
    from core.errors import DomainError

    contract = world.contract()
    before = everything()
    with pytest.raises(DomainError) as refusal:
        declare(contract, *days, **changes)
    assert refusal.value.code == code
    assert everything() == before


def test_one_form_per_contract_and_country(world: Any, declare: Any, everything: Any) -> None:
    from payroll.abroad.errors import MissionExists

    contract = world.contract()
    declare(contract, (4, 4))
    before = everything()
    with pytest.raises(MissionExists):
        declare(contract, (5, 5))
    assert everything() == before
    declare(contract, (5, 5), country="DE", receiver_vat="")


def test_only_the_worker_confirms_or_payroll_with_their_paper(
    world: Any, declare: Any, everything: Any
) -> None:
    from payroll.abroad.errors import StatementNotYours
    from payroll.abroad.services import confirm_mission
    from tests.factories import make_person

    stranger = world.actor(make_person())
    mission = declare(world.contract(), by=stranger, stated=False)
    assert mission.state == "draft"
    before = everything()
    with pytest.raises(StatementNotYours):
        confirm_mission(mission_id=mission.pk, on=at(2026, 11, 2), actor=stranger)
    assert everything() == before

    done = confirm_mission(mission_id=mission.pk, on=at(2026, 11, 2), actor=world.member)
    assert (done.state, done.declared_by_label) == ("declared", world.member.label)
    again = confirm_mission(
        mission_id=mission.pk, on=at(2026, 11, 2), actor=world.actor(world.clerk), on_paper=True
    )
    assert again.declared_by_label == world.member.label


def test_the_form_is_changed_until_the_start(world: Any, declare: Any, terms: Any, everything: Any) -> None:
    from payroll.abroad.errors import MissionChanged, MissionStarted
    from payroll.abroad.services import change_mission

    mission = declare(world.contract())
    given = {"mission_id": mission.pk, "actor": world.member, "stated": True}
    changed = change_mission(terms=terms((5, 5), (6, 6)), version=0, on=at(2026, 11, 3), **given)
    assert (changed.starts_on, changed.ends_on, changed.version) == (date(2026, 11, 5), date(2026, 11, 6), 1)
    assert changed.steps.get(kind="a1").due_on == date(2026, 11, 4)
    before = everything()
    with pytest.raises(MissionChanged):
        change_mission(terms=terms((6, 6)), version=0, on=at(2026, 11, 3), **given)
    with pytest.raises(MissionStarted):
        change_mission(terms=terms((6, 6)), version=1, on=at(2026, 11, 5), **given)
    assert everything() == before


def test_a_contract_that_is_called_off_takes_its_work_abroad_with_it(
    world: Any, declare: Any, ask: Any, bring: Any, a1_office: Any
) -> None:
    from payroll.abroad.services import follow_contract, note_done
    from payroll.services import cancel_contract

    contract = world.submit(world.contract())
    mission = declare(contract)
    ask(mission)
    bring()
    note_done(
        step_id=mission.steps.get(kind="notice").pk, number="SIPSI-1", on=at(2026, 11, 2),
        day=date(2026, 11, 2), actor=world.actor(world.clerk),
    )  # fmt: skip
    assert a1_office.standing() == [("FR", "2026-11-04", "2026-11-05")]

    cancel_contract(contract_id=contract.pk, on=at(2026, 11, 3), actor=world.member)
    assert len(follow_contract(contract_id=contract.pk, on=at(2026, 11, 3))) == 1
    assert follow_contract(contract_id=contract.pk, on=at(2026, 11, 3)) == []
    mission.refresh_from_db()
    assert mission.state == "cancelled"
    assert states(mission) == {
        "a1": "not_needed", "notice": "done", "insurance": "todo", "withdrawal": "todo",
    }  # fmt: skip
    bring()
    assert a1_office.standing() == []
    assert mission.requests.get().state == "retracted"


def test_a_shorter_contract_cuts_the_days_and_keeps_a_certificate_that_covers_them(
    world: Any, declare: Any, ask: Any, bring: Any
) -> None:
    from decimal import Decimal

    from payroll.abroad.services import follow_contract
    from payroll.services import shorten_contract

    contract = world.submit(world.contract())
    mission = declare(contract, (4, 6))
    ask(mission)
    bring()
    shorten_contract(
        contract_id=contract.pk, last_day=date(2026, 11, 5), hours=Decimal("15.2"), on=at(2026, 11, 4),
        actor=world.member,
    )  # fmt: skip
    [cut] = follow_contract(contract_id=contract.pk, on=at(2026, 11, 4))
    assert (cut.ends_on, cut.requests.get().state) == (date(2026, 11, 5), "granted")
    assert states(cut)["a1"] == "done"
