"""The online channel as it is spoken: signed tokens, one declaration for a lost answer, limits, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from core.identifiers import fictional_national_number
from payroll.dimona.client import Reply, RestGateway
from payroll.dimona.port import DeclarationRejected, GatewayUnavailable
from payroll.dimona.rest import TOKEN_URL, UnreadableAnswer
from payroll.dimona.simulator import DimonaSimulator
from payroll.dimona.simulator.service import SimulatedService
from payroll.dimona.types import DimonaCancel, DimonaIn, DimonaOut, DimonaUpdate, Employer, WorkerType

COOP = Employer("100006", "0000000196")
OTHER = Employer("199999934", "0000000295")
ZOE = fictional_national_number(date(1990, 3, 14), 2)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
WORK = DimonaIn(
    "IN-1", datetime(2026, 11, 2, 9, tzinfo=UTC), COOP, ZOE, date(2026, 11, 10), date(2026, 11, 12)
)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


class Line:
    """The wire to the service: counts what passes, and may lose an answer on its way back."""

    def __init__(self, service: SimulatedService) -> None:
        self.service = service
        self.asked: list[str] = []
        self.loses = 0
        self.says: Reply | None = None

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        self.asked.append("token" if url == TOKEN_URL else f"{method} {url.rpartition('/v2')[2]}")
        if self.says and url != TOKEN_URL:
            return self.says
        reply = self.service(method, url, headers, body)
        if self.loses and url != TOKEN_URL:
            self.loses -= 1
            raise TimeoutError
        return reply


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path) -> DimonaSimulator:
    return DimonaSimulator(tmp_path / "dimona.sqlite3", latency_polls=1)


@pytest.fixture
def line(office: DimonaSimulator, clock: Clock) -> Line:
    return Line(SimulatedService(office, COOP, KEY.public_key(), now=clock, calls_a_minute=20))


@pytest.fixture
def gateway(line: Line, clock: Clock) -> RestGateway:
    return RestGateway("coop-1", pem(KEY), transport=line, moment=clock)


def test_a_declaration_is_handed_in_and_its_answer_fetched(gateway: RestGateway, line: Line) -> None:
    key = gateway.submit(WORK)

    assert gateway.poll(key) is None
    result = gateway.poll(key)
    assert result is not None and result.is_accepted and result.period_id is not None
    assert line.asked == ["token", "POST /declarations", *[f"GET /declarations/{key}"] * 2]


def test_a_token_serves_until_shortly_before_it_runs_out(
    gateway: RestGateway, line: Line, clock: Clock
) -> None:
    gateway.submit(WORK)
    clock.at += timedelta(seconds=500)
    gateway.submit(replace(WORK, starts_on=date(2026, 11, 11)))
    clock.at += timedelta(seconds=60)
    gateway.submit(replace(WORK, starts_on=date(2026, 11, 12)))
    assert line.asked.count("token") == 2


def test_a_token_that_the_service_forgot_is_asked_for_again(gateway: RestGateway, line: Line) -> None:
    gateway.submit(WORK)
    line.service.tokens.clear()
    gateway.submit(replace(WORK, starts_on=date(2026, 11, 11)))
    assert line.asked.count("token") == 2


def test_another_key_gets_no_token(line: Line, clock: Clock) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(GatewayUnavailable, match="no token"):
        RestGateway("coop-1", pem(stranger), transport=line, moment=clock).submit(WORK)
    assert line.service.office.count_declarations() == 0


def test_only_rsa_keys_are_known() -> None:
    with pytest.raises(ValueError, match="RSA"):
        RestGateway("coop-1", pem(ec.generate_private_key(ec.SECP256R1())))


def test_a_declaration_whose_answer_was_lost_is_found(gateway: RestGateway, line: Line) -> None:
    line.loses = 1
    with pytest.raises(GatewayUnavailable):
        gateway.submit(WORK)
    assert line.service.office.count_declarations() == 1

    key = gateway.find(WORK)
    assert key is not None and gateway.poll(key) is None
    assert gateway.find(replace(WORK, ends_on=date(2026, 11, 13))) is None
    assert gateway.find(WORK, besides=frozenset({key})) is None, "that one belongs to another of ours"


def test_what_was_never_handed_in_is_not_found(gateway: RestGateway) -> None:
    assert gateway.find(WORK) is None


def test_every_kind_is_declared(gateway: RestGateway, office: DimonaSimulator, clock: Clock) -> None:
    gateway.submit(replace(WORK, ends_on=None))
    (period,) = gateway.periods(COOP, first=WORK.starts_on, last=WORK.starts_on, national_number=ZOE)
    assert (period.starts_on, period.ends_on, period.is_cancelled) == (WORK.starts_on, None, False)
    gateway.submit(DimonaOut("O", clock(), COOP, period.period_id, date(2026, 11, 20)))
    gateway.submit(DimonaUpdate("U", clock(), COOP, period.period_id, date(2026, 11, 9), date(2026, 11, 21)))
    gateway.submit(DimonaCancel("C", clock(), COOP, period.period_id))

    held = office.period(period.period_id)
    assert held is not None and held.is_cancelled
    assert (held.starts_on, held.ends_on) == (date(2026, 11, 9), date(2026, 11, 21))


def test_a_student_is_declared_with_hours(gateway: RestGateway, office: DimonaSimulator) -> None:
    gateway.submit(replace(WORK, worker_type=WorkerType.STUDENT, planned_hours=24))
    (held,) = gateway.periods(COOP, first=WORK.starts_on, last=WORK.starts_on)
    assert (held.worker_type, held.planned_hours) == ("STU", 24)


def test_an_employer_that_gave_no_mandate_is_refused_at_the_door(gateway: RestGateway) -> None:
    with pytest.raises(DeclarationRejected) as refusal:
        gateway.submit(replace(WORK, employer=OTHER))
    assert refusal.value.code == "403"


def test_the_service_asks_for_patience(gateway: RestGateway) -> None:
    with pytest.raises(GatewayUnavailable) as refusal:
        for day in range(1, 29):
            gateway.submit(replace(WORK, starts_on=date(2026, 10, day)))
    assert refusal.value.retry_after == 30


@pytest.mark.parametrize("status", [500, 503, 408, 409])
def test_an_answer_about_nothing_is_tried_again(gateway: RestGateway, line: Line, status: int) -> None:
    line.says = Reply(status, {}, b"<html>")
    with pytest.raises(GatewayUnavailable):
        gateway.submit(WORK)
    with pytest.raises(GatewayUnavailable):
        gateway.poll("1")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(201, {}, b""),
        Reply(201, {"location": "https://elsewhere/"}, b""),
        Reply(200, {}, b"[]"),
        Reply(200, {}, b"<html>"),
        Reply(200, {}, b'{"items": {}}'),
        Reply(200, {}, b'{"items": [{"id": "x"}]}'),
    ],
)
def test_an_answer_of_another_shape_is_never_guessed(gateway: RestGateway, line: Line, reply: Reply) -> None:
    line.says = reply
    with pytest.raises((UnreadableAnswer, GatewayUnavailable)):
        if reply.status == 201:
            gateway.submit(WORK)
        else:
            gateway.periods(COOP, first=WORK.starts_on, last=WORK.starts_on)
