"""What no browser sends from the forms of payroll's pages: no dates, no numbers, huge texts, no fields.

Whatever is sent, the page answers it: taken, or refused in words; never a crash. Driven on the played
demonstration: each role walks the pages, and every form that it finds is sent with one thing wrong in it, in
a transaction that is taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import islice
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from core.models import User
from members.enums import Role
from tests.cluster import Cluster, point_django_at
from tests.demo_fixture import DemoDatabase
from tests.payroll.test_hostile_addresses import ROOMS, addresses

ROLES = (Role.MEMBER, Role.PAYROLL_ADMIN, Role.ADVISER)
VALUES = (
    "", "x", "²", "٣", "-1", "0", "-0", "NaN", "sNaN", "Infinity", "1e400", "1e-400", "1e15", "1.005",
    "9" * 5000, "0001-01-01", "9999-12-31", "9999-12", "10000-01-01", "2026-02-30", "0000-00",
    "31/12/9999", "25:61", "x\x00y", "\x00", "\ud800", "\u202e", "a" * 300_000, "\U0001f4a9" * 300,
    "[]", "{}", "%", "'", "=1+1",
    "\r\nX: y", "00000000-0000-0000-0000-000000000000",
)  # fmt: skip
EACH = 61
"""One of so many is sent; all of them in a soak."""
MOST_PAGES = 120
LIKELY = {
    "date": "2026-12-02", "month": "2026-12", "time": "09:00", "number": "3", "email": "a@b.example",
    "checkbox": "on", "textarea": "Graphisme",
}  # fmt: skip


@dataclass
class Form:
    """A form of a page: where it goes, and what stands in it."""

    action: str
    sent: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """The forms that are posted, and the links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Fields with what they hold, else with something likely."""
        found = {name: value or "" for name, value in attrs}
        name = found.get("name", "")
        if tag == "a":
            self.links.append(found.get("href", ""))
        elif tag == "form":
            self._form = Form(found.get("action", "")) if found.get("method", "").lower() == "post" else None
            if self._form is not None:
                self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag in ("input", "button", "textarea") and name and name != "csrfmiddlewaretoken":
            kind = found.get("type", tag)
            likely = "Graphisme" if kind == "text" else LIKELY.get(kind, "")
            self._form.sent.setdefault(name, found.get("value") or likely)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and found.get("value"):
            self._form.sent.setdefault(self._select, found["value"])

    def handle_endtag(self, tag: str) -> None:
        """What follows is outside."""
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""


def room_of(address: str) -> str:
    """The route of an address of payroll; nothing elsewhere."""
    try:
        route = resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""
    return route if route.split(":")[0] in ROOMS else ""


def forms_of(browser: Client) -> list[Form]:
    """One of each sort of form on the pages that somebody can walk to."""
    waiting, walked, found = addresses(), set[str](), dict[tuple[str, frozenset[str]], Form]()
    while waiting and len(walked) < MOST_PAGES:
        page = waiting.pop(0)
        route = room_of(page)
        key = route if re.search("[0-9a-f]{8}-", page) else page.split("?")[0]
        if not route or key in walked:
            continue
        walked.add(key)
        answer = browser.get(page)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        read = Forms()
        read.feed(answer.content.decode())
        waiting += [link for link in read.links if link.startswith("/be/")]
        for form in read.forms:
            form.action = form.action or page
            if room_of(form.action):
                found.setdefault((room_of(form.action), frozenset(form.sent)), form)
    return list(found.values())


def variants(form: Form) -> Iterator[tuple[str, dict[str, str]]]:
    """As it is, empty, without each field, with each field wrong, with all of them wrong."""
    yield "as it is", form.sent
    yield "empty", {}
    for name in form.sent:
        yield f"without {name}", {key: value for key, value in form.sent.items() if key != name}
        for value in VALUES:
            yield f"{name}={value[:12]!r}", form.sent | {name: value}
    for value in VALUES:
        yield f"all={value[:12]!r}", dict.fromkeys(form.sent, value)


@pytest.fixture(scope="module")
def browsers(cluster: Cluster, demo_database: DemoDatabase, django_db_blocker: Any) -> Iterator[Any]:
    """A browser per role, on a copy of the demonstration."""
    from django.db import connections

    from smart.demo.summary import log_ins

    before, name = cluster.database, f"{demo_database.name}_forms"
    cluster.copy(name, demo_database.name)
    with django_db_blocker.unblock():
        point_django_at(cluster, name)
        try:
            emails = {account.role: account.email for account in reversed(log_ins())}
            found = {}
            for role in ROLES:
                found[role] = Client(raise_request_exception=False)
                found[role].force_login(User.objects.get(email=emails[role]))
            yield found
        finally:
            connections.close_all()
            point_django_at(cluster, before)
            cluster.drop(name)


def broken_by(browser: Client, each: int) -> tuple[list[tuple[str, str, int]], set[int], int]:
    """Crashes, statuses that were answered, and how many forms were found."""
    forms = forms_of(browser)
    broken, statuses = [], set()
    tried = [(form, what, sent) for form in forms for what, sent in variants(form)]
    for form, what, sent in islice(tried, 0, None, each):
        body = urlencode(sent, errors="surrogatepass")
        with transaction.atomic():
            answer = browser.post(form.action, body, content_type="application/x-www-form-urlencoded")
            transaction.set_rollback(True)
        statuses.add(answer.status_code)
        if answer.status_code >= 500:
            broken.append((room_of(form.action), what, answer.status_code))
    return broken, statuses, len(forms)


@pytest.mark.parametrize("role", ROLES)
def test_a_form_bears_what_no_browser_sends(browsers: dict[str, Client], role: Role) -> None:
    broken, statuses, forms = broken_by(browsers[role], EACH)

    assert broken == []
    assert forms >= {Role.MEMBER: 8, Role.PAYROLL_ADMIN: 15, Role.ADVISER: 1}[role]
    assert 422 in statuses


@pytest.mark.soak
@pytest.mark.parametrize("role", ROLES)
def test_a_form_bears_all_that_no_browser_sends(browsers: dict[str, Client], role: Role) -> None:
    assert broken_by(browsers[role], 1)[0] == []
