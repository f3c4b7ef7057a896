"""The REST doors of hours: noted, corrected, invoiced, and shut to those whose they are not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.models import Invoice
from invoicing.timesheets.models import TimeEntry
from members.models import Person
from tests.activities.builders import make_activity, make_client
from tests.factories import load_cooperative, make_person
from tests.invoicing.test_invoice_api import Caller


@pytest.fixture
def be(cooperative_be: Cooperative) -> Cooperative:
    clock.set_clock(cooperative_be, datetime(2026, 11, 5, 9, tzinfo=clock.ZONE))
    with tenant_scope(cooperative_be):
        load_cooperative()
    return cooperative_be


@pytest.fixture
def member(be: Cooperative) -> Person:
    with tenant_scope(be):
        return make_person(user=True)


@pytest.fixture
def hours(be: Cooperative, member: Person) -> dict[str, str]:
    """An hour and a half of the member for a client, as a program writes it."""
    with tenant_scope(be):
        activity = make_activity(member)
        client = make_client(activity)
    return {
        "activity": str(activity.pk), "client": str(client.pk), "day": "2026-11-04", "hours": "1.50",
        "rate": "60.00", "task": "Maquette",
    }  # fmt: skip


def test_hours_from_the_note_to_the_draft(be: Cooperative, member: Person, hours: dict[str, str]) -> None:
    caller = Caller(be, member)

    noted = caller.send("/hours/", hours)
    address = f"/hours/{noted.json()['id']}/"
    again = {name: hours[name] for name in ("day", "rate", "task")} | {"hours": "2.00"}
    changed = caller.send(address, again, "PUT", **{"If-Match": noted.headers["ETag"]})
    stale = caller.send(address, again | {"hours": "9.00"}, "PUT", **{"If-Match": noted.headers["ETag"]})
    asked = {name: hours[name] for name in ("activity", "client")} | {"last": "2026-11-05"}
    draft = caller.send("/hours/invoice/", asked, **{"Idempotency-Key": "november"})
    repeat = caller.send("/hours/invoice/", asked, **{"Idempotency-Key": "november"})

    assert (noted.status_code, changed.status_code, draft.status_code) == (201, 200, 201)
    assert changed.json()["amount"] == "120.00"
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_hours")
    assert repeat.json()["id"] == draft.json()["id"]
    assert draft.json()["net"] == "120.00"
    assert caller.get(address).json()["invoice"] == draft.json()["id"]
    assert [row["id"] for row in caller.get("/hours/?state=invoiced").json()["results"]] == [
        noted.json()["id"]
    ]
    assert caller.get("/hours/?state=waiting").json()["results"] == []
    kept = caller.send(address, None, "DELETE", **{"If-Match": changed.headers["ETag"]})
    assert (kept.status_code, kept.json()["code"]) == (409, "hours_invoiced")
    with tenant_scope(be):
        assert TimeEntry.objects.get().hours == 2
        assert Invoice.objects.count() == 1


def test_a_member_finds_and_writes_nothing_of_another(
    be: Cooperative, member: Person, hours: dict[str, str]
) -> None:
    noted = Caller(be, member).send("/hours/", hours)
    with tenant_scope(be):
        stranger = Caller(be, make_person(user=True))
    address = f"/hours/{noted.json()['id']}/"

    written = stranger.send("/hours/", hours)
    gone = stranger.send(address, None, "DELETE", **{"If-Match": noted.headers["ETag"]})
    invoiced = stranger.send(
        "/hours/invoice/",
        {name: hours[name] for name in ("activity", "client")} | {"last": "2026-11-05"},
    )

    assert stranger.get("/hours/").json()["results"] == []
    assert {answer.status_code for answer in (written, gone, invoiced, stranger.get(address))} <= {403, 404}
    assert Caller(be, member).send("/hours/", hours | {"hours": "24.01"}).status_code == 422
    with tenant_scope(be):
        assert (TimeEntry.objects.count(), Invoice.objects.count()) == (1, 0)


def test_a_page_of_hours_asks_the_same_for_one_as_for_three(
    be: Cooperative, member: Person, hours: dict[str, str]
) -> None:
    caller = Caller(be, member)
    caller.browser.force_login(member.user)
    readings: list[Callable[[], Any]] = [
        lambda: caller.get("/hours/"),
        lambda: caller.browser.get("/be/heures/"),
    ]
    counts: list[list[int]] = []
    for more in (1, 2):
        for _ in range(more):
            assert caller.send("/hours/", hours).status_code == 201
        counts.append([])
        for read in readings:
            read()
            with CaptureQueriesContext(connection) as asked:
                assert read().status_code == 200
            counts[-1].append(len(asked))

    assert counts[0] == counts[1]
