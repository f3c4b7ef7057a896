"""A purchase from its document to the bank, to the cent (DOMAIN §4, example C)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from activities.errors import NotAHolder, NotYourOwn
from invoicing.purchases.enums import AccountTrust, PurchaseState
from invoicing.purchases.errors import (
    EntityMismatch,
    PurchaseForeignCurrency,
    PurchaseNotAssigned,
    PurchaseNotWaiting,
    PurchaseNumberTaken,
    SupplierAccountChanged,
    SupplierAccountMissing,
)
from invoicing.purchases.models import Purchase, PurchaseVat, SetOff, SupplierAccount
from invoicing.purchases.services import (
    accept_purchase,
    approve_purchase,
    assign_purchase,
    confirm_account,
    give_back_purchase,
    name_account,
    payout_of,
    receive_document,
    refuse_purchase,
    send_back_purchase,
)
from invoicing.ubl import Payment, write_document
from ledger.errors import BudgetExceeded
from ledger.models import JournalEntry
from ledger.treasury.enums import PayoutState
from ledger.treasury.models import Payout
from ledger.treasury.services import create_batch
from tests.factories import SYSTEM, actor, make_adviser, make_person
from tests.invoicing.purchases.papers import (
    DAY,
    DUE,
    IBAN,
    OTHER_IBAN,
    abroad,
    checked,
    holder,
    lines_of,
    note_on,
    open_activity,
    paper,
    receive,
)

pytestmark = pytest.mark.usefixtures("house")
FINANCE = "finance"


def accepted(purchase: Purchase, activity, category: str = "office", **more) -> Purchase:  # type: ignore[no-untyped-def]
    """Given to the Activity and accepted by its member."""
    assign_purchase(purchase_id=purchase.pk, activity_id=activity.pk, on=DAY, actor=holder(activity))
    return accept_purchase(purchase_id=purchase.pk, category=category, on=DAY, actor=holder(activity), **more)


def test_a_purchase_with_vat_is_booked_and_waits_for_its_due_date() -> None:
    activity = open_activity()
    purchase = accepted(receive(paper("100.00")), activity)

    assert lines_of(purchase) == [
        ("6125", "100.00", "0.00", True),
        ("411", "21.00", "0.00", False),
        ("440", "0.00", "121.00", False),
    ]
    activity.budget.refresh_from_db()
    assert activity.budget.balance == Decimal("900.00")
    payout = payout_of(purchase)
    assert payout is not None
    assert (payout.kind, payout.amount, payout.iban, payout.due_on) == (
        "supplier",
        Decimal("121.00"),
        IBAN,
        DUE,
    )
    assert payout.communication == "020260000178"
    assert (purchase.state, purchase.cost) == (PurchaseState.TO_PAY, Decimal("100.00"))


@pytest.mark.parametrize(
    ("entity", "category", "lines"),
    [
        ("FA", "office", [("6125", "121.00", "0.00", True), ("440", "0.00", "121.00", False)]),
        (
            "PA",
            "car",
            [
                ("6120", "110.50", "0.00", True),
                ("411", "10.50", "0.00", False),
                ("440", "0.00", "121.00", False),
            ],
        ),
        ("PA", "restaurant", [("6122", "121.00", "0.00", True), ("440", "0.00", "121.00", False)]),
    ],
)
def test_what_is_not_deducted_is_a_cost_of_the_activity(
    entity: str, category: str, lines: list[tuple[str, str, str, bool]]
) -> None:
    purchase = accepted(receive(paper("100.00", entity=entity)), open_activity(entity), category)

    assert lines_of(purchase) == lines


@pytest.mark.parametrize(
    ("entity", "category", "lines"),
    [
        (
            "PA",
            "services",
            [
                ("6124", "100.00", "0.00", True),
                ("411", "21.00", "0.00", False),
                ("451", "0.00", "21.00", False),
                ("440", "0.00", "100.00", False),
            ],
        ),
        (
            "PA",
            "car",
            [
                ("6120", "110.50", "0.00", True),
                ("411", "10.50", "0.00", False),
                ("451", "0.00", "21.00", False),
                ("440", "0.00", "100.00", False),
            ],
        ),
        (
            "FA",
            "services",
            [
                ("6124", "121.00", "0.00", True),
                ("451", "0.00", "21.00", False),
                ("440", "0.00", "100.00", False),
            ],
        ),
    ],
)
def test_services_from_the_union_owe_and_recover_vat_in_one_entry(
    entity: str, category: str, lines: list[tuple[str, str, str, bool]]
) -> None:
    document = paper("100.00", rate="0", category="AE", entity=entity, seller=abroad("FR", "FR40303265045"))

    purchase = accepted(receive(document), open_activity(entity), category)

    assert purchase.case == "eu_services"
    assert lines_of(purchase) == lines
    row = PurchaseVat.objects.get()
    assert (row.case, row.base, row.due) == ("eu_services", Decimal("100.00"), Decimal("21.00"))


@pytest.mark.parametrize(
    ("seller", "asked", "case"),
    [
        (abroad("US", None), "", "foreign_services"),
        (abroad("US", None), "import", "import"),
        (abroad("FR", "FR40303265045"), "eu_goods", "eu_goods"),
        (None, "", "cocontractor"),
    ],
)
def test_each_treatment_of_a_charge_without_vat(seller: object, asked: str, case: str) -> None:
    more = {} if seller is None else {"seller": seller}
    document = paper("50.00", rate="0", category="AE", **more)

    purchase = accepted(receive(document), open_activity(), "services", case=asked)

    assert (purchase.case, purchase.due_vat, purchase.recoverable_vat) == (
        *(case, Decimal("10.50"), Decimal("10.50")),
    )


def test_vat_of_another_country_does_not_come_back() -> None:
    document = paper("100.00", rate="20", seller=abroad("FR", "FR40303265045"))

    purchase = accepted(receive(document), open_activity(), "lodging")

    assert lines_of(purchase) == [("6123", "120.00", "0.00", True), ("440", "0.00", "120.00", False)]


def test_nothing_is_bought_that_the_budget_cannot_bear() -> None:
    activity = open_activity(money="99.99")
    purchase = receive(paper("100.00"))
    assign_purchase(purchase_id=purchase.pk, activity_id=activity.pk, on=DAY, actor=holder(activity))

    with pytest.raises(BudgetExceeded):
        accept_purchase(purchase_id=purchase.pk, category="office", on=DAY, actor=holder(activity))

    purchase.refresh_from_db()
    assert (purchase.state, purchase.category) == (PurchaseState.ASSIGNED, "")
    assert lines_of(purchase) == []
    assert Payout.objects.count() == 0


def test_above_the_threshold_the_cost_is_set_aside_until_an_adviser_agrees() -> None:
    activity = open_activity()
    purchase = accepted(receive(paper("300.00")), activity)

    activity.budget.refresh_from_db()
    assert (purchase.state, activity.budget.reserved) == (PurchaseState.APPROVAL, Decimal("300.00"))
    assert lines_of(purchase) == []
    with pytest.raises(NotYourOwn):
        approve_purchase(purchase_id=purchase.pk, on=DAY, actor=holder(activity))

    purchase = approve_purchase(purchase_id=purchase.pk, on=DAY, actor=actor(make_adviser()))

    activity.budget.refresh_from_db()
    assert (activity.budget.reserved, activity.budget.balance) == (0, Decimal("700.00"))
    assert purchase.state == PurchaseState.TO_PAY
    assert len(lines_of(purchase)) == 3


def test_an_adviser_may_send_it_back() -> None:
    activity = open_activity()
    purchase = accepted(receive(paper("300.00")), activity)

    purchase = send_back_purchase(purchase_id=purchase.pk, reason="Trop cher", actor=actor(make_adviser()))

    activity.budget.refresh_from_db()
    assert (purchase.state, activity.budget.reserved) == (PurchaseState.ASSIGNED, 0)


def test_only_people_of_the_activity_accept_and_only_once() -> None:
    activity = open_activity()
    purchase = receive(paper())
    with pytest.raises(PurchaseNotAssigned):
        accept_purchase(purchase_id=purchase.pk, category="office", on=DAY, actor=holder(activity))
    assign_purchase(purchase_id=purchase.pk, activity_id=activity.pk, on=DAY, actor=holder(activity))
    with pytest.raises(NotAHolder):
        accept_purchase(
            purchase_id=purchase.pk, category="office", on=DAY, actor=actor(make_person(user=True))
        )
    assert lines_of(purchase) == []

    accept_purchase(purchase_id=purchase.pk, category="office", on=DAY, actor=holder(activity))
    with pytest.raises(PurchaseNotWaiting):
        accept_purchase(purchase_id=purchase.pk, category="car", on=DAY, actor=holder(activity))

    assert JournalEntry.objects.filter(source_id=purchase.pk).count() == 1


def test_a_foreign_currency_is_not_accepted() -> None:
    activity = open_activity()
    purchase = receive(paper(currency="USD"))
    assign_purchase(purchase_id=purchase.pk, activity_id=activity.pk, on=DAY, actor=holder(activity))

    with pytest.raises(PurchaseForeignCurrency):
        accept_purchase(purchase_id=purchase.pk, category="office", on=DAY, actor=holder(activity))

    assert lines_of(purchase) == []


def test_a_document_for_one_company_is_not_given_to_another() -> None:
    activity = open_activity("FA")
    purchase = receive(paper())

    with pytest.raises(EntityMismatch):
        assign_purchase(purchase_id=purchase.pk, activity_id=activity.pk, on=DAY, actor=holder(activity))

    purchase.refresh_from_db()
    assert purchase.activity is None


def test_the_same_number_with_another_content_is_a_conflict() -> None:
    document = paper("100.00", number="F-1")
    first = receive(document)

    assert receive(document).pk == first.pk
    with pytest.raises(PurchaseNumberTaken):
        receive(paper("101.00", number="F-1"))
    assert Purchase.objects.count() == 1

    refuse_purchase(purchase_id=first.pk, reason="Montant faux", on=DAY, actor=actor(make_adviser()))
    assert receive(paper("101.00", number="F-1")).pk != first.pk


def test_a_changed_account_is_not_paid_before_finance_asked_the_supplier() -> None:
    activity = open_activity()
    accepted(receive(paper()), activity)
    purchase = receive(paper(payment=Payment(OTHER_IBAN)))

    assert purchase.activity == activity  # everything of this supplier was for it
    with pytest.raises(SupplierAccountChanged):
        accept_purchase(purchase_id=purchase.pk, category="office", on=DAY, actor=holder(activity))
    assert lines_of(purchase) == []

    account = SupplierAccount.objects.get(iban=OTHER_IBAN)
    assert account.trust == AccountTrust.CHANGED
    confirm_account(
        account_id=account.pk, confirmation="Mme Lune, 02 000 00 00", on=DAY, actor=actor(make_adviser())
    )
    purchase = accept_purchase(purchase_id=purchase.pk, category="office", on=DAY, actor=holder(activity))
    payout = payout_of(purchase)
    assert payout is not None and payout.iban == OTHER_IBAN


def test_a_document_without_account_asks_for_one() -> None:
    activity = open_activity()
    purchase = receive(paper(payment=None))
    assign_purchase(purchase_id=purchase.pk, activity_id=activity.pk, on=DAY, actor=holder(activity))
    with pytest.raises(SupplierAccountMissing):
        accept_purchase(purchase_id=purchase.pk, category="office", on=DAY, actor=holder(activity))

    name_account(purchase_id=purchase.pk, iban=IBAN, on=DAY, actor=holder(activity))
    accept_purchase(purchase_id=purchase.pk, category="office", on=DAY, actor=holder(activity))

    assert Payout.objects.get().iban == IBAN


def test_a_member_gives_back_what_is_not_theirs() -> None:
    activity = open_activity()
    purchase = receive(paper())
    assign_purchase(purchase_id=purchase.pk, activity_id=activity.pk, on=DAY, actor=holder(activity))

    purchase = give_back_purchase(purchase_id=purchase.pk, reason="Pas commandé", actor=holder(activity))

    assert (purchase.state, purchase.activity) == (PurchaseState.UNASSIGNED, None)


# --- credit notes --------------------------------------------------------------------------------------


def test_a_credit_note_gives_back_and_lowers_the_payment() -> None:
    activity = open_activity()
    document = paper("100.00")
    invoice = accepted(receive(document), activity)
    note = receive(note_on(document, "40.00"))

    assert note.corrects == invoice
    note = accept_purchase(purchase_id=note.pk, category="office", on=DAY, actor=holder(activity))

    assert lines_of(note) == [
        ("6125", "0.00", "40.00", True),
        ("411", "0.00", "8.40", False),
        ("440", "48.40", "0.00", False),
    ]
    activity.budget.refresh_from_db()
    assert activity.budget.balance == Decimal("940.00")
    payout = payout_of(invoice)
    assert payout is not None and payout.amount == Decimal("72.60")
    assert (note.state, note.left) == (PurchaseState.BOOKED, 0)


def test_an_invoice_credited_in_full_is_never_paid_and_leaves_the_budget_as_it_was() -> None:
    activity = open_activity()
    document = paper("100.00")
    invoice = accepted(receive(document), activity)
    note = receive(note_on(document, "100.00"))
    accept_purchase(purchase_id=note.pk, category="office", on=DAY, actor=holder(activity))

    payout = payout_of(invoice)
    assert payout is not None and payout.state == PayoutState.WITHDRAWN
    invoice.refresh_from_db()
    activity.budget.refresh_from_db()
    assert invoice.state == PurchaseState.PAID
    assert activity.budget.balance == Decimal("1000.00")


def test_a_credit_note_after_the_payment_waits_for_the_next_invoice() -> None:
    activity = open_activity()
    document = paper("100.00")
    invoice = accepted(receive(document), activity)
    create_batch(
        entity_id=invoice.entity_id,  # type: ignore[arg-type]
        kind="supplier",
        due_until=DUE,
        on=DUE,
        actor=actor(make_adviser()),
    )
    note = receive(note_on(document, "40.00"))
    accept_purchase(purchase_id=note.pk, category="office", on=DAY, actor=holder(activity))
    note.refresh_from_db()
    assert note.left == Decimal("48.40")

    following = receive(paper("20.00"))
    accept_purchase(purchase_id=following.pk, category="office", on=DAY, actor=holder(activity))
    last = receive(paper("50.00"))
    last = accept_purchase(purchase_id=last.pk, category="office", on=DAY, actor=holder(activity))

    payout = payout_of(last)
    assert payout is not None and payout.amount == Decimal("36.30")  # 60.50 less what 24.20 left of 48.40
    assert sorted(row.amount for row in SetOff.objects.all()) == [Decimal("24.20"), Decimal("24.20")]


def test_a_negative_invoice_gives_back_as_a_credit_note_does() -> None:
    activity = open_activity()
    made = paper("100.00", payment=None)
    negative = (
        write_document(made)
        .replace(b">100.00<", b">-100.00<")
        .replace(b">21.00<", b">-21.00<")
        .replace(b">121.00<", b">-121.00<")
        .replace(b'unitCode="C62">1<', b'unitCode="C62">-1<')
        .replace(b'<cbc:PriceAmount currencyID="EUR">-100.00', b'<cbc:PriceAmount currencyID="EUR">100.00')
    )
    purchase = checked(
        receive_document(
            content=negative, name="n.xml", origin="network", received_on=DAY, actor=SYSTEM
        ).purchase
    )

    purchase = accepted(purchase, activity)

    assert (purchase.kind, purchase.total, purchase.state) == ("credit_note", Decimal("121.00"), "booked")
    assert lines_of(purchase) == [
        ("6125", "0.00", "100.00", True),
        ("411", "0.00", "21.00", False),
        ("440", "121.00", "0.00", False),
    ]
