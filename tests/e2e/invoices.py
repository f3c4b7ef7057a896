"""An invoice as members write it: for a new client, of two lines, 1 500.00 without VAT."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.e2e.forms import fill, press


def write_invoice(page: Page) -> None:
    """From the page of new invoices to the last field; nothing is issued."""
    _choose_activity(page)
    _new_client(page)
    _write_lines(page)


def issue_invoice(page: Page) -> None:
    """Issue what was written: its budget can be spent at once."""
    press(page, "Passer à l’émission")
    press(page, "Émettre et envoyer")
    page.wait_for_url("**/factures/*-*/")


def _choose_activity(page: Page) -> None:
    """Members with several Activities say first which one."""
    door = page.locator("main a.door")
    if door.count():
        door.first.click()


def _new_client(page: Page) -> None:
    page.get_by_role("link", name="Nouveau·elle client·e").click()
    fill(
        page,
        kind="business",
        name="Orchestre de Chambre du Parc",
        street="Place Royale 3",
        postal_code="1000",
        city="Bruxelles",
        email="orchestre@demo.example",
    )
    page.locator("main form button[type=submit]").click()


def _write_lines(page: Page) -> None:
    lines: dict[str, Any] = {
        "line-0-description": "Composition",
        "line-0-quantity": "2",
        "line-0-unit_price": "500",
    }
    fill(page, **lines)
    page.locator("main").get_by_role("button", name="Ajouter une ligne").last.click()
    page.locator("[name='line-1-description']").wait_for()
    more: dict[str, Any] = {
        "line-1-description": "Répétition",
        "line-1-quantity": "1",
        "line-1-unit_price": "500",
    }
    fill(page, **more)
