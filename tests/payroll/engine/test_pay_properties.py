"""What must hold for any pay, not only for the examples."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal as D

from hypothesis import given, settings
from hypothesis import strategies as st

from payroll.engine.employer import employment_budget, employment_cost, largest_gross, split_by_hours
from payroll.engine.errors import BudgetTooSmall
from payroll.engine.month import Settlement, gross_to_net, settle
from payroll.engine.statutory import Figures, figures_of
from payroll.engine.types import Amounts, FamilyStatus, PayInput, SettledItem, Situation, WorkerType

BE = figures_of("be")
NOVEMBER = date(2026, 11, 1)

grosses = st.decimals("0.01", "4000.00", places=2)
hours = st.decimals("0.50", "120.00", places=2)
situations = st.builds(
    Situation, status=st.sampled_from(list(FamilyStatus)), children=st.integers(min_value=0, max_value=10)
)
kinds = st.sampled_from([WorkerType.EMPLOYEE, WorkerType.ARTISTIC, WorkerType.STUDENT])


@st.composite
def items(draw: st.DrawFn, kind: WorkerType | None = None) -> PayInput:
    worker_type = draw(kinds) if kind is None else kind
    flat = worker_type is WorkerType.ARTISTIC and draw(st.booleans())
    return PayInput(worker_type, draw(grosses), draw(hours), NOVEMBER, NOVEMBER, flat)


def settle_all(month: Sequence[PayInput], situation: Situation) -> list[Settlement]:
    done: list[Settlement] = []
    for item in month:
        stored: list[SettledItem] = [one.settled for one in done]
        done.append(settle(stored, item, situation=situation, figures=BE))
    return done


@given(items(), situations)
def test_gross_is_net_plus_what_is_withheld(item: PayInput, situation: Situation) -> None:
    amounts = settle((), item, situation=situation, figures=BE).amounts

    withheld = amounts.onss - amounts.work_bonus + amounts.withholding_tax + amounts.special_contribution
    assert amounts.gross == amounts.net + withheld
    assert 0 <= amounts.work_bonus <= amounts.onss
    assert min(amounts.withholding_tax, amounts.special_contribution) >= 0


@given(kinds, grosses, st.sampled_from(["1.55", "1.57", "1.09", "1.00"]))
def test_the_budget_is_gross_employer_lines_and_margin(kind: WorkerType, gross: D, multiplier: str) -> None:
    cost = employment_cost(kind, gross, D(multiplier), NOVEMBER, BE)

    assert cost.budget == gross + sum(line.amount for line in cost.lines) + cost.margin


@settings(deadline=None)
@given(kinds, st.data(), situations)
def test_one_by_one_or_together_the_month_is_the_same(
    kind: WorkerType, data: st.DataObject, situation: Situation
) -> None:
    month = data.draw(st.lists(items(kind), min_size=1, max_size=6))
    month = [PayInput(kind, i.gross, i.hours, NOVEMBER, NOVEMBER) for i in month]

    one_by_one = sum((one.amounts for one in settle_all(month, situation)), Amounts())

    together = gross_to_net(
        kind,
        sum((i.gross for i in month), D(0)),
        sum((i.hours for i in month), D(0)),
        work_month=NOVEMBER,
        paid_on=NOVEMBER,
        situation=situation,
        figures=BE,
    )
    assert one_by_one == together.amounts


@settings(deadline=None)
@given(st.data(), st.booleans(), situations)
def test_the_order_of_the_contracts_changes_no_month(
    data: st.DataObject, flat: bool, situation: Situation
) -> None:
    """Each kind taxed in one way: how two ways share one work bonus does depend on the order."""
    month = [
        replace(item, flat_tax=flat and item.worker_type is WorkerType.ARTISTIC)
        for item in data.draw(st.lists(items(), min_size=1, max_size=5))
    ]
    shuffled = data.draw(st.permutations(month))

    first, second = settle_all(month, situation), settle_all(shuffled, situation)

    assert first[-1].tax_after == second[-1].tax_after
    assert sum((one.amounts for one in first), Amounts()) == sum((one.amounts for one in second), Amounts())


@settings(deadline=None)
@given(st.lists(items(), min_size=1, max_size=5), situations)
def test_each_item_balances_and_its_stored_totals_follow_each_other(
    month: list[PayInput], situation: Situation
) -> None:
    done = settle_all(month, situation)

    for before, after in zip(done, done[1:], strict=False):
        assert after.tax_before == before.tax_after
    for one in done:
        assert sum(one.liabilities().values()) == one.amounts.gross + one.employer_total
        assert one.payable + one.carried_out == one.amounts.net


@given(
    st.decimals("0.02", "100000.00", places=2),
    st.sampled_from(["1.55", "1.57", "1.09", "1.00", "2.3333", "0.30"]),
)
def test_the_inversion_gives_the_largest_gross_that_fits(budget: D, multiplier: str) -> None:
    try:
        gross = largest_gross(budget, D(multiplier))
    except BudgetTooSmall:
        gross = D("0.00")
    assert employment_budget(gross, D(multiplier)) <= budget
    assert employment_budget(gross + D("0.01"), D(multiplier)) > budget


@given(grosses, st.lists(hours, min_size=1, max_size=4))
def test_a_split_gives_back_the_whole(amount: D, planned: list[D]) -> None:
    assert sum(split_by_hours(amount, planned)) == amount


@settings(deadline=None)
@given(st.lists(items(), min_size=1, max_size=4), items(), situations)
def test_a_correction_of_an_item_returns_exactly_to_the_earlier_month(
    month: list[PayInput], mistake: PayInput, situation: Situation
) -> None:
    before = settle_all(month, situation)
    stored = [one.settled for one in before]
    wrong = settle(stored, mistake, situation=situation, figures=BE)
    undo = replace(mistake, gross=-mistake.gross, hours=-mistake.hours)

    undone = settle([*stored, wrong.settled], undo, situation=situation, figures=BE)

    assert wrong.amounts + undone.amounts == Amounts()
    assert undone.social_after._replace(employer=None) == wrong.social_before._replace(employer=None)
    assert undone.tax_after == wrong.tax_before
    for one, other in zip(wrong.employer_lines, undone.employer_lines, strict=True):
        assert one.amount + other.amount == 0


@settings(deadline=None)
@given(st.lists(items(), min_size=1, max_size=4), situations)
def test_a_later_file_of_figures_changes_no_month_before_it(
    month: list[PayInput], situation: Situation
) -> None:
    cheaper = [
        replace(figure, valid_from=NOVEMBER.replace(month=12), valid_to=None, value=0, source="later")
        for figure in BE
        if figure.code in ("onss.worker_rate", "onss.student_worker_rate", "tax.flat_artist_rate")
    ]
    later = Figures("be", [*BE, *cheaper])
    for figures in (BE, later):
        stored: list[SettledItem] = []
        for item in month:
            stored.append(settle(stored, item, situation=situation, figures=figures).settled)
        if figures is BE:
            expected = stored
    assert stored == expected
