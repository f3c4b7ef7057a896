"""Finance and payroll: enter a bank file, name an unknown receipt, explain an amount of a payslip."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ledger.treasury.bank_simulator import BankMovement, BankStatement, write_coda
from tests.e2e.forms import fill, press, words
from tests.e2e.window import DESKTOP, Window


def test_a_bank_file_is_entered_and_an_unknown_receipt_is_named(open_as: Callable[..., Window]) -> None:
    window = open_as("finance", DESKTOP)
    page = window.open("be/banque/")
    fill(page, file={"name": "extrait.cod", "mimeType": "text/plain", "buffer": _next_statement(page)})
    press(page, "Importer")
    expect(page.locator(".toast")).to_be_visible()

    window.open("be/banque/a-identifier/")
    receipts = page.get_by_role("link", name=re.compile("MECENE"))
    waiting = receipts.count()
    receipts.first.click()
    fill(page, account="Subsides et parrainages", text="Parrainage promis en novembre")
    press(page, "Comptabiliser là")

    page.wait_for_url("**/a-identifier/")
    expect(receipts).to_have_count(waiting - 1)


def test_every_amount_of_a_payslip_says_where_it_comes_from(open_as: Callable[..., Window]) -> None:
    """From the console of a closed month it is one click to a payslip, and one to the reason of an amount."""
    page = open_as("payroll_admin", DESKTOP).open("be/cycle-de-paie/fiches/?month=2026-10")

    page.locator("main td.lead a").first.click()
    line = page.locator("details.explained").nth(1)
    line.locator("summary").click()

    assert "Source" in words(line)


def _next_statement(page: Page) -> bytes:
    """The file that the bank would send after the newest statement in the list."""
    row = page.locator("main tbody tr").first
    closing = re.search(r"Clôture ([\d ]+,\d\d)", _labelled(row)) or pytest.fail("no closing balance")
    row.get_by_role("link").first.click()
    iban = re.search(r"BE\d{14}", words(page.locator(".page-header")))
    number = re.search(r"2026/(\d+)", words(page.locator("h1")))
    assert iban is not None
    assert number is not None
    page.go_back()
    receipt = BankMovement(Decimal("250.00"), communication="SOUTIEN", counterparty_name="MECENE ANONYME")
    return write_coda([
        BankStatement(
            iban=iban[0],
            number=int(number[1]) + 1,
            day=date(2026, 12, 2),
            opening=Decimal(closing[1].replace(" ", "").replace(",", ".")),
            movements=(receipt,),
        )
    ])  # fmt: skip


def _labelled(row: Any) -> str:
    """The cells of a row, each after its label."""
    cells: list[str] = row.locator("td").evaluate_all(
        "(all) => all.map((cell) => `${cell.dataset.label} ${cell.innerText}`)"
    )
    return re.sub(r"\s+", " ", " ".join(cells))
