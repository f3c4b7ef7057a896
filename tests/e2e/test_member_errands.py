"""What members do now and then: hire somebody on their Activity's budget, buy a share."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from playwright.sync_api import Page, expect

from tests.e2e.forms import fill, press, words
from tests.e2e.invoices import issue_invoice, write_invoice
from tests.e2e.window import DESKTOP, PHONE, Window

NEEDED = Decimal(200)
"""What half a day for 90.00 gross costs at most."""


def test_a_contract_is_submitted_and_declared(open_as: Callable[..., Window]) -> None:
    """The draft reserves nothing; submitted, it is declared before the work starts and shows it."""
    page = open_as("member", DESKTOP).open("be/contrats/nouveau/")
    _activity_with_money(page)
    fill(
        page,
        contract_type="employee",
        description="Montage de l'exposition",
        place="Bruxelles",
        starts_on="2026-12-21",
        ends_on="2026-12-21",
        hours="3,8",
        gross="90",
    )
    press(page, "Enregistrer le brouillon")
    page.wait_for_url("**/contrats/*-*/")
    assert "brouillon" in words(page.locator(".page-header"))

    press(page, "Soumettre")

    def declared() -> bool:
        page.reload()
        return "acceptée" in words(page.locator("main"))

    assert any(declared() or page.wait_for_timeout(1_000) for _ in range(30)), "the office answers"


def test_a_member_subscribes_and_sees_how_to_pay(open_as: Callable[..., Window]) -> None:
    page = open_as("member", PHONE).open("be/parts/")
    if not page.locator("#to-pay").count():
        fill(page, shares="2")
        press(page, "Souscrire")

    card = words(page.locator("#to-pay"))
    assert "60,00 €" in card
    assert "+++" in card, "a structured communication"
    expect(page.locator("#to-pay svg").last).to_be_visible()


def _activity_with_money(page: Page) -> None:
    """Go on to another Activity as long as this one has not enough for a short day; earn it when none has."""
    here = page.url
    others = page.locator("main a[href*='?activity=']")
    places = ["", *(str(link.get_attribute("href")) for link in others.all())]
    if any(_has_enough(page, here + place) for place in places):
        return
    page.goto(here.replace("/contrats/nouveau/", "/factures/nouvelle/"))
    write_invoice(page)
    issue_invoice(page)
    assert any(_has_enough(page, here + place) for place in places), "what is issued can be spent"


def _has_enough(page: Page, address: str) -> bool:
    page.goto(address)
    available = re.search(r"([\d ]+,\d\d) €", words(page.locator(".notice").first))
    assert available is not None
    return Decimal(available[1].replace(" ", "").replace(",", ".")) > NEEDED
