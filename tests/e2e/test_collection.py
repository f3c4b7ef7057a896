"""A credit controller works the desk: preview, plan, pause, dispute, hand-over and write-down."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.forms import fill, press, words
from tests.e2e.window import DESKTOP, PHONE, Screen, Window

SCREENS = [pytest.param(screen, id=screen.name) for screen in (PHONE, DESKTOP)]


@pytest.mark.parametrize("screen", SCREENS)
def test_a_controller_works_the_desk(screen: Screen, open_as: Callable[..., Window]) -> None:
    window = open_as("credit_controller", screen)
    files = _untouched(window)

    page = window.page
    page.goto(next(files))
    _go(page, "Rappeler")
    letter = words(page.locator("main .card"))
    assert "+++" in letter, "the preview says how to pay"
    assert page.get_by_role("button", name="Envoyer maintenant").is_visible()

    page.goto(next(files))
    _go(page, "Plan de paiement")
    fill(page, count="2", first_on="2026-12-20")
    press(page, "Convenir du plan")
    expect(page.locator("#late .badge", has_text="plan").first).to_be_visible()
    assert len(page.locator("main ol > li").all()) == 2, "two instalments"

    page.goto(next(files))
    _go(page, "Mettre en pause")
    fill(page, until="2026-12-20", reason="Le comptable est en congé")
    press(page, "Mettre en pause")
    expect(page.locator("#late .badge", has_text="pause").first).to_be_visible()
    while page.get_by_role("button", name="Reprendre les rappels").count():
        with page.expect_navigation():
            page.get_by_role("button", name="Reprendre les rappels").first.click()
    expect(page.locator("#late .badge", has_text="pause")).to_have_count(0)

    acts = page.locator("#late td.acts").first
    acts.get_by_role("link", name="En litige").click()
    fill(page, reason="La date est fausse")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("#late .badge", has_text="litige").first).to_be_visible()
    acts.get_by_role("link", name="Clore le litige").click()
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("#late .badge", has_text="litige")).to_have_count(0)

    page.goto(next(files))
    file = page.url
    _go(page, "Confier")
    fill(page, agent="Huissiers du Canal")
    press(page, "Confier")
    page.goto(file)
    expect(page.locator("main")).to_contain_text("Huissiers du Canal")


@pytest.mark.parametrize("screen", SCREENS)
def test_what_will_not_be_paid_is_written_down_by_two(screen: Screen, open_as: Callable[..., Window]) -> None:
    window = open_as("finance", screen)
    page = window.page
    doubt = page.locator("#late td.acts").first.get_by_role("link", name="Douteuse")
    for address in _untouched(window):
        page.goto(address)
        if doubt.count():
            break
    file, number = page.url, words(page.locator("#late td.lead").first)
    doubt.click()
    fill(page, reason="Société dissoute")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator(".toast")).to_be_visible()

    second = open_as("finance_2", screen).open("be/factures/en-retard/")
    card = second.locator(".card").filter(has_text=number)
    if card.count():  # above the amount from which a second person agrees
        card.get_by_role("button", name="Marquer mon accord").click()
        second.wait_for_load_state()
    page.goto(file)
    assert "douteuse" in words(page.locator("#late"))


def _go(page: Page, label: str) -> None:
    page.locator(".page-actions").get_by_role("link", name=label, exact=True).click()


def _untouched(window: Window) -> Iterator[str]:
    """Files of clients for whom reminders run, those with most money at stake first."""
    page = window.open("be/factures/en-retard/")
    rows = page.locator("#late tbody tr").filter(has_not=page.locator(".badge"))
    doors: list[str] = rows.locator("td.lead a").evaluate_all("(all) => all.map((one) => one.href)")
    return iter(doors)
