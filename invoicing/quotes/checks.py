"""Whether quotes, answers and orders still say the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Sum

from core.money import ZERO
from core.registry import Break
from invoicing.content import digest_of
from invoicing.quotes.models import Order, OrderPart, QuoteAnswer, SentQuote
from invoicing.quotes.services.answers import digest_of_answer


def quotes_are_whole() -> Iterator[Break]:
    """Each version still has the digest of its content, each answer that of its words; no series has a
    gap.
    """
    last: dict[tuple[Any, ...], int] = {}
    for row in SentQuote.objects.order_by("entity_id", "year", "sequence", "revision"):
        if digest_of(row.content) != row.digest:
            yield Break("quote_changed", row.number, "the content no longer has its digest")
        series = (row.entity_id, row.year)
        if row.sequence not in (last.get(series, 0), last.get(series, 0) + 1):
            yield Break("quote_gap", row.number, f"follows {last.get(series, 0)}")
        last[series] = row.sequence
    for answer in QuoteAnswer.objects.select_related("sent").order_by("pk"):
        if answer.digest != digest_of_answer(answer) or answer.document_digest != answer.sent.digest:
            yield Break("quote_answer_changed", answer.sent.number, "the answer no longer has its digest")


def orders_equal_parts() -> Iterator[Break]:
    """What each order counts as invoiced is the sum of its parts."""
    sums = dict(
        OrderPart.objects.filter(freed_on=None).order_by().values_list("order_id").annotate(Sum("net"))
    )
    for order in Order.objects.order_by("pk"):
        if order.invoiced != sums.get(order.pk, ZERO):
            yield Break("order_invoiced", order.number, f"{order.invoiced} ≠ {sums.get(order.pk, ZERO)}")
