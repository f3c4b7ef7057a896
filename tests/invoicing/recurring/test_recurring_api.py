"""The REST doors of recurring invoices: made, changed, paused, resumed, ended; failures tried again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.models import Cooperative
from core.tenancy import tenant_scope
from invoicing.models import Client, Invoice
from invoicing.recurring.models import Occurrence, RecurringInvoice
from invoicing.recurring.services import run_recurring
from members.models import Person
from tests.activities.builders import make_activity, make_client
from tests.factories import SYSTEM, load_cooperative, make_person
from tests.invoicing.test_invoice_api import Caller

LINES = [{"description": "Hébergement {month}", "quantity": "1", "unit": "flat", "unit_price": "40.00"}]


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
def monthly(be: Cooperative, member: Person) -> dict[str, Any]:
    """Hosting each month from October on, as a program writes it."""
    with tenant_scope(be):
        activity = make_activity(member)
        client = make_client(activity)
    return {
        "activity": str(activity.pk), "client": str(client.pk), "title": "Hébergement", "rhythm": "month",
        "first_on": "2026-10-01", "lines": LINES,
    }  # fmt: skip


def test_a_template_from_the_first_day_to_its_end(
    be: Cooperative, member: Person, monthly: dict[str, Any]
) -> None:
    caller = Caller(be, member)

    made = caller.send("/recurring/", monthly)
    address = f"/recurring/{made.json()['id']}/"
    given = {name: value for name, value in monthly.items() if name != "activity"} | {"title": "Site"}
    changed = caller.send(address, given, "PUT", **{"If-Match": made.headers["ETag"]})
    stale = caller.send(address, given | {"title": "Autre"}, "PUT", **{"If-Match": made.headers["ETag"]})
    priced = caller.send(f"{address}prices/", {"valid_from": "2026-12-01", "lines": LINES})
    paused = caller.send(f"{address}pause/")
    resumed = caller.send(f"{address}resume/", {"catch_up": False})

    assert (made.status_code, changed.json()["title"]) == (201, "Site")
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_recurring")
    assert [row["valid_from"] for row in priced.json()["prices"]] == ["2026-12-01"]
    assert (paused.json()["state"], resumed.json()["state"]) == ("paused", "active")
    rows = caller.get(f"{address}occurrences/").json()["results"]
    assert [(row["index"], row["state"]) for row in rows] == [(1, "skipped"), (0, "skipped")]
    assert caller.get("/recurring/?state=active").json()["results"][0]["next_on"] == "2026-12-01"
    assert caller.send(f"{address}end/").json()["state"] == "ended"
    refused = caller.send(f"{address}pause/")
    assert (refused.status_code, refused.json()["code"]) == (409, "recurring_ended")
    with tenant_scope(be):
        assert RecurringInvoice.objects.get().state == "ended"
        assert Invoice.objects.count() == 0


def test_what_could_not_be_made_is_tried_again_or_left_out(
    be: Cooperative, member: Person, monthly: dict[str, Any]
) -> None:
    caller = Caller(be, member)
    address = f"/recurring/{caller.send('/recurring/', monthly).json()['id']}/"
    with tenant_scope(be):
        wrong = Occurrence.objects.count()
        run_recurring(on=date(2026, 11, 5), actor=SYSTEM)
        made = Occurrence.objects.order_by("index").first()
        assert made is not None
        made.invoice, made.state, made.error_code = None, "failed", "client_incomplete"
        made.save()

    again = caller.send(f"{address}0/retry/")
    twice = caller.send(f"{address}0/leave-out/")

    assert wrong == 0
    assert (again.status_code, again.json()["state"]) == (200, "drafted")
    assert (twice.status_code, twice.json()["code"]) == (409, "occurrence_not_failed")
    with tenant_scope(be):
        assert Occurrence.objects.get(index=0).state == "drafted"


def test_a_member_finds_and_writes_nothing_of_another(
    be: Cooperative, member: Person, monthly: dict[str, Any]
) -> None:
    made = Caller(be, member).send("/recurring/", monthly)
    address = f"/recurring/{made.json()['id']}/"
    with tenant_scope(be):
        stranger = Caller(be, make_person(user=True))

    answers = [
        stranger.get(address),
        stranger.get(f"{address}occurrences/"),
        stranger.send(address, monthly, "PUT", **{"If-Match": made.headers["ETag"]}),
        stranger.send("/recurring/", monthly),
        *(stranger.send(f"{address}{act}/") for act in ("pause", "resume", "end", "0/retry", "0/leave-out")),
    ]

    assert {answer.status_code for answer in answers} <= {403, 404}
    with tenant_scope(be):
        assert [row.state for row in RecurringInvoice.objects.all()] == ["active"]
        assert Client.objects.count() == 1


def test_a_page_of_templates_asks_the_same_for_one_as_for_three(
    be: Cooperative, member: Person, monthly: dict[str, Any]
) -> None:
    caller = Caller(be, member)
    caller.browser.force_login(member.user)
    counts: list[list[int]] = []
    for more in (1, 2):
        for _ in range(more):
            assert caller.send("/recurring/", monthly).status_code == 201
        counts.append([])
        for read in (
            lambda: caller.get("/recurring/"),
            lambda: caller.browser.get("/be/factures/recurrentes/"),
        ):
            read()
            with CaptureQueriesContext(connection) as asked:
                assert read().status_code == 200
            counts[-1].append(len(asked))

    assert counts[0] == counts[1]
