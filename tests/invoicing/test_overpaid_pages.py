"""Too much came in: the pages say so, and a controller gives it back or sets it off."""

from __future__ import annotations

from decimal import Decimal

from django.test import Client as Browser

from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.models import Invoice
from ledger.treasury.models import Payout
from members.enums import Role
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.factories import load_cooperative, make_person
from tests.invoicing.test_receipts import Bank, transfer


def test_a_double_payment_is_shown_set_off_and_given_back(cooperative_be: Cooperative) -> None:
    with tenant_scope(cooperative_be):
        load_cooperative()
        activity = make_activity()
        client = make_client(activity)
        one, two = (make_invoice(activity, client=client, lines=flat(a)) for a in ("100.00", "50.00"))
        bank = Bank(one.entity.iban)
        for _ in range(2):
            bank.book(transfer("121.00", reference=one.communication))
        people = [make_person(role, user=True) for role in (Role.FINANCE, Role.MEMBER)]
    browser, stranger = Browser(), Browser()
    browser.force_login(people[0].user)  # type: ignore[arg-type]
    stranger.force_login(people[1].user)  # type: ignore[arg-type]
    url = f"/be/factures/{one.pk}/trop-percu/"

    assert stranger.get(url).status_code in (403, 404)
    assert "Payée deux fois" in browser.get(f"/be/factures/{one.pk}/").content.decode()
    assert "Dû à ce client" in browser.get(f"/be/clients/{client.pk}/").content.decode()
    page = browser.get(url).content.decode()
    assert "BE71096123456769" in page and two.number in page

    wrong = browser.post(url, {"act": "refund", "amount": "500,00", "iban": "BE71096123456769"})
    assert wrong.status_code == 422
    with tenant_scope(cooperative_be):
        assert not Payout.objects.exists()
    assert browser.post(url, {"act": "set_off", "invoice": str(two.pk)}).status_code == 302
    assert (
        browser.post(url, {"act": "refund", "amount": "60,50", "iban": "BE71096123456769"}).status_code == 302
    )

    with tenant_scope(cooperative_be):
        opens = [Invoice.objects.get(pk=row.pk).open_amount for row in (one, two)]
        assert opens == [Decimal("0.00"), Decimal("0.00")]
        payout = Payout.objects.get()
        assert (payout.kind, payout.amount, payout.settles_account) == ("refund", Decimal("60.50"), "400")
    assert "Rien n'est dû" in browser.get(url).content.decode()
