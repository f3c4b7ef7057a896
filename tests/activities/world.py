"""A member with an Activity, their adviser, a credit controller and a stranger, in front of the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.test import Client as Browser

from core import clock
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.models import Invoice
from members.enums import Role
from members.models import Person
from tests.activities.builders import make_activity, make_client, make_draft, make_invoice
from tests.factories import load_cooperative, make_adviser, make_person


def on_20_november(cooperative: Cooperative) -> Cooperative:
    """The cooperative with its rates and books on 20 November 2026, no scope open."""
    clock.set_clock(cooperative, datetime(2026, 11, 20, 9, tzinfo=clock.ZONE))
    with tenant_scope(cooperative):
        load_cooperative()
    return cooperative


class World:
    """A member with an Activity, their adviser, a credit controller and a stranger."""

    def __init__(self, cooperative: Cooperative) -> None:
        self.cooperative = cooperative
        with tenant_scope(cooperative):
            self.adviser = make_adviser()
            self.member = make_person(user=True, adviser=self.adviser)
            self.stranger = make_person(user=True)
            self.controller = make_person(Role.CREDIT_CONTROLLER, user=True)
            self.activity = make_activity(self.member)
            self.client = make_client(self.activity)

    def browser(self, person: Person) -> Browser:
        browser = Browser()
        browser.force_login(person.user)
        return browser

    def invoice(self, **fields: Any) -> Invoice:
        with tenant_scope(self.cooperative):
            return make_invoice(self.activity, self.client, **fields)

    def draft(self) -> Invoice:
        with tenant_scope(self.cooperative):
            return make_draft(self.activity, self.client)


def lines(*rows: tuple[str, str, str, str, str]) -> dict[str, str]:
    """What the editor sends for these lines: description, quantity, unit, price, VAT."""
    sent = {"line-TOTAL_FORMS": str(len(rows)), "line-INITIAL_FORMS": "0"}
    for n, row in enumerate(rows):
        for name, value in zip(
            ("description", "quantity", "unit", "unit_price", "vat_code"), row, strict=True
        ):
            sent[f"line-{n}-{name}"] = value
    return sent


TWO_DAYS = lines(("Graphisme", "2", "day", "500,00", "standard"), ("", "", "day", "", ""))


def head(world: World, **more: Any) -> dict[str, Any]:
    """What the editor sends for the head of an invoice; kept as a draft unless told otherwise."""
    return {"client": str(world.client.pk), "delivery_date": "2026-11-18", "act": "keep"} | more


def only(world: World, **filters: Any) -> Invoice:
    """The one invoice there is."""
    with tenant_scope(world.cooperative):
        return Invoice.objects.get(**filters)
