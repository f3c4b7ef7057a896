"""The REST doors: tokens bound to one cooperative, refusals in one shape."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.models import ApiToken, Cooperative
from core.services import create_token
from core.tenancy import tenant_scope
from members.models import Person
from tests.factories import load_cooperative, make_person

SHARES = "/be/api/v1/shares/"


@pytest.fixture
def nora(cooperative_be: Cooperative) -> Person:
    with tenant_scope(cooperative_be):
        load_cooperative()
        return make_person(user=True)


def ask(client: Client, token: str, path: str = SHARES) -> Any:
    return client.get(path, headers={"Authorization": f"Bearer {token}"})


def test_a_token_opens_its_own_cooperative_and_no_other(
    client: Client, nora: Person, cooperative_be: Cooperative, cooperative_fr: Cooperative
) -> None:
    token = create_token(user=nora.user, cooperative=cooperative_be, name="script")
    assert ask(client, token).status_code == 200
    abroad = ask(client, token, "/fr/api/v1/shares/")
    assert (abroad.status_code, abroad.json()["code"]) == (404, "not_found")
    assert token not in str(ApiToken.objects.values())


@pytest.mark.parametrize("change", ["wrong", "revoked", "expired", "inactive"])
def test_a_token_that_no_longer_counts_is_refused(
    client: Client, nora: Person, cooperative_be: Cooperative, change: str
) -> None:
    token = create_token(user=nora.user, cooperative=cooperative_be, name="script")
    if change == "wrong":
        token = token[:-1]
    elif change == "inactive":
        type(nora.user).objects.filter(pk=nora.user.pk).update(is_active=False)
    else:
        column = "revoked_at" if change == "revoked" else "expires_at"
        ApiToken.objects.update(**{column: timezone.now()})
    answer = ask(client, token)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_refusal_is_a_problem_with_a_code(client: Client, nora: Person) -> None:
    signed_out = client.get(SHARES)
    assert (signed_out.status_code, signed_out.headers["Content-Type"]) == (401, "application/problem+json")
    client.force_login(nora.user)
    refused = client.post("/be/api/v1/share-subscriptions/", {"shares": 0}, content_type="application/json")
    assert refused.status_code == 422
    body = refused.json()
    assert {"type", "title", "status", "detail", "code", "params", "errors"} <= set(body)
    assert (body["code"], body["errors"][0]["field"]) == ("invalid", "shares")
    first = client.post("/be/api/v1/share-subscriptions/", {"shares": 1}, content_type="application/json")
    second = client.post("/be/api/v1/share-subscriptions/", {"shares": 1}, content_type="application/json")
    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json()["code"] == "subscription_pending"
    assert "+++" in second.json()["params"]["communication"]


def test_every_answer_carries_the_security_headers(client: Client, nora: Person) -> None:
    for path in (SHARES, "/be/parts/", "/accounts/login/", "/healthz"):
        answer = client.get(path)
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
