"""Many at once on the same money: one file in two forms, one line named twice, undone while it is matched."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.cluster import FreshDatabase
from tests.factories import SYSTEM

DAY = date(2026, 11, 25)


def belgium() -> Any:
    from core.models import Cooperative

    return Cooperative.objects.get(slug="be")


@pytest.fixture
def town(fresh_database: FreshDatabase) -> dict[str, Any]:
    """Two invoices of one client, and the file of the bank that pays one of them and sends 121.00 more."""
    from core.models import Cooperative
    from core.tenancy import tenant_scope
    from ledger.treasury.bank_simulator import BankMovement, BankStatement
    from tests.activities.builders import flat, make_activity, make_client, make_invoice
    from tests.factories import load_cooperative

    Cooperative.objects.create(id=1, slug="be", name="be", country="BE", languages=["fr"])
    with tenant_scope(belgium()):
        load_cooperative()
        activity = make_activity()
        client = make_client(activity)
        one, two = (make_invoice(activity, client=client, lines=flat("100.00")) for _ in range(2))
        movements = (
            BankMovement(Decimal("121.00"), structured_reference=one.communication),
            BankMovement(Decimal("121.00"), communication="?", counterparty_name="X"),
        )
        statement = BankStatement(one.entity.iban, 1, DAY, Decimal("0.00"), movements)
    return {"one": one.pk, "two": two.pk, "party": client.party_id, "statement": statement}


def enter(content: bytes) -> list[UUID]:
    from core.tenancy import tenant_scope
    from ledger.treasury.services import take_statements

    with tenant_scope(belgium()):
        taken = take_statements(content=content, filename="a", today=DAY, actor=SYSTEM)
        return [statement.pk for statement in taken.entered]


def identify(line: UUID, party: UUID, invoice: UUID) -> str:
    from core.tenancy import tenant_scope
    from ledger.treasury.matching import Claim
    from ledger.treasury.services import identify_transaction

    claim = Claim("400", party, "invoicing.invoice", invoice, "facture")
    with tenant_scope(belgium()):
        return identify_transaction(transaction_id=line, claim=claim, actor=SYSTEM, today=DAY).state


def undo(line: UUID) -> str:
    from core.tenancy import tenant_scope
    from ledger.treasury.services import undo_identification

    with tenant_scope(belgium()):
        return undo_identification(transaction_id=line, today=DAY, actor=SYSTEM).state


def clean() -> bool:
    from invoicing.checks import invoices_equal_books, invoices_equal_payments
    from ledger.treasury import checks

    found = (
        invoices_equal_books, invoices_equal_payments, checks.check_bank, checks.check_statements,
        checks.check_unidentified, checks.check_parts,
    )  # fmt: skip
    return not [broken for check in found for broken in check()]


def test_one_statement_in_two_forms_at_once_is_entered_once(
    fresh_database: FreshDatabase, town: dict[str, Any]
) -> None:
    from core.tenancy import tenant_scope
    from invoicing.models import Payment
    from ledger.treasury.bank_simulator import write_coda
    from ledger.treasury.camt_simulator import write_camt
    from ledger.treasury.models import BankTransaction

    forms = [write_coda([town["statement"]]), write_camt([town["statement"]])] * 2

    outcomes = fresh_database.in_threads(enter, *[(content,) for content in forms])

    assert [outcome.detail for outcome in outcomes if not outcome.ok] == []
    assert len({tuple(outcome.value) for outcome in outcomes}) == 1
    with tenant_scope(belgium()):
        assert BankTransaction.objects.count() == 2 and Payment.objects.count() == 1 and clean()


def test_early_and_missing_statements_arrive_together(
    fresh_database: FreshDatabase, town: dict[str, Any]
) -> None:
    from core.tenancy import tenant_scope
    from ledger.treasury.bank_simulator import write_coda
    from ledger.treasury.models import BankStatement, WaitingStatement

    first = town["statement"]
    chain = [first]
    for number in (2, 3, 4):
        chain.append(replace(first, number=number, opening=chain[-1].closing, movements=first.movements[1:]))
    enter(write_coda([first]))

    outcomes = fresh_database.in_threads(enter, *[(write_coda([s]),) for s in reversed(chain)])

    assert [outcome.detail for outcome in outcomes if not outcome.ok] == []
    with tenant_scope(belgium()):
        assert [s.number for s in BankStatement.objects.order_by("number")] == [1, 2, 3, 4]
        assert not WaitingStatement.objects.filter(entered=None).exists() and clean()


def test_one_line_named_by_eight_at_once_pays_once(
    fresh_database: FreshDatabase, town: dict[str, Any]
) -> None:
    from core.tenancy import tenant_scope
    from invoicing.models import Invoice
    from ledger.treasury.bank_simulator import write_coda
    from ledger.treasury.models import BankTransaction

    enter(write_coda([town["statement"]]))
    with tenant_scope(belgium()):
        line = BankTransaction.objects.get(state="unidentified").pk

    outcomes = fresh_database.in_threads(
        identify, *[(line, town["party"], town[which]) for which in ("one", "two") * 4]
    )

    assert len([outcome for outcome in outcomes if outcome.ok]) == 1
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"already_identified"}
    with tenant_scope(belgium()):
        paid = [Invoice.objects.get(pk=town[which]).paid for which in ("one", "two")]
        assert sum(paid) == Decimal("242.00") and clean()


def test_undoing_and_naming_at_once_ends_in_one_of_the_two(
    fresh_database: FreshDatabase, town: dict[str, Any]
) -> None:
    from core.tenancy import tenant_scope
    from invoicing.models import Invoice
    from ledger.treasury.bank_simulator import write_coda
    from ledger.treasury.models import BankTransaction

    enter(write_coda([town["statement"]]))
    with tenant_scope(belgium()):
        line = BankTransaction.objects.get(state="unidentified").pk
    identify(line, town["party"], town["two"])

    acts = [(undo, (line,)), (identify, (line, town["party"], town["two"]))] * 4
    outcomes = fresh_database.in_threads(act, *acts)

    assert {outcome.code for outcome in outcomes if not outcome.ok} <= {"already_identified", "cannot_undo"}
    with tenant_scope(belgium()):
        state = BankTransaction.objects.get(pk=line).state
        paid = Invoice.objects.get(pk=town["two"]).paid
        assert paid == (Decimal("121.00") if state == "identified" else Decimal("0.00")) and clean()


def act(what: Any, values: tuple[Any, ...]) -> Any:
    return what(*values)
