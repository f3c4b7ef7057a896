"""How clients pay: on average, weighted by amount, and whether it gets better."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.utils import translation

from activities.models import Activity
from invoicing.collection.behaviour import Behaviour, behaviour_of, late_now
from invoicing.models import Client
from invoicing.services import settle_invoice
from tests.activities.builders import flat, make_client, make_invoice
from tests.factories import SYSTEM

D = Decimal
START = date(2026, 1, 5)


def history(activity: Activity, client: Client, *days_late: int, amounts: Sequence[str] = ()) -> UUID:
    for place, days in enumerate(days_late):
        amount = amounts[place] if amounts else "100.00"
        invoice = make_invoice(activity, client, flat(amount), issued_on=START + timedelta(days=7 * place))
        assert invoice.due_on is not None
        settle_invoice(
            invoice_id=invoice.pk,
            amount=invoice.total,
            received_on=invoice.due_on + timedelta(days=days),
            source_type="test",
            source_id=uuid4(),
            actor=SYSTEM,
        )
    return client.pk


def test_the_average_is_weighted_by_what_was_at_stake(activity: Activity) -> None:
    client = history(activity, make_client(activity), 0, 30, amounts=("100.00", "900.00"))

    assert behaviour_of([client]) == {client: Behaviour(27, D("0.50"), None, 2)}
    assert behaviour_of()[client].count == 2


def test_the_last_six_make_the_trend(activity: Activity) -> None:
    client = history(activity, make_client(activity), 40, 40, 40, 10, 10, 10, 10, 10, 10)
    found = behaviour_of([client])[client]

    assert (found.trend, found.count, found.late_share) == (-30, 9, D("1.00"))
    with translation.override("en"):
        assert found.in_words == "Pays on average 20 days late, getting better; based on 9 invoices."


def test_few_invoices_make_no_trend_and_none_no_behaviour(activity: Activity) -> None:
    client = history(activity, make_client(activity), -3, -3)

    with translation.override("en"):
        assert behaviour_of([client])[client].in_words == "Pays on time; based on 2 invoices."
    assert behaviour_of([make_client(activity).pk]) == {}
    assert behaviour_of([]) == {}


def test_what_is_late_now_is_counted_apart(activity: Activity) -> None:
    client = make_client(activity)
    make_invoice(activity, client, flat("100.00"), issued_on=START)
    late = make_invoice(activity, client, flat("50.00"), issued_on=START)
    assert late.due_on is not None

    found = late_now([client.pk], late.due_on + timedelta(days=9))[client.pk]

    assert (found.count, found.amount, found.days) == (2, D("181.50"), 9)
    assert late_now([client.pk], late.due_on) == {}
