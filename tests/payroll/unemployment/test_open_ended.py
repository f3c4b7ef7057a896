"""Temporary unemployment of open-ended contracts: the salary loses the days, the solidarity fund adds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from core.errors import DomainError
from tests.payroll.cdi.conftest import staff as staff
from tests.payroll.unemployment.conftest import breaks

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


def ask(staff: Any, contract: Any, first: date, last: date | None = None, **more: Any) -> Any:
    from payroll.cdi.services import ask_absence

    given = {
        "contract_id": contract.pk,
        "kind": "temporary_unemployment",
        "cause": "economic",
        "first_day": first,
        "last_day": last or first,
        "actor": staff.world.actor(staff.world.clerk),
    } | more
    return ask_absence(**given)


def approve(staff: Any, absence: Any, on: date) -> Any:
    """Approved by the adviser; the news is heard on that day."""
    from payroll.cdi.services import decide_absence

    actor = staff.world.actor(staff.world.adviser)
    done = decide_absence(absence_id=absence.pk, approve=True, on=on, actor=actor)
    hear(staff, on)
    return done


def cancel(staff: Any, absence: Any, on: date) -> None:
    from payroll.cdi.services import cancel_absence

    cancel_absence(absence_id=absence.pk, on=on, actor=staff.world.actor(staff.world.clerk))
    hear(staff, on)


def hear(staff: Any, on: date) -> None:
    """The news of the day is delivered."""
    from core.clock import set_clock
    from core.outbox import drain
    from tests.payroll.conftest import at

    set_clock(staff.world.cooperative, at(on.year, on.month, on.day))
    drain(staff.world.cooperative)


def spells() -> list[Any]:
    from payroll.unemployment.models import UnemploymentSpell

    return list(UnemploymentSpell.objects.order_by("pk"))


def test_two_days_of_april_are_lost_and_topped_up(staff: Any, world: Any) -> None:
    """3,619.35 × 152.0 / 167.2 = 3,290.32; 2 × 7.00 with the salary, seven working days after 30 April."""
    from ledger.treasury.models import Payout

    contract = staff.contract()
    absence = ask(staff, contract, date(2026, 4, 7), date(2026, 4, 8))
    assert spells() == []
    approve(staff, absence, date(2026, 4, 2))

    april = contract.months.get(month=APRIL)
    assert (april.hours, april.gross, april.budget) == (D("152.00"), D("3290.32"), D("5100.00"))
    assert world.budget()[1] == D("5100.00")
    (spell,) = spells()
    assert (spell.days, spell.hours, spell.work_code, spell.absence) == (2, D("15.20"), 71, absence.pk)
    assert (spell.top_up, spell.withholding_tax, spell.net) == (D("14.00"), D("0.00"), D("14.00"))
    assert world.lines(source_id=spell.pk) == [
        ("6209", D("14.00"), D("0.00"), "solidarity"),
        ("455", D("0.00"), D("14.00"), ""),
    ]
    payout = Payout.objects.get(source_id=spell.pk)
    assert (payout.amount, payout.due_on) == (D("14.00"), date(2026, 5, 12))
    staff.day(date(2026, 5, 1), contract)
    assert [item.gross for item in contract.items.all()] == [D("3290.32")]
    assert breaks() == []


def test_the_same_day_costs_the_same_under_either_kind_of_contract(staff: Any, world: Any, lose: Any) -> None:
    """Entered on the page of a fixed-term contract or as an absence: same top-up, code and entry."""
    from payroll.unemployment.models import UnemploymentSpell
    from tests.factories import make_person

    fixed = world.submit(world.contract(person_id=make_person().pk))
    one = lose(fixed, 5)
    contract = staff.contract(date(2026, 4, 1))
    approve(staff, ask(staff, contract, date(2026, 4, 7)), date(2026, 4, 2))

    other = UnemploymentSpell.objects.get(contract=contract)
    names = ("days", "top_up_days", "rate", "top_up", "withholding_tax", "net", "work_code", "hours", "whole")
    assert [getattr(one, name) for name in names] == [getattr(other, name) for name in names]
    assert world.lines(source_id=one.pk) == world.lines(source_id=other.pk)


def test_over_two_months_each_has_its_own_and_a_public_holiday_stays_paid(staff: Any, world: Any) -> None:
    """29 April to 4 May: two days, then Monday 4 only, for 1 May is paid by the employer."""
    world.earn("20000.00")
    contract = staff.contract()
    approve(staff, ask(staff, contract, date(2026, 4, 29), date(2026, 5, 4)), date(2026, 4, 28))

    assert [(row.month, row.days, row.net) for row in spells()] == [
        (APRIL, 2, D("14.00")),
        (MAY, 1, D("7.00")),
    ]
    assert contract.months.get(month=MAY).hours == D("152.00"), (
        "20 of the 21 days of May, the holiday among them"
    )
    assert breaks() == []


def test_a_paid_month_is_corrected_and_the_top_up_paid_at_once(staff: Any, world: Any) -> None:
    """A day of April known on 20 May: 164.52 less on the next pay, 7.00 now."""
    world.earn("20000.00")
    contract = staff.contract()
    staff.day(date(2026, 5, 1), contract)
    approve(staff, ask(staff, contract, date(2026, 4, 7)), date(2026, 5, 20))

    part = contract.months.get(month=APRIL, number=1)
    assert (part.gross, part.origin) == (D("-164.52"), "absence")
    (spell,) = spells()
    assert (spell.net, spell.paid_on) == (D("7.00"), date(2026, 5, 20))
    staff.day(date(2026, 5, 21), contract)
    assert breaks() == []


def test_taken_back_before_it_left_nothing_is_paid(staff: Any, world: Any) -> None:
    from ledger.treasury.models import Payout
    from payroll.extras import extras_of
    from payroll.models import PayCarry

    contract = staff.contract()
    absence = ask(staff, contract, date(2026, 4, 7))
    approve(staff, absence, date(2026, 4, 2))
    cancel(staff, absence, date(2026, 4, 3))

    assert contract.months.get(month=APRIL).gross == D("3619.35")
    assert [row.state for row in Payout.objects.all()] == ["withdrawn"]
    (spell,) = spells()
    assert (spell.withdrawn, spell.days_named) == (True, [date(2026, 4, 7)])
    assert spell.withdrawal.carried == 0 and not PayCarry.objects.exists()
    assert extras_of([world.worker.pk], APRIL, APRIL) == []
    assert breaks() == []


def test_taken_back_after_it_was_paid_the_next_pay_gives_it_back(staff: Any, world: Any) -> None:
    """7.00 left with a batch; April's net is paid less 7.00, and the line says why."""
    from ledger.treasury.models import Payout
    from ledger.treasury.services import create_batch, release_batch
    from payroll.services.settlement import ITEM

    contract = staff.contract()
    absence = ask(staff, contract, date(2026, 4, 7))
    approve(staff, absence, date(2026, 4, 2))
    day = date(2026, 5, 12)
    batch = create_batch(
        entity_id=contract.entity_id, kind="wage", due_until=day, on=day, actor=world.actor(world.clerk)
    )
    release_batch(batch_id=batch.pk, on=day, actor=world.actor(world.chief))
    cancel(staff, absence, day)
    staff.day(day, contract)

    (item,) = contract.items.all()
    assert (item.gross, item.payable) == (D("3619.35"), item.net - D("7.00"))
    assert Payout.objects.get(source_type=ITEM).amount == item.payable
    assert [row.amount for row in item.lines.filter(code="carried_along")] == [D("-7.00")]
    assert breaks() == []


