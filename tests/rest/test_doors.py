"""Doors that are declared (`core.doors`): what is not there is said before a body is judged, by every one."""

from __future__ import annotations

import pytest
from django.test import Client

from core.doors import ActDoor, Door
from core.models import AuditEvent, Cooperative
from core.tenancy import tenant_scope
from members.enums import Role
from tests.factories import load_cooperative, make_person
from tests.isolation.test_routes import INSIDE, Route


def declared(route: Route, base: type[Door]) -> bool:
    """Whether a route leads to a door of a kind."""
    return issubclass(getattr(route.callback, "cls", object), base)


TAKING = [route for route in INSIDE if declared(route, ActDoor) and route.callback.cls.body]


@pytest.fixture
def caller(cooperative_be: Cooperative, client: Client) -> Client:
    """Somebody who holds every role, signed in."""
    with tenant_scope(cooperative_be):
        load_cooperative()
        person = make_person(*Role, user=True)
    assert person.user is not None
    client.force_login(person.user)
    return client


@pytest.mark.parametrize("route", TAKING, ids=lambda route: route.name)
def test_what_is_not_there_is_said_before_the_body_is_judged(
    caller: Client, tenant: Cooperative, route: Route
) -> None:
    """A list is no body of any act: judged first, it would be 422."""
    before = AuditEvent.objects.count()

    answer = caller.post(route.url(), [], content_type="application/json")

    assert answer.status_code == 404, answer.content
    assert AuditEvent.objects.count() == before


def test_a_declared_door_says_in_its_class_what_it_does() -> None:
    """The schema takes the docstring of the class: one that is silent would give that of its base."""
    silent = [
        route.name for route in INSIDE if declared(route, Door) and not route.callback.cls.__dict__["__doc__"]
    ]

    assert not silent
