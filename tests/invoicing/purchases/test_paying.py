"""From the batch to the statement of the bank; the books and the VAT return agree with it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.registry import Message
from core.uuid7 import uuid7
from invoicing.purchases import handlers
from invoicing.purchases.checks import purchases_equal_books, set_offs_equal_purchases
from invoicing.purchases.enums import PurchaseState
from invoicing.purchases.models import Purchase
from invoicing.purchases.services import accept_purchase, assign_purchase, payout_of
from invoicing.vat_sources import purchases_between
from ledger.models import LegalEntity
from ledger.treasury import bank_simulator as bank
from ledger.treasury.enums import PayoutState
from ledger.treasury.models import Payout
from ledger.treasury.services import create_batch, import_statement, release_batch
from tests.factories import actor, make_adviser, make_person
from tests.invoicing.purchases.papers import (
    DAY,
    DUE,
    abroad,
    holder,
    note_on,
    open_activity,
    paper,
    receive,
)

pytestmark = pytest.mark.usefixtures("house")


def news(payout: Payout) -> Message:
    """What the treasury says of a payment."""
    return Message(
        uuid7(),
        "payout",
        "treasury.payout",
        payout.pk,
        {
            "source_type": payout.source_type,
            "source_id": str(payout.source_id),
            "on": payout.paid_on.isoformat() if payout.paid_on else "",
        },
    )


def test_a_purchase_is_paid_by_the_bank_once_and_comes_back_when_the_bank_says_so() -> None:
    activity = open_activity()
    purchase = receive(paper("100.00"))
    assign_purchase(purchase_id=purchase.pk, activity_id=activity.pk, on=DAY, actor=holder(activity))
    accept_purchase(purchase_id=purchase.pk, category="office", on=DAY, actor=holder(activity))
    entity = LegalEntity.objects.get(code="PA")
    clerk, second = actor(make_adviser()), actor(make_person(user=True))
    batch = create_batch(entity_id=entity.pk, kind="supplier", due_until=DUE, on=DUE, actor=clerk)
    release_batch(batch_id=batch.pk, on=DUE, actor=second)
    payout = payout_of(purchase)
    assert payout is not None
    line = bank.BankMovement(Decimal("-121.00"), end_to_end_id=payout.end_to_end_id)
    opening = Decimal("5000.00")
    import_statement(
        content=bank.write_coda(
            [bank.BankStatement(entity.iban, 1, DUE, opening, (line,), holder=entity.name)]
        ),
        filename="a.cod",
        today=DUE,
        actor=clerk,
    )

    payout = payout_of(purchase)
    assert payout is not None and payout.state == PayoutState.PAID
    for _twice in (1, 2):
        handlers.payout_paid(news(payout))
        purchase.refresh_from_db()
        assert (purchase.state, purchase.paid_on) == (PurchaseState.PAID, DUE)

    handlers.payout_returned(news(payout))
    purchase.refresh_from_db()
    assert (purchase.state, purchase.paid_on) == (PurchaseState.TO_PAY, None)


def test_books_and_vat_return_agree_with_purchases_of_every_case() -> None:
    activity = open_activity(money="5000.00")

    def booked(document, category="office"):  # type: ignore[no-untyped-def]
        purchase = receive(document)
        assign_purchase(purchase_id=purchase.pk, activity_id=activity.pk, on=DAY, actor=holder(activity))
        return accept_purchase(purchase_id=purchase.pk, category=category, on=DAY, actor=holder(activity))

    domestic = paper("100.00")
    booked(domestic)
    booked(note_on(domestic, "33.33"))
    booked(paper("80.00"), "car")
    booked(paper("50.00", rate="0", category="AE", seller=abroad("FR", "FR40303265045")), "services")

    assert list(purchases_equal_books()) == []
    assert list(set_offs_equal_purchases()) == []
    entity = LegalEntity.objects.get(code="PA")
    rows = list(purchases_between(entity, date(2026, 11, 1), date(2026, 11, 30)))
    assert [(row.case, row.base, row.deductible, row.due, row.credit_note) for row in rows] == [
        ("domestic", Decimal("100.00"), Decimal("21.00"), 0, False),
        ("domestic", Decimal("33.33"), Decimal("7.00"), 0, True),
        ("domestic", Decimal("88.40"), Decimal("8.40"), 0, False),
        ("eu_services", Decimal("50.00"), Decimal("10.50"), Decimal("10.50"), False),
    ]
    assert list(purchases_between(entity, date(2026, 12, 1), date(2026, 12, 31))) == []


def test_the_check_sees_a_purchase_that_the_books_do_not_know() -> None:
    activity = open_activity()
    purchase = receive(paper("100.00"))
    assign_purchase(purchase_id=purchase.pk, activity_id=activity.pk, on=DAY, actor=holder(activity))
    accept_purchase(purchase_id=purchase.pk, category="office", on=DAY, actor=holder(activity))

    Purchase.objects.filter(pk=purchase.pk).update(total=Decimal("122.00"), cost=Decimal("101.00"))

    assert [found.code for found in purchases_equal_books()] == ["purchase_differs"] * 2
