"""The queue of the bank by keyboard: one person clears two hundred movements without touching the mouse."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from playwright.sync_api import Page, expect

from core.identifiers import belgian_iban
from ledger.treasury.bank_simulator import BankMovement, BankStatement, write_coda
from tests.e2e.accessibility import page_faults
from tests.e2e.forms import fill, press, words
from tests.e2e.test_staff import _labelled
from tests.e2e.window import DESKTOP, PHONE, Window

MOVEMENTS = 200
OTHERS = 20
"""Of them, lines that go to an account which the person names."""


CURRENT = "[data-queue-line]:focus:not([data-busy])"
"""The line that has the focus."""


def statement(page: Page) -> bytes:
    """What the bank would send next: charges, which are proposed, and gifts, which nobody knows."""
    row = page.locator("main tbody tr").first
    closing = re.search(r"Clôture ([\d ]+,\d\d)", _labelled(row))
    row.get_by_role("link").first.click()
    iban = re.search(r"BE\d{14}", words(page.locator(".page-header")))
    number = re.search(r"2026/(\d+)", words(page.locator("h1")))
    assert closing and iban and number
    page.go_back()
    charges = [
        BankMovement(Decimal(-100 - place).scaleb(-2), communication=f"Frais de paiement {place}")
        for place in range(MOVEMENTS - OTHERS)
    ]
    gifts = [
        BankMovement(
            Decimal(20 + place),
            communication="Don au clavier",
            counterparty_name=f"DONATEUR {place}",
            counterparty_iban=belgian_iban(3_670_000_000 + place),
        )
        for place in range(OTHERS)
    ]
    return write_coda([
        BankStatement(
            iban=iban[0],
            number=int(number[1]) + 1,
            day=date(2026, 12, 2),
            opening=Decimal(closing[1].replace(" ", "").replace(",", ".")),
            movements=(*charges, *gifts),
        )
    ])  # fmt: skip


def waiting(page: Page) -> int:
    """How many lines wait, as the page says."""
    found = page.locator("#queue-left")
    return int(words(found)) if found.count() else 0


def test_two_hundred_movements_are_cleared_by_keyboard(open_as: Callable[..., Window]) -> None:
    window = open_as("finance", DESKTOP)
    page = window.open("be/banque/")
    before = page.context.new_page()
    before.goto(window.site + "be/banque/a-identifier/")
    known = waiting(before)
    before.close()
    content = statement(page)
    fill(page, file={"name": "nuit.cod", "mimeType": "text/plain", "buffer": content})
    press(page, "Importer")
    expect(page.locator(".toast")).to_be_visible(timeout=60_000)
    window.open("be/banque/a-identifier/")
    assert waiting(page) == known + MOVEMENTS
    loaded = page.evaluate("performance.timeOrigin")

    begun = time.perf_counter()
    cleared = 0
    while cleared < MOVEMENTS:
        expect(page.locator(CURRENT)).to_have_count(1, timeout=20_000)
        text: str = page.evaluate("(place) => (document.querySelector(place) || {}).innerText || ''", CURRENT)
        if "Frais de paiement" in text:
            page.keyboard.press("Enter")
        elif "DONATEUR" in text:
            page.keyboard.press("m")
            page.keyboard.type("416")
            page.keyboard.press("Enter")
        elif text:
            page.keyboard.press("j")
            continue
        cleared += bool(text)
    expect(page.locator("[data-busy]")).to_have_count(0, timeout=30_000)
    spent = time.perf_counter() - begun
    print(f"\n{MOVEMENTS} movements in {spent:.0f} s: {spent / MOVEMENTS * 1000:.0f} ms each")  # noqa: T201

    assert page.evaluate("performance.timeOrigin") == loaded, "no page was loaded in between"
    window.open("be/banque/a-identifier/")
    assert waiting(page) == known
    assert not window.faults


def test_the_last_one_is_undone_and_found_again_by_search(open_as: Callable[..., Window]) -> None:
    window = open_as("finance", DESKTOP)
    page = window.open("be/banque/a-identifier/")
    count = waiting(page)
    first = page.locator("[data-queue-line]").first
    expect(first).to_be_focused()
    key = first.get_attribute("id")

    page.keyboard.press("m")
    page.keyboard.type("416")
    page.keyboard.press("Enter")
    expect(page.locator("#queue-left")).to_have_text(str(count - 1))
    page.keyboard.press("u")
    expect(page.locator("#queue-left")).to_have_text(str(count))
    expect(page.locator(f"#{key}[data-queue-line]")).to_be_focused()

    page.keyboard.press("/")
    expect(page.locator(f"#{key} input[type=search]")).to_be_focused()
    page.keyboard.type("th")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{key} .queue-choice, #{key} .muted").first).to_be_visible()
    expect(page.locator(f"#{key}")).to_be_focused()
    page.keyboard.press("s")
    expect(page.locator(f"#{key} textarea")).to_be_focused()
    page.keyboard.type("rien 1,00")
    page.keyboard.press("Escape")
    expect(page.locator(f"#{key}")).to_be_focused()
    assert not window.faults


def test_the_queue_works_on_a_phone(open_as: Callable[..., Window]) -> None:
    page = open_as("finance", PHONE).open("be/banque/a-identifier/")

    assert page_faults(page) == []
    page.reload()
    page.locator("[data-queue-split] summary").first.tap()
    expect(page.locator("[data-queue-split] textarea").first).to_be_visible()
