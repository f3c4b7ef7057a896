"""A house that insists on second factors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.cluster import FreshDatabase

if TYPE_CHECKING:
    from core.models import Cooperative, User
    from members.enums import Role


@pytest.fixture
def house(fresh_database: FreshDatabase, settings: Any) -> Iterator[Cooperative]:
    """Belgium, in a house that insists on second factors; what happens here is committed, as in life."""
    from core.models import Cooperative
    from core.tenancy import tenant_scope
    from tests.factories import load_cooperative

    settings.SECOND_FACTOR = "required"
    cooperative = Cooperative.objects.create(id=1, slug="be", name="Belgique", country="BE", languages=["fr"])
    with tenant_scope(cooperative):
        load_cooperative()
    yield cooperative


@pytest.fixture
def somebody(house: Cooperative) -> Callable[..., User]:
    """`somebody(Role.FINANCE, …)`: an account of a person with these roles."""
    from core.tenancy import tenant_scope
    from tests.factories import PASSWORD, make_person, make_user

    def made(*roles: Role, **fields: Any) -> User:
        user = make_user(password=PASSWORD)
        with tenant_scope(house):
            make_person(*roles, user=user, **fields)
        return user

    return made
