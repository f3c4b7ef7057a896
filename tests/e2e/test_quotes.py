"""A quote from the first line to the client's yes on a telephone, and the invoice that follows."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import page_faults
from tests.e2e.forms import press, words
from tests.e2e.window import DESKTOP, PHONE, Screen, Window


@pytest.mark.parametrize("screen", [pytest.param(one, id=one.name) for one in (PHONE, DESKTOP)])
def test_a_quote_is_accepted_on_the_link_ordered_invoiced_and_sent(
    screen: Screen, open_as: Callable[..., Window]
) -> None:
    member = open_as("member", screen)
    page = member.open("be/devis/nouveau/")
    _write(page)
    press(page, "Relire et envoyer")
    assert "1 815,00 €" in words(page.locator("main"))
    press(page, "Envoyer")
    page.wait_for_url("**/devis/*-*/")
    mine = page.url
    link = page.get_attribute("a[href*='/offre/']", "href") or ""

    client = open_as("", PHONE).open(urlsplit(link).path.lstrip("/"))
    assert "Affiche de saison" in words(client.locator("main"))
    assert page_faults(client) == []
    client.fill("[name=name]", "Zoé Maes")
    client.fill("[name=email]", "zoe@demo.example")
    client.check("[name=consent]")
    client.locator("#accept button[type=submit]").click()
    client.wait_for_load_state()
    assert "Vous avez accepté ce devis" in words(client.locator("main"))

    page.goto(mine)
    assert "Zoé Maes" in words(page.locator("main"))
    page.get_by_role("link", name="Passer la commande").click()
    press(page, "Passer la commande")
    page.wait_for_url("**/commandes/*-*/")
    assert "1 500,00 €" in words(page.locator("main"))

    page.get_by_role("link", name="Facturer cette commande").click()
    press(page, "Faire le brouillon")
    press(page, "Émettre et envoyer")
    page.wait_for_url("**/factures/*-*/")
    issued = words(page.locator("main"))
    assert "1 815,00 €" in issued
    assert "2026-" in words(page.locator("h1")), "it has a number"
    expect(page.locator("#sending, .timeline").first).to_be_visible()
    assert not member.faults


def _write(page: Page) -> None:
    door = page.locator("main a.door")
    if door.count():
        door.first.click()
    value = page.locator("select[name=client] option").nth(1).get_attribute("value")
    page.eval_on_selector("select[name=client]", "(e, v) => { e.value = v; }", value)
    page.fill("[name=title]", "Affiche de saison")
    page.fill("[name=line-0-description]", "Conception")
    page.fill("[name=line-0-quantity]", "3")
    page.fill("[name=line-0-unit_price]", "500,00")
