"""Administrators register programs; services act by themselves; both sides end what they no longer want."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import ApiToken, AuditEvent, Cooperative
from core.privacy.services import run_retention
from core.programs import services
from core.programs.catalogue import DESCRIPTION, doors
from core.programs.errors import RedirectMissing, RedirectRefused, ScopeNotForPrograms, UnknownScope
from core.programs.models import OAuthClient, OAuthGrant, OAuthToken
from core.tenancy import tenant_scope
from members.enums import Role
from members.models import Person, RoleGrant
from tests.factories import SYSTEM, load_cooperative, make_person
from tests.rest.oauth import (
    BACK,
    acts,
    ask,
    change,
    connected,
    consent,
    question,
    register,
    renew,
    state,
    with_code,
)

PROGRAMS = "/be/api/v1/programs/"


@pytest.fixture
def service(owner: Person, cooperative_be: Cooperative) -> tuple[OAuthClient, str]:
    """A service that reads the audit trail and more."""
    return register(
        owner, cooperative_be, kind="service", name="Archives", redirect_uris=[],
        scopes=["members:read", "search:read"],
    )  # fmt: skip


def serve(client: OAuthClient, secret: str, **given: Any) -> Any:
    return change(client, secret, grant_type="client_credentials", **given)


def signed_in(person: Person) -> Client:
    browser = Client()
    browser.force_login(person.user)
    return browser


def test_a_service_acts_with_the_rights_of_whoever_registered_it(
    service: tuple[OAuthClient, str], owner: Person
) -> None:
    answer = serve(*service).json()
    assert "refresh_token" not in answer and answer["scope"] == "members:read search:read"
    assert ask(answer["access_token"], "/be/api/v1/me/").json()["person"]["id"] == str(owner.pk)
    assert ask(answer["access_token"], "/be/api/v1/audit/").status_code == 200

    narrow = serve(*service, scope="search:read").json()
    assert ask(narrow["access_token"], "/be/api/v1/me/").json()["params"] == {"scope": "members:read"}
    before = state()
    for wrong in ({"scope": "payroll:read"}, {"scope": "members:read payroll:read"}):
        assert serve(*service, **wrong).json()["error"] == "invalid_scope"
    for way in ("authorization_code", "refresh_token"):
        body = {"code": "x", "refresh_token": "x", "redirect_uri": BACK}
        assert change(*service, grant_type=way, **body).json()["error"] == "unauthorized_client"
    assert serve(service[0], "").json()["error"] == "invalid_client"
    assert state() == before


def test_a_service_ends_with_the_role_of_its_owner(
    service: tuple[OAuthClient, str], owner: Person, cooperative_be: Cooperative
) -> None:
    token = serve(*service).json()["access_token"]
    assert ask(token, "/be/api/v1/me/").status_code == 200
    with tenant_scope(cooperative_be):
        RoleGrant.objects.filter(person=owner, role="coop_admin").update(valid_to=date(2026, 2, 1))
        assert RoleGrant.objects.filter(person=owner, role="member", valid_to=None).exists()
    before = state()

    refused = serve(*service)
    assert (refused.status_code, refused.json()["error"]) == (400, "unauthorized_client")
    assert ask(token, "/be/api/v1/me/").status_code == 401
    assert state() == before


def test_a_new_secret_ends_the_old_one_and_what_came_of_it(
    service: tuple[OAuthClient, str], owner: Person, cooperative_be: Cooperative, nora: Person
) -> None:
    client, secret = service
    token = serve(client, secret).json()["access_token"]
    shop, shop_secret = register(owner, cooperative_be)
    tokens = connected(nora, shop, shop_secret)
    browser = signed_in(owner)

    page = browser.post(f"/be/programmes/{client.pk}/agir/", {"act": "rotate"})
    new = page.context["secret"]
    assert new != secret and new in page.content.decode()
    assert new not in browser.get(f"/be/programmes/{client.pk}/").content.decode()
    assert ask(token, "/be/api/v1/me/").status_code == 401
    assert serve(client, secret).json()["error"] == "invalid_client"
    assert serve(client, new).status_code == 200

    rotated = browser.post(f"{PROGRAMS}{shop.pk}/rotate/")
    assert rotated.status_code == 200
    assert renew(shop, shop_secret, tokens["refresh_token"]).json()["error"] == "invalid_client"
    assert renew(shop, rotated.json()["secret"], tokens["refresh_token"]).status_code == 200
    assert acts(cooperative_be).count("secret_rotated") == 2


def test_a_revoked_program_is_refused_everywhere(
    owner: Person, cooperative_be: Cooperative, nora: Person
) -> None:
    shop, secret = register(owner, cooperative_be)
    tokens = connected(nora, shop, secret)
    code = consent(nora, shop)["code"]
    assert signed_in(owner).post(f"/be/programmes/{shop.pk}/agir/", {"act": "revoke"}).status_code == 302
    before = state()

    assert ask(tokens["access_token"]).status_code == 401
    assert renew(shop, secret, tokens["refresh_token"]).json()["error"] == "invalid_client"
    assert with_code(shop, secret, code).json()["error"] == "invalid_client"
    again = signed_in(owner).post(f"/be/programmes/{shop.pk}/agir/", {"act": "revoke"})
    assert again.status_code == 404
    assert state() == before
    assert acts(cooperative_be)[-1] == "client_revoked"


def test_an_administrator_registers_a_program_by_page(owner: Person, cooperative_be: Cooperative) -> None:
    browser = signed_in(owner)
    assert "Aucun programme" in browser.get("/be/programmes/").content.decode()
    form = {"name": "La Caisse", "kind": "web", "scopes": ["governance:read"], "redirect_uris": f"{BACK}\r\n"}
    wrong = browser.post("/be/programmes/nouveau/", form | {"redirect_uris": "http://caisse.example/"})
    assert wrong.status_code == 422 and OAuthClient.objects.count() == 0

    page = browser.post("/be/programmes/nouveau/", form)
    client = OAuthClient.objects.get()
    assert page.status_code == 201 and client.client_id in page.content.decode()
    assert services.is_secret_of(client, page.context["secret"])
    assert (client.cooperative, client.owner, client.redirect_uris) == (cooperative_be, owner.user, [BACK])
    assert "La Caisse" in browser.get("/be/programmes/").content.decode()
    assert page.context["secret"] not in str(state())
    with tenant_scope(cooperative_be):
        event = AuditEvent.objects.get(action="programs.client_registered")
        assert (event.subject_id, event.user_id) == (client.pk, owner.user_id)


def test_an_administrator_registers_a_program_by_rest_and_sees_the_secret_once(owner: Person) -> None:
    browser = signed_in(owner)
    body = {"name": "Archives", "kind": "service", "scopes": ["search:read"]}
    first, again = (
        browser.post(PROGRAMS, body, content_type="application/json", headers={"Idempotency-Key": "7"})
        for _ in range(2)
    )
    assert first.status_code == again.status_code == 201
    assert first.json()["client_id"] == again.json()["client_id"]
    assert "secret" in first.json() and "secret" not in again.json()
    assert OAuthClient.objects.count() == 1
    assert browser.get(PROGRAMS).json()["results"][0]["name"] == "Archives"
    assert browser.delete(f"{PROGRAMS}{first.json()['id']}/").status_code == 204
    assert OAuthClient.objects.get().revoked_at is not None


def test_a_token_registers_no_program_that_may_do_more_than_itself(
    owner: Person, cooperative_be: Cooperative
) -> None:
    assert owner.user is not None
    held = ["programs:write", "search:read"]
    text = services.issue_token(user=owner.user, cooperative=cooperative_be, name="x", scopes=held)[1]
    asked = {"name": "y", "kind": "service", "scopes": ["search:read", "payroll:write"]}

    refused = ask(text, PROGRAMS, "post", **asked)
    assert refused.json()["params"] == {"scope": "payroll:write"}
    nothing = ask(text, "/be/api/v1/tokens/", "post", name="z", scopes=["payroll:write"])
    assert (nothing.status_code, nothing.json()["code"]) == (403, "scope_missing")
    assert (OAuthClient.objects.count(), ApiToken.objects.count()) == (0, 1)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"scopes": ["payroll:eat"]}, UnknownScope),
        ({"scopes": ["programs:write"]}, ScopeNotForPrograms),
        ({"redirect_uris": []}, RedirectMissing),
        ({"redirect_uris": [f"{BACK}/{number}" for number in range(11)]}, RedirectMissing),
        ({"kind": "service"}, RedirectMissing),
        ({"redirect_uris": ["http://127.0.0.1/x"]}, RedirectRefused),
        ({"kind": "native", "redirect_uris": ["http://localhost/x"]}, RedirectRefused),
        ({"kind": "native", "redirect_uris": ["http://[::1]/x"]}, RedirectRefused),
        ({"kind": "native", "redirect_uris": ["caisse:/x"]}, RedirectRefused),
        ({"redirect_uris": ["https://*.example/x"]}, RedirectRefused),
        ({"redirect_uris": ["https://caisse.example/x#y"]}, RedirectRefused),
        ({"redirect_uris": ["https://caisse.example;script-src/x"]}, RedirectRefused),
        ({"redirect_uris": ["https://nora:x@caisse.example/x"]}, RedirectRefused),
        ({"redirect_uris": ["https://caisse.example:99999/x"]}, RedirectRefused),
        ({"redirect_uris": ["javascript:alert(1)"]}, RedirectRefused),
    ],
)
def test_what_a_program_cannot_be(
    owner: Person, cooperative_be: Cooperative, given: dict[str, Any], error: type[Exception]
) -> None:
    before = state()
    with pytest.raises(error):
        register(owner, cooperative_be, **given)
    assert state() == before


def test_programs_of_another_cooperative_do_not_exist(
    service: tuple[OAuthClient, str], cooperative_fr: Cooperative
) -> None:
    with tenant_scope(cooperative_fr):
        load_cooperative()
        stranger = signed_in(make_person(Role.COOP_ADMIN, user=True))
    before = state()
    for path in (f"/fr/programmes/{service[0].pk}/", f"/fr/api/v1/programs/{service[0].pk}/"):
        assert stranger.get(path).status_code == 404
    for act in ("rotate", "revoke"):
        assert stranger.post(f"/fr/programmes/{service[0].pk}/agir/", {"act": act}).status_code == 404
    assert stranger.get("/fr/api/v1/programs/").json()["results"] == []
    assert state() == before


def test_a_person_sees_who_acts_for_them_and_ends_it(
    nora: Person, owner: Person, cooperative_be: Cooperative
) -> None:
    shop, secret = register(owner, cooperative_be)
    mine, theirs = connected(nora, shop, secret), connected(owner, shop, secret)
    consent(nora, shop)  # a code that was never changed is no program yet
    browser = signed_in(nora)
    page = browser.get("/be/jetons/")
    assert [grant.user for grant, _words in page.context["programs"]] == [nora.user]
    assert "La Caisse" in page.content.decode() and "Parts et registre : lire" in page.content.decode()
    (row,) = browser.get("/be/api/v1/consents/").json()
    assert (row["program"], row["scopes"], row["last_used_at"]) == ("La Caisse", ["governance:read"], None)

    before = state()
    others = OAuthGrant.objects.get(user=owner.user)
    assert browser.post(f"/be/programmes/permis/{others.pk}/retirer/").status_code == 404
    assert browser.get(f"/be/api/v1/consents/{others.pk}/").status_code == 404
    assert browser.delete(f"/be/api/v1/consents/{others.pk}/").status_code == 404
    assert state() == before

    assert browser.post(f"/be/programmes/permis/{row['id']}/retirer/").status_code == 302
    assert ask(mine["access_token"]).status_code == 401
    assert ask(theirs["access_token"]).status_code == 200
    assert browser.get("/be/api/v1/consents/").json() == []
    assert acts(cooperative_be)[-1] == "disallowed"


def test_a_program_gives_back_what_it_holds_and_nothing_else(
    nora: Person, owner: Person, cooperative_be: Cooperative
) -> None:
    shop, secret = register(owner, cooperative_be)
    other, other_secret = register(owner, cooperative_be, name="Autre")
    tokens = connected(nora, shop, secret)
    before = state()
    for client, proof, text, status in (
        (other, other_secret, tokens["refresh_token"], 200),
        (shop, secret, "never-held", 200),
        (shop, "wrong", tokens["refresh_token"], 401),
        (shop, secret, None, 400),
    ):
        assert change(client, proof, door="/oauth/revoke", token=text).status_code == status
    assert state() == before

    given_back = tokens["access_token"]
    hint = "refresh_token"
    assert (
        change(shop, secret, door="/oauth/revoke", token=given_back, token_type_hint=hint).status_code == 200
    )
    assert ask(given_back).status_code == 401
    renewed = renew(shop, secret, tokens["refresh_token"]).json()
    assert change(shop, secret, door="/oauth/revoke", token=renewed["refresh_token"]).status_code == 200
    assert ask(renewed["access_token"]).status_code == 401
    assert acts(cooperative_be)[-1] == "given_back"


def test_what_a_program_does_is_written_down_with_its_name(
    nora: Person, owner: Person, cooperative_be: Cooperative
) -> None:
    shop = register(owner, cooperative_be, scopes=["governance:write"])
    token = connected(nora, *shop, scope="governance:write")["access_token"]
    assert ask(token, "/be/api/v1/share-subscriptions/", "post", shares=1).status_code == 201
    with tenant_scope(cooperative_be):
        event = AuditEvent.objects.filter(action__startswith="governance.").latest("at")
        assert (event.actor_label, event.person_id) == (f"{nora} · La Caisse", nora.pk)


def test_a_program_counts_as_one_however_many_tokens_it_holds(
    nora: Person, owner: Person, cooperative_be: Cooperative, settings: Any
) -> None:
    shop = register(owner, cooperative_be)
    first, second = connected(nora, *shop), connected(owner, *shop)
    settings.API_RATES = {"known": "3/min", "unknown": "20/min"}
    statuses = [ask(token["access_token"]).status_code for token in (first, second, first, second)]
    assert statuses == [200, 200, 200, 429]


def test_the_door_for_tokens_is_not_for_guessing(service: tuple[OAuthClient, str], settings: Any) -> None:
    settings.API_RATES = {"known": "9/min", "unknown": "3/min"}
    before = state()
    answers = [serve(service[0], f"guess {number}") for number in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert int(answers[3]["Retry-After"]) > 0
    assert state() == before


def test_the_use_of_a_program_is_noted_and_what_is_over_is_forgotten(
    nora: Person, owner: Person, cooperative_be: Cooperative
) -> None:
    shop = register(owner, cooperative_be)
    tokens = connected(nora, *shop)
    ask(tokens["access_token"])
    assert OAuthGrant.objects.get().last_used_at is not None
    OAuthToken.objects.filter(kind="access").update(expires_at=timezone.now() - timedelta(days=1))
    renew(*shop, tokens["refresh_token"])
    assert OAuthToken.objects.count() == 3
    consent(nora, shop[0])
    OAuthGrant.objects.filter(code_spent_at=None).update(code_ends_at=timezone.now() - timedelta(days=1))
    consent(nora, shop[0])
    assert OAuthGrant.objects.filter(code_spent_at=None).count() == 1


def test_what_ended_more_than_a_year_ago_is_forgotten(
    nora: Person, owner: Person, cooperative_be: Cooperative, cooperative_fr: Cooperative
) -> None:
    shop = register(owner, cooperative_be)
    lasting, over = connected(nora, *shop), connected(owner, *shop)
    assert nora.user is not None
    services.issue_token(user=nora.user, cooperative=cooperative_be, name="x", scopes=["search:read"], days=1)
    OAuthGrant.objects.filter(user=owner.user).update(revoked_at=timezone.now())
    now = timezone.now().date()

    for cooperative, days, left in (
        (cooperative_fr, 400, (2, 1)),
        (cooperative_be, 300, (2, 1)),
        (cooperative_be, 370, (1, 0)),
    ):
        run_retention(cooperative, on=now + timedelta(days=days), actor=SYSTEM, dry=False)
        assert (OAuthGrant.objects.count(), ApiToken.objects.count()) == left
    assert ask(lasting["access_token"]).status_code == 200
    assert ask(over["access_token"]).status_code == 401


def test_nothing_acts_for_an_account_that_is_forgotten(
    nora: Person, owner: Person, cooperative_be: Cooperative
) -> None:
    shop = register(owner, cooperative_be)
    mine, theirs = connected(nora, *shop), connected(owner, *shop)
    services.forget_account(user_id=nora.user_id or 0, cooperative=cooperative_be)
    assert ask(mine["access_token"]).status_code == 401
    assert ask(theirs["access_token"]).status_code == 200


def test_programs_find_the_doors_by_themselves(cooperative_be: Cooperative) -> None:
    for path in (
        "/oauth/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/oauth",
    ):
        found = Client().get(path).json()
        assert found["issuer"] == "http://testserver/oauth"
        assert found["token_endpoint"] == "http://testserver/oauth/token"
        assert found["code_challenge_methods_supported"] == ["S256"]
        assert found["response_types_supported"] == ["code"]
        assert "openid" not in found["scopes_supported"]


def test_developers_find_every_door_with_its_scope(nora: Person) -> None:
    every = [door for found in doors("be").values() for door in found]
    assert len(every) > 100
    assert {door.path for door in every if not door.scope} == {"/be/api/v1/simulations/"}
    browser = signed_in(nora)
    text = browser.get("/be/developpeurs/").content.decode()
    for wanted in (
        "http://testserver/be/api/v1/",
        "http://testserver/oauth/token",
        "payroll:write",
        "scope_missing",
    ):
        assert wanted in text
    assert "/be/api/v1/invoices/" in text
    found = browser.get("/be/developpeurs/?q=webhooks+rotate").content.decode()
    assert "/rotate/" in found and "/be/api/v1/invoices/" not in found
    assert "Aucune porte" in browser.get("/be/developpeurs/?q=licorne").content.decode()
    taken = browser.get(reverse("programs:openapi", kwargs={"cooperative": "be"}))
    assert taken.content == DESCRIPTION.read_bytes() and "attachment" in taken["Content-Disposition"]


def test_a_person_of_the_house_shows_a_second_factor_before_allowing(
    owner: Person, cooperative_be: Cooperative, settings: Any
) -> None:
    shop, _secret = register(owner, cooperative_be)
    settings.SECOND_FACTOR = "required"
    before = state()
    for answer in (
        signed_in(owner).get(question(shop)),
        signed_in(owner).post(question(shop), {"answer": "allow"}),
    ):
        assert answer.status_code == 302 and answer["Location"].startswith("/accounts/")
    assert state() == before
