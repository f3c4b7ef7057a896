"""Early-payment discount: out of the VAT base whether taken or not, kept by who pays in time, owed again when
the money goes back (VAT Code, article 28, 1°)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.models import Cooperative
from invoicing.checks import documents_are_whole, invoices_equal_books, invoices_equal_payments
from invoicing.content import ubl_of
from invoicing.enums import InvoiceState
from invoicing.errors import EarlyPaymentInvalid
from invoicing.models import Invoice, IssuedDocument
from invoicing.services import credit_invoice, settle_invoice
from invoicing.types import DraftTerms
from ledger.models import Budget, JournalEntry
from ledger.selectors import account_balance, fund_balance
from tests.activities.builders import flat, make_activity, make_client, make_draft, make_invoice
from tests.factories import SYSTEM, load_cooperative
from tests.invoicing.any_invoice import read
from tests.invoicing.test_receipts import Bank, transfer

IN_TIME = date(2026, 11, 10)
TOO_LATE = date(2026, 11, 11)
TWO_PERCENT = DraftTerms(early_percent=Decimal("2"), early_days=8)


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def offered() -> Invoice:
    """1,000.00 at 21 % on 2 November, 2 % off until the 10th: VAT on 980.00."""
    return make_invoice(make_activity(), lines=flat("1000.00"), terms=TWO_PERCENT)


def fresh(invoice: Invoice) -> Invoice:
    return Invoice.objects.get(pk=invoice.pk)


def breaks() -> list[object]:
    return [*invoices_equal_books(), *invoices_equal_payments(), *documents_are_whole()]


def test_vat_is_counted_on_what_remains_after_the_discount_taken_or_not(be: Cooperative) -> None:
    invoice = offered()

    assert (invoice.net, invoice.vat, invoice.total) == tuple(map(Decimal, ("1000.00", "205.80", "1205.80")))
    assert (invoice.levy, invoice.early_until, invoice.early_amount) == (
        Decimal("65.00"),
        IN_TIME,
        Decimal("20.00"),
    )
    document = IssuedDocument.objects.get()
    assert [part["base"] for part in document.content["vat"]] == ["980.00"]
    assert "article 28, 1°" in " ".join(document.content["mentions"])
    ubl = read(ubl_of(document))
    assert (ubl.net, ubl.tax, ubl.payable, ubl.complaints) == (
        Decimal("1000.00"),
        Decimal("205.80"),
        Decimal("1205.80"),
        [],
    )
    note = ubl.root.findtext(".//{*}PaymentTerms/{*}Note")
    assert "1185.80 EUR" in note and "2026-11-10" in note


def test_who_pays_in_time_keeps_the_discount_and_the_levy_on_it_is_given_back(be: Cooperative) -> None:
    invoice = offered()

    Bank(invoice.entity.iban).book(transfer("1185.80", reference=invoice.communication), day=IN_TIME)

    paid = fresh(invoice)
    assert (paid.state, paid.open_amount, paid.early_taken) == (InvoiceState.PAID, 0, Decimal("20.00"))
    assert account_balance("400") == 0
    assert account_balance("657") == Decimal("20.00")
    assert account_balance("6190") == Decimal("63.70")
    assert fund_balance("pot") == Decimal("63.70")
    budget = Budget.objects.get(pk=invoice.activity.budget_id)
    assert budget.balance == Decimal("916.30")
    assert not breaks()


@pytest.mark.parametrize(
    ("amount", "day", "left"),
    [("1185.80", TOO_LATE, "20.00"), ("1185.79", IN_TIME, "20.01"), ("1205.80", IN_TIME, "0.00")],
    ids=["a day late", "a cent short", "in full"],
)
def test_nothing_is_kept_that_was_not_earned(be: Cooperative, amount: str, day: date, left: str) -> None:
    invoice = offered()

    Bank(invoice.entity.iban).book(transfer(amount, reference=invoice.communication), day=day)

    after = fresh(invoice)
    assert (after.open_amount, after.early_taken, after.credited) == (Decimal(left), 0, 0)
    assert account_balance("657") == 0
    assert not breaks()


def test_what_is_paid_above_the_discounted_amount_is_the_clients_credit(be: Cooperative) -> None:
    invoice = offered()

    Bank(invoice.entity.iban).book(transfer("1190.00", reference=invoice.communication), day=IN_TIME)

    assert fresh(invoice).open_amount == Decimal("-4.20")
    assert account_balance("400") == Decimal("-4.20")
    assert not breaks()


def test_a_payment_that_goes_back_takes_the_discount_back(be: Cooperative) -> None:
    invoice = offered()
    Bank(invoice.entity.iban).book(transfer("1185.80", reference=invoice.communication), day=IN_TIME)

    settle_invoice(
        invoice_id=invoice.pk,
        amount=Decimal("-1185.80"),
        received_on=date(2026, 11, 12),
        source_type="test",
        source_id=invoice.pk,
        actor=SYSTEM,
    )

    after = fresh(invoice)
    assert (after.state, after.open_amount, after.early_taken) == (InvoiceState.ISSUED, after.total, 0)
    assert account_balance("657") == 0 and fund_balance("pot") == Decimal("65.00")
    assert account_balance("400") == Decimal("20.00")  # the 1,185.80 are the statement's to post
    assert not list(invoices_equal_payments())


def test_credit_notes_beside_the_discount_give_back_the_rest_and_no_more(be: Cooperative) -> None:
    invoice = offered()
    half = credit_invoice(
        invoice_id=invoice.pk, on=IN_TIME, actor=SYSTEM, reason="Moitié", amounts=Decimal("500.00")
    )
    assert (half.net, half.vat, half.content["vat"][0]["early"]) == (
        Decimal("500.00"),
        Decimal("102.90"),
        "10.00",
    )
    Bank(invoice.entity.iban).book(transfer("592.90", reference=invoice.communication), day=IN_TIME)
    assert fresh(invoice).early_taken == Decimal("10.00")

    rest = credit_invoice(invoice_id=invoice.pk, on=IN_TIME, actor=SYSTEM, reason="Le reste")

    assert (rest.net, rest.vat) == (Decimal("490.00"), Decimal("102.90"))
    after = fresh(invoice)
    assert after.state == InvoiceState.CREDITED and after.open_amount == Decimal("-592.90")
    assert account_balance("451") == 0 and account_balance("6190") == 0 and fund_balance("pot") == 0
    assert Budget.objects.get(pk=invoice.activity.budget_id).balance == 0
    assert not breaks()


def test_an_exempt_invoice_offers_it_without_any_vat_to_lower(be: Cooperative) -> None:
    trainer = make_activity(entity_code="FA", function_code="formation")
    invoice = make_invoice(trainer, lines=flat("400.00", "exempt_training"), terms=TWO_PERCENT)

    assert (invoice.total, invoice.early_amount) == (Decimal("400.00"), Decimal("8.00"))
    ubl = read(ubl_of(IssuedDocument.objects.get()))
    assert not ubl.root.findall("{*}AllowanceCharge") and not ubl.complaints

    Bank(invoice.entity.iban).book(transfer("392.00", reference=invoice.communication), day=IN_TIME)

    assert fresh(invoice).state == InvoiceState.PAID
    assert not breaks()


def test_a_discount_that_cannot_be_offered_is_refused(be: Cooperative) -> None:
    activity = make_activity()
    for terms in (
        DraftTerms(early_percent=Decimal("100"), early_days=8),
        DraftTerms(early_percent=Decimal("2")),
        DraftTerms(kind="advance", early_percent=Decimal("2"), early_days=8),
    ):
        with pytest.raises(EarlyPaymentInvalid):
            make_draft(activity, terms=terms)
    assert not Invoice.objects.exists()

    with pytest.raises(EarlyPaymentInvalid):
        make_invoice(
            activity,
            make_client(activity, payment_term_days=8),
            terms=DraftTerms(early_percent=Decimal("2"), early_days=8),
        )
    assert not JournalEntry.objects.exists()
