"""What every page must be: readable by everyone, whole on a telephone, named, in both colour schemes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import axe_core_python
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

UNFOLD = """() => {
  for (const one of document.querySelectorAll("details:not([data-menu])")) one.open = true;
}"""


@cache
def _script(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


@cache
def _axe() -> str:
    return (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def shape_faults(page: Page) -> list[str]:
    """Headings, title, width, labels and sizes of what can be touched."""
    viewport = page.viewport_size
    assert viewport is not None
    found: list[str] = page.evaluate(_script("page_shape.js"), viewport["width"])
    return found


def axe_faults(page: Page, *, contrast_only: bool = False) -> list[str]:
    """What axe finds on the page as it stands, in the colour scheme that it is shown in."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    wanted: dict[str, Any] = {"type": "tag", "values": RULES}
    if contrast_only:
        wanted = {"type": "rule", "values": ["color-contrast"]}
    options = {"runOnly": wanted, "resultTypes": ["violations"], "preload": False}
    answer = page.evaluate(_script("run_axe.js"), options)
    return [f"axe {rule['id']}: {rule['help']}: {place}" for rule in answer for place in rule["places"]]


def page_faults(page: Page, *, dark: bool = True) -> list[str]:
    """All that is wrong with a page: its shape, axe in light, and its contrast in the dark."""
    page.evaluate(UNFOLD)
    found = shape_faults(page) + axe_faults(page)
    if dark:
        page.emulate_media(color_scheme="dark")
        found += [f"in the dark: {fault}" for fault in axe_faults(page, contrast_only=True)]
        page.emulate_media(color_scheme="light")
    return found
