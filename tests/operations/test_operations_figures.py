"""The operations page: what alarms stands first, says what to do, and leads to where it can be done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from core import outbox, registry
from core.models import Cooperative, DocumentJob, OutboxMessage
from core.observability.gauges import read_gauges
from core.operations import gauges, pulse, selectors
from core.operations.tasks import answer
from core.operations.words import amount_of, words_of
from core.tenancy import tenant_scope
from members.enums import Role
from smart.celery import sweep_at_once
from tests.factories import make_person

PAGE = "/be/exploitation/"


@pytest.fixture
def quiet() -> Iterator[None]:
    """Nobody has noted a sign of life in this process."""
    pulse._noted.clear()
    yield
    pulse._noted.clear()


def browser_of(cooperative: Cooperative, role: Role) -> Client:
    with tenant_scope(cooperative):
        person = make_person(role, user=True)
    client = Client(raise_request_exception=False)
    assert person.user is not None
    client.force_login(person.user)
    return client


def make_old_news(cooperative: Cooperative, minutes: int) -> None:
    """News that nobody has heard for a while."""
    with tenant_scope(cooperative):
        person = make_person()
        registry.subscribe("test.figures", lambda _message: None)
        outbox.publish("test.figures", person)
        registry.handlers_of("test.figures").clear()
        OutboxMessage.objects.filter(topic="test.figures").update(
            created_at=timezone.now() - timedelta(minutes=minutes)
        )


def test_what_alarms_stands_first_with_what_to_do(cooperative_be: Cooperative) -> None:
    make_old_news(cooperative_be, 40)
    answer = browser_of(cooperative_be, Role.COOP_ADMIN).get(PAGE)
    figures = answer.context["figures"]
    alarming = [figure.key for figure in figures if figure.state == "alarm"]
    assert "outbox_age_seconds" in alarming
    assert [figure.key for figure in figures[: len(alarming)]] == alarming
    page = answer.content.decode()
    assert page.index("40 minutes") < page.index("<table")
    assert "/be/exploitation/travaux/" in page


def test_every_gauge_of_the_house_is_on_the_page_and_every_alarm_says_what_to_do(
    cooperative_be: Cooperative,
) -> None:
    shown = browser_of(cooperative_be, Role.AUDITOR).get(PAGE).context["figures"]
    assert {figure.key for figure in shown} == {gauge.key for gauge in registry.gauges()}
    for gauge in registry.gauges():
        assert str(gauge.label)
        assert gauge.alarm is None or str(gauge.advice), gauge.key


def test_links_lead_only_where_one_may_go(cooperative_be: Cooperative) -> None:
    """The books are finance's and the auditor's; given-up work is the administrators'."""
    with tenant_scope(cooperative_be):
        books = "/be/ledger/"
        seen = {
            role: {
                figure.key: figure.link
                for figure in selectors.figures(cooperative_be, frozenset({role}))
                if figure.link
            }
            for role in ("coop_admin", "auditor")
        }
    assert books not in str(seen["coop_admin"].get("seal_lag_seconds", ""))
    assert "seal_lag_seconds" in seen["auditor"] and "seal_lag_seconds" not in seen["coop_admin"]
    assert "dead_rows" in seen["coop_admin"] and "dead_rows" not in seen["auditor"]


def test_programs_read_the_same(cooperative_be: Cooperative) -> None:
    make_old_news(cooperative_be, 40)
    found = browser_of(cooperative_be, Role.AUDITOR).get("/be/api/v1/operations/").json()
    by_key = {figure["key"]: figure for figure in found["figures"]}
    assert found["alarms"] == sum(figure["state"] == "alarm" for figure in found["figures"]) > 0
    assert by_key["outbox_age_seconds"]["state"] == "alarm"
    assert by_key["outbox_age_seconds"]["value"] >= 2400
    assert by_key["dead_rows"]["value"] == 0


