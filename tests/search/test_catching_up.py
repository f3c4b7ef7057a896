"""What was touched is put into the index all at once, as if each news had been delivered by itself."""

from __future__ import annotations

from typing import Any

import pytest

from core.enums import OutboxState
from core.models import Cooperative, OutboxMessage
from core.outbox import drain
from core.search import services
from core.search.models import SearchWord
from core.search.services import catch_up
from core.search.sources import CHANGED
from core.tenancy import tenant_scope
from tests.activities.builders import make_activity, make_client, make_invoice
from tests.factories import load_cooperative, make_person


def words() -> set[tuple[Any, ...]]:
    """The whole index."""
    return set(SearchWord.objects.values_list("kind", "object_id", "circle", "word"))


def waiting() -> int:
    """News of changes that nobody handled."""
    return OutboxMessage.objects.filter(topic=CHANGED).exclude(state=OutboxState.DONE).count()


@pytest.fixture
def sold(tenant: Cooperative) -> Cooperative:
    """A member, an Activity, a client and an invoice, of which the index knows nothing yet."""
    load_cooperative()
    activity = make_activity(make_person())
    make_invoice(activity, make_client(activity))
    return tenant


def test_all_that_waits_is_found_and_nothing_waits_any_more(sold: Cooperative) -> None:
    assert waiting() and not words()

    assert catch_up(sold) >= 4
    at_once = words()
    assert {kind for kind, *_ in at_once} == {"person", "activity", "client", "invoice"}
    assert waiting() == 0
    assert catch_up(sold) == 0

    drain(sold)
    assert words() == at_once


def test_what_fails_waits_on(sold: Cooperative, monkeypatch: pytest.MonkeyPatch) -> None:
    before = waiting()

    def full(source: Any, keys: Any) -> int:
        raise OSError("no room")

    monkeypatch.setattr(services, "reindex", full)
    with pytest.raises(OSError, match="no room"), tenant_scope(sold):
        catch_up(sold)

    assert waiting() == before
    assert not words()
