"""Other people's programs hear of events.

signed, in order, until heard; and cannot make us reach what is ours.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from core.models import Cooperative
from core.tenancy import tenant_scope
from core.uuid7 import uuid7
from core.webhooks import client, services, signing
from core.webhooks.carrying import carry_due
from core.webhooks.errors import AddressRefused, EndpointChanged, UnknownEvent
from core.webhooks.models import WebhookDelivery, WebhookEndpoint
from members.enums import Role
from tests.factories import SYSTEM, actor, make_person


class Receiver:
    """A program of somebody else: keeps what it got and answers as it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[Callable[[BaseHTTPRequestHandler], None]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heard.append(({k.lower(): v for k, v in self.headers.items()}, body))
                answer = receiver.answers.pop(0) if receiver.answers else say(200)
                answer(self)

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?from=smart"

    @property
    def events(self) -> list[str]:
        return [json.loads(body)["data"]["id"] for _, body in self.heard]


def say(status: int, text: str = "thanks", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text.encode())

    return answer


@contextmanager
def listening() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOKS_MAY_STAY_HERE = True
    with listening() as opened:
        yield opened


@pytest.fixture
def be(fresh_database: Any) -> Cooperative:
    del fresh_database
    return Cooperative.objects.create(id=1, slug="be", name="Smart", country="BE", languages=["fr"])


def register(be: Cooperative, url: str, events: tuple[str, ...] = ("*",)) -> tuple[WebhookEndpoint, str]:
    with tenant_scope(be):
        return services.register_endpoint(url=url, events=list(events), actor=SYSTEM)


def happen(be: Cooperative, *subjects: UUID, topic: str = "invoice.issued") -> None:
    from core.registry import Message

    with tenant_scope(be):
        for subject in subjects:
            services.tell(Message(uuid7(), topic, "invoicing.invoice", subject, {"total": "121.00"}))


def later(be: Cooperative) -> None:
    """Time passes: what waits may go."""
    with tenant_scope(be):
        WebhookDelivery.objects.update(available_at=timezone.now(), lease_until=None)


def states(be: Cooperative) -> list[str]:
    with tenant_scope(be):
        return list(WebhookDelivery.objects.order_by("pk").values_list("state", flat=True))


def test_an_event_is_told_signed_and_the_receiver_can_check_it(be: Cooperative, receiver: Receiver) -> None:
    _endpoint, secret = register(be, receiver.url)
    invoice = uuid7()
    happen(be, invoice)

    assert carry_due(be) == 1
    ((headers, body),) = receiver.heard
    told = json.loads(body)
    assert (told["type"], told["cooperative"]) == ("invoice.issued", "be")
    assert told["data"] == {"id": str(invoice), "total": "121.00"}
    checked = {
        "message_id": headers["webhook-id"],
        "timestamp": headers["webhook-timestamp"],
        "signature": headers["webhook-signature"],
        "now": time.time(),
    }
    assert signing.verify(body, secret=secret, **checked)
    assert states(be) == ["delivered"]


def test_what_is_forged_altered_or_old_is_not_believed(be: Cooperative, receiver: Receiver) -> None:
    _endpoint, secret = register(be, receiver.url)
    happen(be, uuid7())
    carry_due(be)
    ((headers, body),) = receiver.heard
    good = {
        "message_id": headers["webhook-id"],
        "timestamp": headers["webhook-timestamp"],
        "signature": headers["webhook-signature"],
        "secret": secret,
        "now": time.time(),
    }

    assert signing.verify(body, **good)
    assert not signing.verify(body + b" ", **good)
    assert not signing.verify(body, **good | {"message_id": str(uuid7())})
    assert not signing.verify(body, **good | {"timestamp": str(int(good["timestamp"]) + 1)})
    assert not signing.verify(body, **good | {"now": time.time() + 3600})
    assert not signing.verify(body, **good | {"secret": "whsec_" + "A" * 43 + "="})
    assert not signing.verify(body, **good | {"signature": "v1,AAAA v2," + good["signature"][3:]})


def test_the_documented_verifier_agrees_with_our_signature(be: Cooperative, receiver: Receiver) -> None:
    """The example of the guide is run as it is printed."""
    from pathlib import Path

    guide = (Path(__file__).resolve().parents[2] / "docs/guides/webhooks.md").read_text(encoding="utf-8")
    code = guide.split("```python\n")[1].split("```")[0]
    scope: dict[str, Any] = {}
    exec(code, scope)  # noqa: S102 - the example of our own guide
    _endpoint, secret = register(be, receiver.url)
    happen(be, uuid7())
    carry_due(be)
    ((headers, body),) = receiver.heard

    assert scope["is_from_smart"](headers, body, secret) is True
    assert scope["is_from_smart"](headers, body + b"!", secret) is False


def test_only_wanted_events_make_deliveries(be: Cooperative, receiver: Receiver) -> None:
    register(be, receiver.url, ("invoice.paid",))
    happen(be, uuid7(), topic="invoice.issued")
    assert states(be) == []
    happen(be, uuid7(), topic="invoice.paid")
    assert states(be) == ["pending"]


def test_events_of_one_thing_come_in_order_also_when_one_fails(be: Cooperative, receiver: Receiver) -> None:
    register(be, receiver.url)
    first, other = uuid7(), uuid7()
    happen(be, first, first, other)
    receiver.answers = [say(500), say(200)]

    carry_due(be)
    assert receiver.events == [str(first), str(other)]
    assert states(be) == ["pending", "pending", "delivered"]
    carry_due(be)  # the first waits for its next attempt, the second for the first
    assert len(receiver.heard) == 2
    later(be)
    carry_due(be)
    carry_due(be)

    ids = [headers["webhook-id"] for headers, _ in receiver.heard]
    assert states(be) == ["delivered"] * 3
    assert ids[0] == ids[2] != ids[3]
    assert [json.loads(body)["data"]["id"] for _, body in receiver.heard][2:] == [str(first)] * 2


def test_a_receiver_that_never_answers_well_is_given_up_and_the_endpoint_pauses(
    be: Cooperative, receiver: Receiver
) -> None:
    endpoint, _ = register(be, receiver.url)
    happen(be, uuid7())
    receiver.answers = [say(503)] * 20
    for _attempt in range(9):
        later(be)
        carry_due(be)
    assert states(be) == ["dead"]

    receiver.answers = [say(410)]
    happen(be, uuid7())
    carry_due(be)
    with tenant_scope(be):
        assert WebhookEndpoint.objects.get().state == "failing"
    later(be)
    assert carry_due(be) == 0

    with tenant_scope(be):
        services.resume_endpoint(endpoint_id=endpoint.pk, actor=SYSTEM)
        assert (
            services.replay(endpoint_id=endpoint.pk, actor=SYSTEM, since=timezone.now() - timedelta(1)) == 1
        )
    receiver.answers = []
    carry_due(be)
    assert states(be) == ["delivered", "delivered"]


def test_killed_between_call_and_record_the_same_id_is_sent_again(
    be: Cooperative, receiver: Receiver
) -> None:
    register(be, receiver.url)
    happen(be, uuid7())
    with tenant_scope(be):
        ((delivery, attempt),) = services.lease_due(timezone.now(), timedelta(minutes=2), 5)
    # The carrier called and died. Nothing is due until its lease ran out.
    assert carry_due(be) == 0
    with tenant_scope(be):
        WebhookDelivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert carry_due(be) == 1
    assert receiver.heard[0][0]["webhook-id"] == str(delivery)
    with tenant_scope(be):  # and if it was only slow, its late answer is not heard
        services.record_outcome(delivery_id=delivery, attempt=attempt, status=500)
    assert states(be) == ["delivered"]


def test_an_endpoint_whose_key_is_gone_holds_up_no_other(be: Cooperative, receiver: Receiver) -> None:
    lost, _ = register(be, receiver.url)
    register(be, receiver.url)
    with tenant_scope(be):
        WebhookEndpoint.objects.filter(pk=lost.pk).update(key_id="gone")
    happen(be, uuid7())

    assert carry_due(be) == 2
    assert len(receiver.heard) == 1
    with tenant_scope(be):
        told = WebhookDelivery.objects.order_by("endpoint_id").values_list("state", "error")
        assert list(told) == [("pending", "KeyError"), ("delivered", "")]


def test_while_a_secret_is_replaced_both_sign(be: Cooperative, receiver: Receiver) -> None:
    endpoint, old = register(be, receiver.url)
    with tenant_scope(be):
        _, new = services.rotate_secret(endpoint_id=endpoint.pk, actor=SYSTEM)
    happen(be, uuid7())
    carry_due(be)
    ((headers, body),) = receiver.heard

    for secret in (old, new):
        assert signing.verify(
            body, message_id=headers["webhook-id"], timestamp=headers["webhook-timestamp"],
            signature=headers["webhook-signature"], secret=secret, now=time.time(),
        )  # fmt: skip
    with tenant_scope(be):
        WebhookEndpoint.objects.update(previous_until=timezone.now() - timedelta(seconds=1))
    happen(be, uuid7())
    carry_due(be)
    assert " " not in receiver.heard[1][0]["webhook-signature"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://user:pw@example.org/",
        "https://example.org:22/",
        "https:///nothing",
        "https://example.org/#a",
        "https://example.org/a b",
        "https://exa\r\nmple.org/",
        "not an address",
    ],
)
def test_addresses_that_can_be_refused_by_their_look(be: Cooperative, url: str) -> None:
    with pytest.raises(AddressRefused):
        register(be, url)
    with tenant_scope(be):
        assert WebhookEndpoint.objects.count() == 0


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.8", "172.16.3.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1"),
    ],
)
def test_no_address_of_ours_is_reached_whatever_a_name_says(address: str) -> None:
    with pytest.raises(AddressRefused):
        client.post("https://receiver.example/", b"{}", {}, resolver=lambda *_: ["93.184.216.34", address])