def test_given_up_work_alarms(cooperative_be: Cooperative) -> None:
    def reading() -> Any:
        return next(r for r in read_gauges(cooperative_be) if r.gauge.key == "dead_rows")

    assert (reading().value, reading().alarms) == (0, False)
    with tenant_scope(cooperative_be):
        DocumentJob.objects.create(kind="invoice_pdf", source_id=make_person().pk, state="failed")
    assert (reading().value, reading().alarms) == (1, True)


def test_a_broker_that_is_away_is_an_alarm_and_no_crash(cooperative_be: Cooperative, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    readings = {reading.gauge.key: reading for reading in read_gauges(cooperative_be)}
    assert readings["queue_documents_length"].broken
    assert readings["queue_documents_length"].alarms
    assert not readings["dead_rows"].broken
    assert browser_of(cooperative_be, Role.COOP_ADMIN).get(PAGE).status_code == 200


def test_the_page_asks_as_often_whatever_there_is(cooperative_be: Cooperative) -> None:
    client = browser_of(cooperative_be, Role.COOP_ADMIN)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as empty:
        client.get(PAGE)
    for _ in range(3):
        make_old_news(cooperative_be, 40)
    with CaptureQueriesContext(connection) as full:
        client.get(PAGE)
    assert len(full) == len(empty)


def test_a_process_that_answers_is_known_in_every_cooperative(
    cooperative_be: Cooperative, quiet: None
) -> None:
    assert pulse.silence_of("documents") is None
    with tenant_scope(cooperative_be):
        answer("documents")
    with tenant_scope(cooperative_be):
        assert 0 <= (pulse.silence_of("documents") or 0) < 5
    assert pulse.silence_of("documents") is not None
    assert pulse.silence_of("relay") is None


def test_a_silent_process_alarms(
    cooperative_be: Cooperative, quiet: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def state() -> str:
        with tenant_scope(cooperative_be):
            found = selectors.figures(cooperative_be, frozenset())
        return next(figure.state for figure in found if figure.key == "relay_silent_seconds")

    assert state() == "unknown"
    pulse.note("relay")
    assert state() == "fine"
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 200)
    assert state() == "alarm"


def test_signs_of_life_are_not_noted_more_often_than_needed(
    quiet: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulse.note("relay")
    cache.clear()
    pulse.note("relay")
    assert pulse.silence_of("relay") is None
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + pulse.EVERY + 1)
    pulse.note("relay")
    assert pulse.silence_of("relay") is not None


def test_when_the_clock_starts_every_sweep_runs_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args, **_: rung.append(name))
    sweep_at_once()
    ticks = {entry["task"] for entry in current_app.conf.beat_schedule.values()}
    assert set(rung) == ticks - {"core.pulse"}
    assert {"core.sweep_documents", "payroll.sweep_runs", "payroll.sweep_declarations"} <= set(rung)


def test_the_clock_asks_every_queue_for_a_sign_of_life() -> None:
    asked = {
        entry["options"]["queue"]: entry["args"][0]
        for entry in current_app.conf.beat_schedule.values()
        if entry["task"] == "core.pulse"
    }
    assert asked == {"default": "default", "documents": "documents"}
    assert set(pulse.PROCESSES) == {"relay", *asked}
    assert {f"{process}_silent_seconds" for process in pulse.PROCESSES} <= {g.key for g in gauges.GAUGES}


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("outbox_age_seconds", 0.0, "0\u00a0seconde"),
        ("outbox_age_seconds", 2400.0, "40 minutes"),
        ("backup_age_seconds", 93600.0, "26\u00a0heures"),
        ("dead_rows", 1234.0, "1\u202f234"),
        ("dead_rows", None, "—"),
    ],
)
def test_figures_in_words(key: str, value: float | None, shown: str) -> None:
    with translation.override("fr"):
        assert amount_of(key, value) == shown


def test_failures_in_words_show_nothing_of_their_text() -> None:
    with translation.override("en"):
        assert words_of("SMTPRecipientsRefused: {'nora@example.org': (550, b'no')}") == (
            "The mail server refuses the address."
        )
        assert words_of("ZeroDivisionError: nora") == (
            "An unexpected failure: the log of that moment says more."
        )
