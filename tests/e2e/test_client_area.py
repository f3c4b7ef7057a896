"""A client signs in by link, on a telephone or at a desk: what is to be paid, how, and the account."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import page_faults
from tests.e2e.forms import words
from tests.e2e.window import DESKTOP, PHONE, Screen, Window

SCREENS = [pytest.param(screen, place, id=screen.name) for place, screen in enumerate((PHONE, DESKTOP))]
"""Each screen with another late client, so that neither meets what the other did."""


@pytest.mark.parametrize(("screen", "place"), SCREENS)
def test_a_client_signs_in_by_link_and_finds_how_to_pay(
    screen: Screen, place: int, open_as: Callable[..., Window], letters: Callable[[str, str], str]
) -> None:
    name, address = _late_client(open_as("credit_controller", DESKTOP), place)
    window = open_as("", screen)
    page = window.open("be/espace-client/connexion/")
    page.fill("[name=email]", address)
    page.locator("main form button").click()
    link = letters(address, "be/espace-client/entrer/")

    window.open(link)
    page.locator("main form button").click()
    page.wait_for_url("**/espace-client/")
    assert name in words(page.locator("main"))
    owed = _amount(page.locator(".portal-total"))
    assert page_faults(page) == []

    page.locator("main a.portal-row").first.click()
    page.wait_for_url("**/factures/*/")
    expect(page.locator(".portal-code svg")).to_be_visible()
    assert "+++" in words(page.locator("#pay"))
    assert page_faults(page) == []

    window.open("be/espace-client/releve/")
    assert owed in words(page.locator("main")), "the account ends with what is to be paid"
    with page.expect_download() as download:
        page.locator("main a[href*='/releve/tableau/']").click()
    assert len(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()) > 1

    window.open("be/espace-client/par-mois/")
    page.locator("main form .btn-primary").click()
    expect(page.locator("main .badge")).to_be_visible()
    page.locator("main .card form .btn-quiet, main form.card .btn-quiet").click()
    expect(page.locator("main .badge")).to_have_count(0)

    again = open_as("", screen)
    again.open(link)
    button = again.page.locator("main form button")
    if button.count():
        button.click()
    assert name not in words(again.page.locator("main")), "a link opens once"


def _late_client(desk: Window, place: int) -> tuple[str, str]:
    """Somebody who owes money: name and address; the last of the desk, whom no other story touches."""
    page = desk.open("be/factures/en-retard/")
    doors: list[str] = page.locator("#late td.lead a").evaluate_all("(all) => all.map((one) => one.href)")
    found: list[tuple[str, str]] = []
    for door in reversed(doors):
        page.goto(door)
        address = re.search(r"[\w.]+@[\w.]+", words(page.locator("main")))
        if address:
            found.append((words(page.locator("h1")), address[0]))
        if len(found) > place:
            break
    return found[place]


def _amount(part: Page | object) -> str:
    """The figure that stands there, as written."""
    found = re.search(r"\d[\d .]*,\d\d|\d[\d ,]*\.\d\d", words(part))  # type: ignore[arg-type]
    assert found is not None
    return found[0]
