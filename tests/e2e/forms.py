"""Forms as a person meets them: fill what is shown, count what is asked, read what is answered."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page

ASKED = """() => {
  const typed = "input:not([type=hidden]):not([type=submit]), select, textarea";
  const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled;
  const names = [...document.querySelectorAll(`main form[method=post] :is(${typed})`)].filter(shown)
    .map((e) => e.name || e.closest(".field").querySelector("select").name);
  return [...new Set(names)];
}"""


def fill(page: Page, **answers: Any) -> None:
    """Answer the controls by name: text, choices, dates, files; a select with a search box is searched.

    For a choice the answer is its value, for a searched select a part of its text.
    """
    for name, answer in answers.items():
        control = page.locator(f"main [name='{name}']").first
        kind = control.evaluate(
            "(e) => e.dataset.enhanced ? 'search' : e.tagName === 'SELECT' ? 'select' : e.type"
        )
        if kind == "search":
            box = control.locator("xpath=following-sibling::div").get_by_role("combobox")
            box.click()
            box.fill(answer)
            box.press("Enter")
        elif kind == "select":
            control.select_option(answer)
        elif kind == "radio":
            page.locator(f"main [name='{name}'][value='{answer}']").check()
        elif kind == "checkbox":
            control.set_checked(answer)
        elif kind == "file":
            control.set_input_files(answer)
        else:
            control.fill(answer)
            control.press("Tab")


def press(page: Page, label: str) -> None:
    """Press the button with this label in the page, and agree when it asks."""
    page.locator("main").get_by_role("button", name=label, exact=True).first.click()


def agree(page: Page) -> None:
    """Say yes to the question that an act of consequence asks."""
    page.locator("#confirm-dialog button[value=yes]").click()


def fields_asked(page: Page) -> list[str]:
    """Names of the controls that a person sees in the form; several choices of one question count once."""
    names: list[str] = page.evaluate(ASKED)
    return names


def words(part: Page | Locator) -> str:
    """What is written there, with every kind of space as one plain space."""
    shown = part.locator("body") if isinstance(part, Page) else part
    return re.sub(r"\s+", " ", shown.inner_text())
