"""What the documents point at exists: files, tests, commands and settings are named as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from core.embedded.layout import CHECKOUT

PAGES = sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md")])
PATH = re.compile(
    r"`((?:tests|docs|core|smart|members|ledger|activities|invoicing|payroll|governance|deploy|locale)"
    r"/[\w./-]*)`"
)
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
MADE_LATER = {"deploy/secrets"}
"""Named, and made by a command on the machine that needs it."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert {path for path in PATH.findall(text) if not (CHECKOUT / path).exists()} <= MADE_LATER
    assert set(COMMAND.findall(text)) <= set(get_commands())


def test_every_guide_is_on_the_front_page() -> None:
    front = (CHECKOUT / "README.md").read_text(encoding="utf-8")

    assert [page.name for page in sorted(CHECKOUT.glob("docs/guides/*.md")) if page.name not in front] == []
