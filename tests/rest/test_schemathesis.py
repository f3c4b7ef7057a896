"""The committed description of the doors, held against the product with the demonstration in it.

Requests are made up from `docs/openapi.yaml` alone, with identifiers of things that are really there, and
sent through WSGI as a member, an adviser, a payroll administrator, somebody of finance and an administrator.
No answer may be a crash, nor differ from what the description says: status, content type, body, headers.
What a request wrote is taken back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.urls import resolve
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi import checks as openapi

from core.api import SHOWN_ONCE
from core.embedded.layout import CHECKOUT
from core.models import Cooperative, User
from core.services import create_token
from members.enums import Role
from tests.cluster import Cluster, point_django_at
from tests.demo_fixture import DemoDatabase

ROLES = (Role.MEMBER, Role.ADVISER, Role.PAYROLL_ADMIN, Role.FINANCE, Role.COOP_ADMIN)
FEW, MANY = 2, 60
CHECKS = [
    schemathesis.checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
]

SCHEMA = schemathesis.openapi.from_path(CHECKOUT / "docs" / "openapi.yaml")
SCHEMA.config.update(base_url="http://localhost")
SCHEMA.config.generation.update(modes=list(GenerationMode), with_security_parameters=False)
SCHEMA.config.phases.update(phases=["fuzzing"])
KNOWN: dict[str, list[str]] = {}
"""What there is in the demonstration, by the name of a field or of a collection."""


PRODUCT = get_wsgi_application()


@contextmanager
def _connection_kept() -> Iterator[None]:
    """Django would drop the connection in the transaction that is to be taken back."""
    for moment in (signals.request_started, signals.request_finished):
        moment.disconnect(close_old_connections)
    try:
        yield
    finally:
        for moment in (signals.request_started, signals.request_finished):
            moment.connect(close_old_connections)


class TakenBack:
    """The product, of which no request leaves anything behind. What was done under an `Idempotency-Key` is
    asked a second time, and must then be answered from memory.
    """

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ["REQUEST_METHOD"] == "POST":
            environ["HTTP_IDEMPOTENCY_KEY"] = "once"
        with _connection_kept(), transaction.atomic():
            first = _sent(environ, body)
            again = _sent(environ, body) if _is_kept(environ, first) else None
            transaction.set_rollback(True)
        if again is not None:
            assert again.headers.get("Idempotent-Replay") == "true", "the request was done twice"
            assert _lasting(again) == _lasting(first)
        start_response(f"{first.status_code} {first.reason_phrase}", list(first.headers.items()))
        return [first.getvalue()]


def _unheard(*_: Any) -> Callable[[bytes], object]:
    return bytes


def _sent(environ: dict[str, Any], body: bytes) -> Any:
    answer: Any = PRODUCT(environ | {"wsgi.input": BytesIO(body)}, _unheard)
    answer.close()
    return answer


def _is_kept(environ: dict[str, Any], answer: Any) -> bool:
    if environ["REQUEST_METHOD"] != "POST" or answer.status_code >= 300:
        return False
    view = resolve(environ["PATH_INFO"]).func
    return bool(getattr(view.cls.post, "takes_key", False))  # type: ignore[attr-defined]


def _lasting(answer: Any) -> Any:
    body = json.loads(answer.content)
    return {k: v for k, v in body.items() if k not in SHOWN_ONCE} if isinstance(body, dict) else body


SCHEMA.app = TakenBack()


@pytest.fixture(scope="module")
def tokens(cluster: Cluster, demo_database: DemoDatabase, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """A token per role, in a copy of the demonstration."""
    from django.conf import settings as django_settings
    from django.db import connections

    from smart.demo.summary import log_ins

    before, name = cluster.database, f"{demo_database.name}_doors"
    rates = django_settings.API_RATES
    cluster.copy(name, demo_database.name)
    with django_db_blocker.unblock():
        point_django_at(cluster, name)
        django_settings.API_RATES = dict.fromkeys(rates, "1000000/min")
        try:
            be = Cooperative.objects.get(slug="be")
            emails = {account.role: account.email for account in reversed(log_ins())}
            made = {
                str(role): create_token(
                    user=User.objects.get(email=emails[role]), cooperative=be, name="doors"
                )
                for role in ROLES
            }
            for token in made.values():
                _learn(token)
            yield made
        finally:
            django_settings.API_RATES = rates
            connections.close_all()
            point_django_at(cluster, before)
            cluster.drop(name)


def _learn(token: str) -> None:
    """Note the identifiers in every list that the token opens."""
    from django.test import Client

    for path in SCHEMA.raw_schema["paths"]:
        collection = path.removeprefix("/{cooperative}/api/v1/").rstrip("/")
        if "{" in collection:
            continue
        answer = Client(raise_request_exception=False).get(
            f"/be/api/v1/{collection}/?limit=5", headers={"Authorization": f"Bearer {token}"}
        )
        rows = answer.json() if answer.status_code == 200 else []
        rows = rows.get("results", []) if isinstance(rows, dict) else rows
        for row in rows:
            for field, value in row.items():
                for key in {field, collection if field == "id" else field}:
                    if isinstance(value, str) and value not in KNOWN.setdefault(key, []):
                        KNOWN[key].append(value)


def _real(key: str, drawn: Any) -> Any:
    """Something of that name that is there, for three in four of what was drawn; the same for the same."""
    number = sum(str(drawn).encode())
    found = KNOWN.get(key) or KNOWN.get(f"{key}s") or []
    if _is_identifier(drawn):
        found = [value for value in found if _is_identifier(value)]
    return found[number % len(found)] if found and number % 4 else drawn


def _is_identifier(value: Any) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


@SCHEMA.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Doors of the cooperative, and of what is in it."""
    collection = context.operation.path.removeprefix("/{cooperative}/api/v1/").split("/")[0]
    return {
        name: "be" if name == "cooperative" else _real(collection if name == "id" else name, drawn)
        for name, drawn in (path_parameters or {}).items()
    }