def test_a_name_that_answers_differently_a_moment_later_changes_nothing(receiver: Receiver) -> None:
    """The name is asked once; the connection goes to what was checked."""
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    port = receiver.server.server_port
    assert client.post(f"http://receiver.example:{port}/", b"{}", {}, resolver=resolver).status == 200
    assert asked == ["receiver.example"]
    assert receiver.heard[0][0]["host"] == f"receiver.example:{port}"


def test_a_redirect_is_an_answer_and_not_followed(receiver: Receiver) -> None:
    receiver.answers = [say(302, Location="http://169.254.169.254/latest/meta-data/")]

    assert client.post(receiver.url, b"{}", {}).status == 302
    assert len(receiver.heard) == 1


def test_an_answer_that_drips_or_never_ends_is_cut(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SECONDS", 0.6)

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(30):
            handler.wfile.write(b"X-Drip: 1\r\n")
            handler.wfile.flush()
            time.sleep(0.1)

    def flood(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 10_000_000)

    receiver.answers = [drip, flood]
    start = time.monotonic()
    with pytest.raises(client.NotDelivered):
        client.post(receiver.url, b"{}", {})
    assert time.monotonic() - start < 2
    assert len(client.post(receiver.url, b"{}", {}).start) == 300


def test_a_stale_change_and_an_unknown_event_are_refused(be: Cooperative, receiver: Receiver) -> None:
    endpoint, _ = register(be, receiver.url)
    with tenant_scope(be):
        with pytest.raises(UnknownEvent):
            services.register_endpoint(url=receiver.url, events=["invoice.eaten"], actor=SYSTEM)
        services.change_endpoint(endpoint_id=endpoint.pk, version=1, actor=SYSTEM, description="compta")
        with pytest.raises(EndpointChanged):
            services.change_endpoint(endpoint_id=endpoint.pk, version=1, actor=SYSTEM, description="autre")
        row = WebhookEndpoint.objects.get()
        assert (row.description, row.version) == ("compta", 2)


def test_the_secret_is_shown_once_and_kept_nowhere(be: Cooperative, receiver: Receiver) -> None:
    from django.db import connection
    from django.test import Client

    with tenant_scope(be):
        administrator = make_person(Role.COOP_ADMIN, user=True)
        actor(administrator)
    browser = Client()
    browser.force_login(administrator.user)
    send = {"url": receiver.url, "events": ["*"]}
    made, again = (
        browser.post(
            "/be/api/v1/webhooks/", send, content_type="application/json", headers={"Idempotency-Key": "k"}
        ).json()
        for _ in range(2)
    )

    assert made["secret"].startswith("whsec_")
    assert again["id"] == made["id"] and "secret" not in again
    assert "secret" not in browser.get(f"/be/api/v1/webhooks/{made['id']}/").json()
    page = browser.get(f"/be/webhooks/{made['id']}/")
    assert page.status_code == 200 and "whsec_" not in page.content.decode()
    with tenant_scope(be), connection.cursor() as cursor:
        for table in ("webhooks_webhookendpoint", "core_auditevent", "core_idempotencyrecord"):
            cursor.execute(f"SELECT string_agg(t::text, '') FROM {table} AS t")
            assert made["secret"][6:] not in (cursor.fetchone()[0] or "")


def test_a_real_invoice_makes_news_in_its_own_cooperative_only(be: Cooperative, receiver: Receiver) -> None:
    from core.outbox import drain
    from tests.activities.builders import make_activity, make_invoice
    from tests.factories import load_cooperative

    there = Cooperative.objects.create(id=2, slug="fr", name="Smart France", country="FR", languages=["fr"])
    register(there, receiver.url)
    register(be, receiver.url, ("invoice.issued",))
    with tenant_scope(be):
        load_cooperative()
        invoice = make_invoice(make_activity(make_person()))
    drain(be)

    assert carry_due(there) == 0
    assert carry_due(be) == 1
    assert receiver.events == [str(invoice.pk)]


def test_administrators_are_told_when_an_endpoint_pauses_itself(be: Cooperative, receiver: Receiver) -> None:
    from core.outbox import deliver, relay_once
    from members.notices.models import Notice

    with tenant_scope(be):
        administrator = make_person(Role.COOP_ADMIN, user=True)
        make_person(Role.MEMBER, user=True)
    register(be, receiver.url)
    receiver.answers = [say(410)]
    happen(be, uuid7())
    carry_due(be)
    while due := relay_once(be):
        for message_id, attempt in due:
            deliver(be, message_id, attempt)

    with tenant_scope(be):
        letters = Notice.objects.filter(kind="webhook_failing")
        assert {letter.person_id for letter in letters} == {administrator.pk}
        assert receiver.url in letters[0].body


def test_a_delivery_shows_what_was_sent_and_what_came_back(be: Cooperative, receiver: Receiver) -> None:
    from django.test import Client

    with tenant_scope(be):
        auditor = make_person(Role.AUDITOR, user=True)
    register(be, receiver.url)
    receiver.answers = [say(500, "<b>broken</b>")]
    happen(be, uuid7())
    carry_due(be)
    with tenant_scope(be):
        delivery = WebhookDelivery.objects.get()
    browser = Client()
    browser.force_login(auditor.user)
    page = browser.get(f"/be/webhooks/livraisons/{delivery.pk}/").content.decode()

    assert "121.00" in page and "500" in page
    assert "&lt;b&gt;broken" in page and "<b>broken" not in page
    assert browser.get(f"/be/webhooks/livraisons/{uuid7()}/").status_code == 404
