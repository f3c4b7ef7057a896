"""News is carried at least once, in order per subject, and a failure stays visible."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from celery import current_app
from django.utils import timezone
from kombu.exceptions import OperationalError

from core import outbox, registry
from core.enums import OutboxState
from core.models import Cooperative, OutboxMessage, PolicyRate
from core.tasks import relay_all
from core.tenancy import tenant_scope

heard: list[tuple[str, int]] = []


def listen(message: registry.Message) -> None:
    heard.append((message.topic, message.payload["n"]))


def stumble(message: registry.Message) -> None:
    PolicyRate.objects.create(
        key="half-done", valid_from=date(2026, 1, 1), value="1", source="t", status="confirmed"
    )
    raise RuntimeError("the door is shut")


@pytest.fixture(autouse=True)
def subscribers() -> Iterator[None]:
    registry.subscribe("test.news", listen)
    registry.subscribe("test.trouble", stumble)
    heard.clear()
    yield
    registry.handlers_of("test.news").clear()
    registry.handlers_of("test.trouble").clear()


@pytest.fixture
def subject(cooperative_be: Cooperative) -> PolicyRate:
    with tenant_scope(cooperative_be):
        return PolicyRate.objects.create(
            key="subject", valid_from=date(2026, 1, 1), value="1", source="t", status="confirmed"
        )


def test_news_arrives_in_order_and_once(cooperative_be: Cooperative, subject: PolicyRate) -> None:
    with tenant_scope(cooperative_be):
        for n in range(3):
            outbox.publish("test.news", subject, n=n)
        outbox.publish("nobody.listens", subject, n=9)
        assert OutboxMessage.objects.count() == 3
    assert outbox.drain(cooperative_be) == 3
    assert heard == [("test.news", 0), ("test.news", 1), ("test.news", 2)]
    assert outbox.drain(cooperative_be) == 0


def test_one_message_answers_for_all_that_wait_about_its_subject(
    cooperative_be: Cooperative, subject: PolicyRate
) -> None:
    registry.subscribe("test.touched", listen, covers=True)
    with tenant_scope(cooperative_be):
        other = PolicyRate.objects.create(
            key="other", valid_from=date(2026, 1, 1), value="1", source="t", status="confirmed"
        )
        for n in range(3):
            outbox.publish("test.touched", subject, n=n)
        outbox.publish("test.touched", other, n=7)
        outbox.publish("test.news", subject, n=8)

    outbox.drain(cooperative_be)

    assert sorted(heard) == [("test.news", 8), ("test.touched", 0), ("test.touched", 7)]
    with tenant_scope(cooperative_be):
        assert set(OutboxMessage.objects.values_list("state", flat=True)) == {OutboxState.DONE}
        outbox.publish("test.touched", subject, n=9)
    outbox.drain(cooperative_be)
    assert ("test.touched", 9) in heard
    registry.handlers_of("test.touched").clear()


def test_a_failure_undoes_its_half_work_and_holds_back_what_follows(
    cooperative_be: Cooperative, subject: PolicyRate
) -> None:
    with tenant_scope(cooperative_be):
        outbox.publish("test.trouble", subject, n=1)
        outbox.publish("test.news", subject, n=2)
    outbox.drain(cooperative_be)
    with tenant_scope(cooperative_be):
        first = OutboxMessage.objects.get(topic="test.trouble")
        assert first.state == OutboxState.PENDING
        assert first.error == "RuntimeError: the door is shut"
        assert not PolicyRate.objects.filter(key="half-done").exists()
    assert heard == []


def test_after_eight_attempts_a_message_is_given_up_and_the_next_one_goes(
    cooperative_be: Cooperative, subject: PolicyRate
) -> None:
    with tenant_scope(cooperative_be):
        outbox.publish("test.trouble", subject, n=1)
        outbox.publish("test.news", subject, n=2)
    for _ in range(outbox.MOST_ATTEMPTS):
        with tenant_scope(cooperative_be):
            OutboxMessage.objects.update(available_at=timezone.now())
        outbox.drain(cooperative_be)
    with tenant_scope(cooperative_be):
        assert OutboxMessage.objects.get(topic="test.trouble").state == OutboxState.DEAD
    assert heard == [("test.news", 2)]


def test_pauses_grow_and_have_an_end(
    cooperative_be: Cooperative, subject: PolicyRate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MOST_PAUSE", 20)
    with tenant_scope(cooperative_be):
        outbox.publish("test.trouble", subject, n=1)
    pauses = []
    for _ in range(outbox.MOST_ATTEMPTS):
        outbox.drain(cooperative_be)
        with tenant_scope(cooperative_be):
            message = OutboxMessage.objects.get()
            pauses.append(round((message.available_at - timezone.now()).total_seconds()))
            OutboxMessage.objects.update(available_at=timezone.now())
    assert pauses == [2, 4, 8, 16, 20, 20, 20, 0]


def test_after_a_long_night_without_workers_the_first_failure_is_not_the_last(
    cooperative_be: Cooperative, subject: PolicyRate
) -> None:
    """The relay handed it over again and again, and nobody was there to take it."""
    with tenant_scope(cooperative_be):
        outbox.publish("test.trouble", subject, n=1)
        OutboxMessage.objects.update(attempt=outbox.MOST_ATTEMPTS - 1)
    outbox.drain(cooperative_be)
    with tenant_scope(cooperative_be):
        message = OutboxMessage.objects.get()
        assert (message.state, message.attempt) == (OutboxState.PENDING, outbox.MOST_ATTEMPTS)
        assert message.error == "RuntimeError: the door is shut"


def test_a_message_that_kills_its_workers_is_given_up(
    cooperative_be: Cooperative, subject: PolicyRate
) -> None:
    """The broker hands out again what a dead worker had: that counts, else it would kill workers for ever."""
    with tenant_scope(cooperative_be):
        outbox.publish("test.news", subject, n=1)
    for _ in range(outbox.MOST_ATTEMPTS):
        [(message_id, attempt)] = outbox.relay_once(cooperative_be)
        outbox.note_lost_holder(cooperative_be, message_id, attempt)
        outbox.deliver(cooperative_be, message_id, attempt)
        with tenant_scope(cooperative_be):
            OutboxMessage.objects.update(available_at=timezone.now())
    assert outbox.relay_once(cooperative_be) == []
    with tenant_scope(cooperative_be):
        message = OutboxMessage.objects.get()
        assert (message.state, message.error) == (OutboxState.DEAD, "WorkerLost: no answer")
    assert heard == []


def test_while_the_broker_is_away_news_wait_and_lose_no_attempt(
    cooperative_be: Cooperative, subject: PolicyRate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant_scope(cooperative_be):
        outbox.publish("test.news", subject, n=1)
    monkeypatch.setattr(current_app, "send_task", _nobody_answers)
    for _ in range(outbox.MOST_ATTEMPTS + 1):
        assert relay_all() == 0
    with tenant_scope(cooperative_be):
        message = OutboxMessage.objects.get()
        assert (message.state, message.attempt) == (OutboxState.PENDING, 0)
    assert outbox.drain(cooperative_be) == 1
    assert heard == [("test.news", 1)]


def _nobody_answers(*_: object, **__: object) -> None:
    raise OperationalError("connection refused")


def test_a_holder_that_lost_its_lease_does_nothing(cooperative_be: Cooperative, subject: PolicyRate) -> None:
    with tenant_scope(cooperative_be):
        outbox.publish("test.news", subject, n=1)
    [(message_id, stale)] = outbox.relay_once(cooperative_be)
    assert outbox.relay_once(cooperative_be) == []
    with tenant_scope(cooperative_be):
        OutboxMessage.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    [(_, fresh)] = outbox.relay_once(cooperative_be)
    outbox.deliver(cooperative_be, message_id, stale)
    assert heard == []
    outbox.deliver(cooperative_be, message_id, fresh)
    outbox.deliver(cooperative_be, message_id, fresh)
    assert heard == [("test.news", 1)]
