"""Keys of others in what is written, not in the address: somebody names a thing of another member, or of
another cooperative, in a form of their own.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client as Browser

from core.models import TenantModel
from core.tenancy import tenant_scope
from invoicing.quotes.models import Order
from tests.activities.builders import make_activity, make_client, make_draft, make_invoice
from tests.isolation.test_attack_answers import signed_in
from tests.isolation.towns import Town

BUSINESS = [
    model
    for model in apps.get_models()
    if issubclass(model, TenantModel) and model.__module__.startswith(("invoicing", "ledger", "activities"))
]
"""Tables of business: that somebody was refused is written down elsewhere."""
LINES = [{"description": "Affiche", "quantity": "1", "unit": "flat", "unit_price": "100.00"}]
DOORS: dict[str, dict[str, Any]] = {
    "invoices/": {"delivery_date": "2026-11-02", "lines": LINES},
    "invoices/bulk/": {"delivery_date": "2026-11-02", "lines": LINES},
    "quotes/": {"title": "Affiche", "lines": LINES},
    "recurring/": {"title": "Site", "rhythm": "month", "first_on": "2026-12-01", "lines": LINES},
    "hours/": {"day": "2026-11-02", "hours": "2", "rate": "50"},
    "hours/invoice/": {"last": "2026-11-30"},
}
"""Doors at which a member names an Activity and a client, with what else they say."""


@pytest.fixture(scope="module")
def towns(both: tuple[Town, Town]) -> tuple[Town, Town]:
    """Belgium and France, alike; in Belgium another member has an Activity and a client too."""
    be, fr = both
    with tenant_scope(be.cooperative):
        activity = make_activity(be.people["other"])
        client = make_client(activity)
        be.things |= {"own_activity": activity.pk, "own_client": client.pk}
        be.things["own_draft"] = make_draft(activity, client).pk
        be.things["own_invoice"] = make_invoice(activity, client).pk
    return be, fr


def write(town: Town, browser: Browser, door: str, body: dict[str, Any]) -> tuple[int, bool]:
    """Status of the answer, and whether anything is written; it is taken back."""
    with transaction.atomic():
        before = town_rows(town)
        told: Any = [body] if door == "invoices/bulk/" else body
        answer = browser.post(
            f"/be/api/v1/{door}", told, content_type="application/json", HTTP_IDEMPOTENCY_KEY=str(uuid4())
        )
        status = answer.status_code
        if status == 207:
            [row] = answer.json()
            status = row["status"]
        changed = town_rows(town) != before
        transaction.set_rollback(True)
    return status, changed


def town_rows(town: Town) -> dict[str, int]:
    """How many rows there are of each sort of business."""
    with tenant_scope(town.cooperative):
        return {model._meta.label: model._default_manager.count() for model in BUSINESS}


@pytest.mark.parametrize("door", DOORS)
def test_nobody_writes_with_the_activity_or_the_client_of_another(
    towns: tuple[Town, Town], door: str
) -> None:
    be, fr = towns
    other = signed_in(be.people["other"])
    mine = {"activity": str(be.things["own_activity"]), "client": str(be.things["own_client"])}
    theirs = {name: str(be.things[name]) for name in mine}
    elsewhere = {name: str(fr.things[name]) for name in mine}

    own = write(be, other, door, DOORS[door] | mine)
    tried = [
        write(be, other, door, DOORS[door] | mine | {name: keys[name]})
        for keys in (theirs, elsewhere)
        for name in mine
    ] + [write(be, other, door, DOORS[door] | keys) for keys in (theirs, elsewhere)]

    assert own in {(201, True), (200, True)} or door == "hours/invoice/"
    assert {status for status, _ in tried} <= {403, 404, 422}
    assert not any(changed for _, changed in tried)


@pytest.mark.parametrize("whose", ["be", "fr"])
def test_hours_count_on_no_order_of_another(towns: tuple[Town, Town], whose: str) -> None:
    be, fr = towns
    other, order = signed_in(be.people["other"]), {"be": be, "fr": fr}[whose].things["order"]
    with tenant_scope(be.cooperative):
        before = list(Order.objects.order_by("pk").values())
    body = DOORS["hours/"] | {
        "activity": str(be.things["own_activity"]),
        "client": str(be.things["own_client"]),
        "order": str(order),
    }

    assert write(be, other, "hours/", body) in {(403, False), (404, False), (422, False)}
    with tenant_scope(be.cooperative):
        assert list(Order.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("whose", ["be", "fr"])
def test_a_final_statement_deducts_no_invoice_of_another(towns: tuple[Town, Town], whose: str) -> None:
    be, fr = towns
    advance = {"be": be, "fr": fr}[whose].things["invoice"]
    line = {
        "description": "Acompte", "quantity": "-1", "unit": "flat", "unit_price": "10.00",
        "advance": str(advance),
    }  # fmt: skip
    body = {
        "activity": str(be.things["own_activity"]), "client": str(be.things["own_client"]),
        "delivery_date": "2026-11-02", "lines": [*LINES, line],
    }  # fmt: skip

    status, changed = write(be, signed_in(be.people["other"]), "invoices/", body)

    assert status in (403, 404, 422)
    assert not changed


def test_a_credit_controller_agrees_to_nothing_about_invoices_of_another_client(
    towns: tuple[Town, Town],
) -> None:
    """A plan, a pause or a hand-over of one client with the invoice of another one, or of the other house."""
    be, fr = towns
    staff = signed_in(be.people["staff"])
    about = {"reason": "Accord", "until": "2026-12-31", "kind": "collector", "agent": "Agence",
             "instalments": [{"on": "2027-01-31", "due_on": "2027-01-31", "amount": "1210.00"}]}  # fmt: skip

    for invoice in (be.things["invoice"], fr.things["invoice"]):
        for act in ("pause", "plan", "hand-over"):
            door = f"late-clients/{be.things['own_client']}/{act}/"
            status, changed = write(be, staff, door, about | {"invoices": [str(invoice)]})
            assert (status in (404, 409, 422), changed) == (True, False), (act, status)
    door = f"late-clients/{be.things['own_client']}/pause/"
    assert write(be, staff, door, about | {"invoices": [str(be.things["own_invoice"])]})[1]
