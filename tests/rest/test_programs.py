"""Programs at the doors: what a token may do, how often, and how each refusal reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.models import ApiToken, Cooperative
from core.programs import services
from core.programs.errors import TokenLifeWrong, TokenNotFound, TooManyTokens, UnknownScope
from core.programs.scopes import AREAS, SCOPES, area_of
from core.tenancy import tenant_scope
from members.models import Person
from tests.factories import load_cooperative, make_person
from tests.isolation.test_routes import INSIDE

ME, SHARES = "/be/api/v1/me/", "/be/api/v1/shares/"


@pytest.fixture
def nora(cooperative_be: Cooperative) -> Person:
    with tenant_scope(cooperative_be):
        load_cooperative()
        return make_person(user=True)


def token(nora: Person, *scopes: str, days: int = 90) -> str:
    assert nora.user is not None
    be = Cooperative.objects.get(slug="be")
    return services.issue_token(
        user=nora.user, cooperative=be, name="caisse", scopes=list(scopes), days=days
    )[1]


def ask(client: Client, text: str, path: str, method: str = "get", **body: Any) -> Any:
    sent = {"data": body, "content_type": "application/json"} if body else {}
    return getattr(client, method)(path, headers={"Authorization": f"Bearer {text}"}, **sent)


def test_a_token_opens_what_its_scopes_say_and_nothing_else(client: Client, nora: Person) -> None:
    text = token(nora, "governance:read")

    assert ask(client, text, SHARES).status_code == 200
    refused = ask(client, text, "/be/api/v1/share-subscriptions/", "post", shares=1)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert refused.json()["params"] == {"scope": "governance:write"}
    assert ask(client, text, ME).json()["code"] == "scope_missing"


def test_every_door_has_an_area() -> None:
    doors = [route for route in INSIDE if route.is_rest and route.name != "schema"]

    assert doors
    assert {area_of(door.callback.cls) for door in doors} == set(AREAS)
    assert len(SCOPES) == 2 * len(AREAS)


def test_a_token_is_shown_once_and_kept_as_a_digest(client: Client, nora: Person) -> None:
    client.force_login(nora.user)
    form = {"name": "caisse", "scopes": ["invoicing:read"], "days": "30"}
    page = client.post("/be/jetons/", form)
    text = page.context["text"]

    assert page.status_code == 201 and text in page.content.decode()
    assert text.startswith("smart_")
    assert text not in client.get("/be/jetons/").content.decode()
    row = ApiToken.objects.get()
    assert text not in str(ApiToken.objects.values())
    assert row.expires_at is not None
    assert timedelta(29) < row.expires_at - timezone.now() <= timedelta(30)
    client.post(f"/be/jetons/{row.pk}/revoquer/")
    assert ask(Client(), text, ME).status_code == 401


def test_a_repeated_request_for_a_token_does_not_show_it_again(client: Client, nora: Person) -> None:
    client.force_login(nora.user)
    body = {"name": "caisse", "scopes": ["search:read"]}
    first, again = (
        client.post(
            "/be/api/v1/tokens/", body, content_type="application/json", headers={"Idempotency-Key": "1"}
        )
        for _ in range(2)
    )

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"] and "token" not in again.json()


def test_a_token_gives_no_more_than_it_has(client: Client, nora: Person) -> None:
    text = token(nora, "programs:write", "search:read")

    made = ask(client, text, "/be/api/v1/tokens/", "post", name="x", scopes=["search:read", "payroll:write"])
    assert made.json()["scopes"] == ["search:read"]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"scopes": ["invoicing:eat"]}, UnknownScope),
        ({"days": 0}, TokenLifeWrong),
        ({"days": 366}, TokenLifeWrong),
    ],
)
def test_what_a_token_cannot_be(
    nora: Person, cooperative_be: Cooperative, given: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        services.issue_token(
            **{"user": nora.user, "cooperative": cooperative_be, "name": "x", "scopes": ["search:read"]}
            | given
        )
    assert ApiToken.objects.count() == 0


def test_somebody_elses_token_cannot_be_revoked_and_there_are_twenty_at_most(
    nora: Person, cooperative_be: Cooperative
) -> None:
    with tenant_scope(cooperative_be):
        other = make_person(user=True)
    token(nora)
    row = ApiToken.objects.get()
    with pytest.raises(TokenNotFound):
        services.revoke_token(user=other.user, cooperative=cooperative_be, token_id=row.pk)
    assert ApiToken.objects.get().revoked_at is None
    for _ in range(19):
        token(nora)
    with pytest.raises(TooManyTokens):
        token(nora)


def test_the_last_use_is_noted_once_a_day(
    client: Client, nora: Person, django_assert_max_num_queries: Any
) -> None:
    text = token(nora, "members:read")
    ask(client, text, ME)
    noted = ApiToken.objects.get().last_used_at
    ask(client, text, ME)

    assert noted is not None
    assert ApiToken.objects.get().last_used_at == noted


def test_every_answer_says_what_is_left_and_too_much_is_refused(
    client: Client, nora: Person, settings: Any
) -> None:
    settings.API_RATES = {"known": "3/min", "unknown": "2/min"}
    text = token(nora, "members:read")
    answers = [ask(client, text, ME) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert answers[0].headers["RateLimit-Limit"] == "3"
    assert 0 < int(answers[3].headers["Retry-After"]) <= 61
    assert answers[3].headers["Content-Type"] == "application/problem+json"
    other = token(nora, "members:read")
    assert ask(client, other, ME).status_code == 200


def test_a_reading_is_not_sent_twice_to_who_has_it(client: Client, nora: Person) -> None:
    client.force_login(nora.user)
    first = client.get(SHARES)
    again = client.get(SHARES, headers={"If-None-Match": first.headers["ETag"]})

    assert first.status_code == 200 and "private" in first.headers["Cache-Control"]
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("get", "/be/api/v1/nowhere/", None, 404, "not_found"),
        ("get", "/be/api/v1/invoices/not-a-key/", None, 404, "not_found"),
        ("delete", SHARES, None, 405, "method_not_allowed"),
        ("post", "/be/api/v1/share-subscriptions/", "{not json", 400, "parse_error"),
        ("post", "/be/api/v1/share-subscriptions/", "<a/>", 415, "unsupported_media_type"),
        ("get", "/xx/api/v1/shares/", None, 404, "not_found"),
    ],
)
def test_every_refusal_is_problem_details(
    client: Client, nora: Person, method: str, path: str, body: str | None, status: int, code: str
) -> None:
    client.force_login(nora.user)
    kind = "text/xml" if body == "<a/>" else "application/json"
    sent = {} if body is None else {"data": body, "content_type": kind}
    answer = getattr(client, method)(path, **sent)

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert {"type", "title", "status", "detail", "code", "params", "errors"} == set(answer.json())


def test_a_crash_is_a_problem_with_the_number_of_the_request(
    nora: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from governance import api

    def crash(*_: Any) -> None:
        raise RuntimeError("secret detail of Nora")

    monkeypatch.setattr(api.MyShares, "get", crash)
    browser = Client(raise_request_exception=False)
    browser.force_login(nora.user)
    answer = browser.get(SHARES)

    assert (answer.status_code, answer.json()["code"]) == (500, "error")
    assert answer.json()["params"]["request_id"] == answer.headers["X-Request-ID"]
    assert "secret" not in answer.content.decode()
