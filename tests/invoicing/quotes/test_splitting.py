"""An order taken apart at random: never more than was ordered, and at the end exactly that."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import ZERO, r
from invoicing.quotes import splitting
from invoicing.quotes.splitting import Taken

cents = st.integers(1, 5_000_000).map(lambda n: Decimal(n) / 100)
lines = st.lists(st.tuples(cents, st.decimals("0.25", "40", places=2)), min_size=1, max_size=8)
Lines = list[tuple[Decimal, Decimal]]


def amounts_left(ordered: Lines, parts: list[Taken]) -> list[Decimal]:
    return [line.amount for line in splitting.lines_left(ordered, parts)]


@settings(max_examples=300, deadline=None)
@given(ordered=lines, raw=st.lists(st.integers(1, 60), min_size=1, max_size=12))
def test_percentages_that_make_a_hundred_take_every_line_to_the_cent(ordered: Lines, raw: list[int]) -> None:
    steps = [(Decimal(n) * 100 / sum(raw)).quantize(Decimal("0.01")) for n in raw[:-1]]
    steps.append(Decimal(100) - sum(steps))
    parts: list[Taken] = []
    for step in steps:
        parts.append(splitting.share_of(splitting.lines_left(ordered, parts), step))

    assert amounts_left(ordered, parts) == [ZERO] * len(ordered)
    assert sum((sum(part.amounts.values()) for part in parts), ZERO) == sum(net for net, _q in ordered)


@settings(max_examples=300, deadline=None)
@given(ordered=lines, data=st.data())
def test_any_mixture_of_parts_never_takes_more_and_the_last_takes_what_is_left(
    ordered: Lines, data: st.DataObject
) -> None:
    parts: list[Taken] = []
    for _step in range(data.draw(st.integers(0, 6))):
        left = splitting.lines_left(ordered, parts)
        act = data.draw(st.sampled_from(["share", "quantities", "give back"]))
        if act == "share":
            parts.append(splitting.share_of(left, Decimal(data.draw(st.integers(1, 45)))))
        elif act == "quantities":
            wanted = {int(line.place): r(line.units * data.draw(st.integers(0, 4)) / 4) for line in left}
            parts.append(splitting.quantities_of(left, wanted))
        elif parts:
            parts.pop(data.draw(st.integers(0, len(parts) - 1)))
        for line in splitting.lines_left(ordered, parts):
            assert ZERO <= line.amount <= line.net
            assert 0 <= line.fraction <= 1
    parts.append(splitting.rest_of(splitting.lines_left(ordered, parts)))

    assert amounts_left(ordered, parts) == [ZERO] * len(ordered)


@settings(max_examples=300, deadline=None)
@given(ordered=lines, change=st.integers(-4_000_000, 4_000_000), room=cents)
def test_a_changed_part_is_spread_whole_or_not_at_all(ordered: Lines, change: int, room: Decimal) -> None:
    part = splitting.share_of(splitting.lines_left(ordered, []), Decimal(33))
    left = splitting.lines_left(ordered, [part])
    by = Decimal(change) / 100
    taken = sum(part.amounts.values(), ZERO)

    spread = splitting.spread(part, left, room, by)

    fits = -taken <= by <= sum(line.amount for line in left) + room
    assert (spread is not None) == fits
    if spread is not None:
        assert sum(spread.amounts.values()) == taken + by
        for line in splitting.lines_left(ordered, [spread]):
            assert ZERO <= line.amount <= line.net
            assert 0 <= line.fraction <= 1


def test_a_third_of_a_cent_is_never_lost() -> None:
    """Three thirds of 10.00 by quantity: 3.33, then what two thirds come to, then the rest."""
    ordered = [(Decimal("10.00"), Decimal(3))]
    parts: list[Taken] = []
    for _third in range(3):
        parts.append(splitting.quantities_of(splitting.lines_left(ordered, parts), {0: Decimal(1)}))

    assert [part.amounts["0"] for part in parts] == [Decimal("3.33"), Decimal("3.34"), Decimal("3.33")]
    assert sum((part.fractions["0"] for part in parts), Fraction(0)) == 1


def test_a_line_that_takes_back_is_taken_back_in_parts() -> None:
    ordered = [(Decimal("100.00"), Decimal(1)), (Decimal("-10.01"), Decimal(-1))]
    parts: list[Taken] = []
    for _half in range(2):
        parts.append(splitting.share_of(splitting.lines_left(ordered, parts), Decimal(50)))

    assert [part.amounts["1"] for part in parts] == [Decimal("-5.01"), Decimal("-5.00")]
    assert amounts_left(ordered, parts) == [ZERO, ZERO]
