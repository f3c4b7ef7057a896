"""From a wanted net back to the gross, exactly, although the net does not always grow with the gross.

The net of a month is made of pieces on which it never falls but by roundings, and of jumps downwards where
a table has a step (the special contribution of a couple takes 5.15 at once at 1,095.10) or where the work
bonus ends. So a bisection may end beside the wrong step. `largest_at_most` looks from the top: it leaves out
a range only when its lowest possible net is too high, which is known inside one piece.

Why a piece never falls: a euro of gross adds at least 1 − 13.07 % − 31.96 % (the steepest loss of bonus) to
the taxable pay; at most 53.5 % of it is tax, at most 14.2 % the lost tax reduction (52.54 % of 26.99 %), at
most 6.4 % the special contribution (5.90 % of 108 %). What remains is above zero in every combination that
the tables allow (the bonus parts never fall together). The roundings of one answer move it by less than
`ROUNDINGS`.
"""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from core.calendar import first_of_month
from core.money import CENT, ZERO, in_cents
from payroll.engine.contributions import HOUSEHOLD
from payroll.engine.errors import GrossOutOfReach, InvalidAmount, NetTooSmall
from payroll.engine.month import Settlement, settle
from payroll.engine.statutory import Figures, decimal
from payroll.engine.types import PayInput, SettledItem, Situation

ROUNDINGS = Decimal("0.10")
"""How far roundings alone can make a net fall while the gross grows."""

HIGHEST_GROSS = Decimal("10000000.00")
"""No gross above it is looked at."""


@dataclass(frozen=True, slots=True)
class Point:
    """What one gross gives: the value that is wanted, and the piece of the function it lies on."""

    value: Decimal
    piece: Hashable


def largest_at_most(at: Callable[[int], Point], limit: Decimal, low: int, high: int) -> int | None:
    """The largest whole number of cents in `low..high` whose value is at most `limit`, None when none is.

    Between two numbers of the same piece the value never falls by more than `ROUNDINGS`; pieces are left for
    good. About 40 values per step of a table are computed.
    """

    def search(a: int, first: Point, b: int, last: Point) -> int | None:
        if last.value <= limit:
            return b
        if first.piece == last.piece and first.value - ROUNDINGS > limit:
            return None
        if b - a <= 1:
            return a if first.value <= limit else None
        middle = (a + b) // 2
        point = at(middle)
        above = search(middle, point, b, last)
        return above if above is not None else search(a, first, middle, point)

    return search(low, at(low), high, at(high))


def smallest_at_least(at: Callable[[int], Point], limit: Decimal, low: int, high: int) -> int | None:
    """The smallest whole number of cents in `low..high` whose value is at least `limit`, None when none is.

    As `largest_at_most`, from the other end.
    """

    def search(a: int, first: Point, b: int, last: Point) -> int | None:
        if first.value >= limit:
            return a
        if first.piece == last.piece and last.value + ROUNDINGS < limit:
            return None
        if b - a <= 1:
            return b if last.value >= limit else None
        middle = (a + b) // 2
        point = at(middle)
        below = search(a, first, middle, point)
        return below if below is not None else search(middle, point, b, last)

    return search(low, at(low), high, at(high))


def largest_gross_of_net(
    net: Decimal,
    asked: PayInput,
    *,
    situation: Situation,
    figures: Figures,
    previous: Sequence[SettledItem] = (),
    work_bonus_of_other_months: Decimal = ZERO,
) -> Settlement:
    """The settlement of the largest gross whose own net is at most `net`, after the items of its month.

    The gross of `asked` is not looked at. The net is nearly always met to the cent; where a table has a step
    it may stay below. Raises `InvalidAmount`, `NetTooSmall`, `GrossOutOfReach` and what `settle` raises.
    """
    if net <= 0:
        raise InvalidAmount(value=net, field="net")
    piece_of = pieces(asked, situation, figures)

    def settled(cents: int) -> Settlement:
        return settle(
            previous,
            replace(asked, gross=CENT * cents),
            situation=situation,
            figures=figures,
            work_bonus_of_other_months=work_bonus_of_other_months,
        )

    def at(cents: int) -> Point:
        pay = settled(cents)
        return Point(pay.amounts.net, piece_of(pay))

    limit = in_cents(HIGHEST_GROSS)
    last_piece = at(limit).piece
    high = min(2 * in_cents(net) + 100, limit)
    while high < limit:
        top = at(high)
        if top.piece == last_piece and top.value - ROUNDINGS > net:
            break
        high = min(2 * high, limit)
    found = largest_at_most(at, net, 1, high)
    if found is None:
        raise NetTooSmall(net=net)
    if found == limit:
        raise GrossOutOfReach(net=net, limit=HIGHEST_GROSS)
    return settled(found)


def pieces(asked: PayInput, situation: Situation, figures: Figures) -> Callable[[Settlement], Hashable]:
    """Which piece a settlement lies on: its place among the limits of the special contribution and the ends
    of the work bonus, all of which are passed upwards while the gross grows."""
    month = first_of_month(asked.work_month)
    table = figures.find("special_contribution.monthly", month)
    rows = [] if table is None else table.value[HOUSEHOLD[situation.status]]
    bases = [decimal(row.get("below", row.get("up_to"))) for row in rows[:-1]]
    shut = ["below" in row for row in rows[:-1]]

    def piece(pay: Settlement) -> Hashable:
        base = pay.tax_after.special_base
        place = bisect_left(bases, base)
        if place < len(bases) and shut[place] and base == bases[place]:
            place += 1
        bonus = next((line for line in pay.lines if line.code == "work_bonus_a"), None)
        if bonus is None or bonus.base is None:
            return place, 0
        return place, sum(bonus.base > end for end in ends)

    code = "work_bonus.base_108" if asked.worker_type.worker_code == "046" else "work_bonus.standard"
    figure = figures.find(code, month)
    ends = () if figure is None else (figure.part("b", "ceiling"), figure.part("a", "ceiling"))
    return piece
