"""One invoice of a supplier borne by several Activities or kinds of cost, to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from activities.errors import NotAHolder, NotYourOwn
from activities.models import Activity
from core.money import ZERO
from invoicing.purchases.checks import parts_equal_books, purchases_equal_books
from invoicing.purchases.enums import PurchaseState
from invoicing.purchases.errors import EntityMismatch, PurchaseCategoryUnfit, PurchasePartsWrong
from invoicing.purchases.models import Purchase, PurchasePart, PurchaseVat
from invoicing.purchases.selectors import visible_purchases, waiting_of
from invoicing.purchases.services import (
    PartInput,
    accept_purchase,
    approve_purchase,
    assign_purchase,
    give_back_purchase,
    send_back_purchase,
    split_purchase,
)
from invoicing.purchases.sources import vat_between
from invoicing.ubl import Line, Unit, VatCategory, VatSubtotal
from ledger.errors import BudgetExceeded
from ledger.models import JournalEntry, JournalLine, Reservation
from tests.factories import SYSTEM, actor, make_adviser, make_person
from tests.invoicing.purchases.papers import DAY, abroad, holder, note_on, open_activity, paper, receive

pytestmark = pytest.mark.usefixtures("house")


def split(purchase: Purchase, *parts: tuple[Activity, str, str] | tuple[Activity, str, str, int]) -> Purchase:
    """Finance says who bears what: Activity, kind of cost, amount without VAT, VAT row."""
    return split_purchase(
        purchase_id=purchase.pk,
        parts=[
            PartInput(part[0].pk, part[1], Decimal(part[2]), part[3] if len(part) > 3 else 0)
            for part in parts
        ],
        on=DAY,
        actor=SYSTEM,
    )


def accept(purchase: Purchase, *activities: Activity, **more: Any) -> Purchase:
    """The people of these Activities agree, in turn."""
    for activity in activities:
        purchase = accept_purchase(purchase_id=purchase.pk, on=DAY, actor=holder(activity), **more)
    return purchase


def booked(purchase: Purchase) -> list[tuple[str, str, str, object]]:
    """What was posted: account, debit, credit, whose budget."""
    rows = JournalLine.objects.filter(entry__source_id=purchase.pk).order_by("entry_id", "position")
    return [(row.account, f"{row.debit:f}", f"{row.credit:f}", row.budget_id) for row in rows]


def balance(activity: Activity) -> Decimal:
    """What the Activity has now."""
    activity.budget.refresh_from_db()
    return activity.budget.balance


def held() -> dict[object, Decimal]:
    """What is set aside, by budget."""
    return dict(Reservation.objects.filter(amount__gt=0).values_list("budget_id", "amount"))


def left_in_books() -> dict[tuple[str, object], Decimal]:
    """Accounts and budgets that purchases did not leave at zero."""
    sums: dict[tuple[str, object], Decimal] = {}
    for row in JournalLine.objects.filter(entry__source_type="purchases.purchase"):
        for key in ((row.account, None), ("budget", row.budget_id)):
            if key != ("budget", None):
                sums[key] = sums.get(key, ZERO) + row.debit - row.credit
    return {key: amount for key, amount in sums.items() if amount}


def two_rates(first: str, second: str, **more: Any) -> Any:
    """A document with some at 21 % and some at 6 %."""
    bases = Decimal(first), Decimal(second)
    rates = Decimal(21), Decimal(6)
    pairs = list(zip(bases, rates, strict=True))
    return paper(
        lines=tuple(
            Line("Chose", Decimal(1), Unit.PIECE, base, base, VatCategory.STANDARD, rate)
            for base, rate in pairs
        ),
        vat=tuple(
            VatSubtotal(VatCategory.STANDARD, rate, base, (base * rate / 100).quantize(Decimal("0.01")))
            for base, rate in pairs
        ),
        **more,
    )


def test_each_activity_bears_its_part_once_all_have_agreed() -> None:
    one, other = open_activity(), open_activity()
    purchase = split(receive(paper("100.00")), (one, "office", "60.00"), (other, "material", "40.00"))

    first = accept(purchase, one)
    assert first.state == PurchaseState.ASSIGNED
    assert not JournalEntry.objects.filter(source_id=purchase.pk).exists()
    assert list(waiting_of([one.pk])) == []
    assert list(waiting_of([other.pk])) == [purchase]

    done = accept(purchase, other)

    assert done.state == PurchaseState.TO_PAY
    assert booked(done) == [
        ("6125", "60.00", "0.00", one.budget_id),
        ("6121", "40.00", "0.00", other.budget_id),
        ("411", "21.00", "0.00", None),
        ("440", "0.00", "121.00", None),
    ]
    assert (balance(one), balance(other)) == (Decimal("940.00"), Decimal("960.00"))
    assert [*purchases_equal_books(), *parts_equal_books()] == []


def test_the_same_invoice_under_two_kinds_of_cost_deducts_each_by_its_own_share() -> None:
    """A car deducts half of its VAT, a restaurant none: 50.00 with 10.50, 25 with 5.25, 25 with 5.25."""
    activity = open_activity()
    purchase = split(
        receive(paper("100.00")),
        (activity, "car", "50.00"),
        (activity, "restaurant", "25.00"),
        (activity, "office", "25.00"),
    )

    done = accept(purchase, activity)

    assert booked(done) == [
        ("6120", "55.25", "0.00", activity.budget_id),
        ("6122", "30.25", "0.00", activity.budget_id),
        ("6125", "25.00", "0.00", activity.budget_id),
        ("411", "10.50", "0.00", None),
        ("440", "0.00", "121.00", None),
    ]
    assert (done.recoverable_vat, done.cost) == (Decimal("10.50"), Decimal("110.50"))


def test_cents_go_where_the_house_sends_them_and_none_is_lost() -> None:
    """0.10 and 0.02 of VAT over three Activities: the parts of each make it."""
    three = [open_activity() for _ in range(3)]
    document = paper("0.10")
    bases = zip(three, ("0.03", "0.03", "0.04"), strict=True)
    purchase = split(receive(document), *((row, "office", amount) for row, amount in bases))

    done = accept(purchase, *three)

    rows = list(PurchaseVat.objects.filter(purchase=done).order_by("part__position"))
    assert [(row.base, row.tax, row.deductible) for row in rows] == [
        (Decimal("0.03"), Decimal("0.01"), Decimal("0.01")),
        (Decimal("0.03"), Decimal("0.00"), Decimal("0.00")),
        (Decimal("0.04"), Decimal("0.01"), Decimal("0.01")),
    ]
    assert sum((row.tax for row in rows), ZERO) == document.vat[0].tax == Decimal("0.02")


def test_a_split_over_activities_alone_deducts_what_it_deducts_unsplit() -> None:
    """Half of 0.63 is 0.32 (0.315), whole or in three: 3 × r(0.105) would be 0.33."""
    three = [open_activity() for _ in range(3)]
    purchase = split(receive(paper("3.00")), *((row, "car", "1.00") for row in three))

    assert accept(purchase, *three).recoverable_vat == Decimal("0.32")


@pytest.mark.parametrize("steps", [("100.00",), ("33.33", "33.33", "33.34"), ("0.01", "99.98", "0.01")])
def test_credit_notes_give_back_the_same_parts_whatever_their_number(steps: tuple[str, ...]) -> None:
    one, other = open_activity(), open_activity()
    document = paper("100.00")
    invoice = split(
        receive(document), (one, "car", "33.33"), (other, "car", "33.34"), (other, "office", "33.33")
    )
    accept(invoice, one, other)

    for amount in steps:
        note = receive(note_on(document, amount))
        assign_purchase(purchase_id=note.pk, activity_id=one.pk, on=DAY, actor=SYSTEM)
        assert accept(note, one).state == PurchaseState.BOOKED

    assert {key: amount for key, amount in left_in_books().items() if key[0] == "budget"} == {}
    assert (balance(one), balance(other)) == (Decimal("1000.00"), Decimal("1000.00"))
    assert [*purchases_equal_books(), *parts_equal_books()] == []


def test_a_credit_note_in_part_takes_from_each_part_what_it_bears() -> None:
    one, other = open_activity(), open_activity()
    document = two_rates("100.00", "50.00")
    invoice = split(
        receive(document), (one, "office", "60.00"), (other, "office", "40.00"), (one, "material", "50.00", 1)
    )
    accept(invoice, one, other)
    before = balance(one), balance(other)

    note = receive(note_on(document, "10.00"))
    accept(assign_purchase(purchase_id=note.pk, activity_id=one.pk, on=DAY, actor=SYSTEM), other, one) if (
        False
    ) else accept(assign_purchase(purchase_id=note.pk, activity_id=one.pk, on=DAY, actor=SYSTEM), one)

    assert (balance(one) - before[0], balance(other) - before[1]) == (Decimal("6.00"), Decimal("4.00"))


@pytest.mark.parametrize("steps", [("1.00",), ("0.33", "0.33", "0.34")])
def test_credit_notes_on_an_unsplit_invoice_give_back_what_was_deducted(steps: tuple[str, ...]) -> None:
    """Half of 0.21 is 0.11; three notes of 0.07 would each give back 0.04: 0.12."""
    activity, document = open_activity(), paper("1.00")
    invoice = receive(document)
    assign_purchase(purchase_id=invoice.pk, activity_id=activity.pk, on=DAY, actor=SYSTEM)
    accept(invoice, activity, category="car")
    for amount in steps:
        note = receive(note_on(document, amount))
        assign_purchase(purchase_id=note.pk, activity_id=activity.pk, on=DAY, actor=SYSTEM)
        accept(note, activity, category="car")

    assert left_in_books() == {}


def test_what_we_owe_ourselves_is_spread_and_given_back_too() -> None:
    """Services from abroad, 10.03 without VAT: 2.11 due and deducted; notes of 3.34, 3.34, 3.35 undo it."""
    one, other = open_activity(), open_activity()
    document = paper("10.03", rate="0", category="AE", seller=abroad("FR", "FR40303265045"))
    invoice = split(receive(document), (one, "services", "5.01"), (other, "services", "5.02"))
    done = accept(invoice, one, other)
    assert (done.due_vat, done.recoverable_vat, done.cost) == (
        Decimal("2.11"),
        Decimal("2.11"),
        Decimal("10.03"),
    )
    for amount in ("3.34", "3.34", "3.35"):
        note = receive(note_on(document, amount))
        assign_purchase(purchase_id=note.pk, activity_id=one.pk, on=DAY, actor=SYSTEM)
        accept(note, one)

    assert left_in_books() == {}


def test_the_vat_return_reads_each_part_under_its_own_nature() -> None:
    """Material is goods (grid 81), the rest services (82)."""
    one, other = open_activity(), open_activity()
    purchase = split(receive(paper("100.00")), (one, "material", "60.00"), (other, "office", "40.00"))
    accept(purchase, one, other)

    rows = list(vat_between(one.entity, date(2026, 11, 1), date(2026, 11, 30)))

    assert [(row.nature, row.base, row.deductible) for row in rows] == [
        ("goods", Decimal("60.00"), Decimal("12.60")),
        ("services", Decimal("40.00"), Decimal("8.40")),
    ]


def test_above_the_threshold_each_budget_is_reserved_and_nobody_of_them_approves() -> None:
    one, other = open_activity(money="5000.00"), open_activity(money="5000.00")
    purchase = split(receive(paper("2000.00")), (one, "office", "1500.00"), (other, "office", "500.00"))

    waiting = accept(purchase, one, other)

    assert waiting.state == PurchaseState.APPROVAL
    assert held() == {one.budget_id: Decimal("1500.00"), other.budget_id: Decimal("500.00")}
    for activity in (one, other):
        with pytest.raises(NotYourOwn):
            approve_purchase(purchase_id=purchase.pk, on=DAY, actor=holder(activity))
    assert not JournalEntry.objects.filter(source_id=purchase.pk).exists()

    adviser = actor(make_adviser())
    back = send_back_purchase(purchase_id=purchase.pk, reason="Combien ?", actor=adviser)
    assert back.state == PurchaseState.ASSIGNED
    assert held() == {}
    assert not PurchasePart.objects.filter(accepted_on__isnull=False).exists()

    accept(purchase, one, other)
    done = approve_purchase(purchase_id=purchase.pk, on=DAY, actor=adviser)
    assert done.state == PurchaseState.TO_PAY
    assert (balance(one), balance(other)) == (Decimal("3500.00"), Decimal("4500.00"))
    one.budget.refresh_from_db()
    assert one.budget.reserved == ZERO


def test_one_empty_budget_keeps_all_of_it_out_of_the_books() -> None:
    rich, poor = open_activity(), open_activity(money="10.00")
    purchase = split(receive(paper("100.00")), (rich, "office", "50.00"), (poor, "office", "50.00"))
    accept(purchase, rich)

    with pytest.raises(BudgetExceeded):
        accept(purchase, poor)

    assert not JournalEntry.objects.filter(source_id=purchase.pk).exists()
    assert (balance(rich), balance(poor)) == (Decimal("1000.00"), Decimal("10.00"))


@pytest.mark.parametrize(
    ("amounts", "error"),
    [
        (("60.00", "39.99"), PurchasePartsWrong),
        (("120.00", "-20.00"), PurchasePartsWrong),
        (("60.005", "39.995"), PurchasePartsWrong),
        (("100.00",), None),
    ],
)
def test_parts_make_the_document_to_the_cent(amounts: tuple[str, ...], error: type[Exception] | None) -> None:
    activities = [open_activity() for _ in amounts]
    purchase = receive(paper("100.00"))
    wanted = [(activity, "office", amount) for activity, amount in zip(activities, amounts, strict=True)]

    if error is None:
        assert split(purchase, *wanted).parts.count() == 1
        return
    with pytest.raises(error):
        split(purchase, *wanted)

    assert not PurchasePart.objects.exists()
    purchase.refresh_from_db()
    assert (purchase.state, purchase.activity) == (PurchaseState.UNASSIGNED, None)


def test_a_part_needs_a_kind_of_cost_that_is_bought_and_an_activity_of_the_company() -> None:
    ours, theirs = open_activity(), open_activity("FA")
    purchase = receive(paper("100.00"))

    with pytest.raises(PurchaseCategoryUnfit):
        split(purchase, (ours, "mileage", "100.00"))
    with pytest.raises(EntityMismatch):
        split(purchase, (ours, "office", "50.00"), (theirs, "office", "50.00"))
    with pytest.raises(PurchasePartsWrong):
        split(purchase, (ours, "office", "100.00"), (ours, "office", "1.00", 7))

    assert not PurchasePart.objects.exists()


def test_who_bears_a_part_sees_it_and_may_say_it_is_not_theirs() -> None:
    one, other = open_activity(), open_activity()
    person, stranger = holder(other), make_person(user=True)
    purchase = split(receive(paper("100.00")), (one, "office", "60.00"), (other, "office", "40.00"))
    from members.models import Person

    them = Person.objects.get(pk=person.person_id)
    assert list(visible_purchases(them)) == [purchase]
    assert list(visible_purchases(stranger)) == []
    with pytest.raises(NotAHolder):
        accept_purchase(purchase_id=purchase.pk, on=DAY, actor=actor(stranger))
    assert not PurchasePart.objects.filter(accepted_on__isnull=False).exists()

    accept(purchase, one)
    back = give_back_purchase(purchase_id=purchase.pk, reason="Pas pour moi", actor=person)
    assert (back.state, back.activity) == (PurchaseState.UNASSIGNED, None)
    assert not PurchasePart.objects.exists()


def test_what_is_given_to_one_activity_after_all_is_whole_again() -> None:
    one, other = open_activity(), open_activity()
    purchase = split(receive(paper("100.00")), (one, "office", "60.00"), (other, "office", "40.00"))

    assign_purchase(purchase_id=purchase.pk, activity_id=one.pk, on=DAY, actor=SYSTEM)
    done = accept(purchase, one, category="office")

    assert done.state == PurchaseState.TO_PAY
    assert (balance(one), balance(other)) == (Decimal("900.00"), Decimal("1000.00"))


def test_what_an_adviser_sent_back_may_be_accepted_again() -> None:
    activity, adviser = open_activity(money="5000.00"), actor(make_adviser())
    purchase = receive(paper("2000.00"))
    assign_purchase(purchase_id=purchase.pk, activity_id=activity.pk, on=DAY, actor=SYSTEM)
    accept(purchase, activity, category="office")
    send_back_purchase(purchase_id=purchase.pk, reason="Quelle catégorie ?", actor=adviser)
    assert held() == {}

    accept(purchase, activity, category="material")
    assert held() == {activity.budget_id: Decimal("2000.00")}
    approve_purchase(purchase_id=purchase.pk, on=DAY, actor=adviser)

    assert held() == {}
    assert balance(activity) == Decimal("3000.00")


def test_the_books_say_when_a_part_stands_on_another_budget() -> None:
    one, other = open_activity(), open_activity()
    purchase = split(receive(paper("100.00")), (one, "office", "60.00"), (other, "office", "40.00"))
    accept(purchase, one, other)
    assert [*parts_equal_books()] == []

    PurchasePart.objects.filter(purchase=purchase).update(activity=one)

    assert {found.code for found in parts_equal_books()} == {"purchase_part_differs"}
