"""Several people at the same moment: one return, one approval, one entry."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from core.models import Cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from invoicing.vatreturns import services
from invoicing.vatreturns.checks import returns_equal_books
from invoicing.vatreturns.enums import Paper
from invoicing.vatreturns.models import VatReturn, VatVersion
from invoicing.vatreturns.periods import parse_period
from ledger.models import JournalEntry, LegalEntity
from ledger.selectors import account_balance
from tests.activities.builders import NOVEMBER, make_activity, make_invoice
from tests.factories import actor
from tests.invoicing.vatreturns.builders import by_quarter, financier

QUARTER, JANUARY = parse_period("2026-Q4"), date(2027, 1, 11)


def belgium() -> Cooperative:
    return Cooperative.objects.create(
        id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr", "nl", "de", "en"]
    )


def prepare(who: Actor) -> int:
    with tenant_scope(Cooperative.objects.get(slug="be")):
        row = services.prepare_return(
            entity=LegalEntity.objects.get(code="PA"),
            paper=Paper.RETURN,
            period=QUARTER,
            today=JANUARY,
            actor=who,
        )
        return row.version_number


def approve(who: Actor) -> str:
    with tenant_scope(Cooperative.objects.get(slug="be")):
        row = VatReturn.objects.get()
        return services.approve_return(vat_return_id=row.pk, today=JANUARY, actor=who).state


def test_eight_prepare_and_eight_approve_at_once(fresh_database: Any) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        by_quarter()
        make_invoice(make_activity(), issued_on=NOVEMBER)
        people = [actor(financier()) for _ in range(8)]

    prepared = fresh_database.in_threads(prepare, *[(who,) for who in people])
    with tenant_scope(cooperative):
        author = VatVersion.objects.get().created_by_person
    approved = fresh_database.in_threads(approve, *[(who,) for who in people])

    assert [outcome.value for outcome in prepared] == [1] * 8
    assert [outcome.value for outcome in approved if outcome.ok] == ["approved"]
    refused = {outcome.code for outcome in approved if not outcome.ok}
    assert refused <= {"return_not_prepared", "second_person_needed"}
    with tenant_scope(cooperative):
        row = VatReturn.objects.get()
        assert row.approved_by_person != author
        assert JournalEntry.objects.filter(source_type="vatreturns.vatreturn").count() == 0  # nothing to net
        assert account_balance("451") == Decimal("-210.00")
        assert list(returns_equal_books()) == []
