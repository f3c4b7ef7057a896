"""Hard cases of pay: what nearly nobody does, and what must hold all the same."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from core.types import Actor

D = Decimal
SYSTEM = Actor.system("test")


def breaks() -> list[str]:
    """What does not agree in the books; the income of these stories has no invoice."""
    from core.registry import ledger_checks

    return [str(one) for check in ledger_checks() for one in check() if one.code != "receivables"]


def settle(on: date) -> None:
    from payroll.services import settle_due

    settle_due(on=on, actor=SYSTEM)


def computed_run(world: Any, moment: Any) -> Any:
    """November's run in review, started by the clerk on 2 December."""
    from payroll.services.runs import start_run, work_run

    given = {"on": date(2026, 12, 2), "at": moment(2026, 12, 2), "actor": world.actor(world.clerk)}
    run = start_run(month=date(2026, 11, 1), **given)
    work_run(world.cooperative, run.pk)
    run.refresh_from_db()
    return run


def approve(world: Any, run: Any, moment: Any, by: Any) -> None:
    from payroll.services.runs import approve_run, work_run

    approve_run(run_id=run.pk, on=date(2026, 12, 2), at=moment(2026, 12, 2), actor=world.actor(by))
    work_run(world.cooperative, run.pk)


def test_nobody_approves_a_run_that_pays_themselves(world: Any, moment: Any, snapshot: Any) -> None:
    from members.enums import Role
    from payroll.errors import PaidByRun
    from payroll.models import Payslip
    from tests.factories import make_person

    world.submit(world.contract(person_id=world.chief.pk))
    run = computed_run(world, moment)
    before = snapshot()
    with pytest.raises(PaidByRun):
        approve(world, run, moment, world.chief)
    run.refresh_from_db()
    assert (run.state, run.approved_at, snapshot()) == ("review", None, before)

    approve(world, run, moment, make_person(Role.PAYROLL_ADMIN))
    assert Payslip.objects.get().person == world.chief


def test_what_was_worked_is_paid_though_an_amendment_changed_the_pay(world: Any, moment: Any) -> None:
    """40 hours at 25.00 are paid; the other hours became 100 at 14.00, of which five are worked."""
    from payroll.models import ContractMonth
    from payroll.services import amend_contract, shorten_contract

    days = {"starts_on": date(2026, 10, 19), "ends_on": date(2026, 11, 13), "hours": D(80)}
    contract = world.submit(world.contract("2000.00", **days), on=moment(2026, 10, 12))
    settle(date(2026, 11, 2))
    given: dict[str, Any] = {"contract_id": contract.pk, "actor": world.member}
    amend_contract(**given, reason="plus", on=moment(2026, 11, 3), hours=D(140), gross=D(2400))
    short = shorten_contract(**given, last_day=date(2026, 11, 4), hours=D(45), on=moment(2026, 11, 5))

    parts = list(ContractMonth.objects.order_by("month").values_list("hours", "gross", "budget"))
    assert parts == [(D(40), D(1000), D(1550)), (D(5), D(70), D("108.50"))]
    assert (short.gross, short.employment_budget) == (D(1070), D("1658.50"))
    assert breaks() == []


def test_a_day_less_with_the_same_hours_frees_nothing(world: Any, moment: Any) -> None:
    from payroll.services import shorten_contract

    contract = world.submit(world.contract())
    given: dict[str, Any] = {"contract_id": contract.pk, "actor": world.member}
    shorten_contract(**given, last_day=date(2026, 11, 5), hours=D("22.8"), on=moment(2026, 11, 5))
    assert world.budget() == (D(10000), D(775))
    assert breaks() == []


def test_who_has_nothing_but_a_top_up_finds_it_on_a_payslip(world: Any, moment: Any) -> None:
    from payroll.models import Payslip
    from payroll.unemployment.services import record_unemployment

    contract = world.submit(world.contract())
    spell = record_unemployment(
        contract_id=contract.pk,
        days=[date(2026, 11, day) for day in (4, 5, 6)],
        reason="economic",
        on=moment(2026, 11, 3),
        actor=world.actor(world.clerk),
    )
    approve(world, computed_run(world, moment), moment, world.chief)
    slip = Payslip.objects.get()
    assert (slip.person, slip.net, slip.gross) == (world.worker, spell.net, spell.top_up)
    assert breaks() == []


def test_a_month_corrected_to_nothing_costs_nothing(world: Any) -> None:
    from payroll.models import ContractMonth, PayItem
    from payroll.services import correct_month

    world.submit(world.contract("100.03", hours=D(6)))
    settle(date(2026, 11, 9))
    planned = ContractMonth.objects.get()
    less = [("-100.00", "-5.97"), ("-0.01", "-0.01"), ("-0.01", "-0.01"), ("-0.01", "-0.01")]
    for day, (gross, hours) in enumerate(less, 10):
        correct_month(
            contract_month_id=planned.pk,
            hours=D(hours),
            gross=D(gross),
            reason="erreur d'encodage",
            actor=world.actor(world.clerk),
        )
        settle(date(2026, 11, day))
    items = list(PayItem.objects.all())
    for name in ("gross", "net", "employer_total", "margin", "employment_budget"):
        assert sum(getattr(item, name) for item in items) == 0, name
    assert world.budget() == (D(10000), D(0))
    assert breaks() == []


