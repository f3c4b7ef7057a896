"""The house in which the stories are played."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.cluster import Cluster

if TYPE_CHECKING:
    from tests.kills.comparison import Traces
    from tests.kills.house import House
    from tests.webhooks.test_webhooks import Receiver


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """Somebody else's program, that hears of invoices."""
    from tests.webhooks.test_webhooks import listening

    with listening() as opened:
        yield opened


@pytest.fixture(scope="module")
def house(
    cluster: Cluster, django_db_setup: None, django_db_blocker: Any, receiver: Receiver
) -> Iterator[House]:
    """The cooperative in the middle of its work; the tests work in copies."""
    from tests.kills.house import build

    with django_db_blocker.unblock():
        made = build(cluster, receiver.url)
        yield made
        made.leave()


@pytest.fixture(scope="module")
def quiet(house: House, receiver: Any) -> Callable[[str], Traces]:
    """What a story leaves when nobody is killed; each is played once."""
    from tests.kills.plays import play

    known: dict[str, Traces] = {}

    def traces(story: str) -> Traces:
        if story not in known:
            known[story] = play(house, receiver, story).traces
        return known[story]

    return traces
