"""People and programs of the tests of REST. Imports are inside: Django is not yet set up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from core.models import Cooperative
    from core.programs.models import OAuthClient
    from members.models import Person


@pytest.fixture
def nora(cooperative_be: Cooperative) -> Person:
    """A member with an account."""
    from core.tenancy import tenant_scope
    from tests.factories import load_cooperative, make_person

    with tenant_scope(cooperative_be):
        load_cooperative()
        return make_person(user=True)


@pytest.fixture
def owner(nora: Person, cooperative_be: Cooperative) -> Person:
    """An administrator, who registers programs; a member too."""
    from core.tenancy import tenant_scope
    from members.enums import Role
    from tests.factories import make_person

    with tenant_scope(cooperative_be):
        return make_person(Role.COOP_ADMIN, Role.MEMBER, user=True)


@pytest.fixture
def shop(owner: Person, cooperative_be: Cooperative) -> tuple[OAuthClient, str]:
    """A website that reads shares, with its secret."""
    from tests.rest.oauth import register

    return register(owner, cooperative_be)