def test_the_days_are_free_for_another_absence_and_news_heard_twice_change_nothing(
    staff: Any, world: Any
) -> None:
    from core.registry import Message
    from payroll.unemployment.listeners import absence_moved
    from payroll.unemployment.models import UnemployedDay

    contract = staff.contract()
    first = ask(staff, contract, date(2026, 4, 7), date(2026, 4, 8))
    approve(staff, first, date(2026, 4, 2))
    cancel(staff, first, date(2026, 4, 2))
    second = ask(staff, contract, date(2026, 4, 8), cause="force_majeure")
    approve(staff, second, date(2026, 4, 2))
    before = [(row.pk, row.withdrawn) for row in spells()]
    said = {"contract_id": str(contract.pk), "cause": "force_majeure", "days": [["2026-04-08", "7.60"]]}
    absence_moved(Message(second.pk, "absence.unemployed", "cdi.absence", second.pk, said))

    assert [(row.pk, row.withdrawn) for row in spells()] == before
    assert [(row.work_code, row.withdrawn) for row in spells()] == [(71, True), (77, False)]
    assert [row.day for row in UnemployedDay.objects.all()] == [date(2026, 4, 8)]
    assert breaks() == []


def test_days_after_the_agreed_end_bring_nothing(staff: Any, world: Any) -> None:
    from payroll.cdi.services import end_contract
    from tests.payroll.conftest import at

    contract = staff.contract()
    approve(staff, ask(staff, contract, date(2026, 4, 14), date(2026, 4, 17)), date(2026, 4, 2))
    end_contract(
        contract_id=contract.pk,
        last_day=date(2026, 4, 15),
        reason="agreed",
        ended_by="both",
        note="",
        on=at(2026, 4, 3),
        actor=world.actor(world.adviser),
    )
    hear(staff, date(2026, 4, 3))

    assert [(row.days, row.withdrawn) for row in spells()] == [(4, True), (2, False)]
    assert breaks() == []


def test_the_quarter_counts_the_days_by_their_code(staff: Any, world: Any) -> None:
    from payroll.worktime import work_times

    contract = staff.contract()
    approve(staff, ask(staff, contract, date(2026, 4, 7)), date(2026, 4, 2))
    times = work_times(contract.entity_id, APRIL, date(2026, 6, 30), [world.worker.pk])
    assert {(time.code, time.contract_id) for time in times} == {(1, contract.pk), (71, contract.pk)}
    lost = [time for time in times if time.code == 71]
    assert (sum(time.days for time in lost), sum(time.hours for time in lost)) == (1, D("7.60"))
    assert (sum(time.days for time in times), sum(time.hours for time in times)) == (65, D("494.00"))


@pytest.mark.parametrize(
    ("more", "code"), [({"half": "morning"}, "whole_days_only"), ({"cause": ""}, "cause_missing")]
)
def test_refused_by_half_days_or_without_a_cause(
    staff: Any, world: Any, snapshot: Any, more: dict[str, str], code: str
) -> None:
    from payroll.cdi.models import Absence

    contract = staff.contract()
    before = snapshot()
    with pytest.raises(DomainError) as refusal:
        ask(staff, contract, date(2026, 4, 7), **more)
    assert refusal.value.code == code
    assert (snapshot(), Absence.objects.count(), spells()) == (before, 0, [])
