"""The month of pay, played in a copy of its house: undisturbed, or with a kill at each place named."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.kills.broker import own_queues
from tests.kills.comparison import Traces
from tests.kills.house import House
from tests.kills.pay_acts import ACTS, Act
from tests.kills.plays import NUMBERS, disturbance
from tests.kills.points import Point
from tests.kills.stopping import run, run_and_disturb
from tests.kills.stories import go_on, let_time_pass


@dataclass
class Month:
    """A month on its way: what was reached, and what processes said that did not end well."""

    house: House
    reached: list[str] = field(default_factory=list)

    def play(self, act: Act, points: Collection[Point] = ()) -> None:
        """Play an act; its process is killed at each of the points in turn, then the house goes on alone."""
        self._begin(act)
        for point in points:
            disturb = disturbance(point.how, self.house, act.story)
            ended = run_and_disturb(lambda: act.story.step(self.house), point.place, disturb)
            assert ended.reached, f"{point.name}: never came to {point.place.steps}: {ended.said}"
            assert ended.well == (point.how == "hold"), f"{point.name}: {ended.said}"
            self.reached.append(point.name)
            let_time_pass(self.house)
        if not points:
            ended = run(lambda: act.story.step(self.house))
            assert ended.well, f"{act.name}: {ended.said}"
        go_on(self.house, act.story)

    def _begin(self, act: Act) -> None:
        from core.clock import set_clock

        set_clock(self.house.cooperative, act.at)
        if act.story.before:
            act.story.before(self.house)

    def breaks(self) -> list[str]:
        """What the check of the books says."""
        from core.tenancy import tenant_scope
        from ledger.checks import check_books

        with tenant_scope(self.house.cooperative):
            return [str(line) for line in check_books().breaks]

    def traces(self) -> Traces:
        """All that is left."""
        return self.house.traces({})


@contextmanager
def month(house: House) -> Iterator[Month]:
    """A month in a copy of a house, from where that one stands."""
    copy = house.copy(f"month{next(NUMBERS)}")
    try:
        with copy.entered(), own_queues(copy.database):
            yield Month(copy)
    finally:
        copy.leave()


def acts(*, printing: bool) -> tuple[Act, ...]:
    """The acts of the month; without those for which documents are printed, unless asked for."""
    return tuple(act for act in ACTS if printing or not act.prints)


def told(points: Collection[Point], act: Act) -> list[Point]:
    """Those of the act, in their order."""
    return [point for point in points if point.story == act.name]
