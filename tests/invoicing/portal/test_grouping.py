"""One document a month: made once, equal to its invoices, paid at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core import clock
from core.errors import DomainError
from core.identifiers import normalise_structured_communication
from core.models import Cooperative
from core.money import ZERO
from core.tenancy import tenant_scope
from invoicing.checks import invoices_equal_books, invoices_equal_payments
from invoicing.enums import InvoiceState
from invoicing.models import Client, ClientMessage, Invoice
from invoicing.portal import selectors, services
from invoicing.portal.links import token_of
from invoicing.portal.models import GroupedInvoice, GroupedItem, MonthlyGrouping, PortalAccess
from invoicing.portal.rendering import grouped_context, grouped_pdf
from invoicing.services import merge_clients
from invoicing.types import DraftTerms
from ledger.selectors import party_balance
from ledger.treasury.enums import MatchState
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.factories import SYSTEM, load_cooperative
from tests.invoicing.test_numbers_at_once import belgium
from tests.invoicing.test_receipts import Bank, transfer

OCTOBER, NOVEMBER, FIRST = date(2026, 10, 5), date(2026, 11, 16), date(2026, 12, 1)


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def grouped_client(*amounts: str, **fields: Any) -> tuple[Client, list[Invoice]]:
    """A client whose invoices are gathered from November on, each of another Activity."""
    client = make_client(email="compta@theatre.example", **fields)
    services.set_grouping(client_id=client.pk, since=NOVEMBER, on=NOVEMBER, actor=SYSTEM)
    rows = [
        make_invoice(make_activity(), client=client, lines=flat(amount), issued_on=NOVEMBER)
        for amount in amounts
    ]
    return client, rows


def run(on: date = FIRST) -> int:
    return services.group_months(on=on, actor=SYSTEM)


def test_a_month_becomes_one_document_equal_to_its_invoices(be: Cooperative) -> None:
    client = make_client(email="compta@theatre.example")
    make_invoice(make_activity(), client=client, issued_on=OCTOBER)
    services.set_grouping(client_id=client.pk, since=NOVEMBER, on=NOVEMBER, actor=SYSTEM)
    lines = [*flat("100.00"), *flat("33.33", "6")]
    rows = [make_invoice(make_activity(), client=client, lines=lines, issued_on=NOVEMBER) for _ in range(3)]
    make_invoice(make_activity(), client=client, issued_on=FIRST)

    assert run(on=date(2026, 11, 30)) == 0  # the month is not over
    assert run() == 1

    group = GroupedInvoice.objects.get()
    content = group.content
    assert [row["number"] for row in content["invoices"]] == [row.number for row in rows]
    assert group.total == group.open_amount == sum((row.total for row in rows), ZERO)
    assert Decimal(content["net"]) + Decimal(content["vat_total"]) == group.total
    assert sum((Decimal(part["tax"]) for part in content["vat"]), ZERO) == sum((r.vat for r in rows), ZERO)
    assert sum((Decimal(part["base"]) for part in content["vat"]), ZERO) == sum((r.net for r in rows), ZERO)
    assert len(content["vat"]) == 2
    assert group.due_on == max(row.due_on for row in rows if row.due_on)
    assert (group.month, group.number) == (date(2026, 11, 1), "PA-GR-2026-000001")
    assert normalise_structured_communication(group.communication) == group.communication
    assert not Invoice.objects.filter(communication=group.communication).exists()
    assert grouped_pdf(group.pk).content.startswith(b"%PDF")


def test_it_says_what_may_still_be_kept_by_paying_an_invoice_early(be: Cooperative) -> None:
    """2 % of 1,000.00 of an invoice until 4 December; nothing of one whose days are over."""
    client, _ = grouped_client("500.00")
    activity = Invoice.objects.get().activity
    for days in (10, 2):
        make_invoice(
            activity,
            client,
            flat("1000.00"),
            issued_on=date(2026, 11, 24),
            terms=DraftTerms(early_percent=Decimal("2"), early_days=days),
        )

    assert run() == 1

    group = GroupedInvoice.objects.get()
    kept = [row.get("early_payment", {}).get("amount") for row in group.content["invoices"]]
    assert kept == [None, "20.00", None]
    shown = [row["early"] for row in grouped_context(group.content, "fr")["rows"]]
    assert [bool(text) for text in shown] == [False, True, False]
    assert "Escompte de 2 %" in shown[1]
    assert grouped_pdf(group.pk).content.startswith(b"%PDF")


def test_each_month_is_gathered_once_however_often_the_task_runs(be: Cooperative) -> None:
    client, _rows = grouped_client("100.00", "200.00")

    made = [run(day) for day in (FIRST, FIRST, date(2026, 12, 2), date(2027, 1, 1), date(2027, 6, 1))]

    assert made == [1, 0, 0, 0, 0]
    letters = ClientMessage.objects.filter(client=client, subject__contains="GR-2026")
    assert letters.count() == 1 and letters[0].recipient == "compta@theatre.example"
    assert GroupedItem.objects.count() == 2


def test_who_asked_for_nothing_gets_nothing_and_a_switch_can_be_taken_back(be: Cooperative) -> None:
    client = make_client()
    make_invoice(make_activity(), client=client, issued_on=NOVEMBER)
    assert run() == 0

    grouped, _rows = grouped_client("100.00")
    services.set_grouping(client_id=grouped.pk, since=None, on=NOVEMBER, actor=SYSTEM)

    assert run() == 0
    assert not GroupedInvoice.objects.exists()


def test_a_month_that_is_over_is_not_asked_for(be: Cooperative) -> None:
    client = make_client()

    with pytest.raises(DomainError) as refused:
        services.set_grouping(client_id=client.pk, since=OCTOBER, on=NOVEMBER, actor=SYSTEM)

    assert refused.value.code == "grouping_month_invalid"
    assert not MonthlyGrouping.objects.exists()


@pytest.mark.parametrize(
    ("amount", "states"),
    [
        ("726.00", ["paid", "paid", "paid"]),
        ("200.00", ["paid", "partly_paid", "issued"]),
        ("1000.00", ["paid", "paid", "paid"]),
    ],
)
def test_a_payment_of_the_group_is_split_over_its_invoices(
    be: Cooperative, amount: str, states: list[str]
) -> None:
    client, rows = grouped_client("100.00", "200.00", "300.00")
    run()
    group = GroupedInvoice.objects.get()

    [line] = Bank(rows[0].entity.iban).book(
        transfer(amount, reference=group.communication), day=date(2026, 12, 10)
    )

    assert line.state == MatchState.MATCHED
    assert [Invoice.objects.get(pk=row.pk).state for row in rows] == states
    assert party_balance("400", client.party_id) == Decimal("726.00") - Decimal(amount)
    assert [*invoices_equal_books(), *invoices_equal_payments()] == []


def test_what_was_paid_apart_is_not_paid_again_by_the_group(be: Cooperative) -> None:
    _client, rows = grouped_client("100.00", "200.00")
    bank = Bank(rows[0].entity.iban)
    bank.book(transfer("121.00", reference=rows[0].communication), day=date(2026, 11, 30))
    run()
    group = GroupedInvoice.objects.get()
    assert (group.total, group.open_amount) == (Decimal("363.00"), Decimal("242.00"))

    bank.book(transfer("242.00", reference=group.communication), day=date(2026, 12, 10))

    assert {Invoice.objects.get(pk=row.pk).paid for row in rows} == {Decimal("121.00"), Decimal("242.00")}
    assert all(Invoice.objects.get(pk=row.pk).state == InvoiceState.PAID for row in rows)


def test_a_client_that_turns_out_to_be_another_one_takes_its_agreement_along(be: Cooperative) -> None:
    client, _rows = grouped_client("100.00")
    run()
    survivor = make_client(name="Théâtre de la Rue", vat_number="", enterprise_number="")

    merge_clients(merged_id=client.pk, survivor_id=survivor.pk, on=FIRST, actor=SYSTEM)

    survivor.refresh_from_db()
    assert selectors.grouping_of(survivor) is not None
    assert selectors.groups_of([survivor]).count() == 1


def test_of_many_runs_at_once_one_makes_the_document(fresh_database: Any) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        load_cooperative()
        client, _rows = grouped_client("100.00", "200.00")

    outcomes = fresh_database.in_threads(group_now, *[(client.pk, n) for n in range(8)])

    assert all(outcome.ok for outcome in outcomes)
    assert sum(outcome.value for outcome in outcomes) == 1
    with tenant_scope(cooperative):
        assert GroupedInvoice.objects.get().sequence == 1


def group_now(client_id: Any, _n: int) -> int:
    with tenant_scope(Cooperative.objects.get(slug="be")):
        return len(services.group_month(client_id=client_id, on=FIRST, actor=SYSTEM))


def test_of_many_clicks_on_a_link_one_enters(fresh_database: Any) -> None:
    cooperative = belgium()
    with tenant_scope(cooperative):
        load_cooperative()
        client = make_client(email="compta@theatre.example")
        token = token_of(services.send_link(client=client, email="", at=clock.now(), actor=SYSTEM))

    outcomes = fresh_database.in_threads(enter_now, *[(token, n) for n in range(12)])

    assert sum(outcome.ok for outcome in outcomes) == 1
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"portal_link_spent"}
    with tenant_scope(cooperative):
        assert PortalAccess.objects.get().used_at is not None


def enter_now(token: str, _n: int) -> str:
    with tenant_scope(Cooperative.objects.get(slug="be")):
        return str(services.enter(token=token, at=clock.now(), actor=SYSTEM).pk)
