"""What no form would send to the doors of payroll: other types, huge texts, the ends of time, no numbers.

Whatever is sent, the answer is the door's own (taken, or refused as a problem that says why): never a crash.
Driven on the played demonstration, each request in a transaction that is taken back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import uuid4

import pytest
import yaml
from django.db import transaction
from django.test import Client

from core.embedded.layout import CHECKOUT
from core.models import Cooperative, User
from core.services import create_token
from members.enums import Role
from tests.cluster import Cluster, point_django_at
from tests.demo_fixture import DemoDatabase

AREAS = frozenset({
    "contracts", "contract-months", "contract-templates", "contract-batches", "declarations",
    "declaration-files", "declaration-answers", "declaration-differences", "payroll-runs", "pay-exceptions",
    "payroll-months", "quick-jobs", "simulations", "abroad", "open-ended-contracts", "salary-months",
    "salary-proposals", "absences", "seizures", "advances", "public-returns", "worker-papers", "unemployment",
    "attestations", "student-hours", "accidents", "insurance-covers", "holiday-certificates", "payslips",
})  # fmt: skip
NUMBERS = (
    "NaN", "Infinity", "-Infinity", "sNaN", "1e400", "1e-400", "-0", "-0.00", "1e15", "9" * 400, "0x10",
    "١٢", "1_0", "5,00", "-1", "",
)  # fmt: skip
DATES = ("0001-01-01", "9999-12-31", "2026-02-30", "10000-01-01", "2026-11-02T25:61:00Z", "2026-W45", "0")
TEXTS = ("\x00", "a\x00b", "x" * 300_000, "\ud800", "\u202e", "=1+1", "\r\nX: y", "\U0001f4a9" * 300)
TYPES: tuple[Any, ...] = (None, True, 0, -1, 1.5, 10**30, [], {}, [[]], [None], {"a": {}}, ["x"], [{}])
HOSTILE = (*NUMBERS, *DATES, *TEXTS, *TYPES)
BODIES = (
    b"", b"null", b"[]", b"3", b'"x"', b"{", b"\xff\xfe", b"NaN", b'{"a": NaN}', b'{"a": 1e400}', b"{}",
    b'{"\\u0000": 1}', b"[" * 50_000 + b"]" * 50_000, b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
)  # fmt: skip
SCHEMA: dict[str, Any] = yaml.load((CHECKOUT / "docs" / "openapi.yaml").read_bytes(), Loader=yaml.CSafeLoader)
ROLES = (Role.MEMBER, Role.PAYROLL_ADMIN)
EACH = 53
"""One of so many bodies is tried each time; all of them in a soak."""


@dataclass(frozen=True)
class Door:
    """A way to write: method, address with `{id}`, and the shape of what it reads."""

    method: str
    path: str
    shape: dict[str, Any]

    @property
    def area(self) -> str:
        """The first word of the address."""
        return self.path.split("/")[0]


def resolved(shape: dict[str, Any]) -> dict[str, Any]:
    """The shape itself, where it is said by name."""
    while True:
        if "$ref" in shape:
            shape = SCHEMA["components"]["schemas"][shape["$ref"].rsplit("/", 1)[1]]
        elif "allOf" in shape:
            shape = shape["allOf"][0]
        elif "oneOf" in shape:
            shape = shape["oneOf"][0]
        else:
            return shape


def doors() -> list[Door]:
    """Every door of payroll that reads a body."""
    found = []
    for path, methods in SCHEMA["paths"].items():
        short = path.removeprefix("/{cooperative}/api/v1/")
        for method in ("post", "put", "patch"):
            body = methods.get(method, {}).get("requestBody")
            if body and short.split("/")[0] in AREAS:
                content = body["content"]
                shape = content.get("application/json") or next(iter(content.values()))
                found.append(Door(method, short, resolved(shape["schema"])))
    return found


DOORS = doors()


def sample(shape: dict[str, Any], name: str, known: dict[str, list[str]]) -> Any:
    """Something that the shape allows, of what is there where it names a thing."""
    shape = resolved(shape)
    if "enum" in shape:
        return next(value for value in shape["enum"] if value not in ("", None))
    if shape.get("type") == "array":
        return [sample(shape["items"], name, known)]
    if shape.get("type") == "object":
        return {key: sample(part, key, known) for key, part in shape.get("properties", {}).items()}
    if shape.get("format") == "uuid":
        return next(iter(known.get(name) or known.get(f"{name}s") or [str(uuid4())]))
    if shape.get("format") in ("date", "time", "date-time"):
        return {"date": "2026-12-02", "time": "09:00", "date-time": "2026-12-02T09:00:00Z"}[shape["format"]]
    if name in ("entity", "iban", "country"):
        return {"entity": "PA", "iban": "BE68539007547034", "country": "FR"}[name]
    if shape.get("format") == "decimal":
        return "20.00"
    return {"integer": 3, "number": 2, "boolean": False}.get(shape.get("type", ""), "Graphisme")


@dataclass
class House:
    """A copy of the demonstration: a caller per role, and identifiers that each sees."""

    tokens: dict[str, str]
    known: dict[str, dict[str, list[str]]]

    def send(self, door: Door, role: str, body: bytes, key: str) -> tuple[int, str, str]:
        """Status, type of content and beginning of the answer; what was done is taken back."""
        caller = Client(raise_request_exception=False)
        with transaction.atomic():
            answer = caller.generic(
                door.method.upper(),
                f"/be/api/v1/{door.path.replace('{id}', key).replace('{month}', '2026-11')}",
                body,
                content_type="application/json",
                headers={"Authorization": f"Bearer {self.tokens[role]}", "If-Match": '"1"'},
            )
            transaction.set_rollback(True)
        return (
            answer.status_code,
            answer.headers.get("Content-Type", ""),
            answer.content[:200].decode("utf-8", "replace"),
        )

    def key_for(self, door: Door, role: str) -> list[str]:
        """Some identifiers of the things that the door works on."""
        if "{id}" not in door.path:
            return [""]
        found = self.known[role].get(door.area) or self.known[Role.PAYROLL_ADMIN].get(door.area) or []
        return found[:1] or [str(uuid4())]


@pytest.fixture(scope="module")
def house(cluster: Cluster, demo_database: DemoDatabase, django_db_blocker: Any) -> Iterator[House]:
    """The copy, and tokens of a member and of the payroll team."""
    from django.conf import settings
    from django.db import connections

    from smart.demo.summary import log_ins

    before, name, rates = cluster.database, f"{demo_database.name}_hostile", settings.API_RATES
    cluster.copy(name, demo_database.name)
    with django_db_blocker.unblock():
        point_django_at(cluster, name)
        settings.API_RATES = dict.fromkeys(rates, "1000000/min")
        try:
            emails = {account.role: account.email for account in reversed(log_ins())}
            be = Cooperative.objects.get(slug="be")
            tokens = {
                str(role): create_token(user=User.objects.get(email=emails[role]), cooperative=be, name="x")
                for role in ROLES
            }
            yield House(tokens, {role: learn(token) for role, token in tokens.items()})
        finally:
            settings.API_RATES = rates
            connections.close_all()
            point_django_at(cluster, before)
            cluster.drop(name)


def learn(token: str) -> dict[str, list[str]]:
    """Identifiers in every list that the token opens, by collection."""
    found: dict[str, list[str]] = {}
    for path in SCHEMA["paths"]:
        short = path.removeprefix("/{cooperative}/api/v1/").rstrip("/")
        if "{" in short:
            continue
        answer = Client(raise_request_exception=False).get(
            f"/be/api/v1/{short}/?limit=5", headers={"Authorization": f"Bearer {token}"}
        )
        rows = answer.json() if answer.status_code == 200 else []
        rows = rows.get("results", []) if isinstance(rows, dict) else rows
        for row in rows:
            for field, value in row.items() if isinstance(row, dict) else ():
                if isinstance(value, str) and re.fullmatch("[0-9a-f-]{36}", value):
                    found.setdefault(short if field == "id" else field, []).append(value)
                    if field == "id":
                        found.setdefault(short.split("/")[0], []).append(value)
                        found.setdefault(short.split("/")[0].rstrip("s"), []).append(value)
    return found


def dumped(body: Any) -> bytes:
    return json.dumps(body).encode("utf-8")


def variants(door: Door, known: dict[str, list[str]]) -> Iterator[tuple[str, bytes]]:
    """The door's own body with one thing wrong in it, at two depths of its shape."""
    base = sample(door.shape, "", known)
    yield "as it is", dumped(base)
    yield from ((f"raw {number}", raw) for number, raw in enumerate(BODIES))
    for field, inner in base.items() if isinstance(base, dict) else ():
        yield from wrong(field, lambda value, field=field: base | {field: value})  # type: ignore[misc]
        row = inner[0] if isinstance(inner, list) and inner else inner
        for part in row if isinstance(row, dict) else ():
            many = isinstance(inner, list)
            yield from wrong(
                f"{field}.{part}",
                lambda value, field=field, part=part, row=row, many=many: (  # type: ignore[misc]
                    base | {field: [row | {part: value}] if many else row | {part: value}}
                ),
            )


