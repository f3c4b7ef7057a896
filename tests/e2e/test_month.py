"""The month of payroll, as two administrators close it: every click counted, exceptions included."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.forms import words
from tests.e2e.window import DESKTOP, Window

MOST_CLICKS = 40
MONTH = "be/cycle-de-paie/?month=2026-11"
PATIENCE = 120


@dataclass
class Mouse:
    """Counts what a hand does: clicks, and the notes that it changes."""

    clicks: int = 0

    def click(self, control: Locator) -> None:
        """One click."""
        control.click()
        self.clicks += 1


def test_the_month_with_its_exceptions_is_closed_in_few_clicks(open_as: Callable[..., Window]) -> None:
    mouse = Mouse()
    window = open_as("payroll_admin", DESKTOP)
    page = window.open(MONTH)
    mouse.click(button(page, "Lancer le cycle"))
    until(page, lambda: page.locator("main").get_by_text("à revoir").count() > 0)

    exceptions = page.locator("#exceptions").locator("xpath=ancestor-or-self::section[1]")
    causes = exceptions.locator(".card")
    assert causes.count() >= 2, "an account that is missing, and a situation without figures"
    for place in range(causes.count()):
        said = words(causes.nth(place))
        assert "Qui :" in said, f"nobody is named to mend it: {said}"
        assert re.search(r"Demandez|Faites|Calculez|Lisez|Corrigez", said), f"no word of what to do: {said}"

    # What is tried again and still refused stays; the rest is left for the next month, cause by cause.
    mouse.click(exceptions.get_by_role("button", name=re.compile("essayer")).first)
    page.wait_for_load_state()
    for _ in range(20):
        waiting = exceptions.get_by_role("button", name=re.compile("^(Tout revoir avec cette note|Revu)$"))
        if not waiting.count():
            break
        mouse.click(waiting.first)
        page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("Une deuxième personne approuve")

    page = open_as("payroll_admin_2", DESKTOP).open(MONTH)
    mouse.click(button(page, "Approuver"))
    mouse.click(page.locator("#confirm-dialog button[value=yes]"))
    expect(page.locator(".toast")).to_be_visible()
    until(page, lambda: "clôturé" in words(page.locator(".page-header")))
    assert "Approuvé par" in words(page.locator("main"))

    # One click to the payslips, one to any of them, one to the reason of an amount.
    mouse.click(page.get_by_role("link", name="Fiches de paie").first)
    mouse.click(page.locator("main td.lead a").first)
    mouse.click(page.locator("details.explained summary").nth(1))
    assert mouse.clicks <= MOST_CLICKS, f"{mouse.clicks} clicks"


def button(page: Page, label: str) -> Locator:
    """The button with this label in the page."""
    return page.locator("main").get_by_role("button", name=label, exact=True).first


def until(page: Page, condition: Callable[[], Any]) -> None:
    """Look again until it is so."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, words(page.locator("main"))
        page.wait_for_timeout(500)
        page.reload()
