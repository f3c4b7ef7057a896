"""Two people do the same at the same moment: it is done once, and nothing is lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.purchases.checks import purchases_equal_books, set_offs_equal_purchases
from invoicing.purchases.models import Purchase, Supplier, SupplierAccount
from invoicing.purchases.services import accept_purchase, assign_purchase, note_rules, receive_document
from invoicing.ubl import write_document
from ledger.models import Budget, JournalEntry
from ledger.treasury.models import Payout
from tests.factories import SYSTEM, load_cooperative
from tests.invoicing.purchases.papers import DAY, holder, note_on, open_activity, paper, receive


def belgium() -> Cooperative:
    return Cooperative.objects.create(
        id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr", "nl", "de", "en"]
    )


def bring(content: bytes) -> UUID:
    with tenant_scope(Cooperative.objects.get(slug="be")):
        received = receive_document(
            content=content, name="a.xml", origin="upload", received_on=DAY, actor=SYSTEM
        )
        note_rules(purchase_id=received.purchase.pk, failures=())
        return received.purchase.pk


def accept(purchase_id: UUID) -> str:
    with tenant_scope(Cooperative.objects.get(slug="be")):
        activity = Purchase.objects.get(pk=purchase_id).activity
        assert activity is not None
        return accept_purchase(
            purchase_id=purchase_id, category="office", on=DAY, actor=holder(activity)
        ).state


def test_one_document_brought_by_eight_at_once_is_kept_once(fresh_database: Any) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        load_cooperative()
        content = write_document(paper())

    outcomes = fresh_database.in_threads(bring, *[(content,)] * 8)

    assert [outcome.detail for outcome in outcomes if not outcome.ok] == []
    assert len({outcome.value for outcome in outcomes}) == 1
    with tenant_scope(cooperative):
        assert (Purchase.objects.count(), Supplier.objects.count()) == (1, 1)
        assert SupplierAccount.objects.count() == 1


def test_two_documents_under_one_number_at_once_are_one_and_a_conflict(fresh_database: Any) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        load_cooperative()
        contents = [write_document(paper(f"{n}.00", number="F-1")) for n in range(1, 5)]

    outcomes = fresh_database.in_threads(bring, *[(content,) for content in contents])

    assert len([outcome for outcome in outcomes if outcome.ok]) == 1
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"purchase_number_taken"}
    with tenant_scope(cooperative):
        assert Purchase.objects.count() == 1


def test_one_purchase_accepted_by_eight_at_once_is_booked_and_paid_once(fresh_database: Any) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        load_cooperative()
        activity = open_activity()
        purchase = receive(paper())
        assign_purchase(purchase_id=purchase.pk, activity_id=activity.pk, on=DAY, actor=holder(activity))

    outcomes = fresh_database.in_threads(accept, *[(purchase.pk,)] * 8)

    assert [outcome.value for outcome in outcomes if outcome.ok] == ["to_pay"]
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"purchase_not_waiting"}
    with tenant_scope(cooperative):
        assert JournalEntry.objects.filter(source_id=purchase.pk).count() == 1
        assert Payout.objects.count() == 1


def test_invoices_and_credit_notes_of_one_supplier_accepted_at_once_settle_each_other(
    fresh_database: Any,
) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        load_cooperative()
        documents = [paper("40.00") for _ in range(4)]
        documents += [note_on(document, "30.00") for document in documents]
        waiting = []
        for document in documents:
            activity = open_activity(money="100.00")
            purchase = receive(document)
            assign_purchase(purchase_id=purchase.pk, activity_id=activity.pk, on=DAY, actor=holder(activity))
            waiting.append(purchase.pk)

    outcomes = fresh_database.in_threads(accept, *[(pk,) for pk in waiting])

    assert [outcome.detail for outcome in outcomes if not outcome.ok] == []
    with tenant_scope(cooperative):
        assert not [*purchases_equal_books(), *set_offs_equal_purchases()]
        assert sum(p.amount for p in Payout.objects.exclude(state="withdrawn")) == Decimal("48.40")
        assert all(not purchase.left for purchase in Purchase.objects.filter(kind="credit_note"))


def test_the_last_money_of_a_budget_buys_one_thing(fresh_database: Any) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        load_cooperative()
        activity = open_activity(money="100.00")
        waiting = []
        for _ in range(4):
            purchase = receive(paper("100.00"))
            assign_purchase(purchase_id=purchase.pk, activity_id=activity.pk, on=DAY, actor=holder(activity))
            waiting.append(purchase.pk)

    outcomes = fresh_database.in_threads(accept, *[(pk,) for pk in waiting])

    assert len([outcome for outcome in outcomes if outcome.ok]) == 1
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"budget_exceeded"}
    with tenant_scope(cooperative):
        assert Budget.objects.get(pk=activity.budget_id).balance == 0
