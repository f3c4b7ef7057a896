"""A month is closed by a list, for ever; the nightly check is part of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from core.types import Actor
from ledger.closing import closing_points, months_of
from ledger.errors import MonthNotReady, PeriodClosed, PersonNeeded
from ledger.gauges import check_age, check_breaks, seal_lag, waiting
from ledger.models import BooksCheck, JournalEntry, Period
from ledger.services import (
    check_is_due,
    check_now,
    close_month,
    post_entry,
    propose_entry,
    seal_entries,
)
from ledger.types import Entry, cr, dr

NIGHT = Actor.system("test")
DECEMBER = date(2026, 12, 3)


def transfer(books: Any, on: date, account: str = "451") -> Entry:
    """Five euro on the move."""
    five = Decimal("5.00")
    return Entry(books.pk, on, "VAR", "test", uuid4(), "x", "Virement", (dr("580", five), cr(account, five)))


def state(books: Any, year: int = 2026, month: int = 11) -> dict[str, bool]:
    """The list, point by point."""
    return {point.key: point.met for point in closing_points(books, year, month, today=DECEMBER)}


def close(books: Any, actor: Actor, month: int = 11, **words: str) -> Period:
    return close_month(entity=books, year=2026, month=month, today=DECEMBER, explanations=words, actor=actor)


def refused(books: Any, actor: Actor, *left: str, **words: str) -> None:
    """Not yet, because of these points; nothing is closed."""
    with pytest.raises(MonthNotReady) as refusal, transaction.atomic():
        close(books, actor, **words)
    missing = {
        p.key
        for p in closing_points(books, 2026, 11, today=DECEMBER)
        if str(p.label) in refusal.value.params["points"].split("; ")
    }
    assert missing == set(left)
    assert not Period.objects.filter(closed_at__isnull=False).exists()


def test_a_month_is_closed_when_every_point_is_met(books: Any, clerk: Actor) -> None:
    post_entry(transfer(books, date(2026, 11, 12)))
    refused(books, clerk, "sealed", "checked")

    seal_entries(actor=NIGHT)
    assert check_now(actor=NIGHT).ok
    assert all(state(books).values())
    period = close(books, clerk)

    assert period.closed_by == "Clara"
    assert {point["key"]: point["met"] for point in period.checklist} == dict.fromkeys(state(books), True)
    with pytest.raises(PeriodClosed), transaction.atomic():
        post_entry(transfer(books, date(2026, 11, 30)))
    assert JournalEntry.objects.count() == 1
    post_entry(transfer(books, date(2026, 12, 1)))
    assert close(books, clerk).pk == period.pk, "closing again changes nothing"


def test_a_closed_month_is_never_opened_again(books: Any, clerk: Actor) -> None:
    check_now(actor=NIGHT)
    period = close(books, clerk)
    for sql in ("UPDATE ledger_period SET closed_at = NULL", "DELETE FROM ledger_period"):
        with (
            pytest.raises(DatabaseError, match="closed month"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
    period.refresh_from_db()
    assert period.closed_at is not None


def test_the_suspense_account_is_empty_or_explained(books: Any, clerk: Actor) -> None:
    post_entry(transfer(books, date(2026, 11, 12), account="499"))
    seal_entries(actor=NIGHT)
    check_now(actor=NIGHT)
    refused(books, clerk, "suspense")
    refused(books, clerk, "suspense", suspense="   ")
    refused(books, clerk, "suspense", sealed="n'explique pas autre chose")

    period = close(books, clerk, suspense="Paiement de 5,00 sans nom, écrit à la banque")

    kept = next(point for point in period.checklist if point["key"] == "suspense")
    assert not kept["met"] and kept["explanation"].startswith("Paiement de 5,00")


def test_months_are_closed_in_their_order(books: Any, clerk: Actor) -> None:
    post_entry(transfer(books, date(2026, 9, 12)))
    post_entry(transfer(books, date(2026, 11, 12)))
    seal_entries(actor=NIGHT)
    check_now(actor=NIGHT)
    refused(books, clerk, "earlier_months")

    for month in (9, 10, 11):
        close(books, clerk, month)

    assert [(y, m, p is not None) for y, m, p in months_of(books, DECEMBER)] == [
        (2026, 12, False), (2026, 11, True), (2026, 10, True), (2026, 9, True),
    ]  # fmt: skip


def test_what_waits_for_a_second_person_keeps_the_month_open(books: Any, clerk: Actor) -> None:
    propose_entry(
        entity=books,
        on=date(2026, 11, 30),
        text="x",
        reason="x",
        lines=(dr("580", Decimal(5)), cr("451", Decimal(5))),
        today=DECEMBER,
        actor=clerk,
    )
    check_now(actor=NIGHT)
    refused(books, clerk, "manual_entries")


def test_a_month_that_is_not_over_stays_open(books: Any, clerk: Actor) -> None:
    check_now(actor=NIGHT)
    with pytest.raises(MonthNotReady), transaction.atomic():
        close(books, clerk, 12)
    assert not Period.objects.exists()


def test_a_program_closes_nothing(books: Any) -> None:
    check_now(actor=NIGHT)
    with pytest.raises(PersonNeeded), transaction.atomic():
        close(books, NIGHT)
    assert not Period.objects.exists()


def test_lines_of_the_bank_and_batches_hold_a_month_back(books: Any, clerk: Actor) -> None:
    from ledger.treasury import bank_simulator as bank
    from ledger.treasury.services import import_statement

    day = date(2026, 11, 18)
    statement = bank.BankStatement(
        books.iban, 1, day, Decimal("0.00"), (bank.BankMovement(Decimal("1210.00")),)
    )
    import_statement(content=bank.write_coda([statement]), filename="a.cod", today=day, actor=NIGHT)
    seal_entries(actor=NIGHT)
    check_now(actor=NIGHT)

    refused(books, clerk, "bank_lines", "suspense")


# --- the check of the night ------------------------------------------------------------------------------


def test_the_outcome_of_a_check_is_kept_and_gauged(books: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert (check_age(), check_breaks()) == (None, None)
    post_entry(transfer(books, date(2026, 11, 12)))
    assert waiting() == 1 and seal_lag() >= 0

    check_now(actor=NIGHT)
    assert check_breaks() == 0 and check_age() is not None

    with connection.cursor() as cursor:  # a budget that its lines do not explain
        cursor.execute(
            "INSERT INTO ledger_budget (id, tenant_id, entity_id, name, balance, reserved, shortfall)"
            " VALUES (gen_random_uuid(), %s, %s, 'x', 7, 0, 0)",
            [books.tenant_id, books.pk],
        )
    broken = check_now(actor=NIGHT)
    assert not broken.ok
    assert [row["code"] for row in broken.breaks] == ["budget_balance"]
    assert check_breaks() == 1
    assert "budget_balance" in caplog.text
    assert not state(books)["checked"]


def test_the_check_runs_once_a_night_and_when_it_is_overdue(books: Any) -> None:
    assert check_is_due(at=timezone.now())
    check_now(actor=NIGHT)
    assert not check_is_due(at=timezone.now())


def test_an_old_check_counts_no_more(books: Any) -> None:
    BooksCheck.objects.create(
        at=timezone.now() - timedelta(hours=49), milliseconds=1, entries=0, unsealed=0, ok=True
    )
    assert not state(books)["checked"]
    assert check_is_due(at=timezone.now())
