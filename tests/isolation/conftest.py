"""A database of its own for each module here, on which Django works without a transaction around it.

Read before Django is ready, hence the imports inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.cluster import Cluster, point_django_at, short_name

if TYPE_CHECKING:
    from tests.isolation.world import World


@pytest.fixture(scope="module")
def house(request: pytest.FixtureRequest, cluster: Cluster, django_db_blocker: Any) -> Iterator[str]:
    """The name of a migrated database for the length of the module."""
    from django.db import connections

    before = cluster.database
    name = f"{before}_{short_name(request.node.nodeid)}"
    cluster.copy(name)
    with django_db_blocker.unblock():
        point_django_at(cluster, name)
        try:
            yield name
        finally:
            connections.close_all()
            point_django_at(cluster, before)
            cluster.drop(name)


@pytest.fixture(scope="module")
def world(house: str, cluster: Cluster) -> Iterator[World]:
    """Belgium and France with a row in each table."""
    from tests.isolation.world import laid

    with laid(house, cluster) as made:
        yield made
