"""The demonstration in small: six members, fifteen days over the end of a month."""

from __future__ import annotations

import multiprocessing
import os
import signal
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from tests.cluster import Cluster, FreshDatabase, point_django_at

START, END = date(2026, 10, 20), date(2026, 11, 3)


@dataclass(frozen=True)
class Played:
    """What stood in the database after the first play, and after a second one."""

    days: int
    days_again: int
    summary: list[str]
    summary_again: list[str]
    rows: dict[str, int]
    rows_again: dict[str, int]
    register: Any
    capital: Any
    dead: int
    clock: date
    breaks: int


@pytest.fixture(scope="module")
def played(cluster: Cluster, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The small play, twice, in a database of its own."""
    from django.db import connections

    name = f"{cluster.database}_play"
    cluster.copy(name)
    with django_db_blocker.unblock(), files_in(tmp_path_factory.mktemp("play")):
        point_django_at(cluster, name)
        try:
            return _play_twice()
        finally:
            connections.close_all()
            point_django_at(cluster, cluster.database)
            cluster.drop(name)


@pytest.fixture(scope="module")
def played_summary(played: Played) -> list[str]:
    """The summary of a play that nothing disturbed."""
    return played.summary


def files_in(folder: Path) -> Any:
    """Receipts, statements and what the simulators remember go to a folder of the test's own."""
    return override_settings(MEDIA_ROOT=folder / "media", SIMULATORS=folder / "simulators")


def small_script() -> Any:
    """Enough of everything: Activities of both tools, a payroll run, reminders of nobody yet."""
    from smart.demo.stage import Script

    return Script(
        members=6,
        activities=9,
        clients=12,
        invoices=26,
        contracts=12,
        quick_jobs=6,
        first_day=START,
        last_day=END,
    )


def belgium() -> Any:
    """The Belgian cooperative, loaded when it is not."""
    from core.models import Cooperative
    from core.services import load_reference

    load_reference()
    return Cooperative.objects.get(slug="be")


def play_small(cooperative: Any, **options: Any) -> int:
    """Play what is left of the small script."""
    from smart.demo.play import play

    return play(cooperative, small_script(), **options)


def told(cooperative: Any) -> list[str]:
    """The summary's lines."""
    from smart.demo.summary import summary

    return summary(cooperative, END)


def row_counts(cooperative: Any) -> dict[str, int]:
    """Rows of every table of the tenant."""
    from django.apps import apps

    from core.models import TenantModel
    from core.tenancy import tenant_scope

    with tenant_scope(cooperative):
        return {
            model._meta.label: model._default_manager.count()
            for model in apps.get_models()
            if issubclass(model, TenantModel)
        }


def _play_twice() -> Played:
    from core import clock
    from core.models import OutboxMessage
    from core.tenancy import tenant_scope
    from governance.selectors import register_totals
    from ledger.checks import check_books
    from ledger.selectors import account_balance

    cooperative = belgium()
    days, summary, rows = play_small(cooperative), told(cooperative), row_counts(cooperative)
    days_again = play_small(belgium())
    with tenant_scope(cooperative):
        register, capital = register_totals()["amount"], -account_balance("110")
        dead, today = OutboxMessage.objects.exclude(state="done").count(), clock.today()
    return Played(
        days=days,
        days_again=days_again,
        summary=summary,
        summary_again=told(cooperative),
        rows=rows,
        rows_again=row_counts(cooperative),
        register=register,
        capital=capital,
        dead=dead,
        clock=today,
        breaks=len(check_books().breaks),
    )


def test_every_day_is_played_once(played: Played) -> None:
    assert (played.days, played.days_again) == (15, 0)


def test_a_second_play_adds_nothing(played: Played) -> None:
    assert played.rows_again == played.rows
    assert played.summary_again == played.summary


def test_something_of_everything_happened(played: Played) -> None:
    rows = played.rows
    assert rows["members.Person"] == 6 + 10 + 1
    assert rows["invoicing.Invoice"] >= 26 + 6 - 2
    assert rows["payroll.EmploymentContract"] >= 12
    missing = [
        label
        for label in (
            "quotes.QuoteAnswer", "quotes.Order", "timesheets.SheetAnswer", "recurring.Occurrence",
            "invoicing.InvoiceAttachment", "portal.GroupedInvoice", "portal.StatementOfAccount",
            "purchases.PurchasePart", "treasury.WaitingStatement",
            "activities.Expense", "governance.ShareMovement", "payroll.Declaration", "payroll.PayItem",
            "payroll.Payslip", "treasury.BankStatement", "treasury.PayoutBatch", "core.DocumentJob",
        )
        if not rows[label]
    ]  # fmt: skip
    assert missing == []


def test_the_books_are_in_order_at_the_end(played: Played) -> None:
    assert played.breaks == 0
    assert played.dead == 0
    assert played.register == played.capital > 0


def test_the_clock_runs_on_from_the_last_morning(played: Played) -> None:
    assert played.clock == END


def test_a_play_killed_in_the_middle_ends_the_same(
    fresh_database: FreshDatabase, played_summary: list[str], tmp_path: Path
) -> None:
    """Killed once in the middle of a day and once between a day and what follows from it."""
    with files_in(tmp_path):
        cooperative = belgium()
        assert _killed(_play_until_noon, cooperative) == -signal.SIGKILL
        assert _killed(_play_until_evening, cooperative) == -signal.SIGKILL
        left = play_small(cooperative)

        assert 0 < left < 15
        assert told(cooperative) == played_summary


def _killed(target: Any, *arguments: Any) -> int | None:
    from django.db import connections

    connections.close_all()
    child = multiprocessing.get_context("fork").Process(target=target, args=arguments)
    child.start()
    child.join(300)
    return child.exitcode


def _play_until_noon(cooperative: Any) -> None:
    from smart.demo import play as director

    def die(stage: Any) -> None:
        if stage.today == date(2026, 10, 27):
            os.kill(os.getpid(), signal.SIGKILL)

    director.AFTERNOON = (*director.AFTERNOON[:3], die, *director.AFTERNOON[3:])
    play_small(cooperative)


def _play_until_evening(cooperative: Any) -> None:
    from smart.demo import play as director

    undisturbed = director.consequences

    def die_on_the_day_of_the_run(cooperative: Any) -> None:
        if date(2026, 11, 2) in director.played_days(cooperative):
            os.kill(os.getpid(), signal.SIGKILL)
        undisturbed(cooperative)

    director.consequences = die_on_the_day_of_the_run
    play_small(cooperative)


def test_a_cooperative_with_people_of_its_own_is_left_alone(fresh_database: FreshDatabase) -> None:
    from core.tenancy import tenant_scope
    from smart.demo.play import CooperativeInUse
    from tests.factories import make_person

    cooperative = belgium()
    with tenant_scope(cooperative):
        make_person()
    before = row_counts(cooperative)

    with pytest.raises(CooperativeInUse):
        play_small(cooperative)

    assert row_counts(cooperative) == before
