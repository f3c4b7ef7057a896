"""The adviser's morning: agree to an expense, which two people then pay; write a note."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.forms import agree, fill, press
from tests.e2e.window import DESKTOP, PHONE, Window

ADVISERS = ("adviser", "adviser_2", "adviser_lead")


def test_an_expense_is_agreed_to_and_paid_by_two_people(open_as: Callable[..., Window]) -> None:
    """The adviser agrees; one person of finance makes the batch, only a colleague can release it."""
    page = _queue_with_an_expense(open_as)
    waiting = page.locator("#expense-list tbody tr").count()
    page.locator("#expense-list tbody tr").first.get_by_role("button", name="Marquer mon accord").click()
    expect(page.locator("#expense-list tbody tr")).to_have_count(waiting - 1)

    maker = open_as("finance", DESKTOP).open("be/paiements/")
    maker.locator("#due").get_by_role("button").first.click()
    maker.wait_for_url("**/paiements/*-*/")
    assert maker.get_by_role("button", name="Libérer").count() == 0, "not by the person who made it"

    other = open_as("finance_2", DESKTOP)
    colleague = other.open(maker.url.removeprefix(other.site))
    press(colleague, "Libérer")
    agree(colleague)
    expect(colleague.locator(".page-header .badge")).to_contain_text("libéré")
    with colleague.expect_download() as download:
        colleague.get_by_role("link", name="Fichier de paiement").click()
    assert "pain.001.001.09" in download.value.path().read_text(encoding="utf-8")


def test_a_note_is_written_between_two_doors(open_as: Callable[..., Window]) -> None:
    page = open_as("adviser", PHONE).open("be/portefeuille/")
    page.locator("main td.lead a").last.click()

    fill(page, text="Projet de disque : rappeler en janvier.", follow_up_on="2027-01-11")
    press(page, "Écrire la note")

    expect(page.locator("main")).to_contain_text("Projet de disque : rappeler en janvier.")


def _queue_with_an_expense(open_as: Callable[..., Window]) -> Page:
    """The first adviser's queue in which an expense waits; the demonstration leaves three of them."""
    for role in ADVISERS:
        page = open_as(role, DESKTOP).open("be/validation/")
        if page.locator("#expense-list tbody tr").count():
            return page
    raise AssertionError("no expense waits for any adviser")
