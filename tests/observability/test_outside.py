"""The house as its operator sees it: alive, ready, counted; and nobody's data in what leaves by that way."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
from django.test import Client

from core.models import Cooperative
from core.observability import current
from core.observability.configuration import configuration
from core.observability.crashes import scrub
from core.observability.gauges import read_gauges
from core.observability.logs import BlottedJson, WorkFilter, without_people
from core.registry import Gauge
from core.tenancy import tenant_scope

SECRETS = (
    "nora.peeters@example.org",
    "BE68 5390 0754 7034",
    "BE68539007547034",
    "85.07.30-033.28",
    "85073003328",
    "Bearer smart_abcdefghijklmnopqrstuvwxyz0123456789",
)


@pytest.fixture
def written() -> Any:
    """A logger as production has it, and the lines that it wrote."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    options = configuration(style="json", level="INFO")["formatters"]["line"]
    handler.setFormatter(
        BlottedJson(options["fmt"], datefmt=options["datefmt"], rename_fields=options["rename_fields"])
    )
    handler.addFilter(WorkFilter())
    logger = logging.getLogger("tests.written")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    yield logger, lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)


@pytest.mark.parametrize("secret", SECRETS)
def test_no_line_names_a_person(written: Any, secret: str) -> None:
    logger, lines = written
    try:
        raise ValueError(f"cannot pay {secret} today")
    except ValueError:
        logger.exception("refused for %s", secret, extra={"sql": f"… = '{secret}'"})

    (line,) = lines()
    assert secret not in json.dumps(line)
    assert "cannot pay" in line["exc_info"]


def test_no_line_holds_what_somebody_searched_for(written: Any) -> None:
    from django.test import RequestFactory

    logger, lines = written
    logger.info("Not Found", extra={"request": RequestFactory().get("/be/personnes/?q=Peeters")})

    assert "Peeters" not in json.dumps(lines())


def test_amounts_days_and_keys_stay_readable() -> None:
    text = "entry 01a1fbc5-4e81-7fae-97fe-0d3aaf7f1c2d of 2026-11-21: 1210.00 EUR, +++090/9337/55493+++"

    assert without_people(text) == text


def test_a_line_says_what_was_worked_on(written: Any, cooperative_be: Cooperative) -> None:
    logger, lines = written
    with current.working_on("request-12345678"), tenant_scope(cooperative_be):
        current.name_account(7)
        logger.info("done")
    logger.info("idle")

    during, after = lines()
    assert (during["request_id"], during["tenant"], during["account"]) == ("request-12345678", "be", 7)
    assert (after["request_id"], after["tenant"], after["account"]) == ("", "", None)


@pytest.mark.django_db
def test_every_answer_carries_the_name_of_its_request(client: Client) -> None:
    given = client.get("/healthz", headers={"X-Request-ID": "from-the-proxy-1"})
    hostile = client.get("/healthz", headers={"X-Request-ID": 'x"} {"level": "ERROR'})

    assert given["X-Request-ID"] == "from-the-proxy-1"
    assert hostile["X-Request-ID"].isalnum()


@pytest.mark.django_db
def test_ready_says_so(client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "failing": [], "broker": True})


@pytest.mark.django_db
def test_a_schema_that_is_behind_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.migrations.loader import MigrationLoader

    from core.observability import health

    health._check_schema.cache_clear()
    applied = MigrationLoader.build_graph

    def without_the_last(loader: MigrationLoader) -> None:
        applied(loader)
        loader.applied_migrations.pop(loader.graph.leaf_nodes("ledger")[0])

    monkeypatch.setattr(MigrationLoader, "build_graph", without_the_last)
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["failing"]) == (503, ["schema"])
    health._check_schema.cache_clear()


@pytest.mark.django_db
def test_metrics_count_requests_by_route_and_gauges_by_cooperative(
    client: Client, cooperative_be: Cooperative
) -> None:
    client.get("/healthz")
    text = client.get("/metrics").content.decode()

    assert 'smart_requests_total{method="GET",route="healthz",status="200"}' in text
    assert 'smart_outbox_age_seconds{cooperative="be"}' in text or "smart_outbox" not in text
    assert "smart_request_seconds_bucket" in text


@pytest.mark.django_db
def test_metrics_are_for_the_bearer_or_for_this_machine(client: Client, settings: Any) -> None:
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404

    settings.METRICS_TOKEN = "a-long-secret"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    given = {"Authorization": "Bearer a-long-secret"}
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7", headers=given).status_code == 200


def test_a_gauge_that_breaks_hides_no_other(
    cooperative_be: Cooperative, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core import registry

    def broken() -> float:
        from core.models import AuditEvent

        return float(AuditEvent.objects.extra(where=["nothing = 1"]).count())

    monkeypatch.setattr(
        registry._all,
        "gauges",
        {
            "a_broken_count": Gauge("a_broken_count", "", broken),
            "b_fine_count": Gauge("b_fine_count", "", lambda: 3.0, alarm=2.0),
            "c_absent_seconds": Gauge("c_absent_seconds", "", lambda: None, required=True),
            "d_quiet_count": Gauge("d_quiet_count", "", lambda: None),
        },
    )

    readings = read_gauges(cooperative_be)
    assert [(r.value, r.broken, r.alarms) for r in readings] == [
        (None, True, True),
        (3.0, False, True),
        (None, False, True),
        (None, False, False),
    ]


@pytest.mark.django_db
def test_a_slow_query_is_told_without_its_values(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    from core.models import User

    settings.SLOW_QUERY_MS = 0.0
    with caplog.at_level(logging.WARNING, logger="smart.queries"):
        list(User.objects.filter(email="nora@example.org"))

    (line,) = [record for record in caplog.records if "core_user" in record.sql]
    assert "nora" not in line.sql and "%s" in line.sql


def test_a_crash_report_leaves_people_out() -> None:
    event = {
        "request": {
            "url": "https://smart.example/be/activites/?q=nora@example.org",
            "method": "POST",
            "cookies": {"sessionid": "secret"},
            "headers": {"Authorization": "Bearer x"},
            "data": {"iban": "BE68539007547034"},
        },
        "user": {"email": "nora@example.org"},
        "breadcrumbs": {"values": [{"message": "nora"}]},
        "extra": {"argv": ["nora"]},
        "exception": {
            "values": [
                {
                    "value": "BE68539007547034 is not Nora's",
                    "stacktrace": {"frames": [{"function": "pay", "vars": {"iban": "BE68539007547034"}}]},
                }
            ]
        },
        "logentry": {"message": "for nora@example.org", "params": ["nora@example.org"]},
    }

    report = json.dumps(scrub(event, {}))
    for secret in ("nora@", "BE68", "sessionid", "Bearer", "breadcrumbs", "argv"):
        assert secret not in report
    assert "/be/activites/" in report
