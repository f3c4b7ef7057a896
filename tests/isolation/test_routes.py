"""Every route × every role, without a log-in, and from another cooperative: the permission table holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4
from zlib import crc32

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from core.models import Cooperative, User
from core.services import create_token
from core.tenancy import tenant_scope
from members.enums import Role
from tests.factories import load_cooperative, make_person, make_user
from tests.isolation.routes import ACCOUNTS, PUBLIC, ROUTES, SIGNED_IN

BELGIAN = "Vanbelgenland"
"""Name of everybody in the Belgian cooperative: no stranger may ever read it."""


@dataclass(frozen=True)
class Route:
    """A route as the resolver knows it."""

    name: str
    pattern: str
    converters: tuple[tuple[str, Any], ...]
    callback: Any = field(compare=False)

    @property
    def inside(self) -> bool:
        """Whether it lies in a cooperative."""
        return self.pattern.startswith("<coop:cooperative>/")

    @property
    def is_rest(self) -> bool:
        """Whether it is a REST door."""
        return "api/v1/" in self.pattern

    @property
    def required(self) -> Any:
        """The roles that the view asks for: None is public, an empty set is any account."""
        view = getattr(self.callback, "cls", None) or self.callback
        return getattr(view, "required_roles", None)

    def url(self, slug: str = "be") -> str:
        """An address; what it names does not exist."""
        values = {name: _sample(converter, slug) for name, converter in self.converters}
        return reverse(self.name, kwargs=values)


def _sample(converter: Any, slug: str) -> Any:
    kind = type(converter).__name__
    if kind == "CooperativeConverter":
        return slug
    if kind == "UUIDConverter":
        return uuid4()
    if kind == "IntConverter":
        return 2026
    plain: str = converter.regex.split("|")[0].strip("()?:")
    return plain if plain.isalnum() else "2026-11"


def _walk(
    resolver: Any, prefix: str = "", spaces: tuple[str, ...] = (), converters: tuple[Any, ...] = ()
) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        more = converters + tuple(getattr(entry.pattern, "converters", {}).items())
        if isinstance(entry, URLResolver):
            inner = spaces + ((entry.namespace,) if entry.namespace else ())
            yield from _walk(entry, prefix + str(entry.pattern), inner, more)
        elif isinstance(entry, URLPattern):
            name = ":".join((*spaces, entry.name or "?"))
            yield Route(name, prefix + str(entry.pattern), more, entry.callback)


ALL = [route for route in _walk(get_resolver()) if not route.name.startswith(ACCOUNTS)]
INSIDE = [route for route in ALL if route.inside]
every_route = pytest.mark.parametrize("route", INSIDE, ids=lambda route: route.name)


@dataclass
class People:
    """One person per Belgian role, a stranger with every role in France, an account that is nobody."""

    by_role: dict[str, Client]
    stranger: Client
    nobody: Client
    french_token: str


@pytest.fixture(scope="module")
def people(house: str) -> People:
    """Committed to a database of this module's own."""
    be = Cooperative.objects.create(id=1, slug="be", name="Belgique", country="BE", languages=["fr"])
    fr = Cooperative.objects.create(id=2, slug="fr", name="France", country="FR", languages=["fr"])
    with tenant_scope(be):
        load_cooperative()
        by_role = {
            str(role): _signed_in(make_person(role, user=True, last_name=BELGIAN).user) for role in Role
        }
    with tenant_scope(fr):
        load_cooperative()
        stranger = make_person(*Role, user=True).user
    assert stranger is not None
    token = create_token(user=stranger, cooperative=fr, name="France")
    return People(by_role, _signed_in(stranger), _signed_in(make_user()), token)


def _signed_in(user: User | None) -> Client:
    assert user is not None
    browser = Client(raise_request_exception=True)
    browser.force_login(user)
    return browser


def knock(browser: Client, url: str, **headers: str) -> HttpResponse:
    """Open the address, by POST where it only takes acts."""
    answer = browser.get(url, headers=headers)
    if answer.status_code == 405:
        answer = browser.post(url, data="{}", content_type="application/json", headers=headers)
    return answer


def to_log_in(answer: Any) -> bool:
    """Whether the visitor is sent to the door of the house."""
    return answer.status_code == 302 and answer["Location"].startswith("/accounts/")


