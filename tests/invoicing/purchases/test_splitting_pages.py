"""Splitting a purchase, as a member, finance and a program do it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.test import Client as Browser

from core.services import create_token
from core.tenancy import tenant_scope
from invoicing.purchases.enums import PurchaseState
from invoicing.purchases.models import Purchase, PurchasePart
from members.models import Person
from tests.invoicing.purchases.papers import open_activity
from tests.invoicing.purchases.test_pages import World, world

__all__ = ["world"]


def parts_of(world: World, purchase: Purchase) -> list[tuple[str, str, Decimal]]:
    """Who bears what."""
    with tenant_scope(world.cooperative):
        rows = PurchasePart.objects.filter(purchase=purchase).select_related("activity")
        return [(str(row.activity_id), row.category, row.base) for row in rows]


def test_a_member_splits_over_two_kinds_of_cost_and_accepts(world: World) -> None:
    purchase = world.received()
    member, url = world.browser(world.member), f"/be/achats/{purchase.pk}/repartir/"
    assert url in member.get(f"/be/achats/{purchase.pk}/").content.decode()
    assert member.get(url).status_code == 200
    own = str(world.activity.pk)
    two = {"activity_0": own, "category_0": "office", "activity_1": own, "category_1": "car"}

    wrong = member.post(url, two | {"base_0": "60", "base_1": "41"})
    assert wrong.status_code == 422
    assert "100,00" in wrong.content.decode() or "100.00" in wrong.content.decode()
    assert parts_of(world, purchase) == []

    answer = member.post(url, two | {"base_0": "60"})

    assert answer.status_code == 302
    assert parts_of(world, purchase) == [(own, "office", Decimal("60.00")), (own, "car", Decimal("40.00"))]
    accepted = member.post(f"/be/achats/{purchase.pk}/accepter/", {})
    assert accepted.status_code == 302
    now = world.now(purchase)
    assert (now.state, now.cost) == (PurchaseState.TO_PAY, Decimal("104.20"))
    page = member.get(f"/be/achats/{purchase.pk}/").content.decode()
    assert "44,20" in page
    assert member.post(url, {"activity_0": own, "category_0": "office"}).status_code == 422
    assert len(parts_of(world, purchase)) == 2


def test_finance_splits_over_activities_of_two_members_who_each_accept(world: World) -> None:
    purchase = world.received()
    with tenant_scope(world.cooperative):
        other = open_activity(person=world.stranger)
    finance = world.browser(world.finance)
    url = f"/be/achats/{purchase.pk}/repartir/"
    assert world.browser(world.stranger).get(url).status_code == 404

    answer = finance.post(
        url,
        {
            "q": other.name,
            "activity_0": str(world.activity.pk),
            "category_0": "office",
            "base_0": "30",
            "activity_1": str(other.pk),
            "category_1": "office",
        },
    )

    assert answer.status_code == 302
    first = world.browser(world.member).post(f"/be/achats/{purchase.pk}/accepter/", {})
    assert (first.status_code, world.now(purchase).state) == (302, PurchaseState.ASSIGNED)
    stranger = world.browser(world.stranger)
    assert "Papeterie Lune" in stranger.get("/be/activites/").content.decode()
    assert stranger.post(f"/be/achats/{purchase.pk}/accepter/", {}).status_code == 302
    assert world.now(purchase).state == PurchaseState.TO_PAY


def test_a_member_cannot_charge_the_activity_of_somebody_else(world: World) -> None:
    purchase = world.received()
    with tenant_scope(world.cooperative):
        other = open_activity(person=world.stranger)

    page = world.browser(world.member).post(
        f"/be/achats/{purchase.pk}/repartir/", {"activity_0": str(other.pk), "category_0": "office"}
    )
    door = send(
        world, world.member, purchase, [{"activity": str(other.pk), "category": "office", "base": "100.00"}]
    )

    assert (page.status_code, door.status_code) == (422, 403)
    assert parts_of(world, purchase) == []
    assert world.now(purchase).activity == world.activity


def send(world: World, person: Person, purchase: Purchase, parts: list[dict[str, Any]]) -> Any:
    """Ask the door to split."""
    with tenant_scope(world.cooperative):
        token = create_token(user=person.user, cooperative=world.cooperative, name="test")
    return Browser().post(
        f"/be/api/v1/purchases/{purchase.pk}/split/",
        json.dumps({"parts": parts}),
        "application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": f"{person.pk}-{len(parts)}"},
    )


def test_a_program_splits_and_makes_it_whole_again(world: World) -> None:
    purchase, own = world.received(), str(world.activity.pk)

    done = send(
        world,
        world.member,
        purchase,
        [
            {"activity": own, "category": "office", "base": "99.99"},
            {"activity": own, "category": "car", "base": "0.01"},
        ],
    )
    wrong = send(world, world.member, purchase, [{"activity": own, "category": "car", "base": "0.01"}])

    assert done.status_code == 200
    assert [(part["category"], part["base"]) for part in done.json()["parts"]] == [
        ("office", "99.99"),
        ("car", "0.01"),
    ]
    assert (wrong.status_code, wrong.json()["code"]) == (422, "purchase_parts_wrong")
    assert len(parts_of(world, purchase)) == 2
    assert send(world, world.member, purchase, []).json()["parts"] == []
    assert parts_of(world, purchase) == []
