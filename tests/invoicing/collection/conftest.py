"""What every story of collection begins with. The house's modules are read only when Django is ready."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest


@pytest.fixture
def be(tenant: Any) -> Any:
    """Belgium with its policies."""
    from tests.factories import load_cooperative

    load_cooperative()
    return tenant


@pytest.fixture
def activity(be: Any) -> Any:
    """An Activity that may invoice."""
    from tests.activities.builders import make_activity

    return make_activity()


@pytest.fixture
def pay(be: Any) -> Any:
    """Money that a statement brought: (invoice, amount, day)."""
    from tests.invoicing.collection.stories import come_in

    return partial(come_in, be)
