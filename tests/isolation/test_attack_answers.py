"""A refusal does not tell whether there was anything: the same words for "somebody else's" and for "none"."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client

from members.models import Person
from tests.isolation.objects import HOUSE, OBJECTS
from tests.isolation.test_objects import BODY, KEYED, SHUT, Route, address
from tests.isolation.towns import Town

CHANGES = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken[^}]*}|"request_id": "[^"]*"|nonce="[^"]*"'
)
"""What differs from one answer to the next by itself."""


@pytest.fixture(scope="module")
def towns(both: tuple[Town, Town]) -> tuple[Town, Town]:
    """Belgium and France, alike."""
    return both


def signed_in(person: Person) -> Client:
    """Somebody at the door."""
    browser = Client(raise_request_exception=False)
    assert person.user is not None
    browser.force_login(person.user)
    return browser


def said(
    browser: Client, route: Route, key: UUID, slug: str, client: UUID | None = None
) -> list[tuple[int, str, str]]:
    """Status, kind and words of the answers to a reading and to acts, without what changes by itself."""
    url = address(route, key, slug, client)
    answers = []
    for body in (None, BODY, {}):
        with transaction.atomic():
            more: dict[str, Any] = {"content_type": "application/json"} if route.is_rest else {}
            answer = browser.get(url) if body is None else browser.post(url, body, **more)
            transaction.set_rollback(True)
        words = CHANGES.sub("", answer.content.decode(errors="replace")).replace(str(key), "key")
        words = words.replace(str(client), "key")
        answers.append((answer.status_code, answer.headers.get("Content-Type", ""), words))
    return answers


@pytest.mark.parametrize("route", KEYED, ids=lambda route: route.name)
def test_what_is_another_cooperatives_is_refused_like_what_does_not_exist(
    towns: tuple[Town, Town], route: Route
) -> None:
    """To somebody who holds every role: the thing is there, in the other cooperative."""
    be, fr = towns
    key, client = be.things.get(OBJECTS[route.name], uuid4()), be.things["client"]
    staff = signed_in(fr.people["staff"])

    for slug in ("fr", "be"):
        assert said(staff, route, key, slug, client) == said(staff, route, uuid4(), slug)


@pytest.mark.parametrize("route", KEYED, ids=lambda route: route.name)
def test_what_is_another_members_is_refused_like_what_does_not_exist(
    towns: tuple[Town, Town], route: Route
) -> None:
    """To a member of the same cooperative who has nothing to do with it."""
    be, _ = towns
    kind = OBJECTS[route.name]
    if kind in HOUSE or kind not in be.things:
        return
    other = signed_in(be.people["other"])

    theirs = said(other, route, be.things[kind], "be", be.things["client"])
    assert {status for status, *_ in theirs} <= {*SHUT, 405}
    assert theirs == said(other, route, uuid4(), "be")
