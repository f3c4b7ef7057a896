"""What the tests of the foundation share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.cluster import FreshDatabase

if TYPE_CHECKING:
    from tests.core.workshop import Workshop


@pytest.fixture
def workshop(fresh_database: FreshDatabase) -> Iterator[Workshop]:
    """The table and its rows."""
    from tests.core.workshop import Workshop

    made = Workshop(fresh_database)
    yield made
    made.owner.close()
    made.app.close()
