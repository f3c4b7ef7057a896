"""Seizures, to the cent: the month, ranks, alimony, the exception, the creditor's account."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.errors import DomainError
from core.types import Actor

SYSTEM = Actor.system("settlement")
D = Decimal
DAY = date(2026, 12, 1)


def settle() -> Any:
    from payroll.services import settle_due

    return settle_due(on=DAY, actor=SYSTEM)


def taken() -> list[tuple[str, Decimal]]:
    from payroll.models import PayDeduction

    return list(PayDeduction.objects.order_by("pk").values_list("kind", "amount"))


def clean() -> None:
    from payroll import checks
    from payroll.deductions.checks import advances_equal_account

    assert [
        *checks.unpaid_wages_equal_account(),
        *checks.owed_equals_books(),
        *advances_equal_account(),
    ] == []


def test_without_a_table_the_pay_waits_and_the_others_are_paid(world: Any, clerks: Any) -> None:
    """The delivered figures hold no table: an exception row says which one is missing."""
    from payroll.models import PayException, PayItem
    from tests.factories import make_person

    other = make_person()
    clerks.seizure()
    world.submit(world.contract())
    world.submit(world.contract(person_id=other.pk))

    assert settle().exceptions == 1

    assert [item.person_id for item in PayItem.objects.all()] == [other.pk]
    row = PayException.objects.get()
    assert row.code == "seizure_table_missing"
    assert "seizure.work" in row.detail
    assert taken() == []
    clean()


def test_the_seizable_part_of_the_month_goes_to_the_creditor(world: Any, clerks: Any, table: Any) -> None:
    """434.65 net: 0 of the first 200.00, 20 % of 200.00, 40 % of 34.65 = 53.86 for the creditor."""
    from ledger.treasury.models import Payout
    from payroll.models import PayItem

    seizure = clerks.seizure()
    world.submit(world.contract())
    settle()

    assert PayItem.objects.get().net == D("434.65")
    assert taken() == [("seizure", D("53.86"))]
    paid = {row.party_id: (row.kind, row.amount, row.communication) for row in Payout.objects.all()}
    assert paid[seizure.creditor_id] == ("supplier", D("53.86"), "Dossier 12")
    assert paid[world.worker.party_id][:2] == ("wage", D("380.79"))
    clean()


def test_children_and_allowances_choose_and_lower(world: Any, clerks: Any, table: Any) -> None:
    """Beside allowances: half of 234.65 = 117.33, less 10.00 per child = 97.33."""
    clerks.seizure(allowances=True, children=2)
    world.submit(world.contract())
    settle()
    assert taken() == [("seizure", D("97.33"))]


@pytest.mark.parametrize("together", [True, False])
def test_a_month_is_the_same_settled_together_or_one_by_one(
    world: Any, clerks: Any, table: Any, together: bool
) -> None:
    """Two contracts of one month: the table is applied to their net together, once."""
    from payroll.deductions import sources
    from payroll.deductions.table import WORK, seizable
    from payroll.models import PayItem
    from payroll.services import settle_due

    clerks.seizure()
    first = world.contract()
    second = world.contract(starts_on=date(2026, 11, 9), ends_on=date(2026, 11, 11))
    world.submit(first)
    world.submit(second)
    if not together:
        settle_due(on=date(2026, 11, 8), actor=SYSTEM)
        assert PayItem.objects.count() == 1
    settle()

    net = sum(PayItem.objects.values_list("net", flat=True))
    expected = seizable(net, sources.figures().on(WORK, DAY), 0)
    assert sum(amount for _, amount in taken()) == expected > 0
    assert len(taken()) == 2
    clean()


def test_by_rank_and_alimony_before_without_a_limit(world: Any, clerks: Any, table: Any) -> None:
    """Alimony of 300.00 goes first; 53.86 is seizable: 20.00 end the first rank, 33.86 go to the second."""
    from payroll.deductions.models import Seizure

    second = clerks.seizure(rank=2, reference="Deux")
    first = clerks.seizure(rank=1, reference="Un", total=D("20.00"))
    alimony = clerks.seizure(kind="alimony", total=None, per_month=D("300.00"), reference="Pension")
    world.submit(world.contract())
    settle()

    assert taken() == [("alimony", D("300.00")), ("seizure", D("20.00")), ("seizure", D("33.86"))]
    states = {row.pk: row.state for row in Seizure.objects.all()}
    assert states == {second.pk: "active", first.pk: "paid_off", alimony.pk: "active"}
    assert first.creditor_id == second.creditor_id  # one account, one party
    clean()


def test_alimony_needs_no_table(world: Any, clerks: Any) -> None:
    """It has no limit but the pay itself: 9,999.00 a month takes it all, nothing is left to pay out."""
    from ledger.treasury.models import Payout

    clerks.seizure(kind="alimony", total=None, per_month=D("9999.00"))
    world.submit(world.contract())
    settle()
    assert taken() == [("alimony", D("434.65"))]
    assert not Payout.objects.filter(party_id=world.worker.party_id).exists()
    clean()


def test_a_seizure_that_nobody_checked_holds_the_pay_back(world: Any, clerks: Any, table: Any) -> None:
    """Agreed afterwards, the same pay is settled."""
    from payroll.deductions.services import agree_seizure
    from payroll.models import PayException, PayItem
    from payroll.services import settle_due

    seizure = clerks.seizure(agreed=False)
    world.submit(world.contract())
    settle()
    assert PayException.objects.get().code == "seizure_not_agreed"
    assert not PayItem.objects.exists()

    agree_seizure(seizure_id=seizure.pk, on=DAY, actor=world.actor(world.chief))
    settle_due(on=date(2026, 12, 2), actor=SYSTEM)
    assert taken() == [("seizure", D("53.86"))]
    clean()


def test_neither_the_clerk_nor_the_worker_agrees(world: Any, clerks: Any) -> None:
    from payroll.deductions.models import Seizure
    from payroll.deductions.services import agree_seizure, enter_seizure

    seizure = clerks.seizure(agreed=False)
    before = Seizure.objects.values().get()
    for actor in (world.actor(world.clerk), world.member, SYSTEM):
        with pytest.raises(DomainError) as refusal:
            agree_seizure(seizure_id=seizure.pk, on=DAY, actor=actor)
        assert refusal.value.code == "second_person_needed"
    with pytest.raises(DomainError):
        enter_seizure(
            person=world.clerk, kind="cession", creditor_name="Banque", creditor_iban="BE71096123456769",
            reference="x", notified_on=DAY, on=DAY, total=D(1), actor=world.actor(world.clerk),
        )  # fmt: skip
    assert Seizure.objects.values().get() == before


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"total": None}, "deduction_amount"),
        ({"total": D("0.00")}, "deduction_amount"),
        ({"creditor_iban": "BE00"}, "creditor_account"),
        ({"creditor_name": "—"}, "creditor_account"),
    ],
)
def test_what_cannot_be_paid_is_not_entered(world: Any, clerks: Any, wrong: Any, code: str) -> None:
    from ledger.models import Party
    from payroll.deductions.models import Seizure

    parties = Party.objects.count()
    with pytest.raises(DomainError) as refusal:
        clerks.seizure(**wrong)
    assert refusal.value.code == code
    assert not Seizure.objects.exists()
    assert Party.objects.count() == parties


def test_suspended_and_lifted_take_nothing(world: Any, clerks: Any) -> None:
    """Suspending is the way out while no table is loaded; resumed it counts again."""
    from payroll.deductions.services import lift_seizure, resume_seizure, suspend_seizure
    from payroll.models import PayItem

    chief = world.actor(world.chief)
    seizure = clerks.seizure()
    suspend_seizure(seizure_id=seizure.pk, answer="Barème attendu", on=DAY, actor=chief)
    world.submit(world.contract())
    settle()
    assert PayItem.objects.count() == 1
    assert taken() == []
    assert resume_seizure(seizure_id=seizure.pk, on=DAY, actor=chief).state == "active"
    assert lift_seizure(seizure_id=seizure.pk, answer="Mainlevée", on=DAY, actor=chief).state == "lifted"
    with pytest.raises(DomainError) as refusal:
        resume_seizure(seizure_id=seizure.pk, on=DAY, actor=chief)
    assert refusal.value.code == "deduction_state"


def test_what_comes_back_from_a_creditor_goes_out_again_to_the_right_account(
    world: Any, clerks: Any, table: Any
) -> None:
    from ledger.treasury.models import Payout
    from payroll.deductions.models import Seizure
    from payroll.deductions.services import correct_creditor, creditor_payment_returned
    from payroll.models import PayDeduction

    seizure = clerks.seizure()
    world.submit(world.contract())
    settle()
    payout = Payout.objects.get(party_id=seizure.creditor_id)
    Payout.objects.filter(pk=payout.pk).update(state="held")  # as the bank's return leaves its successor

    creditor_payment_returned(
        deduction_id=PayDeduction.objects.get().pk, reason="AC04", actor=Actor.system("bank")
    )
    assert Seizure.objects.get().returned == "AC04"
    correct_creditor(
        seizure_id=seizure.pk,
        creditor_name="Étude Janssens",
        creditor_iban="BE71 0961 2345 6769",
        on=DAY,
        actor=world.actor(world.chief),
    )
    payout.refresh_from_db()
    assert (payout.state, payout.iban, payout.amount) == ("open", "BE71096123456769", D("53.86"))
    assert Seizure.objects.get().returned == ""
    clean()
