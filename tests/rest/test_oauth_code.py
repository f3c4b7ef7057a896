"""A person connects a program: consent, code, tokens, and everything that goes wrong on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.models import Cooperative
from core.programs.models import OAuthClient, OAuthGrant, OAuthToken
from core.tenancy import tenant_scope
from members.models import Person
from tests.factories import load_cooperative, make_person, make_user
from tests.rest.oauth import (
    BACK,
    ME,
    acts,
    ask,
    connected,
    consent,
    question,
    register,
    renew,
    state,
    told,
    with_code,
)


def test_a_person_connects_a_website_and_it_reads_for_them(
    nora: Person, shop: tuple[OAuthClient, str], cooperative_be: Cooperative
) -> None:
    client, secret = shop
    browser = Client()
    to_log_in = browser.get(question(client))
    assert to_log_in.status_code == 302 and to_log_in["Location"].startswith("/accounts/login/?next=/oauth/")

    browser.force_login(nora.user)
    page = browser.get(question(client))
    text = page.content.decode()
    assert "La Caisse" in text and cooperative_be.name in text and "Parts et registre" in text
    assert "form-action 'self' https://caisse.example;" in page["Content-Security-Policy"]
    assert "no-store" in page["Cache-Control"]

    answer = told(browser.post(question(client), {"answer": "allow"})["Location"])
    assert answer["state"] == "back-with-this"
    assert answer["iss"] == "http://testserver/oauth"
    tokens = with_code(client, secret, answer["code"])
    assert tokens.status_code == 200 and "no-store" in tokens["Cache-Control"]
    body = tokens.json()
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 1800, "governance:read")
    assert body["access_token"].startswith("smart_")

    assert ask(body["access_token"]).status_code == 200
    assert acts(cooperative_be) == ["client_registered", "allowed"]
    kept = str(state())
    for text in (secret, answer["code"], body["access_token"], body["refresh_token"]):
        assert text not in kept


def test_a_scope_that_was_not_allowed_is_named_in_the_refusal(
    nora: Person, shop: tuple[OAuthClient, str]
) -> None:
    token = connected(nora, *shop)["access_token"]
    before = state()[0]

    for refused, scope in (
        (ask(token, ME), "members:read"),
        (ask(token, "/be/api/v1/share-subscriptions/", "post", shares=1), "governance:write"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
        assert refused.json()["params"] == {"scope": scope}
    assert state()[0] == before


def test_an_app_needs_no_secret_and_any_port_of_its_own_machine(
    nora: Person, owner: Person, cooperative_be: Cooperative
) -> None:
    app, none = register(
        owner, cooperative_be, kind="native", redirect_uris=["http://127.0.0.1/done"], name="Poche"
    )
    assert none == ""
    home = "http://127.0.0.1:53211/done"

    tokens = connected(nora, app, "", redirect_uri=home)
    assert ask(tokens["access_token"]).status_code == 200
    for elsewhere in ("http://127.0.0.1:53211/other", "http://127.0.0.2:53211/done", "http://localhost/done"):
        browser = Client()
        browser.force_login(nora.user)
        assert browser.get(question(app, redirect_uri=elsewhere)).status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "https://voleur.example/retour",
        BACK + "/",
        BACK + "?a=1",
        BACK + "#a",
        "https://caisse.example:8443/retour",
        "http://caisse.example/retour",
        "https://CAISSE.example/retour",
        "https://x@caisse.example/retour",
        None,
    ],
)
def test_nobody_is_sent_to_an_address_that_was_not_registered(
    nora: Person, shop: tuple[OAuthClient, str], address: str | None
) -> None:
    browser = Client()
    browser.force_login(nora.user)
    before = state()

    for answer in (
        browser.get(question(shop[0], redirect_uri=address)),
        browser.post(question(shop[0], redirect_uri=address), {"answer": "allow"}),
    ):
        assert answer.status_code == 400 and "Location" not in answer
    assert state() == before


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"scope": "payroll:write"}, "invalid_scope"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
    ],
)
def test_a_wrong_question_goes_back_to_the_program(
    nora: Person, shop: tuple[OAuthClient, str], given: dict[str, Any], error: str
) -> None:
    browser = Client()
    browser.force_login(nora.user)
    before = state()

    for went in (
        browser.get(question(shop[0], **given)),
        browser.post(question(shop[0], **given), {"answer": "allow"}),
    ):
        assert went.status_code == 302 and went["Location"].startswith(BACK + "?")
        assert (told(went["Location"])["error"], told(went["Location"])["state"]) == (error, "back-with-this")
    assert state() == before


def test_a_person_says_no(nora: Person, shop: tuple[OAuthClient, str]) -> None:
    before = state()
    assert consent(nora, shop[0], "refuse")["error"] == "access_denied"
    assert state() == before


def test_consent_is_a_form_of_ours_and_nobody_elses(nora: Person, shop: tuple[OAuthClient, str]) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(nora.user)
    before = state()
    assert browser.post(question(shop[0]), {"answer": "allow"}).status_code == 403
    assert state() == before


def test_whoever_is_nobody_in_the_cooperative_allows_nothing(
    nora: Person, shop: tuple[OAuthClient, str], cooperative_fr: Cooperative
) -> None:
    with tenant_scope(cooperative_fr):
        load_cooperative()
        stranger = make_person(user=True).user
    before = state()
    for user in (stranger, make_user()):
        browser = Client()
        browser.force_login(user)
        assert browser.get(question(shop[0])).status_code == 403
        assert browser.post(question(shop[0]), {"answer": "allow"}).status_code == 403
    assert state() == before


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"code_verifier": "another-verifier-that-is-just-as-long-as-the-right-one"}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"redirect_uri": "https://caisse.example/ailleurs"}, "invalid_request"),
        ({"code": "never-given"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
    ],
)
def test_a_code_alone_is_worth_nothing(
    nora: Person, shop: tuple[OAuthClient, str], given: dict[str, Any], error: str
) -> None:
    client, secret = shop
    code = consent(nora, client)["code"]
    before = state()

    refused = with_code(client, secret, **({"code": code} | given))
    assert (refused.status_code, refused.json()["error"]) == (400, error)
    assert state() == before
    assert with_code(client, secret, code).status_code == 200


def test_a_code_belongs_to_the_program_that_asked_and_its_secret_is_wanted(
    nora: Person, shop: tuple[OAuthClient, str], owner: Person, cooperative_be: Cooperative
) -> None:
    client, secret = shop
    other, other_secret = register(owner, cooperative_be, name="Autre")
    code = consent(nora, client)["code"]
    before = state()

    assert with_code(other, other_secret, code).json()["error"] == "invalid_grant"
    for wrong in (other_secret, "x", ""):
        refused = with_code(client, wrong, code)
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    both = with_code(client, secret, code, client_secret=secret)
    assert both.json()["error"] == "invalid_client"
    assert state() == before


def test_an_old_code_is_worth_nothing(nora: Person, shop: tuple[OAuthClient, str]) -> None:
    code = consent(nora, shop[0])["code"]
    OAuthGrant.objects.update(code_ends_at=timezone.now() - timedelta(seconds=1))
    before = state()
    assert with_code(*shop, code).json()["error"] == "invalid_grant"
    assert state() == before


def test_a_replayed_code_ends_all_that_came_of_it(
    nora: Person, shop: tuple[OAuthClient, str], cooperative_be: Cooperative
) -> None:
    untouched = connected(nora, *shop)
    code = consent(nora, shop[0])["code"]
    tokens = with_code(*shop, code).json()
    assert ask(tokens["access_token"]).status_code == 200

    assert with_code(*shop, code).json()["error"] == "invalid_grant"
    assert ask(tokens["access_token"]).status_code == 401
    assert renew(*shop, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert acts(cooperative_be)[-1] == "code_replayed"
    assert ask(untouched["access_token"]).status_code == 200


def test_a_refresh_token_is_good_once_and_its_copy_ends_everything(
    nora: Person, shop: tuple[OAuthClient, str], cooperative_be: Cooperative
) -> None:
    first = connected(nora, *shop, scope="governance:read members:read")
    second = renew(*shop, first["refresh_token"], scope="members:read").json()
    assert second["scope"] == "members:read"
    assert ask(second["access_token"], ME).status_code == 200
    assert ask(second["access_token"]).json()["code"] == "scope_missing"
    third = renew(*shop, second["refresh_token"]).json()
    assert sorted(third["scope"].split()) == ["governance:read", "members:read"]

    before = state()
    too_much = renew(*shop, third["refresh_token"], scope="governance:write")
    assert too_much.json()["error"] == "invalid_scope"
    assert state() == before

    assert renew(*shop, first["refresh_token"]).json()["error"] == "invalid_grant"
    for token in (first, second, third):
        assert ask(token["access_token"]).status_code == 401
    assert renew(*shop, third["refresh_token"]).json()["error"] == "invalid_grant"
    assert acts(cooperative_be)[-1] == "refresh_reused"


def test_a_refresh_token_of_another_program_or_too_old_is_worth_nothing(
    nora: Person, shop: tuple[OAuthClient, str], owner: Person, cooperative_be: Cooperative
) -> None:
    other = register(owner, cooperative_be, name="Autre")
    tokens = connected(nora, *shop)
    before = state()
    assert renew(*other, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert renew(*shop, tokens["access_token"]).json()["error"] == "invalid_grant"
    assert ask(tokens["refresh_token"]).status_code == 401
    assert state() == before

    OAuthToken.objects.filter(kind="refresh").update(expires_at=timezone.now())
    before = state()
    assert renew(*shop, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert state() == before


@pytest.mark.parametrize("over", ["token", "consent", "revoked", "account"])
def test_what_is_over_opens_nothing(nora: Person, shop: tuple[OAuthClient, str], over: str) -> None:
    token = connected(nora, *shop)["access_token"]
    assert ask(token).status_code == 200
    now = timezone.now()
    if over == "token":
        OAuthToken.objects.update(expires_at=now)
    elif over == "consent":
        OAuthGrant.objects.update(ends_at=now)
    elif over == "revoked":
        OAuthGrant.objects.update(revoked_at=now)
    else:
        assert nora.user is not None
        nora.user.is_active = False
        nora.user.save()
    before = state()

    refused = ask(token, "/be/api/v1/share-subscriptions/", "post", shares=1)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert state() == before


def test_a_stolen_token_is_no_token_in_another_cooperative(
    nora: Person, shop: tuple[OAuthClient, str], cooperative_fr: Cooperative
) -> None:
    with tenant_scope(cooperative_fr):
        load_cooperative()
        make_person(user=nora.user)
    token = connected(nora, *shop)["access_token"]
    before = state()
    assert ask(token, "/fr/api/v1/shares/").status_code == 404
    assert ask(token, "/xx/api/v1/shares/").status_code == 404
    assert state() == before
