"""A quote from the member's first line to the client's yes on a telephone, and the order that follows."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.e2e.forms import press, words
from tests.e2e.window import DESKTOP, PHONE, Window


def test_a_client_accepts_on_the_link_and_the_member_makes_the_order(open_as: Callable[..., Window]) -> None:
    member = open_as("member", DESKTOP)
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
