"""All credits of clients on one page and by REST: found, given back, set off, a refund given up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client as Browser

from core.errors import DomainError
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing import overpaid
from invoicing.checks import invoices_equal_books, invoices_equal_payments
from invoicing.models import Invoice
from invoicing.services import credit_invoice
from invoicing.services.credits import cancel_refund, refund_credit, set_off_credit
from ledger.treasury.enums import PayoutState
from ledger.treasury.models import Payout
from ledger.treasury.services import create_batch
from members.enums import Role
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.factories import SYSTEM, load_cooperative, make_person
from tests.invoicing.test_receipts import Bank, transfer

ON = date(2026, 11, 20)
IBAN = "BE71096123456769"
D = Decimal


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def credited() -> tuple[Invoice, Invoice, Invoice]:
    """An invoice paid twice, one credited after it was paid, one that is open; of one client."""
    activity = make_activity()
    client = make_client(activity)
    twice, returned, still = (make_invoice(activity, client, flat("100.00")) for _ in range(3))
    bank = Bank(twice.entity.iban)
    for invoice in (twice, twice, returned):
        bank.book(transfer("121.00", reference=invoice.communication))
    credit_invoice(invoice_id=returned.pk, on=ON, reason="Erreur", amounts=D("50.00"), actor=SYSTEM)
    return twice, returned, still


def clean() -> bool:
    return not [*invoices_equal_books(), *invoices_equal_payments()]


def test_every_credit_is_found_with_its_reason(be: Cooperative) -> None:
    twice, returned, _ = credited()

    rows = list(overpaid.credits())
    assert [(row.pk, -row.open_amount) for row in rows] == [
        (twice.pk, D("121.00")),
        (returned.pk, D("60.50")),
    ]
    assert overpaid.reasons_of(rows) == {
        twice.pk: "Payée deux fois",
        returned.pk: "Note de crédit après paiement",
    }
    assert overpaid.total_of_credits() == D("181.50")
    assert list(overpaid.credits("théâtre")) == rows
    assert list(overpaid.credits("musée")) == []


def test_a_credit_note_pays_the_next_invoice_and_a_refund_is_given_up(be: Cooperative) -> None:
    twice, returned, still = credited()
    set_off_credit(from_id=returned.pk, to_id=still.pk, amount=D("60.50"), on=ON, actor=SYSTEM)
    payout = refund_credit(invoice_id=twice.pk, amount=D("100.00"), iban=IBAN, on=ON, actor=SYSTEM)
    assert [-row.open_amount for row in overpaid.credits()] == [D("21.00")]
    assert [row.pk for row in overpaid.refunds_on_their_way()] == [payout.pk]
    assert clean()

    cancel_refund(payout_id=payout.pk, on=ON, actor=SYSTEM)

    assert [-row.open_amount for row in overpaid.credits()] == [D("121.00")]
    assert list(overpaid.refunds_on_their_way()) == []
    assert clean()
    with pytest.raises(DomainError) as refused:
        cancel_refund(payout_id=payout.pk, on=ON, actor=SYSTEM)
    assert refused.value.code == "payout_on_its_way"
    assert [-row.open_amount for row in overpaid.credits()] == [D("121.00")]


def test_a_refund_that_a_file_holds_cannot_be_given_up(be: Cooperative) -> None:
    twice, _, _ = credited()
    payout = refund_credit(invoice_id=twice.pk, amount=D("121.00"), iban=IBAN, on=ON, actor=SYSTEM)
    create_batch(entity_id=twice.entity_id, kind="refund", due_until=ON, on=ON, actor=SYSTEM)

    with pytest.raises(DomainError):
        cancel_refund(payout_id=payout.pk, on=ON, actor=SYSTEM)
    payout.refresh_from_db()
    twice.refresh_from_db()
    assert (payout.state, twice.open_amount) == (PayoutState.BATCHED, D("0.00"))
    assert clean()


def test_the_page_and_rest_show_them_and_act(cooperative_be: Cooperative) -> None:
    with tenant_scope(cooperative_be):
        load_cooperative()
        twice, returned, still = credited()
        finance, member = (make_person(role, user=True) for role in (Role.FINANCE, Role.MEMBER))
    browser, stranger = Browser(), Browser()
    browser.force_login(finance.user)  # type: ignore[arg-type]
    stranger.force_login(member.user)  # type: ignore[arg-type]

    assert stranger.get("/be/clients/credits/").status_code == 403
    page = browser.get("/be/clients/credits/").content.decode()
    assert twice.number in page
    assert returned.number in page
    rows = browser.get("/be/api/v1/client-credits/").json()["results"]
    assert [(row["number"], row["credit"]) for row in rows] == [
        (twice.number, "121.00"),
        (returned.number, "60.50"),
    ]

    def send(address: str, body: dict[str, str], key: str) -> tuple[int, dict[str, str]]:
        answer = browser.post(
            f"/be/api/v1/{address}", body, content_type="application/json", headers={"Idempotency-Key": key}
        )
        return answer.status_code, answer.json()

    asked = {"amount": "121.00", "iban": IBAN}
    status, refund = send(f"client-credits/{twice.pk}/refund/", asked, "one")
    assert (status, refund["amount"]) == (201, "121.00")
    assert send(f"client-credits/{twice.pk}/refund/", asked, "one") == (201, refund), "asked once"
    assert send(f"client-credits/{twice.pk}/refund/", asked, "two")[0] == 409
    moved = {"invoice": str(still.pk), "amount": "60.50"}
    assert send(f"client-credits/{returned.pk}/set-off/", moved, "three")[1]["credit"] == "0.00"
    assert browser.get("/be/api/v1/client-refunds/").json()["results"][0]["id"] == refund["id"]
    assert browser.post(f"/be/clients/credits/remboursements/{refund['id']}/annuler/").status_code == 302
    with tenant_scope(cooperative_be):
        assert Payout.objects.get().state == PayoutState.WITHDRAWN
        assert Invoice.objects.get(pk=twice.pk).open_amount == D("-121.00")
        assert clean()


def test_credits_are_read_by_their_own_index(be: Cooperative) -> None:
    """Behind row level security too, only invoices that bear a credit are read."""
    credited()
    rows = overpaid.credits().order_by().select_related(None).values("pk", "client")
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "invoicing_invoice_credit" in plan, plan
