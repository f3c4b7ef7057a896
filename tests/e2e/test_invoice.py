"""An invoice from the first word to the PDF and the UBL, with JavaScript and without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.forms import fill, press, words
from tests.e2e.window import DESKTOP, PHONE, Screen, Window


@pytest.mark.parametrize("screen", [pytest.param(one, id=one.name) for one in (PHONE, DESKTOP)])
def test_an_invoice_is_written_issued_and_downloaded(screen: Screen, open_as: Callable[..., Window]) -> None:
    page = open_as("member", screen).open("be/factures/nouvelle/")
    _choose_activity(page)
    _new_client(page)
    _write_lines(page)
    expect(page.locator("#totals")).to_contain_text("1 815,00")

    press(page, "Passer à l’émission")
    summary = words(page.locator("main"))
    assert "1 500,00 €" in summary
    assert "1 402,50 €" in summary, "into the budget: 6.5 % less"
    press(page, "Émettre et envoyer")

    page.wait_for_url("**/factures/*-*/")
    issued = words(page.locator("main"))
    assert "2026-" in issued or "2027-" in issued, "it has a number"
    assert _downloaded(page, "PDF").read_bytes().startswith(b"%PDF-")
    assert b"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" in _downloaded(page, "UBL").read_bytes()


def test_an_invoice_is_issued_without_javascript(open_as: Callable[..., Window]) -> None:
    page = open_as("member", DESKTOP, scripts=False).open("be/factures/nouvelle/")
    _choose_activity(page)
    _new_client(page)
    _write_lines(page)

    press(page, "Passer à l’émission")
    assert "1 815,00 €" in words(page.locator("main"))
    press(page, "Émettre et envoyer")

    assert "1 815,00 €" in words(page.locator("main"))
    assert page.get_by_role("link", name="PDF").count() == 1


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


def _downloaded(page: Page, label: str) -> Path:
    """Ask for a document; the one that is not made yet says when it is there."""
    link = page.get_by_role("link", name=label).first
    with page.expect_download(timeout=60_000) as download:
        link.click()
        if page.locator("#document").count():
            page.get_by_role("link", name="Télécharger").click(timeout=60_000)
    page.go_back() if "/documents/" in page.url else None
    return Path(download.value.path())
