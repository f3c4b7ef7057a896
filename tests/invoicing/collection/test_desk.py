"""The desk: the money at stake first, and all that is known of a client beside it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from activities.models import Activity
from invoicing.collection import selectors
from invoicing.collection.ladders import ladders_on
from invoicing.collection.selectors import LateClient
from invoicing.collection.services import dispute_invoice, note_contact, pause_invoices, run_reminders
from tests.activities.builders import flat, make_client, make_invoice
from tests.factories import SYSTEM
from tests.invoicing.collection.stories import DUE, ISSUED

D = Decimal


def desk(on: date, at_least: str = "0") -> list[LateClient]:
    groups = selectors.desk(selectors.late_with_step(on), at_least=D(at_least))
    return selectors.late_clients(list(groups), ladders_on(on), on)


def test_late_clients_show_the_money_at_stake_first(activity: Activity) -> None:
    small, large = make_client(activity, name="Petit SRL"), make_client(activity, name="Grand SRL")
    make_invoice(activity, small, flat("100.00"), issued_on=ISSUED)
    first = make_invoice(activity, large, issued_on=ISSUED)
    make_invoice(activity, large, issued_on=date(2026, 9, 10))
    dispute_invoice(invoice_id=first.pk, on=DUE, reason="x", actor=SYSTEM)

    groups = desk(date(2026, 11, 1))

    assert [(g.client.name, g.at_stake, g.disputed, g.days_late, g.count) for g in groups] == [
        ("Grand SRL", D("1210.00"), D("1210.00"), 31, 2),
        ("Petit SRL", D("121.00"), D("0.00"), 31, 1),
    ]
    assert [g.client.name for g in desk(date(2026, 11, 1), "200")] == ["Grand SRL"]


def test_the_desk_says_which_step_comes_when(activity: Activity) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    [before] = desk(DUE + timedelta(days=2))
    assert (before.step, before.next_step, before.next_on) == (0, 1, DUE + timedelta(days=7))

    run_reminders(on=DUE + timedelta(days=10), actor=SYSTEM)
    [after] = desk(DUE + timedelta(days=11))
    # Fourteen days after the first one, which came three days late.
    assert (after.step, after.next_step, after.next_on) == (1, 2, DUE + timedelta(days=24))

    until = DUE + timedelta(days=60)
    pause_invoices(
        client_id=invoice.client_id,
        invoice_ids=[invoice.pk],
        until=until,
        reason="Vacances",
        on=DUE + timedelta(days=11),
        actor=SYSTEM,
    )
    [held] = desk(DUE + timedelta(days=30))
    assert ([word for word, _ in held.held_words], held.next_on) == (["paused"], None)


def test_a_promise_stands_beside_the_client(activity: Activity) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    on = DUE + timedelta(days=8)
    note_contact(
        client_id=invoice.client_id,
        kind="phone",
        text="Paiera fin octobre",
        on=on,
        promised_on=date(2026, 10, 30),
        pause=True,
        actor=SYSTEM,
    )

    [group] = desk(on)

    assert group.promise is not None
    assert (group.promise.promised_on, group.next_on) == (date(2026, 10, 30), None)
    assert run_reminders(on=date(2026, 10, 30), actor=SYSTEM) == []
    assert len(run_reminders(on=date(2026, 10, 31), actor=SYSTEM)) == 1