def wrong(name: str, put: Callable[[Any], Any]) -> Iterator[tuple[str, bytes]]:
    """Every hostile value at one place."""
    return ((f"{name}={str(value)[:20]!r}", dumped(put(value))) for value in HOSTILE)


def refused_badly(house: House, door: Door, bodies: Iterable[tuple[str, bytes]], role: str) -> list[Any]:
    """Crashes, and refusals that are no problem of RFC 9457."""
    found = []
    for what, body in bodies:
        for key in house.key_for(door, role):
            status, kind, text = house.send(door, role, body, key)
            if status >= 500 or (status >= 400 and not kind.startswith("application/problem+json")):
                found.append((role, what, status, kind, text[:100]))
    return found


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.path}")
def test_a_door_bears_what_no_form_sends(house: House, door: Door) -> None:
    """A few of them, other ones at each door."""
    role = ROLES[DOORS.index(door) % len(ROLES)]
    some = islice(variants(door, house.known[role]), DOORS.index(door) % EACH, None, EACH)

    assert refused_badly(house, door, some, role) == []


@pytest.mark.soak
@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.path}")
def test_a_door_bears_all_that_no_form_sends(house: House, door: Door) -> None:
    for role in ROLES:
        assert refused_badly(house, door, variants(door, house.known[role]), role) == []


def test_bodies_reach_the_doors(house: House) -> None:
    """Else all that is tried would be refused before it is read."""
    taken = set()
    for door in DOORS:
        role = Role.PAYROLL_ADMIN
        body = dumped(sample(door.shape, "", house.known[role]))
        taken |= {house.send(door, role, body, key)[0] for key in house.key_for(door, role)}
    assert {200, 201, 409, 422} <= taken
