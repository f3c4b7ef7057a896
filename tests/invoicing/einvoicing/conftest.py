"""A cooperative that sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from core.models import Cooperative


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    """The Belgian cooperative with its functions, entities and policies; its scope is open."""
    from tests.factories import load_cooperative

    load_cooperative()
    return tenant
