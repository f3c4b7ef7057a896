"""Every page that a role can reach, on a phone and at a desk: whole, readable by everyone, faultless."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.accessibility import page_faults
from tests.e2e.walk import walk
from tests.e2e.window import DESKTOP, PHONE, Screen, Window

PICTURES = Path("var/screenshots")
MOST = 200
"""Pages per role: more than there are, so that a walk that never ends is noticed as a slow test only."""

ROLES = ["member", "adviser", "payroll_admin", "finance", "credit_controller", "coop_admin", "auditor"]
OPEN_WAYS = {"member", "adviser", "finance", "credit_controller"}
"""For whom every link opens; pages of people and contracts still show others ways that are closed."""
SCREENS = [pytest.param(screen, id=screen.name) for screen in (PHONE, DESKTOP)]
AT_A_DESK = {"payroll_admin", "finance"}
"""Who is walked at a desk too each time; `make soak` walks everybody."""
WALKS = [
    *(pytest.param(role, PHONE, id=f"{role}-{PHONE.name}") for role in ROLES),
    *(
        pytest.param(
            role,
            DESKTOP,
            id=f"{role}-{DESKTOP.name}",
            marks=() if role in AT_A_DESK else (pytest.mark.soak,),
        )
        for role in ROLES
    ),
]


def keep_picture(page: Page, screen: Screen, name: str) -> None:
    """Write the whole page as a picture, when asked to."""
    if os.environ.get("SMART_SCREENSHOTS"):
        place = PICTURES / screen.name
        place.mkdir(parents=True, exist_ok=True)
        clean = re.sub(r"[^a-z0-9]+", "-", re.sub(r"<[^>]*>", "x", name.lower())).strip("-")
        page.screenshot(path=place / f"{clean or 'home'}.png", full_page=True)


@pytest.mark.parametrize(("role", "screen"), WALKS)
def test_every_page_of_a_role(role: str, screen: Screen, open_as: Callable[..., Window]) -> None:
    window = open_as(role, screen)
    wrong: list[str] = []
    closed: list[str] = []
    everyones = "" if role == "member" else "accounts/"  # the same for all: seen once
    start = f"{window.site}be/"
    for kind in walk(window.page, window.site, start, most=MOST, refused=closed, skip=everyones):
        wrong += [f"{kind}: {fault}" for fault in page_faults(window.page, dark=screen is PHONE)]
        keep_picture(window.page, screen, f"{role} {kind.replace('<coop:cooperative>/', '')}")
    assert not wrong, "\n".join(wrong)
    assert not closed or role not in OPEN_WAYS, "\n".join(closed)


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_of_a_visitor(screen: Screen, open_as: Callable[..., Window]) -> None:
    window = open_as("", screen)
    wrong: list[str] = []
    for start in ("", "be/", "accounts/login/", "accounts/signup/", "accounts/password/reset/"):
        window.open(start)
        wrong += [f"/{start}: {fault}" for fault in page_faults(window.page, dark=screen is PHONE)]
        keep_picture(window.page, screen, f"visitor {start}")
    assert not wrong, "\n".join(wrong)


def test_a_page_that_does_not_exist_is_as_careful(open_as: Callable[..., Window]) -> None:
    window = open_as("", PHONE)
    window.open("be/nulle-part/")
    keep_picture(window.page, PHONE, "visitor 404")

    assert page_faults(window.page) == []
