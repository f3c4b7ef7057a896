"""Sixteen clicks at once: one answer, one order, never more than was ordered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.quotes import services
from invoicing.quotes.checks import orders_equal_parts, quotes_are_whole
from invoicing.quotes.models import Order, OrderPart, Quote, QuoteAnswer, SentQuote
from tests.activities.builders import make_activity, make_client
from tests.factories import SYSTEM, load_cooperative
from tests.invoicing.quotes.builders import (
    AGREED,
    CLIENT,
    MONDAY,
    VISITOR,
    accept,
    make_order,
    make_quote,
    noon,
    sent_quote,
    version_of,
)
from tests.invoicing.test_numbers_at_once import belgium


def scope() -> Any:
    return tenant_scope(Cooperative.objects.get(slug="be"))


def say_yes(sent_id: UUID, n: int) -> str:
    with scope():
        return services.accept_quote(
            sent_id=sent_id, name=f"Zoé {n}", email="zoe@theatre.example", consent=AGREED, visitor=VISITOR,
            at=noon(MONDAY), actor=CLIENT,
        ).name  # fmt: skip


def take_back(quote_id: UUID, _n: int) -> str:
    with scope():
        return str(services.withdraw_quote(quote_id=quote_id, on=MONDAY, actor=SYSTEM).state)


def test_of_sixteen_acceptances_one_counts(fresh_database: Any) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        load_cooperative()
        sent = version_of(sent_quote())

    outcomes = fresh_database.in_threads(say_yes, *[(sent.pk, n) for n in range(16)])

    winners = [outcome.value for outcome in outcomes if outcome.ok]
    assert len(winners) == 1
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"quote_answered"}
    with tenant_scope(cooperative):
        assert QuoteAnswer.objects.get().name == winners[0]
        assert not [*quotes_are_whole()]


def test_of_an_acceptance_and_a_withdrawal_exactly_one_wins(fresh_database: Any) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        load_cooperative()
        activity = make_activity()
        client = make_client(activity)
        quotes = [sent_quote(activity, client=client) for _ in range(6)]
        versions = [version_of(quote).pk for quote in quotes]

    for quote, sent_id in zip(quotes, versions, strict=True):
        outcomes = fresh_database.in_threads(
            lambda act, key: act(key, 0), (say_yes, sent_id), (take_back, quote.pk)
        )
        with tenant_scope(cooperative):
            quote.refresh_from_db()
            answered = QuoteAnswer.objects.filter(sent=sent_id).exists()
        assert (quote.state, answered) in {("accepted", True), ("withdrawn", False)}
        assert sum(outcome.ok for outcome in outcomes) == 1


def test_sixteen_senders_take_consecutive_numbers(fresh_database: Any) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        load_cooperative()
        activity = make_activity()
        client = make_client(activity)
        drafts = [make_quote(activity, client).pk for _ in range(16)]

    def send(quote_id: UUID) -> str:
        with scope():
            return services.send_quote(quote_id=quote_id, on=MONDAY, actor=SYSTEM).number

    outcomes = fresh_database.in_threads(send, *[(pk,) for pk in drafts])

    assert sorted(outcome.value for outcome in outcomes) == [f"PA-DV-2026-{n:06}" for n in range(1, 17)]
    with tenant_scope(cooperative):
        assert SentQuote.objects.count() == 16


def test_parts_at_once_never_pass_the_order(fresh_database: Any) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        load_cooperative()
        order = make_order()

    def invoice(_n: int) -> Decimal:
        with scope():
            return services.invoice_order(
                order_id=order.pk, kind="share", percent=Decimal(30), delivery_date=MONDAY, actor=SYSTEM
            ).net

    outcomes = fresh_database.in_threads(invoice, *[(n,) for n in range(8)])

    assert [outcome.value for outcome in outcomes if outcome.ok] == [Decimal("300.00")] * 3
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"order_exceeded"}
    with tenant_scope(cooperative):
        assert Order.objects.get().invoiced == Decimal("900.00")
        assert OrderPart.objects.count() == 3
        assert not [*orders_equal_parts()]


def test_an_accepted_quote_becomes_one_order(fresh_database: Any) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        load_cooperative()
        quote = sent_quote()
        accept(quote)

    def order(_n: int) -> str:
        with scope():
            return services.order_quote(quote_id=quote.pk, on=MONDAY, actor=SYSTEM).number

    outcomes = fresh_database.in_threads(order, *[(n,) for n in range(6)])

    assert [outcome.value for outcome in outcomes if outcome.ok] == ["PA-CM-2026-000001"]
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"quote_not_accepted"}
    with tenant_scope(cooperative):
        assert Quote.objects.get().state == "ordered"