def test_every_route_has_its_row() -> None:
    assert {route.name for route in ALL} == set(ROUTES)


def test_the_view_asks_for_what_the_table_says() -> None:
    for route in ALL:
        row, required = ROUTES[route.name], route.required
        if row == PUBLIC:
            assert not required, route.name
        elif row == SIGNED_IN:
            assert required == frozenset(), route.name
        else:
            assert required == row, route.name


def test_the_table_speaks_of_roles_that_exist() -> None:
    for row in ROUTES.values():
        if not isinstance(row, str):
            assert row <= {str(role) for role in Role}


def test_only_these_are_public() -> None:
    assert {name for name, row in ROUTES.items() if row == PUBLIC} == {
        "home", "healthz", "readyz", "metrics", "set_language", "landing", "schema", "ui_kit", "ui_kit_live",
        "oauth:token", "oauth:revoke", "oauth:metadata", "oauth_metadata",
        "members:join", "payroll:simulator", "payroll-api:simulations",
        "quotes:offer", "quotes:accept", "quotes:refuse", "quotes:offer_pdf", "quotes:offer_file",
        "timesheets:approval", "timesheets:approve", "timesheets:send_back",
    } | {name for name in ROUTES if name.startswith("portal:") and ROUTES[name] == PUBLIC}  # fmt: skip


@every_route
def test_without_log_in_the_door_is_shut(people: People, route: Route) -> None:
    answer = knock(Client(), route.url())

    if ROUTES[route.name] == PUBLIC:
        assert answer.status_code < 500
    elif route.is_rest:
        assert answer.status_code == 401
    else:
        assert to_log_in(answer), answer.status_code


def asked_roles(route: Route) -> list[str]:
    """One role that may and two that may not: other ones at every door, the same at each run."""
    row = ROUTES[route.name]
    start = crc32(route.name.encode()) % len(Role)
    roles = [str(role) for role in Role]
    roles = roles[start:] + roles[:start]
    if isinstance(row, str):
        return roles[:1]
    return [role for role in roles if role in row][:1] + [role for role in roles if role not in row][:2]


@every_route
def test_a_role_that_is_not_in_the_row_is_refused(people: People, route: Route) -> None:
    _answers_as_the_row_says(people, route, asked_roles(route))


@pytest.mark.soak
@every_route
def test_every_role_is_answered_as_the_row_says(people: People, route: Route) -> None:
    _answers_as_the_row_says(people, route, list(people.by_role))


def _answers_as_the_row_says(people: People, route: Route, roles: list[str]) -> None:
    row = ROUTES[route.name]
    for role in roles:
        answer = knock(people.by_role[role], route.url())
        assert answer.status_code < 500, role
        if isinstance(row, str):
            assert answer.status_code != 403, role
        elif role in row:
            assert answer.status_code not in (401, 403), role
        else:
            assert answer.status_code == 403, (role, answer.status_code)


@every_route
def test_another_cooperatives_people_find_nothing(people: People, route: Route) -> None:
    for browser in (people.stranger, people.nobody):
        answer = knock(browser, route.url())
        if isinstance(ROUTES[route.name], str):
            assert answer.status_code < 500
        else:
            assert answer.status_code in (302, 403, 404), answer.status_code
        assert BELGIAN not in answer.content.decode(errors="replace")


@every_route
def test_another_cooperatives_token_is_no_token(people: People, route: Route) -> None:
    answer = knock(Client(), route.url(), authorization=f"Bearer {people.french_token}")

    if route.is_rest and ROUTES[route.name] != PUBLIC:
        assert answer.status_code == 404
    elif ROUTES[route.name] != PUBLIC:
        assert to_log_in(answer)
    assert BELGIAN not in answer.content.decode(errors="replace")


@every_route
def test_a_cooperative_that_does_not_exist_has_no_pages(people: People, route: Route) -> None:
    answer = people.by_role["coop_admin"].get(route.url("xx"))

    assert answer.status_code in (404, 405)


@every_route
def test_addresses_live_in_every_cooperative(people: People, route: Route) -> None:
    answer = knock(people.stranger, route.url("fr"))

    assert answer.status_code < 500
    assert BELGIAN not in answer.content.decode(errors="replace")
