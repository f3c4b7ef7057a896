"""Reminders: one letter per client, each step once whatever the schedule does, none when paid or disputed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.collection.law import consumer_rule
from invoicing.collection.services import (
    dispute_invoice,
    pause_invoices,
    resume_invoice,
    run_reminders,
)
from invoicing.enums import MessageState
from invoicing.errors import InvoiceNotOpen
from invoicing.models import ClientMessage, Invoice, Reminder
from invoicing.services import (
    credit_invoice,
    send_waiting_messages,
    settle_invoice,
)
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.factories import SYSTEM, load_cooperative
from tests.invoicing.collection.stories import DUE, ISSUED


def remind(days_late: int) -> list[Reminder]:
    return run_reminders(on=DUE + timedelta(days=days_late), actor=SYSTEM)


def steps() -> list[tuple[int, date]]:
    return list(Reminder.objects.order_by("pk").values_list("step", "sent_on"))


def test_the_ladder_of_a_firm_is_climbed_on_its_days(be: Cooperative) -> None:
    invoice = make_invoice(make_activity(), issued_on=ISSUED)
    assert invoice.due_on == DUE

    for days in range(60):
        remind(days)

    assert steps() == [(n, DUE + timedelta(days=d)) for n, d in ((1, 7), (2, 21), (3, 45))]


@pytest.mark.parametrize("days", [[7] * 5, [7, 7, 8, 21, 21, 45, 45, 60], [50, 50, 51, 63, 64, 64, 88, 200]])
def test_each_step_is_sent_once_whatever_the_schedule(be: Cooperative, days: list[int]) -> None:
    make_invoice(make_activity(), issued_on=ISSUED)

    for day in days:
        remind(day)

    sent = [step for step, _on in steps()]
    assert sent == sorted(set(sent))
    assert ClientMessage.objects.count() == len(sent)


def test_a_pause_of_the_schedule_hurries_no_step(be: Cooperative) -> None:
    make_invoice(make_activity(), issued_on=ISSUED)

    for days in range(50, 90):
        remind(days)

    # 14 days between steps 1 and 2, 24 between 2 and 3, as in the ladder.
    assert steps() == [(n, DUE + timedelta(days=d)) for n, d in ((1, 50), (2, 64), (3, 88))]


def test_an_invoice_that_was_paused_is_not_hurried_by_its_neighbour(be: Cooperative) -> None:
    activity = make_activity()
    client = make_client(activity)
    first, second = (make_invoice(activity, client, issued_on=ISSUED) for _ in range(2))
    pause_invoices(
        client_id=client.pk,
        invoice_ids=[second.pk],
        until=DUE + timedelta(days=43),
        reason="Vacances",
        on=DUE,
        actor=SYSTEM,
    )

    for days in range(60):
        remind(days)

    sent = {key: [] for key in (first.pk, second.pk)}
    for row in Reminder.objects.order_by("step"):
        sent[row.invoice_id].append((row.step, (row.sent_on - DUE).days))
    # The letter of day 45 lists the second invoice too, whose first step was the day before.
    assert sent == {first.pk: [(1, 7), (2, 21), (3, 45)], second.pk: [(1, 44), (2, 58)]}
    last = ClientMessage.objects.get(written_on=DUE + timedelta(days=45))
    assert first.number in last.body and second.number in last.body
    assert last.subject.startswith("Dernier rappel")


def test_one_letter_per_client_with_all_its_late_invoices(be: Cooperative) -> None:
    activity = make_activity()
    client = make_client(activity, language="nl")
    first, second = (make_invoice(activity, client, issued_on=ISSUED) for _ in range(2))
    make_invoice(activity, make_client(activity, name="Autre SRL"), issued_on=ISSUED)

    remind(7)

    letter = ClientMessage.objects.get(client=client)
    assert ClientMessage.objects.count() == 2
    assert letter.subject == "Herinnering: 2 openstaande factu(u)r(en)"
    assert first.number in letter.body and second.number in letter.body
    assert "1.210,00 €" in letter.body and "+++" in letter.body


def test_the_database_itself_refuses_a_second_reminder_of_a_step(be: Cooperative) -> None:
    make_invoice(make_activity(), issued_on=ISSUED)
    [reminder] = remind(7)

    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(
            invoice=reminder.invoice,
            step=1,
            sent_on=DUE,
            open_amount=1,
            days_late=1,
            message=reminder.message,
        )


def test_nobody_is_reminded_of_what_is_paid_credited_or_disputed(be: Cooperative) -> None:
    activity = make_activity()
    paid, credited, disputed = (make_invoice(activity, issued_on=ISSUED) for _ in range(3))
    settle_invoice(
        invoice_id=paid.pk,
        amount=Decimal("1210.00"),
        received_on=DUE,
        source_type="test",
        source_id=paid.pk,
        actor=SYSTEM,
    )
    credit_invoice(invoice_id=credited.pk, on=DUE, actor=SYSTEM, reason="Annulé")
    dispute_invoice(invoice_id=disputed.pk, on=DUE, reason="Travail refusé", actor=SYSTEM)

    assert remind(30) == []

    resume_invoice(invoice_id=disputed.pk, on=DUE, actor=SYSTEM)
    assert [reminder.step for reminder in remind(30)] == [1]
    with pytest.raises(InvoiceNotOpen):
        dispute_invoice(invoice_id=paid.pk, on=DUE, reason="", actor=SYSTEM)


def test_a_partly_paid_invoice_is_reminded_of_the_rest(be: Cooperative) -> None:
    invoice = make_invoice(make_activity(), issued_on=ISSUED)
    settle_invoice(
        invoice_id=invoice.pk,
        amount=Decimal("1000.00"),
        received_on=DUE,
        source_type="test",
        source_id=invoice.pk,
        actor=SYSTEM,
    )

    [reminder] = remind(7)

    assert reminder.open_amount == Decimal("210.00")
    assert "210,00 € restent à payer" in reminder.message.body


def test_the_first_reminder_of_a_consumer_is_free_and_says_so(be: Cooperative) -> None:
    activity = make_activity()
    person = make_client(activity, kind="consumer", vat_number="", enterprise_number="", name="Anna Dubois")
    make_invoice(activity, person, flat("300.00"), issued_on=ISSUED)

    [first] = remind(7)
    [second] = remind(28)

    assert (first.flat, first.interest) == (0, 0)
    assert "gratuit" in first.message.body and "14 jours" in first.message.body
    # 363.00 open: 30 + 10 % of 213.00
    assert second.flat == Decimal("51.30")
    assert "XIX.4" in second.law


def test_a_firm_is_told_of_interest_and_forty_euro_from_the_second_step(be: Cooperative) -> None:
    make_invoice(make_activity(), issued_on=ISSUED)
    remind(7)

    [second] = remind(21)

    # 1,210.00 × 10.5 % × 21 / 365
    assert (second.interest, second.flat) == (Decimal("7.31"), Decimal("40.00"))


@pytest.mark.parametrize(
    ("open_amount", "cap"), [("100", "20"), ("150", "20"), ("500", "65"), ("1000", "90"), ("90000", "2000")]
)
def test_the_indemnity_of_a_consumer_is_capped(open_amount: str, cap: str) -> None:
    assert consumer_rule("BE", DUE).indemnity(Decimal(open_amount)) == Decimal(cap)


def test_letters_leave_once_and_stay_as_rows(cooperative_be: Cooperative) -> None:
    with tenant_scope(cooperative_be):
        load_cooperative()
        activity = make_activity()
        make_invoice(activity, issued_on=ISSUED)
        nameless = make_client(activity, name="Sans adresse", email="")
        make_invoice(activity, nameless, issued_on=ISSUED)
        remind(7)

    assert send_waiting_messages(cooperative_be) == 1
    assert send_waiting_messages(cooperative_be) == 0

    [letter] = mail.outbox
    assert letter.to == ["compta@theatre.example"] and "Rappel" in letter.subject
    with tenant_scope(cooperative_be):
        assert set(ClientMessage.objects.values_list("state", flat=True)) == {
            MessageState.SENT,
            MessageState.NO_ADDRESS,
        }
        assert Invoice.objects.count() == 2
