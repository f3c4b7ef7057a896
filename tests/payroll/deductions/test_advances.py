"""Advances on wages, to the cent: asked, agreed, paid at once, given back, never lost in silence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.errors import DomainError
from core.types import Actor
from tests.factories import make_person

SYSTEM = Actor.system("settlement")
D = Decimal
FRIDAY = date(2026, 11, 6)


def settle(on: date) -> Any:
    from payroll.services import settle_due

    return settle_due(on=on, actor=SYSTEM)


def clean() -> None:
    from payroll import checks
    from payroll.deductions.checks import advances_equal_account

    assert [
        *checks.unpaid_wages_equal_account(),
        *checks.owed_equals_books(),
        *advances_equal_account(),
    ] == []


def ask(world: Any, amount: str, on: date = FRIDAY) -> Any:
    from payroll.deductions.services import ask_advance

    return ask_advance(person=world.worker, amount=D(amount), on=on, actor=world.member)


def agree(world: Any, row: Any, on: date = FRIDAY) -> Any:
    from payroll.deductions.services import agree_advance

    return agree_advance(advance_id=row.pk, on=on, actor=world.actor(world.clerk))


def leave(world: Any, on: date) -> None:
    """Everything due is put in a batch by one and released by another."""
    from ledger.treasury.services import create_batch, release_batch

    batch = create_batch(
        entity_id=world.activity.entity_id, kind="wage", due_until=on, on=on, actor=world.actor(world.clerk)
    )
    release_batch(batch_id=batch.pk, on=on, actor=world.actor(world.chief))


def balance() -> Decimal:
    from django.db.models import F, Sum

    from ledger.models import JournalLine

    rows = JournalLine.objects.filter(account="4164")
    return rows.aggregate(total=Sum(F("debit") - F("credit")))["total"] or D(0)


def test_two_days_of_three_are_advanced_and_given_back(world: Any) -> None:
    """434.65 net for three days, two performed on Thursday: 289.77 expected, half of it can be had."""
    from ledger.treasury.models import Payout
    from payroll.deductions.models import Advance

    world.submit(world.contract())
    thursday = date(2026, 11, 5)
    row = ask(world, "144.88", thursday)
    assert (row.expected, row.most, row.until) == (D("289.77"), D("144.88"), date(2026, 11, 1))

    agree(world, row, thursday)
    payout = Payout.objects.get()
    assert (payout.kind, payout.amount, payout.due_on) == ("wage", D("144.88"), thursday)
    assert payout.settles_account == "4164"
    assert balance() == 0  # nothing has left
    leave(world, thursday)
    assert balance() == D("144.88")
    clean()

    settle(date(2026, 11, 9))
    assert Payout.objects.get(source_type="payroll.payitem").amount == D("289.77")
    assert balance() == 0
    assert Advance.objects.get().state == "recovered"
    clean()


def test_settled_wages_are_paid_earlier(world: Any) -> None:
    """Settled on Monday, due seven working days later: 200.00 now, 234.65 then."""
    from ledger.treasury.models import Payout
    from payroll.models import PayDeduction

    world.submit(world.contract())
    monday = date(2026, 11, 9)
    settle(monday)
    row = agree(world, ask(world, "200.00", monday), monday)

    amounts = dict(Payout.objects.values_list("source_type", "amount"))
    assert amounts == {"payroll.payitem": D("234.65"), "deductions.advance": D("200.00")}
    assert row.state == "recovered"
    assert world.lines(source_type="payroll.paydeduction") == [
        ("455", D("200.00"), D(0), ""),
        ("4164", D(0), D("200.00"), ""),
    ]
    assert PayDeduction.objects.get().label == "Avance du 09/11/2026"
    clean()
    leave(world, monday)
    assert balance() == 0
    clean()


def test_later_pay_gives_back_a_fifth_at_most(world: Any) -> None:
    """The work of November disappears; December's pay of 434.65 gives back 86.93, a fifth."""
    from payroll.deductions.models import Advance
    from payroll.models import PayDeduction

    contract = world.contract()
    world.submit(contract)
    agree(world, ask(world, "200.00"))
    leave(world, FRIDAY)
    from datetime import datetime

    from core.clock import ZONE
    from payroll.services import report_no_show

    report_no_show(
        contract_id=contract.pk, on=datetime(2026, 11, 6, 18, tzinfo=ZONE), actor=world.actor(world.clerk),
        reason="Jamais venue", end_reason="other", ended_by="worker",
    )  # fmt: skip
    december = {"starts_on": date(2026, 12, 2), "ends_on": date(2026, 12, 4)}
    world.submit(world.contract(**december), on=datetime(2026, 12, 1, 9, tzinfo=ZONE))
    settle(date(2026, 12, 7))

    assert PayDeduction.objects.get().amount == D("86.93")
    assert Advance.objects.get().state == "agreed"
    assert balance() == D("113.07")
    clean()


