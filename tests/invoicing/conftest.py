"""People in front of the pages, for every file here.

Imports stand in the fixtures: Django is not ready yet when this file is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from core.models import Cooperative
    from tests.activities.world import World


@pytest.fixture
def be(cooperative_be: Cooperative) -> Cooperative:
    """The Belgian cooperative on 20 November 2026, no scope open."""
    from tests.activities.world import on_20_november

    return on_20_november(cooperative_be)


@pytest.fixture
def world(be: Cooperative) -> World:
    """A member with an Activity, their adviser, a credit controller and a stranger."""
    from tests.activities.world import World

    return World(be)
