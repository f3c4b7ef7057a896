"""Thirty-two people issue at the same moment: thirty-two consecutive numbers, books that balance."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.checks import documents_are_whole, invoices_equal_books
from invoicing.models import IssuedDocument
from invoicing.services import credit_invoice, issue_invoice
from ledger.models import NumberSeries
from tests.activities.builders import NOVEMBER, make_activity, make_client, make_draft
from tests.factories import SYSTEM, load_cooperative

ISSUERS = 32


def belgium() -> Cooperative:
    return Cooperative.objects.create(
        id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr", "nl", "de", "en"]
    )


def issue(invoice_id: UUID) -> str:
    with tenant_scope(Cooperative.objects.get(slug="be")):
        return issue_invoice(invoice_id=invoice_id, issued_on=NOVEMBER, actor=SYSTEM).number


def credit(invoice_id: UUID) -> Decimal:
    with tenant_scope(Cooperative.objects.get(slug="be")):
        return credit_invoice(
            invoice_id=invoice_id, on=NOVEMBER, actor=SYSTEM, reason="x", amounts=Decimal("300.00")
        ).net


def test_thirty_two_issuers_at_once_get_consecutive_numbers(fresh_database: Any) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        load_cooperative()
        activities = [make_activity() for _ in range(4)]
        client = make_client()
        drafts = [make_draft(activities[n % 4], client).pk for n in range(ISSUERS)]

    outcomes = fresh_database.in_threads(issue, *[(pk,) for pk in drafts])

    assert [outcome.detail for outcome in outcomes if not outcome.ok] == []
    assert sorted(outcome.value for outcome in outcomes) == [f"PA-2026-{n:06}" for n in range(1, ISSUERS + 1)]
    with tenant_scope(cooperative):
        assert NumberSeries.objects.get(journal="INV").last_number == ISSUERS
        assert not [*documents_are_whole(), *invoices_equal_books()]


def test_one_invoice_issued_by_eight_at_once_is_issued_once(fresh_database: Any) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        load_cooperative()
        draft = make_draft(make_activity()).pk

    outcomes = fresh_database.in_threads(issue, *[(draft,)] * 8)

    assert [outcome.value for outcome in outcomes if outcome.ok] == ["PA-2026-000001"]
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"invoice_not_draft"}
    with tenant_scope(cooperative):
        assert IssuedDocument.objects.count() == 1


def test_credits_at_once_never_give_back_more_than_was_taken(fresh_database: Any) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        load_cooperative()
        draft = make_draft(make_activity()).pk
    issue(draft)

    outcomes = fresh_database.in_threads(credit, *[(draft,)] * 6)

    assert [outcome.value for outcome in outcomes if outcome.ok] == [Decimal("300.00")] * 3
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"credit_too_large"}
    with tenant_scope(cooperative):
        assert not [*documents_are_whole(), *invoices_equal_books()]
