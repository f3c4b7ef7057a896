"""An invoice from the first word to the PDF and the UBL, with JavaScript and without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.forms import press, words
from tests.e2e.invoices import write_invoice
from tests.e2e.window import DESKTOP, PHONE, Screen, Window


@pytest.mark.parametrize("screen", [pytest.param(one, id=one.name) for one in (PHONE, DESKTOP)])
def test_an_invoice_is_written_issued_and_downloaded(screen: Screen, open_as: Callable[..., Window]) -> None:
    page = open_as("member", screen).open("be/factures/nouvelle/")
    write_invoice(page)
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
    write_invoice(page)

    press(page, "Passer à l’émission")
    assert "1 815,00 €" in words(page.locator("main"))
    press(page, "Émettre et envoyer")

    assert "1 815,00 €" in words(page.locator("main"))
    assert page.get_by_role("link", name="PDF").count() == 1


def _downloaded(page: Page, label: str) -> Path:
    """Ask for a document; the one that is not made yet says when it is there."""
    link = page.get_by_role("link", name=label).first
    with page.expect_download(timeout=60_000) as download:
        link.click()
        if page.locator("#document").count():
            page.get_by_role("link", name="Télécharger").click(timeout=60_000)
    page.go_back() if "/documents/" in page.url else None
    return Path(download.value.path())
