"""Money in: statement lines of the bank file find their invoice and nothing is lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.models import Cooperative
from invoicing.checks import invoices_equal_books, invoices_equal_payments
from invoicing.enums import InvoiceState
from invoicing.models import Invoice, Payment
from invoicing.services import credit_invoice
from ledger.selectors import account_balance, party_balance
from ledger.treasury.bank_simulator import BankMovement, BankStatement, write_coda
from ledger.treasury.enums import MatchState
from ledger.treasury.matching import candidates_for
from ledger.treasury.models import BankTransaction
from ledger.treasury.services import identify_transaction, import_statement
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.factories import SYSTEM, load_cooperative

DAY = date(2026, 11, 25)


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


class Bank:
    """The bank of one entity: each call is a statement of the day."""

    def __init__(self, iban: str) -> None:
        self.iban, self.number, self.balance = iban, 0, Decimal("0.00")

    def book(self, *movements: BankMovement, day: date = DAY) -> list[BankTransaction]:
        self.number += 1
        statement = BankStatement(self.iban, self.number, day, self.balance, movements, holder="PA")
        self.balance = statement.closing
        entered = import_statement(
            content=write_coda([statement]), filename="bank.cod", today=day, actor=SYSTEM
        )
        return list(BankTransaction.objects.filter(statement=entered[0], sequence__gt=0).order_by("sequence"))


def transfer(amount: str, communication: str = "", reference: str = "") -> BankMovement:
    return BankMovement(
        Decimal(amount),
        communication=communication,
        structured_reference=reference,
        counterparty_name="Théâtre de la Rue",
        counterparty_iban="BE71096123456769",
    )


def fresh(invoice: Invoice) -> Invoice:
    return Invoice.objects.get(pk=invoice.pk)


def breaks() -> list[object]:
    return [*invoices_equal_books(), *invoices_equal_payments()]


def test_the_structured_communication_pays_the_invoice(be: Cooperative) -> None:
    invoice = make_invoice(make_activity())
    bank = Bank(invoice.entity.iban)

    [line] = bank.book(transfer("1210.00", reference=invoice.communication))

    assert line.state == MatchState.MATCHED and line.source_id == invoice.pk
    paid = fresh(invoice)
    assert (paid.state, paid.paid, paid.paid_on) == (InvoiceState.PAID, Decimal("1210.00"), DAY)
    assert account_balance("400") == 0 and account_balance("550") == Decimal("1210.00")
    assert not breaks()


def test_a_partial_payment_keeps_the_rest_open_and_a_double_one_becomes_the_clients_credit(
    be: Cooperative,
) -> None:
    invoice = make_invoice(make_activity())
    bank = Bank(invoice.entity.iban)

    bank.book(transfer("500.00", reference=invoice.communication))
    assert (fresh(invoice).state, fresh(invoice).open_amount) == (InvoiceState.PARTLY_PAID, Decimal("710.00"))
    bank.book(transfer("710.00", reference=invoice.communication))
    assert fresh(invoice).state == InvoiceState.PAID
    bank.book(transfer("710.00", reference=invoice.communication))

    assert fresh(invoice).open_amount == Decimal("-710.00")
    assert party_balance("400", invoice.client.party_id) == Decimal("-710.00")
    assert not breaks()


def test_too_much_stays_a_credit_of_the_client(be: Cooperative) -> None:
    invoice = make_invoice(make_activity(), lines=flat("100.00"))

    Bank(invoice.entity.iban).book(transfer("125.00", reference=invoice.communication))

    assert fresh(invoice).state == InvoiceState.PAID
    assert party_balance("400", invoice.client.party_id) == Decimal("-4.00")
    assert not breaks()


@pytest.mark.parametrize("text", ["Facture {number}", "fact {lower} merci", "{spaced}", "+++{pretty}+++ SVP"])
def test_number_or_communication_in_free_text_is_enough(be: Cooperative, text: str) -> None:
    invoice = make_invoice(make_activity())
    digits = invoice.communication
    written = text.format(
        number=invoice.number,
        lower=invoice.number.lower(),
        spaced=invoice.number.replace("-", " "),
        pretty=f"{digits[:3]}/{digits[3:7]}/{digits[7:]}",
    )

    Bank(invoice.entity.iban).book(transfer("1210.00", written))

    assert fresh(invoice).state == InvoiceState.PAID


def test_what_nobody_recognises_waits_with_proposals(be: Cooperative) -> None:
    invoice = make_invoice(make_activity())
    [line] = Bank(invoice.entity.iban).book(transfer("1210.00", "merci pour le travail"))

    assert line.state == MatchState.UNIDENTIFIED and account_balance("499") == Decimal("-1210.00")
    [[claim]] = candidates_for(line)
    identify_transaction(transaction_id=line.pk, claim=claim, actor=SYSTEM, today=DAY)

    assert fresh(invoice).state == InvoiceState.PAID
    assert account_balance("499") == account_balance("400") == 0
    assert not breaks()


def test_money_on_another_entitys_account_is_not_claimed(be: Cooperative) -> None:
    invoice = make_invoice(make_activity())
    trainer = make_activity(entity_code="FA", function_code="formation")

    [line] = Bank(trainer.entity.iban).book(transfer("1210.00", reference=invoice.communication))

    assert line.state == MatchState.UNIDENTIFIED
    assert fresh(invoice).state == InvoiceState.ISSUED
    assert not breaks()


def test_the_same_file_twice_counts_once(be: Cooperative) -> None:
    invoice = make_invoice(make_activity())
    statement = BankStatement(
        invoice.entity.iban, 1, DAY, Decimal(0), (transfer("1210.00", reference=invoice.communication),)
    )
    for _ in range(2):
        import_statement(content=write_coda([statement]), filename="a.cod", today=DAY, actor=SYSTEM)

    assert Payment.objects.get().amount == Decimal("1210.00")
    assert fresh(invoice).paid == Decimal("1210.00")


def test_a_credit_note_after_payment_is_owed_to_the_client(be: Cooperative) -> None:
    activity = make_activity()
    invoice = make_invoice(activity, make_client(activity))
    Bank(invoice.entity.iban).book(transfer("1210.00", reference=invoice.communication))

    credit_invoice(
        invoice_id=invoice.pk, on=DAY, actor=SYSTEM, reason="Double emploi", amounts=Decimal("100.00")
    )

    assert (fresh(invoice).state, fresh(invoice).open_amount) == (InvoiceState.PAID, Decimal("-121.00"))
    assert party_balance("400", invoice.client.party_id) == Decimal("-121.00")
    assert not breaks()
