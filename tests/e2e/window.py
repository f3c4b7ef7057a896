"""A browser window under watch: whatever goes wrong on a page while a person uses it is a fault.

Faults are a blocked script or style, an error on the console, an exception in the page, an answer of 500 or
more, a picture, style or script that is missing, and a request to another host.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

WATCH = """
document.addEventListener("securitypolicyviolation", (event) => window.reportFault(
  `content policy: ${event.violatedDirective} refuses ${event.blockedURI} in ${event.sourceFile}`
));
"""
"""Installed over the debugging protocol, before any script: the content policy has no say there."""

PATIENCE = 8_000
"""Milliseconds that a page may take to show what was asked for."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person holds: a telephone with a thumb, or a desk with a mouse."""

    name: str
    width: int
    height: int
    touch: bool

    @property
    def options(self) -> dict[str, Any]:
        """The same in Playwright's words. Motion is reduced, so that no colour is read halfway."""
        return {
            "viewport": {"width": self.width, "height": self.height},
            "has_touch": self.touch,
            "is_mobile": self.touch,
            "locale": "fr-BE",
            "timezone_id": "Europe/Brussels",
            "reduced_motion": "reduce",
            "color_scheme": "light",
        }


PHONE = Screen("phone", 390, 844, touch=True)
DESKTOP = Screen("desktop", 1280, 900, touch=False)


@dataclass
class Window:
    """A page, what it is called in messages, and the faults seen so far."""

    page: Page
    site: str
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path of the site and wait until it is there."""
        self.page.goto(self.site + path.lstrip("/"), wait_until="load")
        return self.page

    def watch(self) -> None:
        """Note from now on what goes wrong."""
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._note(f"exception: {error}"))
        self.page.on("response", self._answered)
        self.page.on("request", lambda request: self._asked(request.url))

    def _note(self, fault: str) -> None:
        self.faults.append(f"{urlsplit(self.page.url).path}: {fault}")

    def _heard(self, message: ConsoleMessage) -> None:
        """Refusals (4xx) are announced on the console too; the answers are judged apart."""
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self._note(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        kind = response.request.resource_type
        missing = response.status == 404 and kind not in ("document", "xhr", "fetch")
        if response.status >= 500 or missing:
            self._note(f"{response.status} for {response.url}")

    def _asked(self, url: str) -> None:
        if urlsplit(url).scheme in ("http", "https") and not url.startswith(self.site):
            self._note(f"asks another host: {url}")


@contextmanager
def open_window(
    browser: Browser, site: str, screen: Screen, state: Any = None, *, scripts: bool = True
) -> Iterator[Window]:
    """A fresh window (cookies from `state`); at its end the faults, if any, fail the test."""
    context: BrowserContext = browser.new_context(
        **screen.options, storage_state=state, java_script_enabled=scripts, accept_downloads=True
    )
    try:
        context.set_default_timeout(PATIENCE)
        window = Window(context.new_page(), site)
        if scripts:
            context.expose_function("reportFault", window._note)
            context.add_init_script(WATCH)
        window.watch()
        yield window
        assert not window.faults, "\n".join(dict.fromkeys(window.faults))
    finally:
        context.close()
