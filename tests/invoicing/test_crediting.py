"""Credit notes: any split of an invoice gives back exactly what it took."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import Cooperative
from invoicing.checks import documents_are_whole, invoices_equal_books, invoices_equal_payments
from invoicing.enums import InvoiceState
from invoicing.errors import CreditReasonMissing, CreditTooLarge, InvoiceNotIssued, NothingToCredit
from invoicing.models import Invoice, IssuedDocument
from invoicing.services import credit_invoice
from invoicing.services.crediting import left_to_credit
from ledger.models import Budget
from ledger.selectors import account_balance, fund_balance
from ledger.services import reserve
from tests.activities.builders import flat, make_activity, make_draft, make_invoice
from tests.factories import SYSTEM, load_cooperative

LATER = date(2026, 11, 20)
ACCOUNTS = ("400", "700", "451", "6190", "748")


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def credit(invoice: Invoice, amounts: Decimal | dict[str, Decimal] | None = None) -> IssuedDocument:
    return credit_invoice(invoice_id=invoice.pk, on=LATER, actor=SYSTEM, reason="Annulé", amounts=amounts)


def breaks() -> list[object]:
    return [*invoices_equal_books(), *invoices_equal_payments(), *documents_are_whole()]


def test_three_thirds_of_ten_euro_give_back_sixty_five_cents_of_levy(be: Cooperative) -> None:
    invoice = make_invoice(make_activity(), lines=flat("10.00"))

    notes = [credit(invoice, Decimal(part)) for part in ("3.33", "3.33", "3.34")]

    assert [note.levy for note in notes] == [Decimal("0.22"), Decimal("0.21"), Decimal("0.22")]
    assert sum(note.levy for note in notes) == Decimal("0.65")
    assert sum(note.vat for note in notes) == Decimal("2.10")
    assert [note.number for note in notes] == [f"PA-NC-2026-00000{n}" for n in (1, 2, 3)]
    assert all(account_balance(code) == 0 for code in ACCOUNTS)
    invoice.refresh_from_db()
    assert (invoice.state, invoice.credited, invoice.open_amount) == (
        InvoiceState.CREDITED,
        Decimal("12.10"),
        0,
    )
    assert not breaks()


def test_a_full_credit_reverses_example_a(be: Cooperative) -> None:
    activity = make_activity()
    invoice = make_invoice(activity)

    note = credit(invoice)

    assert (note.net, note.vat, note.total, note.levy) == tuple(
        map(Decimal, ("1000.00", "210.00", "1210.00", "65.00"))
    )
    assert all(account_balance(code) == 0 for code in ACCOUNTS)
    assert fund_balance("pot") == 0
    assert Budget.objects.get(pk=activity.budget_id).balance == 0
    assert note.content["corrects"] == [{"number": invoice.number, "issued_on": "2026-11-02"}]
    assert note.content["mentions"] == [
        "Annulé",
        "TVA à reverser à l'État dans la mesure où elle a été initialement déduite",
    ]
    assert note.content["lines"] == IssuedDocument.objects.get(number=invoice.number).content["lines"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_split_leaves_every_account_budget_and_levy_at_zero(be: Cooperative, data: st.DataObject) -> None:
    bases = {
        "standard": data.draw(st.integers(1, 100_000), label="cents at 21 %"),
        "6": data.draw(st.integers(0, 30_000), label="cents at 6 %"),
    }
    with transaction.atomic():
        activity = make_activity()
        lines = [
            line for code, cents in bases.items() if cents for line in flat(f"{Decimal(cents) / 100}", code)
        ]
        invoice = make_invoice(activity, lines=lines)
        left = {code: cents for code, cents in bases.items() if cents}
        while any(left.values()):
            part = {
                code: data.draw(st.integers(0, cents), label=f"credit at {code}")
                for code, cents in left.items()
            }
            if not any(part.values()):
                part = dict(left)
            credit(invoice, {code: Decimal(cents) / 100 for code, cents in part.items()})
            left = {code: cents - part[code] for code, cents in left.items()}

        assert all(account_balance(code) == 0 for code in ACCOUNTS)
        assert Budget.objects.get(pk=activity.budget_id).balance == 0
        assert fund_balance("pot") == 0
        assert Invoice.objects.get(pk=invoice.pk).state == InvoiceState.CREDITED
        assert not breaks()
        transaction.set_rollback(True)


def test_a_credit_is_imposed_the_pot_lends_what_the_budget_lacks(be: Cooperative) -> None:
    activity = make_activity()
    invoice = make_invoice(activity)
    reserve(
        budget_id=activity.budget_id,
        amount=Decimal("900.00"),
        source_type="test",
        source_id=activity.pk,
        text="x",
    )

    credit(invoice)

    budget = Budget.objects.get(pk=activity.budget_id)
    assert (budget.balance, budget.reserved, budget.shortfall) == tuple(
        map(Decimal, ("900.00", "900.00", "900.00"))
    )
    assert account_balance("4199") == Decimal("900.00")


def test_no_more_is_credited_than_was_invoiced(be: Cooperative) -> None:
    invoice = make_invoice(make_activity(), lines=[*flat("100.00"), *flat("50.00", "6")])
    credit(invoice, {"standard": Decimal("60.00")})

    with pytest.raises(CreditTooLarge) as refused:
        credit(invoice, {"standard": Decimal("40.01")})
    with pytest.raises(CreditTooLarge):
        credit(invoice, {"12": Decimal("1.00")})
    with pytest.raises(CreditReasonMissing):
        credit_invoice(invoice_id=invoice.pk, on=LATER, actor=SYSTEM, reason=" ")

    assert refused.value.params["most"] == Decimal("40.00")
    assert left_to_credit(invoice) == {"standard": Decimal("40.00"), "6": Decimal("50.00")}
    invoice.refresh_from_db()
    assert invoice.credited == Decimal("72.60")
    credit(invoice)
    with pytest.raises(NothingToCredit):
        credit(invoice)
    assert not breaks()


def test_a_draft_is_changed_not_credited(be: Cooperative) -> None:
    with pytest.raises(InvoiceNotIssued):
        credit(make_draft(make_activity()))
