"""From a wanted net, or a cost that may not be passed, back to the largest gross that fits."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendar import month_hours
from core.money import CENT
from payroll.engine.employer import employer_cost, largest_gross_of_cost
from payroll.engine.errors import BudgetTooSmall, GrossOutOfReach, InvalidAmount, NetTooSmall
from payroll.engine.inversion import Point, largest_at_most, largest_gross_of_net
from payroll.engine.month import Settlement, settle
from payroll.engine.statutory import figures_of
from payroll.engine.types import FamilyStatus, PayInput, SettledItem, Situation, WorkerType

BE = figures_of("be")
NOVEMBER = date(2026, 11, 1)
JULY = date(2026, 7, 1)
KINDS = (WorkerType.EMPLOYEE, WorkerType.ARTISTIC, WorkerType.STUDENT)
SINGLE = Situation()
COUPLE = Situation(FamilyStatus.MARRIED_TWO_INCOMES)


def asked(kind: WorkerType = WorkerType.EMPLOYEE, hours: str = "159.6", month: date = NOVEMBER) -> PayInput:
    return PayInput(kind, D("1.00"), D(hours), month, month)


def pay(gross: D, item: PayInput, situation: Situation, previous: tuple[SettledItem, ...] = ()) -> Settlement:
    return settle(previous, replace(item, gross=gross), situation=situation, figures=BE)


def invert(net: str, item: PayInput, situation: Situation = SINGLE) -> Settlement:
    return largest_gross_of_net(D(net), item, situation=situation, figures=BE)


@pytest.mark.parametrize(
    ("gross", "net"), [("2233.61", "2084.45"), ("3000.00", "2261.33"), ("6500.00", "3668.75")]
)
def test_the_nets_of_the_reference_table_lead_back_to_their_gross(gross: str, net: str) -> None:
    september = replace(asked(), work_month=date(2026, 9, 1), paid_on=date(2026, 9, 14), hours=D("167.2"))
    found = invert(net, september)

    assert found.amounts.net == D(net)
    assert D(gross) <= found.amounts.gross < D(gross) + D("0.08")
    more = pay(found.amounts.gross + CENT, september, Situation())
    assert more.amounts.net > D(net)


def test_a_step_of_the_special_contribution_is_looked_over() -> None:
    """From 1,095.10 of gross a couple pays 5.15: 1,090.10 to 1,095.09 net is had twice, the larger counts."""
    below, above = D("1095.09"), D("1095.10")
    assert pay(below, asked(), COUPLE).amounts.net == below
    assert pay(above, asked(), COUPLE).amounts.net == above - D("5.15")

    found = invert("1092.00", asked(), COUPLE).amounts

    assert (found.gross, found.net) == (D("1097.15"), D("1092.00"))


def test_the_month_to_date_counts() -> None:
    first = pay(D("1200.00"), asked(hours="76.0"), Situation()).settled
    second = asked(hours="53.2")

    found = largest_gross_of_net(
        D("779.97"), second, situation=Situation(), figures=BE, previous=(first,)
    ).amounts

    assert found.net == D("779.97")
    assert D("1100.00") <= found.gross < D("1100.08")
    assert pay(found.gross + CENT, second, Situation(), (first,)).amounts.net > D("779.97")


@settings(max_examples=60, deadline=None)
@given(
    net=st.decimals("1.00", "5000.00", places=2),
    kind=st.sampled_from(KINDS),
    hours=st.sampled_from(["7.6", "38.0", "100.0", "159.6"]),
    status=st.sampled_from(list(FamilyStatus)),
    children=st.integers(min_value=0, max_value=4),
    before=st.sampled_from([None, "200.00", "1094.00", "3000.00", "7000.00"]),
    month=st.sampled_from([NOVEMBER, JULY]),
    ahead=st.lists(st.integers(min_value=1, max_value=30_000), min_size=20, max_size=20),
)
def test_no_larger_gross_gives_the_net(
    net: D,
    kind: WorkerType,
    hours: str,
    status: FamilyStatus,
    children: int,
    before: str | None,
    month: date,
    ahead: list[int],
) -> None:
    situation = Situation(status, children)
    previous: tuple[SettledItem, ...] = ()
    if before is not None:
        previous = (pay(D(before), asked(hours="60.0", month=month), situation).settled,)
    item = asked(kind, hours, month)

    try:
        found = largest_gross_of_net(net, item, situation=situation, figures=BE, previous=previous)
    except NetTooSmall:
        gross = D("0.00")
    else:
        gross = found.amounts.gross
        assert found.amounts.net <= net
    for cents in (1, 2, 3, 5, 8, 13, 21, *ahead):
        assert pay(gross + CENT * cents, item, situation, previous).amounts.net > net


def test_what_is_not_a_wish_is_refused() -> None:
    with pytest.raises(InvalidAmount):
        invert("0.00", asked())
    with pytest.raises(GrossOutOfReach):
        invert("9000000.00", asked())


def test_a_net_under_that_of_one_cent_has_no_gross() -> None:
    """A correction of hours alone gives the month its bonus back: one cent of gross then brings euros."""
    first = pay(D("1700.00"), asked(hours="80.0"), Situation()).settled
    with pytest.raises(NetTooSmall):
        largest_gross_of_net(
            D("0.02"), asked(hours="40.0"), situation=Situation(), figures=BE, previous=(first,)
        )


@given(
    st.lists(st.integers(min_value=-3, max_value=40), min_size=2, max_size=60),
    st.sets(st.integers(min_value=0, max_value=59), max_size=4),
    st.integers(min_value=0, max_value=600),
)
def test_the_search_equals_looking_at_every_cent(rises: list[int], steps: set[int], limit: int) -> None:
    """Any function that falls by less than the roundings inside a piece, and by any amount between pieces."""
    points, value, piece, highest = [], 0, 0, 0
    for place, rise in enumerate(rises):
        if place in steps:
            piece, value = piece + 1, value - 150
            highest = value
        value = max(value + rise, highest - 10)
        highest = max(highest, value)
        points.append(Point(CENT * value, piece))

    found = largest_at_most(lambda place: points[place], CENT * limit, 0, len(points) - 1)

    fitting = [place for place, point in enumerate(points) if point.value <= CENT * limit]
    assert found == (fitting[-1] if fitting else None)


@given(
    st.decimals("0.00", "20000.00", places=2),
    st.sampled_from(KINDS),
    st.decimals("0.00", "4000.00", places=2),
)
def test_the_largest_gross_of_a_cost(cost: D, kind: WorkerType, month_gross: D) -> None:
    def costs(gross: D) -> D:
        whole = employer_cost(kind, month_gross + gross, NOVEMBER, BE)
        return whole - employer_cost(kind, month_gross, NOVEMBER, BE)

    try:
        gross = largest_gross_of_cost(cost, kind, NOVEMBER, BE, month_gross=month_gross)
    except BudgetTooSmall:
        gross = D("0.00")
    assert costs(gross) <= cost
    assert costs(gross + CENT) > cost


def test_775_less_the_margin_pays_500_gross() -> None:
    assert largest_gross_of_cost(D("727.05"), WorkerType.EMPLOYEE, NOVEMBER, BE) == D("500.00")
    assert largest_gross_of_cost(D("727.04"), WorkerType.EMPLOYEE, NOVEMBER, BE) == D("499.99")


@given(st.sampled_from(KINDS), st.decimals("0.00", "9000.00", places=2))
def test_a_cent_more_of_gross_costs_at_least_a_cent_more(kind: WorkerType, gross: D) -> None:
    more = employer_cost(kind, gross + CENT, NOVEMBER, BE) - employer_cost(kind, gross, NOVEMBER, BE)
    assert more >= CENT


def test_full_months_invert_in_all_their_hours() -> None:
    found = invert("2000.00", asked(hours=str(month_hours(NOVEMBER))))
    assert found.amounts.net == D("2000.00")
