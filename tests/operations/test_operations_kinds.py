"""Letters, notices and webhooks that are given up: seen, then done after all or dropped for good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import mailing
from core.models import AuditEvent, Cooperative
from core.operations import selectors, services
from core.operations.errors import NotDead
from core.tenancy import tenant_scope
from core.uuid7 import uuid7
from core.webhooks import services as webhooks
from core.webhooks.errors import EndpointPaused
from core.webhooks.models import WebhookDelivery
from invoicing.models import ClientMessage
from invoicing.services import send_waiting_messages
from invoicing.services.messages import write_message
from members.models import Person
from members.notices.models import Notice
from members.notices.services import notify, send_waiting_notices
from tests.activities.builders import make_activity, make_client
from tests.factories import SYSTEM, load_cooperative, make_person

ADMIN = frozenset({"coop_admin"})

gone: list[str] = []
refused: set[str] = set()


class Post(BaseEmailBackend):
    """A mail server that refuses some addresses."""

    def send_messages(self, email_messages: Any) -> int:
        messages: list[EmailMessage] = list(email_messages)
        for message in messages:
            if refused.intersection(message.to):
                raise SMTPRecipientsRefused({message.to[0]: (550, b"unknown")})
            gone.append(message.to[0])
        return len(messages)


@pytest.fixture(autouse=True)
def post(settings: Any) -> Iterator[None]:
    settings.EMAIL_BACKEND = "tests.operations.test_operations_kinds.Post"
    gone.clear()
    refused.clear()
    yield


def _wake(model: Any) -> None:
    model.objects.exclude(lease_until=None).update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def letter(cooperative_be: Cooperative) -> ClientMessage:
    """A letter to a client whose address is wrong, tried as often as it is tried."""
    refused.add("compta@teatre.example")
    with tenant_scope(cooperative_be):
        load_cooperative()
        client = make_client(make_activity(), email="compta@teatre.example")
        message = write_message(
            client=client, kind="reminder", subject="Rappel", body="…", on=date(2026, 11, 2)
        )
    for _ in range(mailing.MOST_ATTEMPTS):
        send_waiting_messages(cooperative_be)
        with tenant_scope(cooperative_be):
            _wake(ClientMessage)
    return message


def test_a_letter_goes_to_the_address_that_was_put_right(
    cooperative_be: Cooperative, letter: ClientMessage
) -> None:
    with tenant_scope(cooperative_be):
        [entry] = selectors.given_up(ADMIN, "client_letter")
        assert (entry.row.id, entry.row.attempts, entry.row.code) == (letter.pk, 5, "SMTPRecipientsRefused")
        assert "teatre" not in f"{entry.row.subject}{entry.row.error}"
        letter.client.email = "compta@theatre.example"
        letter.client.save()
        services.retry_dead(row_id=letter.pk, at=timezone.now(), actor=SYSTEM)
    assert send_waiting_messages(cooperative_be) == 1
    assert gone == ["compta@theatre.example"]
    with tenant_scope(cooperative_be):
        letter.refresh_from_db()
        assert (letter.state, letter.error) == ("sent", "")
        assert selectors.given_up(ADMIN) == []


def test_a_dropped_letter_never_leaves(cooperative_be: Cooperative, letter: ClientMessage) -> None:
    with tenant_scope(cooperative_be):
        services.drop_dead(row_id=letter.pk, reason="Client fermé", actor=SYSTEM)
        refused.clear()
    assert send_waiting_messages(cooperative_be) == 0
    with tenant_scope(cooperative_be):
        with pytest.raises(NotDead):
            services.retry_dead(row_id=letter.pk, at=timezone.now(), actor=SYSTEM)
        letter.refresh_from_db()
        assert letter.state == "dropped"
        assert AuditEvent.objects.get(action="operations.dropped").data["reason"] == "Client fermé"
    assert gone == []


@pytest.fixture
def notice(cooperative_be: Cooperative) -> Notice:
    """News about an account that its person never got."""
    with tenant_scope(cooperative_be):
        person: Person = make_person()
        refused.add(person.email)
        [row] = notify(person=person, kind="role_granted", cause=uuid4(), role="Finance", day="01/11/2026")
    for _ in range(mailing.MOST_ATTEMPTS):
        send_waiting_notices(cooperative_be)
        with tenant_scope(cooperative_be):
            _wake(Notice)
    return row


def test_a_notice_leaves_after_all_or_never(cooperative_be: Cooperative, notice: Notice) -> None:
    with tenant_scope(cooperative_be):
        [entry] = selectors.given_up(ADMIN, "notice")
        assert "Finance" not in str(entry.row.subject)
        services.retry_dead(row_id=notice.pk, at=timezone.now(), actor=SYSTEM)
    for _ in range(mailing.MOST_ATTEMPTS):
        send_waiting_notices(cooperative_be)
        with tenant_scope(cooperative_be):
            _wake(Notice)
    with tenant_scope(cooperative_be):
        notice.refresh_from_db()
        assert (notice.state, notice.attempt) == ("failed", 2 * mailing.MOST_ATTEMPTS)
        services.drop_dead(row_id=notice.pk, reason="Boîte fermée", actor=SYSTEM)
        refused.clear()
    assert send_waiting_notices(cooperative_be) == 0
    assert gone == []


@pytest.fixture
def delivery(cooperative_be: Cooperative, settings: Any) -> WebhookDelivery:
    """An event that its receiver refused for three days."""
    settings.WEBHOOKS_MAY_STAY_HERE = True
    with tenant_scope(cooperative_be):
        endpoint, _secret = webhooks.register_endpoint(
            url="http://127.0.0.1:9/hook", events=["*"], actor=SYSTEM
        )
        row = webhooks.send_test(endpoint_id=endpoint.pk, actor=SYSTEM)
        for _ in range(len(webhooks.WAITS) + 1):
            WebhookDelivery.objects.update(available_at=timezone.now())
            [(key, attempt)] = webhooks.lease_due(timezone.now(), timedelta(minutes=2), 10)
            webhooks.record_outcome(delivery_id=key, attempt=attempt, status=500)
        row.refresh_from_db()
    return row


def test_a_webhook_is_sent_again_once_its_endpoint_is_awake(
    cooperative_be: Cooperative, delivery: WebhookDelivery
) -> None:
    with tenant_scope(cooperative_be):
        [entry] = selectors.given_up(ADMIN, "webhook")
        assert (entry.row.id, entry.row.attempts, entry.row.code) == (delivery.pk, 9, "500")
        webhooks.pause_endpoint(endpoint_id=delivery.endpoint_id, actor=SYSTEM)
        with pytest.raises(EndpointPaused):
            services.retry_dead(row_id=delivery.pk, at=timezone.now(), actor=SYSTEM)
        delivery.refresh_from_db()
        assert delivery.state == "dead"
        webhooks.resume_endpoint(endpoint_id=delivery.endpoint_id, actor=SYSTEM)
        services.retry_dead(row_id=delivery.pk, at=timezone.now(), actor=SYSTEM)
        [(key, attempt)] = webhooks.lease_due(timezone.now(), timedelta(minutes=2), 10)
        webhooks.record_outcome(delivery_id=key, attempt=attempt, status=204)
        delivery.refresh_from_db()
        assert (delivery.state, key) == ("delivered", delivery.pk)


def test_a_dropped_webhook_is_not_sent_when_its_endpoint_is_replayed(
    cooperative_be: Cooperative, delivery: WebhookDelivery
) -> None:
    with tenant_scope(cooperative_be):
        services.drop_dead(row_id=delivery.pk, reason="Programme arrêté", actor=SYSTEM)
        since = timezone.now() - timedelta(days=30)
        assert webhooks.replay(endpoint_id=delivery.endpoint_id, since=since, actor=SYSTEM) == 0
        assert webhooks.lease_due(timezone.now(), timedelta(minutes=2), 10) == []
        delivery.refresh_from_db()
        assert delivery.state == "dropped"


@pytest.mark.parametrize("kind", ["client_letter", "notice", "webhook"])
def test_three_rows_are_found_with_as_many_queries_as_one(
    cooperative_be: Cooperative, kind: str, request: pytest.FixtureRequest
) -> None:
    made = {"client_letter": "letter", "notice": "notice", "webhook": "delivery"}[kind]
    row = request.getfixturevalue(made)
    with tenant_scope(cooperative_be):
        with CaptureQueriesContext(connection) as one:
            assert len(selectors.given_up(ADMIN, kind)) == 1
        row.refresh_from_db()
        for _ in range(2):
            row.pk, row._state.adding = uuid7(), True
            if kind == "notice":
                row.cause = row.pk
            row.save(force_insert=True)
        with CaptureQueriesContext(connection) as three:
            assert len(selectors.given_up(ADMIN, kind)) == 3
    assert len(three) == len(one)
