"""Read before Django is ready, hence the import inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.cluster import Cluster

if TYPE_CHECKING:
    from tests.isolation.world import World


@pytest.fixture(scope="module")
def world(house: str, cluster: Cluster) -> Iterator[World]:
    """Belgium and France with a row in each table."""
    from tests.isolation.world import laid

    with laid(house, cluster) as made:
        yield made
