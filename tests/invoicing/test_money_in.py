"""Money in, case by case, to the cent: grouped, partial, over- and double payments, returns, refunds, what is
known from before, and what a person says and takes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from core.identifiers import make_creditor_reference
from core.models import Cooperative
from core.money import ZERO
from core.types import Actor
from invoicing import receivables
from invoicing.checks import invoices_equal_books, invoices_equal_payments
from invoicing.enums import InvoiceState
from invoicing.models import Invoice, Payment
from invoicing.receivables import ExcessTaker, Receipt
from invoicing.services.credits import refund_credit, set_off_credit
from invoicing.splitting import exact_sum, fill
from ledger.models import JournalEntry
from ledger.selectors import account_balance, party_balance
from ledger.treasury.bank_simulator import BankMovement, batch_debit
from ledger.treasury.checks import check_bank, check_parts, check_statements, check_unidentified
from ledger.treasury.enums import MatchedBy, MatchState
from ledger.treasury.errors import AlreadyIdentified, CannotUndo, PartsDiffer
from ledger.treasury.matching import Claim, candidates_for
from ledger.treasury.models import BankTransaction, Payout, TransactionPart
from ledger.treasury.services import (
    account_claim,
    create_batch,
    identify_transaction,
    release_batch,
    remember_rule,
    undo_identification,
)
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.factories import SYSTEM, load_cooperative
from tests.invoicing.test_receipts import DAY, Bank, fresh, transfer

PAYER = "BE71096123456769"


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def invoices(*amounts: str) -> list[Invoice]:
    """Invoices without VAT of these amounts would be, for one client: 21 % comes on top."""
    activity = make_activity()
    client = make_client(activity)
    return [make_invoice(activity, client=client, lines=flat(amount)) for amount in amounts]


def breaks() -> list[object]:
    checks = (
        invoices_equal_books, invoices_equal_payments, check_bank, check_statements, check_unidentified,
        check_parts,
    )  # fmt: skip
    return [found for check in checks for found in check()]


def paid(*rows: Invoice) -> list[Decimal]:
    return [fresh(row).paid for row in rows]


def test_one_transfer_names_several_invoices(be: Cooperative) -> None:
    one, two, three = invoices("100.00", "200.00", "300.00")
    text = f"{one.number} {two.number} et {three.communication}"

    [line] = Bank(one.entity.iban).book(transfer("726.00", text))

    assert (line.source_type, line.matched_by) == (BankTransaction.SPLIT, MatchedBy.COMMUNICATION)
    assert sorted(part.amount for part in line.parts.all()) == [
        Decimal("121.00"),
        Decimal("242.00"),
        Decimal("363.00"),
    ]
    assert paid(one, two, three) == [Decimal("121.00"), Decimal("242.00"), Decimal("363.00")]
    assert party_balance("400", one.client.party_id) == ZERO and not breaks()


def test_a_grouped_payment_that_is_short_pays_the_oldest_first(be: Cooperative) -> None:
    one, two = invoices("100.00", "200.00")

    Bank(one.entity.iban).book(transfer("200.00", f"{two.number} {one.number}"))

    assert paid(one, two) == [Decimal("121.00"), Decimal("79.00")]
    assert fresh(two).state == InvoiceState.PARTLY_PAID and not breaks()


def test_a_grouped_payment_that_is_too_much_leaves_a_credit(be: Cooperative) -> None:
    one, two = invoices("100.00", "200.00")

    Bank(one.entity.iban).book(transfer("370.00", f"{two.number} {one.number}"))

    assert [fresh(row).open_amount for row in (one, two)] == [ZERO, Decimal("-7.00")]
    assert party_balance("400", one.client.party_id) == Decimal("-7.00") and not breaks()


def test_invoices_of_two_clients_are_not_mixed_up(be: Cooperative) -> None:
    [one], [two] = invoices("100.00"), invoices("200.00")

    [line] = Bank(one.entity.iban).book(transfer("300.00", f"{two.number} {one.number}"))

    assert line.state == MatchState.UNIDENTIFIED and paid(one, two) == [ZERO, ZERO] and not breaks()


@pytest.mark.parametrize("body", ["communication", "number"])
def test_a_creditor_reference_pays(be: Cooperative, body: str) -> None:
    [invoice] = invoices("100.00")
    text = invoice.communication if body == "communication" else invoice.number.replace("-", "")
    reference = make_creditor_reference(text)

    [line] = Bank(invoice.entity.iban).book(transfer("121.00", f"Ref {reference[:4]} {reference[4:]}"))

    assert line.matched_by == MatchedBy.REFERENCE and fresh(invoice).state == InvoiceState.PAID


def test_a_known_account_pays_the_one_invoice_of_that_amount(be: Cooperative) -> None:
    one, two, three = invoices("100.00", "200.00", "300.00")
    bank = Bank(one.entity.iban)
    bank.book(transfer("121.00", reference=one.communication))

    [line] = bank.book(transfer("363.00", "merci"))

    assert (line.matched_by, line.confidence) == (MatchedBy.HISTORY, 90)
    assert paid(two, three) == [ZERO, Decimal("363.00")] and not breaks()


def test_a_known_account_pays_everything_that_is_open(be: Cooperative) -> None:
    one, two, three = invoices("100.00", "200.00", "300.00")
    bank = Bank(one.entity.iban)
    bank.book(transfer("121.00", reference=one.communication))

    [line] = bank.book(transfer("605.00", "solde"))

    assert line.matched_by == MatchedBy.HISTORY and line.parts.count() == 2
    assert paid(two, three) == [Decimal("242.00"), Decimal("363.00")] and not breaks()


def test_two_invoices_of_the_same_amount_wait_for_a_person(be: Cooperative) -> None:
    one, two, three = invoices("100.00", "200.00", "200.00")
    bank = Bank(one.entity.iban)
    bank.book(transfer("121.00", reference=one.communication))

    first, second = bank.book(transfer("242.00", "merci"), transfer("242.00", "merci"))

    assert {first.state, second.state} == {MatchState.UNIDENTIFIED}
    assert paid(two, three) == [ZERO, ZERO]
    proposals = candidates_for(first)
    assert {claims[0].source_id for claims in proposals[:2]} == {two.pk, three.pk}
    assert proposals[0][0].matched_by == MatchedBy.HISTORY and not breaks()


def test_an_account_that_paid_for_two_clients_tells_nothing(be: Cooperative) -> None:
    [one, two], [other] = invoices("100.00", "200.00"), invoices("150.00")
    bank = Bank(one.entity.iban)
    bank.book(transfer("121.00", reference=one.communication))
    bank.book(transfer("181.50", reference=other.communication))

    [line] = bank.book(transfer("242.00", "merci"))

    assert line.state == MatchState.UNIDENTIFIED and fresh(two).paid == ZERO


def test_lines_of_one_statement_do_not_claim_the_same_money_by_history(be: Cooperative) -> None:
    one, two = invoices("100.00", "200.00")
    bank = Bank(one.entity.iban)
    bank.book(transfer("121.00", reference=one.communication))

    first, second = bank.book(transfer("242.00", "merci"), transfer("242.00", "merci encore"))

    assert [first.state, second.state] == [MatchState.MATCHED, MatchState.UNIDENTIFIED]
    assert fresh(two).open_amount == ZERO and not breaks()


@pytest.mark.parametrize("named_by", ["end to end", "account"])
def test_a_clients_payment_that_goes_back_opens_the_invoice_again(be: Cooperative, named_by: str) -> None:
    [invoice] = invoices("100.00")
    bank = Bank(invoice.entity.iban)
    came = transfer("121.00", reference=invoice.communication)
    if named_by == "end to end":
        came = BankMovement(came.amount, structured_reference=invoice.communication, end_to_end_id="CLIENT-7")
    bank.book(came)
    assert fresh(invoice).state == InvoiceState.PAID
    back = BankMovement(
        Decimal("-121.00"),
        communication="RETOUR",
        return_reason="MD06",
        end_to_end_id=came.end_to_end_id,
        counterparty_iban=came.counterparty_iban,
    )

    [line] = bank.book(back)

    assert (line.matched_by, line.source_id) == (MatchedBy.RETURN, invoice.pk)
    opened = fresh(invoice)
    assert (opened.state, opened.open_amount, opened.paid_on) == (
        InvoiceState.ISSUED,
        Decimal("121.00"),
        None,
    )
    assert party_balance("400", invoice.client.party_id) == Decimal("121.00") and not breaks()
    [again] = bank.book(back)
    assert again.state == MatchState.UNIDENTIFIED, "money goes back once"


def test_a_grouped_payment_that_goes_back_opens_all_of_them(be: Cooperative) -> None:
    one, two = invoices("100.00", "200.00")
    bank = Bank(one.entity.iban)
    bank.book(transfer("363.00", f"{one.number} {two.number}"))

    [line] = bank.book(
        BankMovement(Decimal("-363.00"), return_reason="AM04", counterparty_iban=PAYER, communication="R")
    )

    assert line.source_type == BankTransaction.SPLIT and paid(one, two) == [ZERO, ZERO] and not breaks()


def test_what_was_paid_too_much_is_refunded(be: Cooperative) -> None:
    [invoice] = invoices("100.00")
    bank = Bank(invoice.entity.iban)
    bank.book(transfer("121.00", reference=invoice.communication))
    bank.book(transfer("121.00", reference=invoice.communication))
    before = Payment.objects.count()
    for amount in ("121.01", "0.00", "-1.00", "1.001"):
        with pytest.raises(DomainError) as refused:
            refund_credit(invoice_id=invoice.pk, amount=Decimal(amount), iban=PAYER, on=DAY, actor=SYSTEM)
        assert refused.value.code == "no_credit_left"
    assert Payment.objects.count() == before and not Payout.objects.exists()

    payout = refund_credit(invoice_id=invoice.pk, amount=Decimal("121.00"), iban=PAYER, on=DAY, actor=SYSTEM)

    assert (fresh(invoice).state, fresh(invoice).open_amount) == (InvoiceState.PAID, ZERO)
    assert not breaks(), "asked for, not yet released"
    maker, releaser = (Actor(kind="user", label=str(n), user_id=n) for n in (1, 2))
    batch = create_batch(entity_id=invoice.entity_id, kind="refund", due_until=DAY, on=DAY, actor=maker)
    release_batch(batch_id=batch.pk, on=DAY, actor=releaser)
    assert party_balance("400", invoice.client.party_id) == ZERO and not breaks()
    bank.book(batch_debit(total=batch.total, message_id=batch.number, transfers=1))
    payout.refresh_from_db()
    assert payout.state == "paid" and account_balance("580") == ZERO and not breaks()


def test_what_was_paid_too_much_pays_the_next_invoice(be: Cooperative) -> None:
    one, two = invoices("100.00", "200.00")
    [stranger] = invoices("10.00")
    bank = Bank(one.entity.iban)
    bank.book(transfer("150.00", reference=one.communication))
    with pytest.raises(DomainError) as refused:
        set_off_credit(from_id=one.pk, to_id=stranger.pk, amount=Decimal("1.00"), on=DAY, actor=SYSTEM)
    assert refused.value.code == "credit_cannot_move" and fresh(stranger).paid == ZERO

    set_off_credit(from_id=one.pk, to_id=two.pk, amount=Decimal("29.00"), on=DAY, actor=SYSTEM)

    assert [fresh(row).open_amount for row in (one, two)] == [ZERO, Decimal("213.00")]
    assert JournalEntry.objects.filter(source_type="treasury.banktransaction").count() == 1 and not breaks()
    with pytest.raises(DomainError):
        set_off_credit(from_id=one.pk, to_id=two.pk, amount=Decimal("0.01"), on=DAY, actor=SYSTEM)


def test_a_person_splits_a_line_and_takes_it_back(be: Cooperative) -> None:
    one, two = invoices("100.00", "200.00")
    [line] = Bank(one.entity.iban).book(transfer("130.00", "?"))
    client = one.client.party_id
    parts = [
        Claim("400", client, "invoicing.invoice", one.pk, one.number, Decimal("121.00")),
        Claim("400", client, "invoicing.invoice", two.pk, two.number),
    ]
    for wrong in ("120.00", "130.00", "131.00", "-5.00"):
        with pytest.raises(PartsDiffer):
            identify_transaction(
                transaction_id=line.pk,
                claim=[Claim("416", amount=Decimal(wrong)), Claim("416", amount=Decimal("9.00"))],
                actor=SYSTEM,
                today=DAY,
            )
    assert not TransactionPart.objects.exists() and account_balance("499") == Decimal("-130.00")

    identify_transaction(transaction_id=line.pk, claim=parts, actor=SYSTEM, today=DAY)
    assert paid(one, two) == [Decimal("121.00"), Decimal("9.00")] and not breaks()
    undo_identification(transaction_id=line.pk, today=DAY, actor=SYSTEM)

    line.refresh_from_db()
    assert (line.state, line.turn) == (MatchState.UNIDENTIFIED, 1) and not line.parts.exists()
    assert paid(one, two) == [ZERO, ZERO] and fresh(one).state == InvoiceState.ISSUED
    assert account_balance("499") == Decimal("-130.00") and not breaks()
    with pytest.raises(CannotUndo):
        undo_identification(transaction_id=line.pk, today=DAY, actor=SYSTEM)
    identify_transaction(transaction_id=line.pk, claim=parts[::-1][:1], actor=SYSTEM, today=DAY)
    assert paid(one, two) == [ZERO, Decimal("130.00")] and not breaks()
    undo_identification(transaction_id=line.pk, today=DAY, actor=SYSTEM)
    assert paid(one, two) == [ZERO, ZERO] and not breaks()


def test_what_recognised_itself_is_undone_too(be: Cooperative) -> None:
    [invoice] = invoices("100.00")
    [line] = Bank(invoice.entity.iban).book(transfer("121.00", reference=invoice.communication))

    undo_identification(transaction_id=line.pk, today=date(2026, 11, 27), actor=SYSTEM)

    assert fresh(invoice).state == InvoiceState.ISSUED
    assert account_balance("499") == Decimal("-121.00") and not breaks()
    reversal = JournalEntry.objects.get(source_id=line.pk, kind="undone:0")
    assert reversal.date == date(2026, 11, 27), "dated the day of the correction"


def test_the_database_wants_the_parts_to_make_the_line(be: Cooperative) -> None:
    one, two = invoices("100.00", "200.00")
    [line] = Bank(one.entity.iban).book(transfer("363.00", f"{one.number} {two.number}"))
    part = line.parts.order_by("position")[0]

    with pytest.raises(IntegrityError, match="parts of a line"), transaction.atomic():
        TransactionPart.objects.filter(pk=part.pk).update(amount=part.amount - 1)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert not breaks()


def test_what_the_bank_charges_is_borne_by_the_pot(be: Cooperative) -> None:
    [invoice] = invoices("100.00")
    [line] = Bank(invoice.entity.iban).book(
        BankMovement(Decimal("-12.10"), communication="Frais de tenue de compte")
    )
    [[proposal]] = candidates_for(line)
    assert (proposal.account, proposal.fund) == ("659", "pot")
    with pytest.raises(DomainError) as refused:
        identify_transaction(transaction_id=line.pk, claim=Claim("6129"), actor=SYSTEM, today=DAY)
    assert refused.value.code == "invalid_identification"

    identify_transaction(transaction_id=line.pk, claim=proposal, actor=SYSTEM, today=DAY)

    assert account_balance("659") == Decimal("12.10") and not breaks()
    undo_identification(transaction_id=line.pk, today=DAY, actor=SYSTEM)
    assert account_balance("659") == ZERO and not breaks()


def test_a_rule_sends_lines_where_finance_said(be: Cooperative) -> None:
    [invoice] = invoices("100.00")
    bank = Bank(invoice.entity.iban)
    movement = BankMovement(Decimal("-40.00"), counterparty_iban=PAYER, communication="abonnement")
    [line] = bank.book(movement)
    for account in ("550", "499", "400", "6129", "x"):
        with pytest.raises(DomainError) as refused:
            remember_rule(iban=PAYER, incoming=False, name="", account=account, text="x", actor=SYSTEM)
        assert refused.value.code == "rule_not_allowed"

    claim = account_claim("659", "Abonnement bancaire")
    remember_rule(
        iban=PAYER, incoming=False, name="Banque", account="659", fund=claim.fund, text="x", actor=SYSTEM
    )
    [outgoing] = bank.book(movement)
    [incoming] = bank.book(BankMovement(Decimal("40.00"), counterparty_iban=PAYER, communication="x"))

    assert (outgoing.account_code, outgoing.matched_by) == ("659", MatchedBy.RULE)
    assert line.state == incoming.state == MatchState.UNIDENTIFIED and not breaks()
    undo_identification(transaction_id=outgoing.pk, today=DAY, actor=SYSTEM)
    assert not breaks()


def test_an_excess_settles_what_else_the_client_owes(be: Cooperative, monkeypatch: Any) -> None:
    """Interest of 5.00 stands on 400 beside the invoice: the room that claimed it takes its part first."""
    [invoice] = invoices("100.00")
    taken: list[Decimal] = []

    def take(_: Invoice, excess: Decimal, receipt: Receipt, actor: Actor) -> Decimal:
        assert receipt.source_type == "treasury.banktransaction" and actor
        taken.append(min(excess, Decimal("5.00")))
        return taken[-1]

    def give_back(_: Invoice, amount: Decimal, _receipt: Receipt, _actor: Actor) -> Decimal:
        return min(amount, taken.pop()) if taken else ZERO

    monkeypatch.setattr(receivables, "_takers", [(10, ExcessTaker(take, give_back))])
    monkeypatch.setattr(
        receivables, "_others", [lambda entity: -sum(taken, ZERO) if entity.code == "PA" else ZERO]
    )

    [line] = Bank(invoice.entity.iban).book(transfer("128.00", reference=invoice.communication))

    assert fresh(invoice).open_amount == Decimal("-2.00") and taken == [Decimal("5.00")] and not breaks()
    undo_identification(transaction_id=line.pk, today=DAY, actor=SYSTEM)
    assert fresh(invoice).paid == ZERO and not taken and not breaks()


def test_a_line_is_identified_once(be: Cooperative) -> None:
    [invoice] = invoices("100.00")
    [line] = Bank(invoice.entity.iban).book(transfer("121.00", "?"))
    claim = Claim("416", text="subside")
    identify_transaction(transaction_id=line.pk, claim=claim, actor=SYSTEM, today=DAY)

    with pytest.raises(AlreadyIdentified):
        identify_transaction(transaction_id=line.pk, claim=claim, actor=SYSTEM, today=DAY)

    assert account_balance("416") == Decimal("-121.00") and not breaks()


def test_payments_are_told_of(be: Cooperative, monkeypatch: Any) -> None:
    told: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(
        "invoicing.services.receipts.publish_all",
        lambda news: told.extend((topic, payload) for topic, _, payload in news),
    )
    [invoice] = invoices("100.00")
    bank = Bank(invoice.entity.iban)
    bank.book(transfer("100.00", reference=invoice.communication))
    [line] = bank.book(transfer("21.00", reference=invoice.communication))
    undo_identification(transaction_id=line.pk, today=DAY, actor=SYSTEM)

    on = DAY.isoformat()
    assert told == [
        ("invoice.payment", {"amount": "100.00", "on": on}),
        ("invoice.payment", {"amount": "21.00", "on": on}),
        ("invoice.paid", {"on": on}),
        ("invoice.payment", {"amount": "-21.00", "on": on}),
        ("invoice.reopened", {"on": on}),
    ]


cents = st.integers(1, 10**7).map(lambda value: Decimal(value).scaleb(-2))


signed = st.integers(-1000, 10**6).map(lambda value: Decimal(value).scaleb(-2))


@given(amount=cents, opens=st.lists(signed, min_size=1, max_size=8))
def test_every_cent_has_one_place(amount: Decimal, opens: Sequence[Decimal]) -> None:
    parts = fill(amount, opens)

    assert sum(parts, ZERO) == amount and all(part >= 0 for part in parts) and len(parts) == len(opens)
    over = [place for place, part in enumerate(parts) if part > max(opens[place], ZERO)]
    assert len(over) <= 1, "what is too much lies together"
    if over:
        assert all(parts[p] == max(opens[p], ZERO) for p in range(len(opens)) if p != over[0])


@given(opens=st.lists(cents, min_size=1, max_size=7, unique=True), data=st.data())
def test_a_sum_is_found_when_only_one_way_leads_there(opens: list[Decimal], data: Any) -> None:
    chosen = data.draw(st.lists(st.integers(0, len(opens) - 1), min_size=1, max_size=4, unique=True))
    amount = sum((opens[place] for place in chosen), ZERO)

    found = exact_sum(amount, opens)

    assert found is None or sum((opens[place] for place in found), ZERO) == amount
    if found is None:
        from itertools import combinations

        ways = sum(
            sum(opens[p] for p in places) == amount
            for size in range(1, 6)
            for places in combinations(range(len(opens)), size)
        )
        assert ways > 1
