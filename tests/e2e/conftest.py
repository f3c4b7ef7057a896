"""One Chromium, a window per role and screen, and the product on a copy of the demonstration.

`SMART_SITE=http://127.0.0.1:8000/` drives a running demonstration (files: `SMART_SITE_FILES`) instead of
starting one; `SMART_SCREENSHOTS=1` keeps a picture of every page under ``var/screenshots``; a failed test
always leaves one in ``var/screenshots/failures``.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from smart.demo.cast import DOMAIN, PASSWORD
from tests.e2e.window import Screen, Window, open_window

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

PATIENCE = 30
"""Seconds that a letter may take."""

FAILED = pytest.StashKey[bool]()
FAILURES = Path("var/screenshots/failures")

ACCOUNTS = {
    "member": "membre",
    "adviser": "conseil",
    "adviser_2": "conseil2",
    "adviser_lead": "conseil3",
    "payroll_admin": "paie",
    "payroll_admin_2": "paie2",
    "finance": "finance",
    "finance_2": "finance2",
    "credit_controller": "recouvrement",
    "coop_admin": "admin",
    "auditor": "audit",
}
"""Who is who in the demonstration: role and account."""


@dataclass
class Site:
    """The running product, where it keeps its files, and the cookies of whoever signed in so far."""

    url: str
    files: Path
    states: dict[str, Any] = field(default_factory=dict)


Opener = Callable[..., Window]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    for item in items:
        if "/tests/e2e/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest) -> Site:
    """The product, running on the played demonstration."""
    given = os.environ.get("SMART_SITE")
    if given:
        return Site(given, Path(os.environ.get("SMART_SITE_FILES", "var")))
    demo = request.getfixturevalue("demo_site")
    return Site(demo.url, demo.database.files)


Letters = Callable[[str, str], str]


@pytest.fixture
def letters(site: Site) -> Letters:
    """`letters(address, path)`: the newest link that begins with this path in a letter to this address."""

    def link_in(address: str, path: str) -> str:
        found = re.compile(rf"https?://[^\s/]+/({re.escape(path)}\S+)")
        for file in sorted((site.files / "mail").glob("*"), reverse=True):
            letter = message_from_bytes(file.read_bytes(), policy=policy.default)
            body = letter.get_body(("plain",))
            if address in str(letter["To"]) and body and (link := found.search(body.get_content())):
                return link[1]
        return ""

    def waited_for(address: str, path: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while not (link := link_in(address, path)) and time.monotonic() < deadline:
            time.sleep(0.5)
        assert link, f"no letter to {address} leads to {path}"
        return link

    return waited_for


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    """Chromium without a screen. It ends with its module: Playwright's event loop must not outlive it,
    because Django refuses its database where one runs.
    """
    program = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium on this machine: make browser")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield running
        running.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the windows know whether their test failed."""
    report = yield
    item.stash.setdefault(FAILED, False)
    item.stash[FAILED] |= report.failed
    return report


@pytest.fixture
def open_as(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Opener]:
    """`open_as(role, screen)`: a watched window, signed in through the form (once per role); "" is nobody.

    `scripts=False` gives a browser without JavaScript. When the test fails, each window leaves a picture.
    """
    opened_windows: list[Window] = []
    with ExitStack() as windows:

        def opened(role: str, screen: Screen, *, scripts: bool = True) -> Window:
            if role and role not in site.states:
                site.states[role] = _signed_in(browser, site.url, role)
            window = windows.enter_context(
                open_window(browser, site.url, screen, site.states.get(role), scripts=scripts)
            )
            opened_windows.append(window)
            return window

        yield opened
        if request.node.stash.get(FAILED, False):
            name = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")
            FAILURES.mkdir(parents=True, exist_ok=True)
            for number, window in enumerate(opened_windows, 1):
                window.page.screenshot(path=FAILURES / f"{name}-{number}.png", full_page=True)


def _signed_in(browser: Browser, url: str, role: str) -> Any:
    """The cookies after a log-in as a person does it."""
    context = browser.new_context(locale="fr-BE")
    page = context.new_page()
    page.goto(f"{url}accounts/login/")
    page.locator("[name=login]").fill(f"{ACCOUNTS[role]}@{DOMAIN}")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda address: "/login" not in address)
    state = context.storage_state()
    context.close()
    return state
