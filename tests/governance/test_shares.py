"""Shares: asked for online, paid by bank transfer, entered in a register that equals its account."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from core.errors import NoRateInForce
from core.models import AuditEvent, Cooperative
from governance.checks import register_equals_account
from governance.enums import SubscriptionState
from governance.errors import SubscriptionNotPending, SubscriptionPending, TooManyShares
from governance.models import ShareMovement, ShareSubscription
from governance.selectors import register_totals, shareholding
from governance.services import cancel_subscription, enter_in_register, subscribe_shares
from ledger.models import Budget, JournalEntry
from ledger.selectors import account_balance, entity_by_code
from ledger.treasury.bank_simulator import BankMovement, BankStatement, write_coda
from ledger.treasury.enums import MatchState
from ledger.treasury.models import BankTransaction
from ledger.treasury.services.statements import import_statement
from members.enums import Role
from members.models import Person
from tests.factories import SYSTEM, load_cooperative, make_person

ASKED = date(2026, 11, 2)
PAID = date(2026, 11, 5)


@pytest.fixture
def belgium(tenant: Cooperative, settings: Any, tmp_path: Path) -> Cooperative:
    settings.MEDIA_ROOT = tmp_path
    load_cooperative()
    return tenant


def bank_pays(*movements: BankMovement, number: int = 1, opening: str = "0.00", entity: str = "SC") -> None:
    file = write_coda(
        [BankStatement(entity_by_code(entity).iban, number, PAID, Decimal(opening), tuple(movements))]
    )
    import_statement(content=file, filename="bank.cod", today=PAID, actor=SYSTEM)


def ask(person: Person, shares: int = 1, on: date = ASKED) -> ShareSubscription:
    return subscribe_shares(person=person, shares=shares, subscribed_on=on, actor=SYSTEM)


def test_three_shares_paid_in_2026_cover_until_the_end_of_2028(belgium: Cooperative) -> None:
    nora = make_person()
    subscription = ask(nora, 3)
    assert (subscription.price, subscription.amount) == (Decimal("30.00"), Decimal("90.00"))
    assert shareholding(nora).covered_until is None

    bank_pays(BankMovement(Decimal("90.00"), structured_reference=subscription.communication))

    subscription.refresh_from_db()
    assert (subscription.state, subscription.paid_on) == (SubscriptionState.PAID, PAID)
    holding = shareholding(nora)
    assert (holding.shares, holding.amount, holding.covered_until) == (
        3,
        Decimal("90.00"),
        date(2028, 12, 31),
    )
    assert holding.covers(date(2028, 12, 31)) and not holding.covers(date(2029, 1, 1))
    assert account_balance("110") == Decimal("-90.00")
    assert account_balance("550") == Decimal("90.00")
    assert list(register_equals_account()) == []


def test_two_purchases_in_one_year_add_up(belgium: Cooperative) -> None:
    nora = make_person()
    first = ask(nora)
    bank_pays(BankMovement(Decimal("30.00"), structured_reference=first.communication))
    second = ask(nora)
    bank_pays(
        BankMovement(Decimal("30.00"), structured_reference=second.communication), number=2, opening="30.00"
    )
    assert shareholding(nora).covered_until == date(2027, 12, 31)
    assert [line.number for line in ShareMovement.objects.order_by("number")] == [1, 2]
    assert register_totals() == {"shares": 2, "amount": Decimal("60.00"), "holders": 1}


def test_a_subscription_never_touches_a_budget_nor_the_books_before_the_bank_does(
    belgium: Cooperative,
) -> None:
    ask(make_person(), 2)
    assert not JournalEntry.objects.exists()
    assert not Budget.objects.exists()
    assert not ShareMovement.objects.exists()


@pytest.mark.parametrize("amount", ["29.99", "60.00"])
def test_another_amount_than_asked_waits_for_a_person(belgium: Cooperative, amount: str) -> None:
    subscription = ask(make_person())
    bank_pays(BankMovement(Decimal(amount), structured_reference=subscription.communication))
    assert BankTransaction.objects.get(amount=Decimal(amount)).state == MatchState.UNIDENTIFIED
    assert not ShareMovement.objects.exists()
    assert account_balance("110") == 0
    assert account_balance("499") == -Decimal(amount)


def test_paying_on_another_entitys_account_issues_no_share(belgium: Cooperative) -> None:
    subscription = ask(make_person())
    bank_pays(BankMovement(Decimal("30.00"), structured_reference=subscription.communication), entity="PA")
    assert not ShareMovement.objects.exists()


def test_one_unpaid_subscription_at_a_time(belgium: Cooperative) -> None:
    nora = make_person()
    first = ask(nora)
    with pytest.raises(SubscriptionPending):
        ask(nora, 5)
    assert ShareSubscription.objects.get() == first
    cancel_subscription(subscription_id=first.pk, actor=SYSTEM)
    with pytest.raises(SubscriptionNotPending):
        cancel_subscription(subscription_id=first.pk, actor=SYSTEM)
    with pytest.raises(SubscriptionNotPending):
        enter_in_register(subscription_id=first.pk, paid_on=PAID, actor=SYSTEM)
    assert ask(nora, 5).amount == Decimal("150.00")


@pytest.mark.parametrize("shares", [0, -1, 31])
def test_a_slip_of_the_finger_is_refused(belgium: Cooperative, shares: int) -> None:
    with pytest.raises(TooManyShares):
        ask(make_person(), shares)
    assert not ShareSubscription.objects.exists()


def test_without_a_published_price_nothing_is_sold(belgium: Cooperative) -> None:
    with pytest.raises(NoRateInForce):
        ask(make_person(), on=date(2017, 1, 1))
    assert not ShareSubscription.objects.exists()


def test_the_register_is_never_rewritten(belgium: Cooperative) -> None:
    subscription = ask(make_person())
    movement = enter_in_register(subscription_id=subscription.pk, paid_on=PAID, actor=SYSTEM)
    assert enter_in_register(subscription_id=subscription.pk, paid_on=PAID, actor=SYSTEM) == movement
    for statement in (
        "UPDATE governance_sharemovement SET shares = 9",
        "DELETE FROM governance_sharemovement",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert ShareMovement.objects.get().shares == 1
    assert [found.code for found in register_equals_account()] == ["register_differs"]
    assert AuditEvent.objects.filter(action="governance.shares_issued").count() == 1


def test_my_shares_page_says_how_to_pay_and_what_is_covered(belgium: Cooperative, client: Client) -> None:
    nora = make_person(user=True)
    client.force_login(nora.user)
    assert client.get("/be/parts/").status_code == 200
    refused = client.post("/be/parts/", {"shares": "99"})
    assert refused.status_code == 422
    assert client.post("/be/parts/", {"shares": "2"}).status_code == 302
    page = client.get("/be/parts/").content.decode()
    subscription = ShareSubscription.objects.get()
    assert subscription.entity.iban in page
    assert "+++" in page and "<svg" in page
    assert client.post(f"/be/parts/{subscription.pk}/annuler/").status_code == 302
    subscription.refresh_from_db()
    assert subscription.state == SubscriptionState.CANCELLED


def test_nobody_cancels_anothers_subscription_and_members_do_not_read_the_register(
    belgium: Cooperative, client: Client
) -> None:
    subscription = ask(make_person())
    client.force_login(make_person(user=True).user)
    assert client.post(f"/be/parts/{subscription.pk}/annuler/").status_code == 404
    assert client.get("/be/registre/").status_code == 403
    client.force_login(make_person(Role.AUDITOR, user=True).user)
    assert client.get("/be/registre/").status_code == 200


def test_rest_subscribes_once_for_a_repeated_key(belgium: Cooperative, client: Client) -> None:
    client.force_login(make_person(user=True).user)
    send = {
        "path": "/be/api/v1/share-subscriptions/",
        "data": {"shares": 2},
        "content_type": "application/json",
        "headers": {"Idempotency-Key": "abc"},
    }
    first = client.post(**send)
    again = client.post(**send)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["amount"] == "60.00"
    assert ShareSubscription.objects.count() == 1
    other = client.post(**(send | {"data": {"shares": 3}}))
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    assert client.get("/be/api/v1/shares/").json() == {"shares": 0, "amount": "0.00", "covered_until": None}
    assert len(client.get("/be/api/v1/share-subscriptions/").json()["results"]) == 1
    assert client.get("/be/api/v1/register/").status_code == 403
