"""What both sides change in a submitted contract: money, months, declaration and signatures follow."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.errors import DomainError

D = Decimal


@pytest.fixture
def amend(world: Any, moment: Any) -> Any:
    """Amend a contract on 3 November 2026 at nine, unless said otherwise."""

    def do(contract: Any, on: Any = None, **changes: Any) -> Any:
        from payroll.services import amend_contract

        return amend_contract(
            contract_id=contract.pk,
            on=on or moment(2026, 11, 3),
            actor=world.member,
            **{"reason": "Le client demande un jour de plus"} | changes,
        )

    return do


def test_a_day_more_before_the_start_moves_everything(world: Any, amend: Any) -> None:
    """500.00 for three days becomes 700.00 for four: 775.00 of budget become 1,085.00."""
    contract = world.submit(world.contract())
    amendment = amend(contract, ends_on=date(2026, 11, 9), hours=D("30.4"), gross=D("700.00"))
    contract.refresh_from_db()
    assert (contract.employment_budget, contract.version) == (D("1085.00"), 1)
    assert world.budget() == (D("10000.00"), D("1085.00"))
    assert [(m.last_day, m.hours, m.gross, m.budget) for m in contract.months.all()] == [
        (date(2026, 11, 9), D("30.40"), D("700.00"), D("1085.00"))
    ]
    assert amendment.before == {"ends_on": "2026-11-06", "hours": "22.80", "gross": "500.00"}
    assert amendment.after == {"ends_on": "2026-11-09", "hours": "30.40", "gross": "700.00"}
    declared = contract.declarations.get()
    assert (declared.state, declared.ends_on) == ("draft", date(2026, 11, 9)), "it never left: mended"


def test_less_pay_frees_the_rest_of_the_money(world: Any, amend: Any) -> None:
    contract = world.submit(world.contract())
    amend(contract, gross=D("400.00"))
    assert world.budget() == (D("10000.00"), D("620.00"))


def test_a_budget_in_place_of_a_gross(world: Any, amend: Any) -> None:
    contract = world.submit(world.contract())
    amend(contract, budget=D("835.00"))
    contract.refresh_from_db()
    assert contract.gross == D("538.71")


def test_the_month_that_is_paid_stays_and_the_rest_is_planned_anew(
    world: Any, amend: Any, moment: Any
) -> None:
    """22.8 h and 428.57 of November are computed; 100.00 more go to December alone."""
    from payroll.services import settle_due

    contract = world.submit(
        world.contract("1000.00", starts_on=date(2026, 11, 26), ends_on=date(2026, 12, 4), hours=D("53.2"))
    )
    settle_due(on=date(2026, 12, 1), actor=world.member)
    amend(contract, on=moment(2026, 12, 2), gross=D("1100.00"))
    november, december = contract.months.all()
    assert (november.settled, november.gross, november.budget) == (True, D("428.57"), D("664.29"))
    assert (december.settled, december.gross, december.budget) == (False, D("671.43"), D("1040.71"))
    settle_due(on=date(2026, 12, 5), actor=world.member)
    contract.refresh_from_db()
    assert contract.state == "settled"
    assert sum(item.gross for item in contract.items.all()) == D("1100.00")
    assert world.budget()[1] == D("0.00")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"gross": D("300.00")}, "below_minimum_wage"),
        ({"gross": D("6451.62")}, "budget_exceeded"),
        ({"hours": D("37")}, "too_many_hours"),
        ({"ends_on": date(2026, 12, 4)}, "contract_too_long"),
        ({"ends_on": date(2026, 11, 3)}, "contract_dates"),
        ({"starts_on": date(2026, 11, 2)}, "amendment_backwards"),
        ({"gross": D("500.00")}, "nothing_amended"),
        ({"gross": D("600.00"), "reason": " "}, "reason_missing"),
        ({"gross": D("600.00"), "budget": D("900.00")}, "gross_or_budget"),
    ],
)
def test_what_submission_refuses_an_amendment_refuses_too(
    world: Any, amend: Any, snapshot: Any, changes: dict[str, Any], code: str
) -> None:
    from payroll.models import ContractAmendment

    contract = world.submit(world.contract())
    before = snapshot()
    with pytest.raises(DomainError) as error:
        amend(contract, **changes)
    assert error.value.code == code
    assert snapshot() == before
    assert not ContractAmendment.objects.exists()


def test_a_first_day_that_has_begun_stays(world: Any, amend: Any, moment: Any, snapshot: Any) -> None:
    from payroll.contract_errors import AmendmentBeforeToday

    contract = world.submit(world.contract())
    before = snapshot()
    with pytest.raises(AmendmentBeforeToday):
        amend(contract, on=moment(2026, 11, 4, 10), starts_on=date(2026, 11, 5), hours=D("15.2"))
    assert snapshot() == before


def test_after_the_last_day_nothing_is_amended(world: Any, amend: Any, moment: Any, snapshot: Any) -> None:
    from payroll.contract_errors import AmendmentTooLate

    contract = world.submit(world.contract())
    before = snapshot()
    with pytest.raises(AmendmentTooLate):
        amend(contract, on=moment(2026, 11, 7), gross=D("600.00"))
    assert snapshot() == before


def test_an_amendment_may_not_take_back_what_was_paid(
    world: Any, amend: Any, moment: Any, snapshot: Any
) -> None:
    from payroll.contract_errors import AmendmentSettled
    from payroll.services import settle_due

    contract = world.submit(
        world.contract("1000.00", starts_on=date(2026, 11, 26), ends_on=date(2026, 12, 4), hours=D("53.2"))
    )
    settle_due(on=date(2026, 12, 1), actor=world.member)
    before = snapshot()
    with pytest.raises(AmendmentSettled):
        amend(contract, on=moment(2026, 12, 2), gross=D("428.57"), hours=D("23"))
    assert snapshot() == before


def test_why_a_contract_ended_stays_on_it(world: Any, moment: Any) -> None:
    from payroll.services import cancel_contract, shorten_contract

    ill = world.submit(world.contract())
    shorten_contract(
        contract_id=ill.pk,
        last_day=date(2026, 11, 5),
        hours=D("15.2"),
        on=moment(2026, 11, 6),
        actor=world.member,
        end_reason="illness",
        ended_by="worker",
        reason="certificat du 5 novembre",
    )
    off = world.submit(world.contract(starts_on=date(2026, 11, 10), ends_on=date(2026, 11, 12)))
    cancel_contract(
        contract_id=off.pk,
        on=moment(2026, 11, 9),
        actor=world.member,
        end_reason="job_cancelled",
        ended_by="client",
    )
    ill.refresh_from_db()
    off.refresh_from_db()
    assert (ill.end_reason, ill.ended_by, ill.end_note) == ("illness", "worker", "certificat du 5 novembre")
    assert (off.end_reason, off.ended_by) == ("job_cancelled", "client")
