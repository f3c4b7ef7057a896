"""The doors of VIES and of the Peppol directory: what is sent, how each answer is read, and the stand-ins."""

from __future__ import annotations

import contextlib
import http.server
import json
import ssl
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing.registers import exchange, peppol, vies
from invoicing.registers.types import (
    DirectoryAnswer,
    RegisterTimeout,
    RegisterUnavailable,
    UnreadableAnswer,
    VatAnswer,
)

ZOO = "0208:0403019261"


def test_vies_is_asked_in_our_own_name() -> None:
    sent: list[tuple[str, Any]] = []

    def ask(url: str, *, body: Any) -> Any:
        sent.append((url, body))
        return {
            "countryCode": "LU", "vatNumber": "26375245", "valid": True, "requestIdentifier": "WAPI1",
            "name": "AMAZON EUROPE CORE S.A R.L.",
            "address": "38, AVENUE JOHN F. KENNEDY\nL-1855  LUXEMBOURG",
        }  # fmt: skip

    answer = vies.LiveVies(ask).check("LU26375245", requester="BE0899000057")

    assert sent == [
        (
            vies.ADDRESS,
            {
                "countryCode": "LU", "vatNumber": "26375245",
                "requesterMemberStateCode": "BE", "requesterNumber": "0899000057",
            },
        )
    ]  # fmt: skip
    assert answer == VatAnswer(
        True, "AMAZON EUROPE CORE S.A R.L.", "38, AVENUE JOHN F. KENNEDY, L-1855 LUXEMBOURG", "WAPI1"
    )


@pytest.mark.parametrize(
    ("payload", "answer"),
    [
        ({"valid": False, "name": "---", "address": "---"}, VatAnswer(False)),
        ({"valid": True, "name": "---", "address": "---"}, VatAnswer(True)),
        ({"isValid": True, "userError": "VALID", "name": "Zoo"}, VatAnswer(True, "Zoo")),
        ({"isValid": False, "userError": "INVALID"}, VatAnswer(False)),
        ({"actionSucceed": False, "errorWrappers": [{"error": "INVALID_INPUT"}]}, VatAnswer(False)),
    ],
)
def test_answers_that_decide(payload: Any, answer: VatAnswer) -> None:
    assert vies.read_answer(payload) == answer


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("MS_UNAVAILABLE", RegisterUnavailable),
        ("SERVICE_UNAVAILABLE", RegisterUnavailable),
        ("MS_MAX_CONCURRENT_REQ", RegisterUnavailable),
        ("GLOBAL_MAX_CONCURRENT_REQ", RegisterUnavailable),
        ("VAT_BLOCKED", RegisterUnavailable),
        ("TIMEOUT", RegisterTimeout),
    ],
)
def test_a_member_state_that_is_silent_is_never_an_invalid_number(word: str, kind: type[Exception]) -> None:
    for payload in (
        {"actionSucceed": False, "errorWrappers": [{"error": word}]},
        {"isValid": False, "userError": word, "name": "---"},
    ):
        with pytest.raises(kind):
            vies.read_answer(payload)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["valid", "isValid", "name", "errorWrappers", "userError", "matches",
                             "participantID", "docTypes", "value", "entities"]),
            inner, max_size=4,
        ),
        max_leaves=12,
    )
)  # fmt: skip
def test_whatever_a_register_says_is_an_answer_or_a_named_failure(payload: Any) -> None:
    for read in (vies.read_answer, lambda said: peppol.read_answer(said, ZOO)):
        with contextlib.suppress(RegisterUnavailable, UnreadableAnswer):
            assert read(payload) is not None


def test_the_directory_is_asked_for_exactly_one_participant() -> None:
    sent: list[str] = []

    def ask(url: str) -> Any:
        sent.append(url)
        return {"matches": []}

    assert peppol.LiveDirectory(ask).look_up(ZOO) == DirectoryAnswer(False)
    assert sent == [f"{peppol.ADDRESS}?participant=iso6523-actorid-upis%3A%3A0208%3A0403019261"]


def test_a_participant_receives_what_the_directory_lists() -> None:
    match = {
        "participantID": {"scheme": peppol.SCHEME, "value": ZOO},
        "docTypes": [{"scheme": "busdox-docid-qns", "value": peppol.INVOICE}],
        "entities": [{"name": [{"name": "Zoo SA", "language": "fr"}]}],
    }
    assert peppol.read_answer({"matches": [match]}, ZOO) == DirectoryAnswer(True, True, False, "Zoo SA")
    assert peppol.read_answer({"matches": [match]}, "0208:0000000196") == DirectoryAnswer(False)


def test_the_simulated_directory_knows_most_and_always_says_the_same(tmp_path: Any, settings: Any) -> None:
    settings.SIMULATORS = tmp_path
    directory = peppol.DirectorySimulator()
    answers = [directory.look_up(f"0208:{number:010}") for number in range(600)]
    absent = sum(not answer.registered for answer in answers)
    assert 50 < absent < 170
    assert any(answer.receives_invoices and not answer.receives_credit_notes for answer in answers)
    assert answers == [directory.look_up(f"0208:{number:010}") for number in range(600)]


def test_the_simulated_vies(tmp_path: Any, settings: Any) -> None:
    settings.SIMULATORS = tmp_path
    register = vies.ViesSimulator(
        unknown=frozenset({"LU10000356"}), away=frozenset({"DE"}), slow=frozenset({"IT"})
    )
    assert register.check("FR40303265045", requester="BE0899000057").valid
    assert not register.check("LU10000356").valid
    with pytest.raises(RegisterUnavailable, match="MS_UNAVAILABLE"):
        register.check("DE129273398")
    with pytest.raises(RegisterTimeout):
        register.check("IT00743110157")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A register on this machine, without TLS, that answers what the path says."""

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/slow":
                threading.Event().wait(1.5)
            status, body = {
                "/ok": (200, b'{"valid": true}'),
                "/busy": (503, b"{}"),
                "/moved": (302, b"{}"),
                "/words": (200, b"<html>"),
                "/endless": (200, b'"' + b"x" * 2_000_000 + b'"'),
                "/slow": (200, b"{}"),
            }[self.path]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    class Plain(exchange.http.client.HTTPConnection):
        def __init__(self, *arguments: Any, context: ssl.SSLContext, **named: Any) -> None:
            super().__init__(*arguments, **named)

    monkeypatch.setattr(exchange.http.client, "HTTPSConnection", Plain)
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_an_exchange_is_bounded_and_says_what_went_wrong(service: str) -> None:
    assert exchange.ask(f"{service}/ok", body={}) == {"valid": True}
    with pytest.raises(RegisterUnavailable, match="http 503"):
        exchange.ask(f"{service}/busy", body={})
    with pytest.raises(RegisterUnavailable, match="http 302"):
        exchange.ask(f"{service}/moved", body={})
    with pytest.raises(UnreadableAnswer):
        exchange.ask(f"{service}/words", body={})
    with pytest.raises(UnreadableAnswer):
        exchange.ask(f"{service}/endless", body={})
    with pytest.raises(RegisterTimeout):
        exchange.ask(f"{service}/slow", body={}, seconds=0.4)


def test_nobody_listening_is_unavailable() -> None:
    with pytest.raises(RegisterUnavailable):
        exchange.ask("https://127.0.0.1:9/", body=json.loads("{}"), seconds=2)
