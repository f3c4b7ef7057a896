"""The simulator refuses as access points do; the REST adapter reads what they answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from core.models import Cooperative
from invoicing.content import ubl_of
from invoicing.einvoicing.access_point.chosen import access_point
from invoicing.einvoicing.access_point.port import (
    AccessPointUnavailable,
    NoSuchReceiver,
    SubmissionRefused,
)
from invoicing.einvoicing.access_point.rest import RestAccessPoint
from invoicing.einvoicing.access_point.simulator import Behaviour, PeppolSimulator
from invoicing.einvoicing.access_point.types import (
    PROCESS,
    Code,
    Level,
    Participant,
    Submission,
    document_type,
    participant,
)
from invoicing.einvoicing.reach import receiver_of, sender_of
from invoicing.models import IssuedDocument
from tests.activities.builders import make_activity, make_invoice


@pytest.fixture
def network(tmp_path: Path) -> PeppolSimulator:
    return PeppolSimulator(tmp_path / "peppol.sqlite3")


@pytest.fixture
def submission(be: Cooperative) -> Submission:
    make_invoice(make_activity())
    document = IssuedDocument.objects.get()
    receiver = receiver_of(document)
    assert receiver is not None
    return Submission(
        "ref-1", sender_of(document), receiver, document_type("Invoice"), PROCESS, ubl_of(document)
    )


def test_identifiers_are_written_as_the_network_writes_them() -> None:
    assert participant("0208:0403019261") == Participant("0208", "0403019261")
    assert Participant("0208", "0403019261").identifier == "iso6523-actorid-upis::0208:0403019261"
    assert document_type("Invoice").endswith(
        "Invoice-2::Invoice##urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0::2.1"
    )
    for wrong in ("", "0208", "x:1", "0208:"):
        with pytest.raises(ValueError, match="participant"):
            participant(wrong)


def test_the_same_reference_is_the_same_message(network: PeppolSimulator, submission: Submission) -> None:
    first = network.submit(submission)
    assert network.submit(submission) == first
    assert network.count_messages() == 1
    with pytest.raises(SubmissionRefused) as refused:
        network.submit(replace(submission, document=submission.document.replace(b"Graphisme", b"Autre")))
    assert refused.value.code == "reference_reused"
    assert network.received(str(submission.receiver)) == [submission.document]


def test_the_same_number_twice_is_refused_by_the_receiver(
    network: PeppolSimulator, submission: Submission
) -> None:
    network.submit(submission)
    second = network.submit(replace(submission, reference="ref-2"))
    (said,) = network.statuses(second)
    assert (said.level, said.code, said.reason_code) == (Level.TRANSPORT, Code.REJECTED, "DUP")
    assert len(network.received(str(submission.receiver))) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"receiver": Participant("0208", "0403019261")}, "envelope"),
        ({"sender": Participant("0208", "0403019261")}, "envelope"),
        ({"document_type": document_type("CreditNote")}, "envelope"),
        ({"process": "cenbii-procid-ubl::x"}, "PEPPOL-EN16931-R007"),
        ({"document": b"<Invoice/>"}, "XSD"),
        ({"document": b"no xml"}, "XML"),
    ],
)
def test_what_does_not_hold_together_is_not_taken_in(
    network: PeppolSimulator, submission: Submission, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(SubmissionRefused) as refused:
        network.submit(replace(submission, **change))
    assert refused.value.code == code
    assert network.count_messages() == 0


def test_receivers_behave_as_they_were_taught(network: PeppolSimulator, submission: Submission) -> None:
    receiver = str(submission.receiver)
    network.teach(receiver, Behaviour.UNKNOWN)
    assert not network.knows(submission.receiver)
    with pytest.raises(NoSuchReceiver):
        network.submit(submission)
    network.teach(receiver, Behaviour.UNREACHABLE)
    with pytest.raises(AccessPointUnavailable):
        network.submit(submission)
    assert network.count_messages() == 0
    network.teach(receiver, Behaviour.PAYS)
    key = network.submit(submission)
    assert [len(network.statuses(key)) for _ in range(5)] == [1, 2, 3, 3, 3]
    assert network.statuses(key)[-1].code is Code.PAID
    for unknown in ("999", "abc"):
        with pytest.raises(SubmissionRefused):
            network.statuses(unknown)


def test_its_memory_outlives_it(tmp_path: Path, submission: Submission) -> None:
    first = PeppolSimulator(tmp_path / "peppol.sqlite3").submit(submission)
    again = PeppolSimulator(
        tmp_path / "peppol.sqlite3", behaviours={str(submission.receiver): Behaviour.UNKNOWN}
    )
    assert not again.knows(submission.receiver)
    assert again.submit(submission) == first


def test_the_settings_name_the_access_point(tmp_path: Path) -> None:
    with override_settings(SIMULATORS=tmp_path, PEPPOL_SIMULATOR="0208:1=unknown,0208:2=pays"):
        found = access_point()
        assert isinstance(found, PeppolSimulator)
        assert found.behaviours == {"0208:1": Behaviour.UNKNOWN, "0208:2": Behaviour.PAYS}
    with override_settings(PEPPOL="rest", PEPPOL_URL="https://ap.example/v1", PEPPOL_TOKEN="t"):
        assert isinstance(access_point(), RestAccessPoint)
    for wrong in ({"PEPPOL": "rest"}, {"PEPPOL": "pigeon"}):
        with override_settings(**wrong), pytest.raises(ImproperlyConfigured):
            access_point()
    with pytest.raises(ValueError, match="https"):
        RestAccessPoint("http://ap.example", "t")


# --- over HTTP ---


class Provider(BaseHTTPRequestHandler):
    """An access point that answers what the test says, and remembers what it was asked."""

    answer: ClassVar[tuple[int, Any]] = (200, {})
    asked: ClassVar[list[tuple[str, str, dict[str, str], Any]]] = []

    def do_POST(self) -> None:
        """Take in what comes."""
        length = int(self.headers["Content-Length"])
        self._answer(json.loads(self.rfile.read(length)))

    def do_GET(self) -> None:
        """Tell."""
        self._answer(None)

    def _answer(self, content: Any) -> None:
        Provider.asked.append((self.command, self.path, dict(self.headers), content))
        status, body = Provider.answer
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def provider() -> Iterator[RestAccessPoint]:
    """The adapter, speaking to a provider on this machine."""
    Provider.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    worker = threading.Thread(target=server.serve_forever, daemon=True)
    worker.start()
    yield RestAccessPoint(f"http://127.0.0.1:{server.server_port}/v1/", "secret", plain_allowed=True)
    server.shutdown()
    server.server_close()
    worker.join(5)


SUBMISSION = Submission(
    "ref-1", Participant("0208", "1"), Participant("0208", "2"), document_type("Invoice"), PROCESS, b"<xml/>"
)


def test_a_document_is_handed_over_with_its_envelope(provider: RestAccessPoint) -> None:
    Provider.answer = (201, {"id": "msg-7"})
    assert provider.submit(SUBMISSION) == "msg-7"
    ((method, path, headers, content),) = Provider.asked
    assert (method, path) == ("POST", "/v1/documents")
    assert headers["Authorization"] == "Bearer secret"
    assert headers["Idempotency-Key"] == "ref-1"
    assert content["receiver"] == "iso6523-actorid-upis::0208:2"
    assert content["document"] == "PHhtbC8+"
    Provider.answer = (409, {"id": "msg-7", "code": "duplicate"})
    assert provider.submit(SUBMISSION) == "msg-7"


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ((404, {}), NoSuchReceiver),
        ((422, {"code": "receiver_unknown"}), NoSuchReceiver),
        ((422, {"code": "BR-01", "detail": "no identifier"}), SubmissionRefused),
        ((409, {"code": "duplicate"}), SubmissionRefused),
        ((401, {}), AccessPointUnavailable),
        ((429, {}), AccessPointUnavailable),
        ((503, {}), AccessPointUnavailable),
        ((201, {}), AccessPointUnavailable),
        ((200, b"<html>"), AccessPointUnavailable),
        ((302, {}), AccessPointUnavailable),
    ],
)
def test_its_refusals_are_told_apart(
    provider: RestAccessPoint, answer: tuple[int, Any], refusal: type[Exception]
) -> None:
    Provider.answer = answer
    with pytest.raises(refusal):
        provider.submit(SUBMISSION)


def test_what_was_said_is_read_in_order(provider: RestAccessPoint) -> None:
    at = "2026-11-20T10:00:00+01:00"
    Provider.answer = (200, {"statuses": [
        {"level": "transport", "code": "AB", "at": at},
        {"level": "business", "code": "RE", "at": at, "reasonCode": "REF", "text": "Numéro ?"},
    ]})  # fmt: skip
    first, second = provider.statuses("a/b")
    assert Provider.asked[0][1] == "/v1/documents/a%2Fb/statuses"
    assert (first.position, first.code, second.position) == (1, Code.RECEIVED, 2)
    assert (second.level, second.reason_code, second.text) == (Level.BUSINESS, "REF", "Numéro ?")


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ((404, {}), SubmissionRefused),
        ((500, {}), AccessPointUnavailable),
        ((200, {"statuses": [{"level": "moon"}]}), AccessPointUnavailable),
        ((200, {}), AccessPointUnavailable),
    ],
)
def test_a_status_that_cannot_be_read_is_asked_again(
    provider: RestAccessPoint, answer: tuple[int, Any], refusal: type[Exception]
) -> None:
    Provider.answer = answer
    with pytest.raises(refusal):
        provider.statuses("msg-7")


def test_nobody_there_is_a_closed_way() -> None:
    nobody = RestAccessPoint("http://127.0.0.1:9", "t", plain_allowed=True)
    with pytest.raises(AccessPointUnavailable):
        nobody.submit(SUBMISSION)
