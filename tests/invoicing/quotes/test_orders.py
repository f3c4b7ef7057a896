"""Orders: an accepted quote invoiced at once, by percentages, by lines; never more than was ordered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.models import AuditEvent, Cooperative
from core.outbox import deliver, relay_once
from core.registry import Message
from invoicing.models import Invoice
from invoicing.quotes import selectors, services
from invoicing.quotes.enums import OrderState, QuoteState
from invoicing.quotes.errors import (
    NothingChosen,
    OrderExceeded,
    OrderNotOpen,
    PlannedDatesInvalid,
    QuoteNotAccepted,
)
from invoicing.quotes.models import Order, OrderPart
from invoicing.quotes.services.parts import invoice_credited
from invoicing.services import change_draft, credit_invoice, delete_draft, issue_invoice
from invoicing.types import LineInput
from tests.activities.builders import flat, make_activity
from tests.factories import SYSTEM, load_cooperative
from tests.invoicing.quotes.builders import MONDAY, accept, euro, make_order, sent_quote

MIXED = [
    LineInput("Graphisme", Decimal(3), "day", Decimal("333.33"), "standard"),
    LineInput("Impression", Decimal(1), "flat", Decimal("150.00"), "standard"),
]


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def invoiced(order: Order, kind: str, **fields: object) -> Invoice:
    return services.invoice_order(
        order_id=order.pk,
        kind=kind,
        delivery_date=MONDAY,
        actor=SYSTEM,
        **fields,  # type: ignore[arg-type]
    )


def issue(invoice: Invoice) -> Invoice:
    return issue_invoice(invoice_id=invoice.pk, issued_on=MONDAY, actor=SYSTEM)


def test_an_accepted_quote_becomes_an_order_with_the_clients_number(be: Cooperative) -> None:
    quote = sent_quote()
    accept(quote, order_reference="BC 77")

    order = services.order_quote(
        quote_id=quote.pk, on=MONDAY, actor=SYSTEM, planned_from=MONDAY, planned_to=date(2026, 11, 20)
    )

    quote.refresh_from_db()
    assert (order.number, order.client_reference, order.net) == ("PA-CM-2026-000001", "BC 77", euro("1000"))
    assert (order.left, quote.state) == (euro("1000"), QuoteState.ORDERED)


def test_only_an_accepted_quote_becomes_an_order_and_once(be: Cooperative) -> None:
    waiting, accepted = sent_quote(), sent_quote()
    accept(accepted)
    services.order_quote(quote_id=accepted.pk, on=MONDAY, actor=SYSTEM)

    for quote in (waiting, accepted):
        with pytest.raises(QuoteNotAccepted), transaction.atomic():
            services.order_quote(quote_id=quote.pk, on=MONDAY, actor=SYSTEM)

    assert Order.objects.count() == 1


def test_planned_days_must_follow_each_other(be: Cooperative) -> None:
    quote = sent_quote()
    accept(quote)

    with pytest.raises(PlannedDatesInvalid), transaction.atomic():
        services.order_quote(
            quote_id=quote.pk, on=MONDAY, actor=SYSTEM, planned_from=date(2026, 12, 2), planned_to=MONDAY
        )

    assert not Order.objects.exists()


def test_invoiced_at_once_it_shows_the_lines_of_the_quote(be: Cooperative) -> None:
    order = make_order(lines=MIXED)

    draft = invoiced(order, "rest")

    assert [(row.description, row.quantity, row.net) for row in draft.lines.all()] == [
        ("Graphisme", Decimal(3), euro("999.99")),
        ("Impression", Decimal(1), euro("150.00")),
    ]
    order.refresh_from_db()
    assert (order.left, order.state, order.quote.state) == (euro("0"), "invoiced", "invoiced")
    with pytest.raises(OrderNotOpen), transaction.atomic():
        invoiced(order, "rest")


def test_three_percentages_sum_to_the_order_to_the_cent(be: Cooperative) -> None:
    order = make_order(lines=MIXED)

    nets = [
        invoiced(order, "share", percent=Decimal("33.33")).net,
        invoiced(order, "share", percent=Decimal("33.33")).net,
        invoiced(order, "rest").net,
    ]

    assert sum(nets) == euro("1149.99")
    assert nets[:2] == [euro("383.30"), euro("383.28")]


def test_quantities_of_a_line_are_invoiced_as_quantities(be: Cooperative) -> None:
    order = make_order(lines=MIXED)

    first = invoiced(order, "lines", quantities={0: Decimal(1)})
    second = invoiced(order, "lines", quantities={0: Decimal(2), 1: Decimal(1)})

    assert [(row.quantity, row.net) for row in first.lines.all()] == [(Decimal(1), euro("333.33"))]
    assert second.net == euro("816.66")
    order.refresh_from_db()
    assert order.state == OrderState.INVOICED


def test_more_than_was_ordered_is_refused_without_an_agreed_supplement(be: Cooperative) -> None:
    order = make_order()
    more = [LineInput("Heures en plus", Decimal(1), "flat", Decimal("100.00"), "standard")]
    invoiced(order, "share", percent=Decimal(80))

    for kind, fields in (
        ("share", {"percent": Decimal(21)}),
        ("lines", {"quantities": {0: Decimal(1)}}),
        ("rest", {"extra": more}),
    ):
        with pytest.raises(OrderExceeded), transaction.atomic():
            invoiced(order, kind, **fields)
    services.supplement_order(order_id=order.pk, amount=euro("100"), reason="Accord de Zoé", actor=SYSTEM)
    last = invoiced(order, "rest", extra=more)

    order.refresh_from_db()
    assert last.net == euro("300.00")
    assert (order.invoiced, order.left) == (euro("1100.00"), euro("0"))
    assert OrderPart.objects.count() == 2


def test_the_database_refuses_more_than_was_ordered(be: Cooperative) -> None:
    order = make_order()

    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(invoiced=order.net + Decimal("0.01"))

    order.refresh_from_db()
    assert order.invoiced == 0


def test_nothing_chosen_is_no_part(be: Cooperative) -> None:
    order = make_order()

    for kind, fields in (("share", {}), ("lines", {"quantities": {}}), ("lines", {"quantities": {7: 1}})):
        with pytest.raises(NothingChosen), transaction.atomic():
            invoiced(order, kind, **fields)

    assert not Invoice.objects.exists()


def test_a_draft_thrown_away_frees_what_it_took(be: Cooperative) -> None:
    order = make_order()
    draft = invoiced(order, "share", percent=Decimal(40))

    delete_draft(invoice_id=draft.pk, actor=SYSTEM)

    order.refresh_from_db()
    assert (order.invoiced, OrderPart.objects.count()) == (euro("0"), 0)
    assert invoiced(order, "share", percent=Decimal(100)).net == euro("1000.00")


def test_a_draft_made_smaller_by_hand_leaves_the_difference(be: Cooperative) -> None:
    order = make_order(lines=flat("1000.00"))
    draft = invoiced(order, "rest")
    change_draft(
        invoice_id=draft.pk, client_id=draft.client_id, lines=flat("700.00"), delivery_date=MONDAY,
        actor=SYSTEM,
    )  # fmt: skip

    issue(draft)

    order.refresh_from_db()
    assert (order.invoiced, order.left, order.state) == (euro("700.00"), euro("300.00"), "open")


def test_a_draft_made_larger_by_hand_is_not_issued(be: Cooperative) -> None:
    order = make_order(lines=flat("1000.00"))
    draft = invoiced(order, "share", percent=Decimal(50))
    change_draft(
        invoice_id=draft.pk, client_id=draft.client_id, lines=flat("1000.01"), delivery_date=MONDAY,
        actor=SYSTEM,
    )  # fmt: skip

    with pytest.raises(OrderExceeded), transaction.atomic():
        issue(draft)

    draft.refresh_from_db()
    order.refresh_from_db()
    assert (draft.number, order.invoiced) == ("", euro("500.00"))


def test_an_invoice_given_back_in_full_can_be_invoiced_again(be: Cooperative) -> None:
    order = make_order()
    invoice = issue(invoiced(order, "rest"))
    credit_invoice(invoice_id=invoice.pk, on=MONDAY, actor=SYSTEM, reason="Erreur")
    news = Message(invoice.pk, "invoice.credited", "invoicing.invoice", invoice.pk, {"in_full": True})

    invoice_credited(news)
    invoice_credited(news)

    order.refresh_from_db()
    assert (order.left, order.state, order.quote.state) == (euro("1000.00"), "open", "ordered")
    assert invoiced(order, "rest").net == euro("1000.00")


def test_the_news_of_a_credit_reaches_the_order_by_the_outbox(be: Cooperative) -> None:
    order = make_order()
    invoice = issue(invoiced(order, "rest"))
    credit_invoice(invoice_id=invoice.pk, on=MONDAY, actor=SYSTEM, reason="Erreur")

    while due := relay_once(be):
        for pk, attempt in due:
            deliver(be, pk, attempt)

    order.refresh_from_db()
    assert order.left == euro("1000.00")


def test_an_advance_is_drafted_as_soon_as_it_is_ordered(be: Cooperative) -> None:
    order = make_order(advance_percent=Decimal(30))

    (part,) = selectors.parts_of(order)
    assert (part.kind, part.percent, part.invoice.net) == ("advance", Decimal(30), euro("300.00"))
    order.refresh_from_db()
    assert order.left == euro("700.00")


def test_the_rest_after_an_issued_advance_is_a_final_statement(be: Cooperative) -> None:
    order = make_order(lines=MIXED, advance_percent=Decimal(30))
    advance = issue(selectors.parts_of(order)[0].invoice)

    final = issue(invoiced(order, "rest"))

    assert (advance.kind, final.kind) == ("advance", "final")
    assert [row.net for row in final.lines.all()] == [euro("999.99"), euro("150.00"), euro("-345.00")]
    assert advance.net + final.net == euro("1149.99")
    order.refresh_from_db()
    assert (order.left, order.state) == (euro("0"), "invoiced")


def test_a_closed_order_gives_up_what_is_left(be: Cooperative) -> None:
    order = make_order()
    invoiced(order, "share", percent=Decimal(25))

    services.close_order(order_id=order.pk, on=MONDAY, actor=SYSTEM)
    services.close_order(order_id=order.pk, on=MONDAY, actor=SYSTEM)

    order.refresh_from_db()
    assert (order.state, order.left) == (OrderState.CLOSED, euro("0"))
    with pytest.raises(OrderNotOpen), transaction.atomic():
        invoiced(order, "rest")
    assert AuditEvent.objects.filter(action="order.closed").count() == 1


def test_the_forecast_tells_waiting_won_and_to_invoice(be: Cooperative) -> None:
    activity = make_activity()
    sent_quote(activity)
    accept(sent_quote(activity))
    invoiced(make_order(activity), "share", percent=Decimal(40))

    forecast = selectors.forecast_of([activity.pk], MONDAY)[activity.pk]

    assert forecast == (euro("1000.00"), euro("1000.00"), euro("600.00"))
    late = selectors.forecast_of([activity.pk], date(2027, 1, 31))[activity.pk]
    assert late[0] == euro("0")