def test_what_is_given_up_is_written_off_by_a_third_person(world: Any) -> None:
    from members.enums import Role
    from payroll.deductions.models import Advance
    from payroll.deductions.services import write_off_advance

    world.submit(world.contract())
    row = agree(world, ask(world, "100.00"))
    finance = make_person(Role.FINANCE)
    with pytest.raises(DomainError) as refusal:  # it has not even left
        write_off_advance(advance_id=row.pk, because="x", on=FRIDAY, actor=world.actor(finance))
    assert refusal.value.code == "deduction_state"
    leave(world, FRIDAY)
    with pytest.raises(DomainError) as refusal:
        write_off_advance(advance_id=row.pk, because="x", on=FRIDAY, actor=world.actor(world.clerk))
    assert refusal.value.code == "second_person_needed"
    assert balance() == D("100.00")

    write_off_advance(
        advance_id=row.pk, because="Partie sans laisser d’adresse", on=FRIDAY, actor=world.actor(finance)
    )
    assert world.lines(source_type="deductions.advance") == [
        ("634", D("100.00"), D(0), "pot"),
        ("4164", D(0), D("100.00"), ""),
    ]
    assert Advance.objects.get().state == "written_off"
    assert balance() == 0
    clean()


def refused(code: str, act: Any) -> None:
    from ledger.treasury.models import Payout
    from payroll.deductions.models import Advance

    before = (list(Advance.objects.order_by("pk").values()), list(Payout.objects.order_by("pk").values()))
    with pytest.raises(DomainError) as refusal:
        act()
    assert refusal.value.code == code
    after = (list(Advance.objects.order_by("pk").values()), list(Payout.objects.order_by("pk").values()))
    assert after == before


def test_no_policy_no_advance(world: Any) -> None:
    """The house ends the policy: nothing is in force from then on."""
    from core.models import PolicyRate

    PolicyRate.objects.create(
        key="advance_share_of_expected_net",
        valid_from=date(2026, 11, 1),
        valid_to=date(2026, 11, 5),
        value="0.50",
        status="to_confirm",
        source="until Thursday",
    )
    world.submit(world.contract())
    refused("no_advances", lambda: ask(world, "10.00"))


def test_no_work_no_advance(world: Any) -> None:
    refused("nothing_to_advance", lambda: ask(world, "10.00"))
    world.submit(world.contract())
    refused("nothing_to_advance", lambda: ask(world, "10.00", date(2026, 11, 3)))  # the work starts tomorrow


def test_the_limit_counts_what_was_asked_before(world: Any) -> None:
    """Half of 434.65 is 217.33 on Friday; 200.00 of it are asked for already."""
    world.submit(world.contract())
    first = ask(world, "200.00")
    refused("advance_too_high", lambda: ask(world, "17.34"))
    ask(world, "17.33")
    assert agree(world, first).state == "agreed"


def test_nobody_agrees_to_their_own(world: Any) -> None:
    from payroll.deductions.services import agree_advance, ask_advance, withdraw_advance

    world.submit(world.contract())
    mine = ask(world, "10.00")
    refused("second_person_needed", lambda: agree_advance(advance_id=mine.pk, on=FRIDAY, actor=world.member))
    clerk = world.actor(world.clerk)
    theirs = ask_advance(person=world.worker, amount=D("10.00"), on=FRIDAY, actor=clerk)
    refused("second_person_needed", lambda: agree(world, theirs))
    refused("second_person_needed", lambda: withdraw_advance(advance_id=mine.pk, actor=clerk))
    assert withdraw_advance(advance_id=mine.pk, actor=world.member).state == "withdrawn"
    refused("deduction_state", lambda: agree(world, mine))


def test_agreed_twice_is_paid_once(world: Any) -> None:
    from ledger.treasury.models import Payout

    world.submit(world.contract())
    row = agree(world, ask(world, "100.00"))
    refused("deduction_state", lambda: agree(world, row))
    assert Payout.objects.count() == 1


def test_pay_under_seizure_is_not_taken_ahead(world: Any, clerks: Any) -> None:
    clerks.seizure()
    world.submit(world.contract())
    refused("advance_beside_seizure", lambda: ask(world, "10.00"))


def test_wages_in_a_batch_are_not_advanced(world: Any) -> None:
    """What stands in a payment file is on its way already."""
    from ledger.treasury.services import create_batch

    world.submit(world.contract())
    settle(date(2026, 11, 9))
    create_batch(
        entity_id=world.activity.entity_id, kind="wage", due_until=date(2026, 12, 31), on=date(2026, 11, 9),
        actor=world.actor(world.clerk),
    )  # fmt: skip
    refused("nothing_to_advance", lambda: ask(world, "10.00", date(2026, 11, 9)))
