"""With 200,000 invoices a statement of a thousand lines asks what a small one asks, by index as smart_app."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from core.identifiers import belgian_iban, make_structured_communication
from core.tenancy import tenant_scope
from core.types import Actor
from invoicing.models import Invoice
from ledger.selectors import entity_by_code
from ledger.treasury import proposals, selectors
from ledger.treasury.bank_simulator import BankMovement, BankStatement, write_coda
from ledger.treasury.enums import MatchedBy
from ledger.treasury.models import BankTransaction
from ledger.treasury.services import take_statements
from tests.isolation.test_plans import Crowd, Read, crowd, explained

pytestmark = pytest.mark.soak
_ = crowd

DAY = date(2026, 11, 30)
LINES = 1_000
MOST_ROWS = 20_000
"""Rows that a query may read for a thousand lines: a score each, of two hundred thousand invoices."""


def wanted(count: int) -> list[Invoice]:
    """Open invoices that have a communication that holds."""
    rows = Invoice.objects.filter(entity=entity_by_code("PA"), state__in=("issued", "partly_paid"))
    found = []
    for place, invoice in enumerate(rows.order_by("pk")[:count]):
        invoice.communication = make_structured_communication(9_000_000_000 + place)
        found.append(invoice)
    Invoice.objects.bulk_update(found, ["communication"])
    return found


def movements(invoices: Sequence[Invoice], strangers: int, shift: int = 0) -> tuple[BankMovement, ...]:
    """Payments by communication, by number in the text, and from accounts that are or are not known."""
    found = []
    for place, invoice in enumerate(invoices):
        iban = belgian_iban(2_000_000_000 + place)
        if place % 3:
            found.append(
                BankMovement(
                    invoice.open_amount, structured_reference=invoice.communication, counterparty_iban=iban
                )
            )
        else:
            found.append(
                BankMovement(
                    invoice.open_amount, communication=f"paiement {invoice.communication}",
                    counterparty_iban=iban,
                )
            )  # fmt: skip
    for place in range(strangers):
        iban = belgian_iban(2_000_000_000 + place + shift)
        found.append(
            BankMovement(
                Decimal(100 + place), communication="merci", counterparty_name=f"Client {place}",
                counterparty_iban=iban,
            )
        )  # fmt: skip
    return tuple(found)


def entered(statement: BankStatement) -> tuple[list[tuple[str, Any]], float]:
    """Enter a statement; what was asked of the database, and the seconds."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    content = write_coda([statement])
    begun = time.perf_counter()
    with connection.execute_wrapper(note):
        take_statements(
            content=content, filename="a.cod", today=DAY, actor=Actor.system("test"), keep_early=False
        )
    return asked, time.perf_counter() - begun


def looked_up(asked: Sequence[tuple[str, Any]]) -> list[Read]:
    """What the matchers read, explained."""
    tables = ("invoicing_invoice", "treasury_banktransaction", "invoicing_client", "treasury_linerule")
    with connection.cursor() as cursor:
        return [
            explained(cursor, sql, params)
            for sql, params in asked
            if sql.lstrip().startswith("SELECT") and any(table in sql for table in tables)
            and "FOR UPDATE" not in sql
        ]  # fmt: skip


def test_a_thousand_lines_ask_as_much_as_a_few(crowd: Crowd) -> None:  # noqa: F811 - the fixture
    with tenant_scope(crowd.town.cooperative):
        entity = entity_by_code("PA")
        invoices = wanted(LINES)
        few = BankStatement(entity.iban, 1, DAY, Decimal(0), movements(invoices[:8], 2))
        many = BankStatement(
            entity.iban, 2, DAY + timedelta(days=1), few.closing, movements(invoices[8:900], 100)
        )

        asked_few, _seconds = entered(few)
        asked_many, seconds = entered(many)

        print(f"\n{len(many.movements)} lines in {seconds:.2f} s, {len(asked_many)} statements")  # noqa: T201
        sure = BankTransaction.objects.filter(matched_by=MatchedBy.COMMUNICATION).count()
        assert sure == 900
        pages = len(many.movements) // 500 + 1
        assert len(asked_many) <= len(asked_few) + 4 * pages
        found = looked_up(asked_many)
        assert found
        assert [str(read) for read in found if read.scanned] == []
        assert [str(read) for read in found if read.touched > MOST_ROWS] == []

        queue = list(selectors.lines_to_identify()[:50])
        asked: list[tuple[str, Any]] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            asked.append((sql, params))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            proposals.waiting(queue)
        found = looked_up(asked)
        assert [str(read) for read in found if read.scanned or read.touched > MOST_ROWS] == []
