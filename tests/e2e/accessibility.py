"""What every page must be: readable by everyone, whole on a telephone, named, in both colour schemes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import axe_core_python
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

RUN = """(options) => axe.run(document, options).then((answer) => answer.violations.map((rule) => ({
  id: rule.id, help: rule.help,
  nodes: rule.nodes.slice(0, 4).map((node) => `${node.html.slice(0, 180)} — ${node.failureSummary.replace(/\\s+/g, " ").slice(0, 260)}`),
})))"""

UNFOLD = (
    """() => document.querySelectorAll("details:not([data-menu])").forEach((one) => { one.open = true; })"""
)

SHAPE = """(width) => {
  const found = [];
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.getClientRects().length > 0;
  const say = (element) => element.outerHTML.replace(/\\s+/g, " ").slice(0, 140);

  const heads = [...document.querySelectorAll("h1")].filter(shown).length;
  if (heads !== 1) found.push(`${heads} main headings instead of one`);
  if (!document.title.replace("· Smart", "").trim()) found.push("no title");
  if (!document.documentElement.lang) found.push("no language");

  /* a telephone widens its layout for what is too wide: the width that counts is the one that was asked for */
  if (document.documentElement.scrollWidth > width) {
    const wide = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > width + 1).slice(-3).map(say);
    found.push(`scrolls sideways: ${document.documentElement.scrollWidth} > ${width}: ${wide.join(" | ")}`);
  }

  const typed = "input:not([type=hidden]):not([type=submit]):not([type=button]), select, textarea";
  for (const control of document.querySelectorAll(typed)) {
    if (!shown(control)) continue;
    const named = [...(control.labels || [])].some((label) => label.textContent.trim())
      || control.getAttribute("aria-label") || control.getAttribute("aria-labelledby");
    if (!named) found.push(`no label: ${say(control)}`);
  }

  /* WCAG 2.2, 2.5.8: a target is 24 px each way, stands in a line of text, or keeps 24 px of distance */
  const targets = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((e) => shown(e) && !e.disabled && !e.closest(".visually-hidden, .skip-link"));
  const middle = (e) => { const r = e.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; };
  for (const target of targets) {
    const box = target.getBoundingClientRect();
    if ((box.width >= 24 && box.height >= 24) || box.width === 0 || getComputedStyle(target).display === "inline") continue;
    if (target.labels && [...target.labels].some((label) => label.contains(target) && label.getBoundingClientRect().height >= 24)) continue;
    const [x, y] = middle(target);
    const near = targets.find((other) => {
      if (other === target || other.contains(target) || target.contains(other)) return false;
      const r = other.getBoundingClientRect();
      const dx = Math.max(r.left - x, 0, x - r.right), dy = Math.max(r.top - y, 0, y - r.bottom);
      return Math.hypot(dx, dy) < 12;
    });
    if (near) found.push(`too small to hit (${Math.round(box.width)}×${Math.round(box.height)}): ${say(target)}`);
  }
  return found;
}"""


@cache
def _axe() -> str:
    return (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def shape_faults(page: Page) -> list[str]:
    """Headings, title, width, labels and sizes of what can be touched."""
    viewport = page.viewport_size
    assert viewport is not None
    found: list[str] = page.evaluate(SHAPE, viewport["width"])
    return found


def axe_faults(page: Page, *, contrast_only: bool = False) -> list[str]:
    """What axe finds on the page as it stands, in the colour scheme that it is shown in."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    wanted: dict[str, Any] = (
        {"type": "rule", "values": ["color-contrast"]} if contrast_only else {"type": "tag", "values": RULES}
    )
    answer = page.evaluate(RUN, {"runOnly": wanted, "resultTypes": ["violations"], "preload": False})
    return [f"axe {rule['id']}: {rule['help']}: {node}" for rule in answer for node in rule["nodes"]]


def page_faults(page: Page, *, dark: bool = True) -> list[str]:
    """All that is wrong with a page: its shape, axe in light, and its contrast in the dark."""
    page.evaluate(UNFOLD)
    found = shape_faults(page) + axe_faults(page)
    if dark:
        page.emulate_media(color_scheme="dark")
        found += [f"in the dark: {fault}" for fault in axe_faults(page, contrast_only=True)]
        page.emulate_media(color_scheme="light")
    return found