@SCHEMA.hook
def map_headers(context: Any, headers: Any) -> Any:
    """The version that most things have, for three in four that were drawn."""
    drawn = (headers or {}).get("If-Match")
    return headers | {"If-Match": '"1"'} if drawn is not None and sum(str(drawn).encode()) % 4 else headers


@SCHEMA.hook
def map_query(context: Any, query: Any) -> Any:
    """Questions about what is there."""
    return {name: _real(name, drawn) for name, drawn in query.items()} if isinstance(query, dict) else query


@SCHEMA.hook
def map_body(context: Any, body: Any) -> Any:
    """Bodies that speak of what is there."""
    return _made_real(body)


def _made_real(body: Any, name: str = "") -> Any:
    if isinstance(body, dict):
        return {key: _made_real(value, str(key)) for key, value in body.items()}
    if isinstance(body, list):
        return [_made_real(value, name) for value in body]
    return _real(name, body) if _is_identifier(body) or name == "entity" else body


def examples(number: int, **more: Any) -> settings:
    """So many requests for each door, without a stopwatch."""
    return settings(
        max_examples=number,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        **more,
    )


def _hold(case: Case[Any], tokens: dict[str, str]) -> None:
    for token in tokens.values():
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)


@SCHEMA.parametrize()
@examples(FEW, derandomize=True)
def test_a_door_answers_as_it_is_described(case: Case[Any], tokens: dict[str, str]) -> None:
    _hold(case, tokens)


@pytest.mark.soak
@SCHEMA.parametrize()
@examples(MANY)
def test_a_door_answers_as_it_is_described_for_long(case: Case[Any], tokens: dict[str, str]) -> None:
    _hold(case, tokens)


def test_things_of_the_demonstration_are_found(tokens: dict[str, str]) -> None:
    for collection in ("activities", "clients", "contracts", "invoices", "payslips", "persons"):
        assert KNOWN[collection], f"{collection}: requests would meet nothing but 404"
    assert json.dumps(KNOWN)
