"""What purchases start from: a cooperative with its companies, and documents of suppliers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from core.models import Cooperative


@pytest.fixture
def house(tenant: Cooperative) -> Cooperative:
    """The Belgian cooperative with its companies, chart and policies, its scope open."""
    from tests.factories import load_cooperative

    load_cooperative()
    return tenant