@pytest.mark.parametrize(
    "text",
    [
        "- [",
        "5",
        "- {code: x, value: .inf}",
        "!!python/object/apply:os.system ['true']",
        "[" * 5000,
        "\x00",
        "\t- a",
        "<<: [1]",
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
        "- {code: 5, valid_from: 2026-01-01, valid_to: null, value: 1, source: s, status: confirmed}",
        "- {code: csss.monthly, valid_from: 2026-01-01 10:00:00, valid_to: null, value: 1, source: s, "
        "status: confirmed}",
    ],
)
def test_a_file_that_holds_no_figures_is_refused_with_its_place(tenant: Any, text: str) -> None:
    from payroll.errors import FiguresUnreadable
    from payroll.rate_changes import read_proposal

    with pytest.raises(FiguresUnreadable):
        read_proposal(text)


def test_figures_of_another_shape_and_months_that_are_none_are_refused(world: Any) -> None:
    from payroll.errors import FiguresUnreadable, NoSuchMonth
    from payroll.rate_changes import read_proposal, simulate_rates

    world.submit(world.contract())
    settle(date(2026, 11, 9))
    wrong = (
        "- {code: tax.scale, valid_from: 2026-01-01, valid_to: null, value: [much], source: test, "
        "status: to_confirm}"
    )
    november = date(2026, 11, 1)
    with pytest.raises(FiguresUnreadable):
        simulate_rates(november, None, as_of=november, figures=read_proposal(wrong))
    for year in (1, 9999):
        with pytest.raises(NoSuchMonth):
            simulate_rates(november, None, as_of=date(year, 12, 1))


def test_more_pay_for_the_same_hours_is_a_correction_too(world: Any) -> None:
    """500.00 become 600.00 for the same 22.8 hours: the month is what 600.00 would have given at once."""
    from payroll.models import ContractMonth, PayException, PayItem
    from payroll.services import correct_month

    world.submit(world.contract())
    settle(date(2026, 11, 9))
    planned = ContractMonth.objects.get()
    clerk = world.actor(world.clerk)
    correct_month(contract_month_id=planned.pk, hours=D(0), gross=D(100), reason="barème", actor=clerk)
    settle(date(2026, 11, 10))
    assert not PayException.objects.exists()
    items = list(PayItem.objects.order_by("pk"))
    assert [(item.gross, item.hours) for item in items] == [(D(500), D("22.8")), (D(100), D(0))]
    assert sum(item.onss for item in items) == D("78.42")
    assert world.budget() == (D(9070), D(0))
    assert breaks() == []


@pytest.mark.parametrize("days", [(date(2026, 12, 1), date.max), (date(1, 1, 1), date(2026, 12, 1))])
def test_a_draft_has_days_of_our_times_and_an_end(world: Any, snapshot: Any, days: tuple[date, date]) -> None:
    from payroll.errors import ContractDates
    from payroll.services import edit_contract

    draft = world.contract()
    before = snapshot()
    given = {"starts_on": days[0], "ends_on": days[1]}
    with pytest.raises(ContractDates):
        world.contract(**given)
    with pytest.raises(ContractDates):
        edit_contract(contract_id=draft.pk, actor=world.member, **given)
    assert snapshot() == before


def test_a_draft_whose_day_would_end_before_it_begins_is_not_kept(world: Any, snapshot: Any) -> None:
    from payroll.errors import ContractDates
    from payroll.services import edit_contract

    draft = world.contract()
    before = snapshot()
    with pytest.raises(ContractDates):
        edit_contract(contract_id=draft.pk, actor=world.member, day_starts=time(18), day_ends=time(9))
    assert snapshot() == before


@pytest.mark.parametrize("year", ["-1", "2026.5", "99999999999999999999", "NaN"])
def test_a_year_that_is_none_narrows_no_list(world: Any, client: Any, year: str) -> None:
    from tests.factories import make_user

    world.clerk.user = make_user()
    world.clerk.save(update_fields=["user"])
    client.force_login(world.clerk.user)
    assert client.get("/be/accidents/", {"year": year}).status_code in (200, 422)


def test_who_is_paid_by_a_run_is_offered_no_approval(world: Any, moment: Any, client: Any) -> None:
    from members.enums import Role
    from tests.factories import make_person, make_user

    world.submit(world.contract(person_id=world.chief.pk))
    computed_run(world, moment)
    other = make_person(Role.PAYROLL_ADMIN)
    for person, offered in ((world.chief, False), (world.clerk, False), (other, True)):
        person.user = make_user()
        person.save(update_fields=["user"])
        client.force_login(person.user)
        page = client.get("/be/cycle-de-paie/", {"month": "2026-11"})
        assert page.status_code == 200
        assert page.context["may_approve"] is offered
