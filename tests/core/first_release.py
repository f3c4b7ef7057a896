"""A month as the first release would have left it: what its people did, played in an empty database.

Acts of rooms that came later post entries for documents whose tables the first release had not; going back
takes those tables away, and the books would say things that nobody ever did.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from core.models import Cooperative
from core.services import load_reference
from payroll.services.runs import start_run
from smart.demo import months
from smart.demo import play as stage_play
from smart.demo.stage import Script, Stage

LATER = frozenset({
    *("advances", "buying", "clockwork", "collecting", "deals", "declaring", "dues", "files", "limits"),
    *("offers", "portal", "returns", "salaries", "sendings", "terms", "unemployment", "vat"),
})  # fmt: skip
"""Modules of the demonstration that play what came after the first release."""

MONTH = Script(
    members=24,
    activities=36,
    clients=40,
    invoices=70,
    contracts=50,
    quick_jobs=30,
    last_day=date(2026, 11, 4),
)
"""October and its payroll, of a smaller house."""


def played_then(acts: tuple[Callable[[Stage], None], ...]) -> tuple[Callable[[Stage], None], ...]:
    """Those of the acts that the first release knew."""
    return tuple(act for act in acts if act.__module__.rpartition(".")[2] not in LATER)


def play_month() -> None:
    """Play the month in the database of this process."""
    load_reference()
    months.start_runs = start_run  # type: ignore[attr-defined]  # one run for all entities
    for name in ("EVERY_DAY", "MORNING", "AFTERNOON", "LAST_MORNING"):
        setattr(stage_play, name, played_then(getattr(stage_play, name)))
    stage_play.play(Cooperative.objects.get(slug="be"), MONTH)
