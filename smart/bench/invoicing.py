"""How fast documents are issued, written as UBL and validated, and payments matched, with and without half a
million invoices standing in the way.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from core.bench import kept_template, machine, register_subject, storm, throwaway_database, working_on
from core.money import ZERO
from core.tenancy import tenant_scope
from invoicing.einvoicing.validation import validated_ubl
from invoicing.models import IssuedDocument, Payment
from invoicing.services import issue_invoice
from ledger.treasury.services import import_statement
from smart.bench.market import (
    BENCH,
    MEASURED_ON,
    Market,
    NothingOpen,
    build_market,
    open_market,
    payments_of,
)

STANDING = int(os.environ.get("SMART_BENCH_INVOICES", "500000"))
"""Invoices present in the full database."""
ROUNDS = 5
MANY = 8
DRAFTS = 20_000
"""Enough for every round of every kind."""
MATCHED = 1000
"""Lines of the statement that is matched."""


def bench_invoicing(seconds: float) -> dict[str, Any]:
    """Documents issued per second by one and by eight workers, in an empty database and among the invoices
    standing (medians of alternating rounds, and their ratio); UBL written and validated per second; statement
    lines matched per second.
    """
    answer: dict[str, Any] = {"invoices_standing": STANDING}
    start = time.perf_counter()
    template = kept_template("market", lambda: build_market(STANDING))
    answer["seconds_to_load"] = round(time.perf_counter() - start)
    with ExitStack() as databases:
        full = databases.enter_context(throwaway_database(template, suffix="full"))
        empty = databases.enter_context(throwaway_database(suffix="empty"))
        with working_on(full):
            answer |= machine()
            among = open_market(DRAFTS)
        with working_on(empty):
            alone = open_market(DRAFTS)
        answer |= _issued(seconds, full, among, empty, alone)
        with working_on(full):
            answer |= _validated(seconds, among)
            answer |= _matched(among)
    return answer


def _issued(seconds: float, full: str, among: Market, empty: str, alone: Market) -> dict[str, Any]:
    rates: dict[tuple[str, int], list[float]] = {}
    markets = {full: among, empty: alone}
    left = {name: list(market.drafts) for name, market in markets.items()}
    for turn in range(ROUNDS):
        for workers in (1, MANY):
            for name in (full, empty) if turn % 2 else (empty, full):
                with working_on(name):
                    share = DRAFTS // ROUNDS // 2
                    some, left[name] = left[name][:share], left[name][share:]
                    rate = storm(_issue(markets[name], some, workers), workers, seconds)
                rates.setdefault((name, workers), []).append(rate)
    figures = {key: statistics.median(values) for key, values in rates.items()}
    answer: dict[str, Any] = {}
    for workers in (1, MANY):
        here, there = figures[full, workers], figures[empty, workers]
        answer |= {
            f"issued_per_second_{workers}_workers": round(here),
            f"issued_per_second_{workers}_workers_empty": round(there),
            f"full_to_empty_{workers}_workers": f"{here / there:.2f}",
        }
    return answer


def _issue(market: Market, drafts: list[Any], workers: int) -> Any:
    """Issue the next draft of a worker: one act, one transaction."""
    shares: list[Iterator[Any]] = [iter(drafts[worker::workers]) for worker in range(workers)]

    def act(worker: int, turn: int) -> None:
        del turn
        draft = next(shares[worker])
        with tenant_scope(market.cooperative):
            issue_invoice(invoice_id=draft, issued_on=MEASURED_ON, actor=BENCH)

    return act


def _validated(seconds: float, market: Market) -> dict[str, Any]:
    with tenant_scope(market.cooperative):
        documents = list(IssuedDocument.objects.order_by("-pk")[:2000])
    validated_ubl(documents[0])  # the rules are compiled once per process
    rates = []
    for _ in range(ROUNDS):
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            validated_ubl(documents[count % len(documents)])
            count += 1
        rates.append(count / (time.perf_counter() - start))
    return {"ubl_validated_per_second": f"{statistics.median(rates):.1f}"}


def _matched(market: Market) -> dict[str, Any]:
    rates, lines = [], 0
    for _ in range(ROUNDS):
        try:
            content, paying = payments_of(market.cooperative, MATCHED)
        except NothingOpen:
            break
        lines += paying
        start = time.perf_counter()
        with tenant_scope(market.cooperative):
            import_statement(content=content, filename="bench.cod", today=MEASURED_ON, actor=BENCH)
        rates.append(paying / (time.perf_counter() - start))
    with tenant_scope(market.cooperative):
        matched = Payment.objects.filter(received_on=MEASURED_ON, amount__gt=ZERO).count()
    if not rates:
        return {"lines_matched_per_second": None, "lines_matched_share": None}
    return {
        "lines_matched_per_second": round(statistics.median(rates)),
        "lines_matched_share": f"{matched / lines:.3f}",
    }


register_subject("invoicing", bench_invoicing)
