"""The adviser's morning: who needs me, agree to an expense, write a note."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.forms import fill, press, words
from tests.e2e.window import DESKTOP, PHONE, Window


def test_an_expense_is_agreed_to_from_the_portfolio(open_as: Callable[..., Window]) -> None:
    window = open_as("adviser_lead", DESKTOP)
    page = window.open("be/portefeuille/")
    assert "En attente de ma décision" in words(page.locator("main"))
    page = window.open("be/validation/")
    expenses = page.locator("#expense-list tbody tr")
    waiting = expenses.count()
    if not waiting:
        pytest.skip("no expense waits in this demonstration")

    expenses.first.get_by_role("button", name="Marquer mon accord").click()

    page.wait_for_load_state()
    assert page.locator("#expense-list tbody tr").count() == waiting - 1


def test_a_note_is_written_between_two_doors(open_as: Callable[..., Window]) -> None:
    page = open_as("adviser", PHONE).open("be/portefeuille/")
    page.locator("main td.lead a").last.click()

    fill(page, text="Projet de disque : rappeler en janvier.", follow_up_on="2027-01-11")
    press(page, "Écrire la note")

    page.wait_for_load_state()
    assert "Projet de disque : rappeler en janvier." in words(page.locator("main"))
