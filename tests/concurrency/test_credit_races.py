"""Many at once on what clients owe and are owed: refunds, credit notes, payments and reminders."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.cluster import FreshDatabase
from tests.factories import SYSTEM

DAY = date(2026, 11, 25)
IBAN = "BE71096123456769"


def belgium() -> Any:
    from core.models import Cooperative

    return Cooperative.objects.get(slug="be")


@pytest.fixture
def town(fresh_database: FreshDatabase) -> dict[str, UUID]:
    """Two late invoices of 121.00 of one client."""
    from core.models import Cooperative
    from core.tenancy import tenant_scope
    from tests.activities.builders import flat, make_activity, make_client, make_invoice
    from tests.factories import load_cooperative

    Cooperative.objects.create(id=1, slug="be", name="be", country="BE", languages=["fr"])
    with tenant_scope(belgium()):
        load_cooperative()
        activity = make_activity()
        client = make_client(activity)
        one, two = (
            make_invoice(activity, client, flat("100.00"), issued_on=DAY - timedelta(days=60))
            for _ in range(2)
        )
    return {"one": one.pk, "two": two.pk}


def receive(invoice_id: UUID, amount: str) -> str:
    from core.tenancy import tenant_scope
    from invoicing.models import Invoice
    from invoicing.services import settle_invoice
    from ledger.enums import Journal
    from ledger.services import post_entry
    from ledger.types import Entry, cr, dr

    with tenant_scope(belgium()):
        invoice = Invoice.objects.select_related("client").get(pk=invoice_id)
        source, money = uuid4(), Decimal(amount)
        lines = (dr("580", money), cr("400", money, party=invoice.client.party_id))
        post_entry(Entry(invoice.entity_id, DAY, Journal.BANK, "test", source, "receipt", "test", lines))
        return settle_invoice(
            invoice_id=invoice_id, amount=money, received_on=DAY, source_type="test", source_id=source,
            actor=SYSTEM,
        ).state  # fmt: skip


def refund(invoice_id: UUID, amount: str) -> str:
    from core.tenancy import tenant_scope
    from invoicing.services.credits import refund_credit

    with tenant_scope(belgium()):
        refund_credit(invoice_id=invoice_id, amount=Decimal(amount), iban=IBAN, on=DAY, actor=SYSTEM)
    return "refunded"


def give_up(payout_id: UUID) -> str:
    from core.tenancy import tenant_scope
    from invoicing.services.credits import cancel_refund

    with tenant_scope(belgium()):
        cancel_refund(payout_id=payout_id, on=DAY, actor=SYSTEM)
    return "given up"


def batch(entity_id: UUID) -> str:
    from core.tenancy import tenant_scope
    from ledger.treasury.services import create_batch

    with tenant_scope(belgium()):
        create_batch(entity_id=entity_id, kind="refund", due_until=DAY, on=DAY, actor=SYSTEM)
    return "batched"


def set_off(source: UUID, target: UUID, amount: str) -> str:
    from core.tenancy import tenant_scope
    from invoicing.services.credits import set_off_credit

    with tenant_scope(belgium()):
        set_off_credit(from_id=source, to_id=target, amount=Decimal(amount), on=DAY, actor=SYSTEM)
    return "set off"


def credit(invoice_id: UUID) -> str:
    from core.tenancy import tenant_scope
    from invoicing.services import credit_invoice

    with tenant_scope(belgium()):
        credit_invoice(invoice_id=invoice_id, on=DAY, reason="Erreur", actor=SYSTEM)
    return "credited"


def remind() -> str:
    from core.tenancy import tenant_scope
    from invoicing.collection.services import run_reminders

    with tenant_scope(belgium()):
        return f"{len(run_reminders(on=DAY, actor=SYSTEM))} reminders"


def act(what: Any, values: tuple[Any, ...]) -> Any:
    return what(*values)


def clean() -> bool:
    from invoicing.checks import invoices_equal_books, invoices_equal_payments
    from ledger.treasury.checks import check_batches

    return not [
        *invoices_equal_books(), *invoices_equal_payments(), *check_batches()
    ]  # fmt: skip


def test_a_credit_is_given_back_or_set_off_once(fresh_database: FreshDatabase, town: dict[str, UUID]) -> None:
    from core.tenancy import tenant_scope
    from invoicing.models import Invoice
    from ledger.treasury.models import Payout

    receive(town["one"], "242.00")
    acts = [(refund, (town["one"], "121.00")), (set_off, (town["one"], town["two"], "121.00"))] * 4

    outcomes = fresh_database.in_threads(act, *acts)

    assert len([outcome for outcome in outcomes if outcome.ok]) == 1
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"no_credit_left"}
    with tenant_scope(belgium()):
        given = sum(Payout.objects.values_list("amount", flat=True))
        assert given + Invoice.objects.get(pk=town["two"]).paid == Decimal("121.00")
        assert Invoice.objects.get(pk=town["one"]).open_amount == 0
        assert clean()


def test_a_refund_leaves_in_a_batch_or_is_given_up_never_both(
    fresh_database: FreshDatabase, town: dict[str, UUID]
) -> None:
    from core.tenancy import tenant_scope
    from invoicing.models import Invoice
    from ledger.treasury.models import Payout

    receive(town["one"], "242.00")
    refund(town["one"], "121.00")
    with tenant_scope(belgium()):
        payout = Payout.objects.get()

    outcomes = fresh_database.in_threads(act, *([(give_up, (payout.pk,)), (batch, (payout.entity_id,))] * 4))

    assert len([outcome for outcome in outcomes if outcome.ok]) == 1
    assert {outcome.code for outcome in outcomes if not outcome.ok} <= {"payout_on_its_way", "nothing_to_pay"}
    with tenant_scope(belgium()):
        payout.refresh_from_db()
        left = Invoice.objects.get(pk=town["one"]).open_amount
        assert (payout.state, left) in {("withdrawn", Decimal("-121.00")), ("batched", Decimal("0.00"))}
        assert clean()


def test_a_payment_a_credit_note_and_reminders_at_once_leave_every_cent_in_one_place(
    fresh_database: FreshDatabase, town: dict[str, UUID]
) -> None:
    from core.outbox import drain
    from core.tenancy import tenant_scope
    from invoicing.collection.models import Charge
    from invoicing.models import Invoice, Reminder

    acts: list[tuple[Any, tuple[Any, ...]]] = [
        (receive, (town["one"], "121.00")),
        (credit, (town["one"],)),
        (remind, ()),
        (receive, (town["two"], "60.00")),
        (remind, ()),
        (receive, (town["two"], "61.00")),
    ]

    outcomes = fresh_database.in_threads(act, *acts)

    assert [outcome.detail for outcome in outcomes if not outcome.ok] == []
    with tenant_scope(belgium()):
        drain(belgium())
        one, two = (Invoice.objects.get(pk=town[name]) for name in ("one", "two"))
        assert (one.state, one.open_amount) == ("credited", Decimal("-121.00"))
        assert (two.state, two.open_amount) == ("paid", Decimal("0.00"))
        steps = list(Reminder.objects.values_list("invoice_id", "step"))
        assert len(steps) == len(set(steps))
        assert not [row for row in Charge.objects.filter(invoice=one) if row.open_amount]
        assert clean()
