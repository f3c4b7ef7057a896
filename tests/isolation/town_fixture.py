"""Belgium and France as databases to copy: built once by each process that runs tests.

Read before Django is ready, hence the imports inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.cluster import Cluster, own_copy, short_name

if TYPE_CHECKING:
    from tests.isolation.towns import Town


@dataclass(frozen=True)
class Pair:
    """The name of a template database, and the two towns that stand in it, alike."""

    template: str
    be: Town
    fr: Town

    def towns(self) -> tuple[Town, Town]:
        """Both, for one who changes what is written in them."""
        be, fr = deepcopy((self.be, self.fr))
        return be, fr


@pytest.fixture(scope="session")
def pair(cluster: Cluster, django_db_setup: None, django_db_blocker: Any) -> Iterator[Pair]:
    """Everything of Belgium is called Vanbelgenland, everything of France Defrance."""
    from tests.isolation.towns import make_town

    template = f"{cluster.database}_towns"
    with own_copy(cluster, django_db_blocker, "towns_made") as made:
        be, fr = make_town(1, "be", name="Vanbelgenland"), make_town(2, "fr", name="Defrance")
        from django.db import connections

        connections.close_all()
        cluster.copy(template, made)
    yield Pair(template, be, fr)
    cluster.drop(template)


@pytest.fixture(scope="module")
def both(
    request: pytest.FixtureRequest, cluster: Cluster, pair: Pair, django_db_blocker: Any
) -> Iterator[tuple[Town, Town]]:
    """Belgium and France for the length of a module, in a database in which Django works without a
    transaction around it (or with one: ask for `db` too).
    """
    with own_copy(cluster, django_db_blocker, short_name(request.node.nodeid), pair.template):
        yield pair.towns()
