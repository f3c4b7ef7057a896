"""Addresses that no link of ours has: months, pages and keys that are none, on every page of payroll."""

from __future__ import annotations

from itertools import islice, product
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse

from tests.isolation.test_routes import INSIDE

ROOMS = frozenset(
    {"payroll", "abroad", "cdi", "deductions", "returns", "unemployment", "workers", "balances"}
)
NAMES = (
    "month", "entity", "page", "q", "person", "state", "number", "lang", "from", "template", "activity",
    "year", "quarter", "kind", "as_of", "date", "amount", "country", "cursor", "limit", "contract", "step",
)  # fmt: skip
VALUES = (
    "²", "٣", "-1", "0", "9" * 5000, "1e400", "NaN", "x\x00y", "0001-01", "9999-12", "2026-13", "10000-01",
    "\u202e", "%", "'", "[]", "a" * 3000, "00000000-0000-0000-0000-000000000000", "",
)  # fmt: skip


EACH = 7
"""One in so many is asked for; all of them in a soak."""


def addresses() -> list[str]:
    """Lists and forms without a key, and REST lists."""
    found = []
    for route in INSIDE:
        if route.name.split(":")[0].removesuffix("-api") in ROOMS:
            try:
                found.append(reverse(route.name, kwargs={"cooperative": "be"}))
            except NoReverseMatch:
                continue
    return sorted(set(found))


@pytest.mark.parametrize("role", ["worker", "clerk"])
def test_no_page_breaks_at_what_stands_behind_its_question_mark(world: Any, client: Any, role: str) -> None:
    """Every name at once, one sort of nonsense at each address: shown, or refused, never a crash."""
    assert broken_pages(world, client, role, EACH) == []


def test_a_question_with_a_nul_is_a_bad_one(world: Any, client: Any) -> None:
    """Whichever page or door it is asked: no text of the database holds one."""
    from tests.factories import make_user

    world.clerk.user = make_user(world.clerk.email)
    world.clerk.save(update_fields=["user"])
    client.force_login(world.clerk.user)
    for page in ("/be/cycle-de-paie/apercu/", "/be/api/v1/payroll-months/2026-11/preview/"):
        answer = client.get(page, {"entity": "x\x00y"})
        assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.soak
@pytest.mark.parametrize("role", ["worker", "clerk"])
def test_no_page_breaks_at_any_nonsense(world: Any, client: Any, role: str) -> None:
    assert broken_pages(world, client, role, 1) == []


def broken_pages(world: Any, client: Any, role: str, each: int) -> list[tuple[str, str]]:
    """Addresses that crash, with what was asked there."""
    from core.clock import set_clock
    from tests.factories import make_user
    from tests.payroll.conftest import at

    set_clock(world.cooperative, at(2026, 12, 2))
    person = getattr(world, role)
    person.user = make_user(person.email)
    person.save(update_fields=["user"])
    client.force_login(person.user)
    client.raise_request_exception = False
    broken = []
    found = addresses()
    assert len(found) > 40
    for address, value in islice(product(found, VALUES), 0, None, each):
        answer = client.get(address, dict.fromkeys(NAMES, value))
        if answer.status_code >= 500:
            broken.append((address, value[:20]))
    return broken
