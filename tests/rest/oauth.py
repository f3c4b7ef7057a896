"""A program that speaks OAuth 2, and a person who answers it."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.db.models import Model
from django.test import Client

from core.models import AuditEvent, Cooperative
from core.programs import services
from core.programs.models import OAuthClient, OAuthGrant, OAuthToken
from core.tenancy import tenant_scope
from members.models import Person
from tests.factories import SYSTEM

BACK = "https://caisse.example/retour"
VERIFIER = "a-verifier-that-nobody-guesses-because-it-is-long"
SHARES, ME = "/be/api/v1/shares/", "/be/api/v1/me/"


def register(owner: Person, cooperative: Cooperative, **given: Any) -> tuple[OAuthClient, str]:
    assert owner.user is not None
    about = {
        "kind": "web",
        "name": "La Caisse",
        "scopes": ["governance:read", "members:read"],
        "redirect_uris": [BACK],
    }
    return services.register_client(
        cooperative=cooperative, owner=owner.user, actor=SYSTEM, **(about | given)
    )


def challenge(verifier: str = VERIFIER) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def question(client: OAuthClient, **given: Any) -> str:
    """The address to which a program sends a person; None leaves a parameter out."""
    about = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": BACK,
        "scope": "governance:read",
        "state": "back-with-this",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
    } | given
    return "/oauth/authorize?" + urlencode({key: value for key, value in about.items() if value is not None})


def consent(person: Person, client: OAuthClient, answer: str = "allow", **given: Any) -> dict[str, str]:
    """Sign in, read the page, answer it; what the program is told."""
    browser = Client()
    browser.force_login(person.user)
    address = question(client, **given)
    assert browser.get(address).status_code == 200
    went = browser.post(address, {"answer": answer})
    assert went.status_code == 302
    assert went["Location"].startswith(given.get("redirect_uri", BACK) + "?")
    return told(went["Location"])


def told(location: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(location).query).items()}


def change(client: OAuthClient, secret: str, door: str = "/oauth/token", **given: Any) -> Any:
    """Knock at the door for tokens; the secret goes in the header, as RFC 6749 prefers."""
    body = {"client_id": client.client_id} if not secret else {}
    proof = base64.b64encode(f"{client.client_id}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {proof}"} if secret else {}
    return Client().post(
        door,
        urlencode({key: value for key, value in (body | given).items() if value is not None}),
        content_type="application/x-www-form-urlencoded",
        headers=headers,
    )


def with_code(client: OAuthClient, secret: str, code: str, **given: Any) -> Any:
    about = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }
    return change(client, secret, **(about | given))


def connected(person: Person, client: OAuthClient, secret: str, **given: Any) -> dict[str, Any]:
    """The whole way; the tokens."""
    code = consent(person, client, **given)["code"]
    back = {"redirect_uri": given["redirect_uri"]} if "redirect_uri" in given else {}
    answer = with_code(client, secret, code, **back)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def renew(client: OAuthClient, secret: str, refresh: str, **given: Any) -> Any:
    return change(client, secret, grant_type="refresh_token", refresh_token=refresh, **given)


def ask(token: str, path: str = SHARES, method: str = "get", **body: Any) -> Any:
    sent = {"data": body, "content_type": "application/json"} if body else {}
    return getattr(Client(), method)(path, headers={"Authorization": f"Bearer {token}"}, **sent)


def state() -> list[Any]:
    """Every row of connected programs."""
    kinds: tuple[type[Model], ...] = (OAuthClient, OAuthGrant, OAuthToken)
    return [list(kind._default_manager.order_by("pk").values()) for kind in kinds]


def acts(cooperative: Cooperative) -> list[str]:
    with tenant_scope(cooperative):
        rows = AuditEvent.objects.filter(action__startswith="programs.").order_by("at", "pk")
        return [row.action.removeprefix("programs.") for row in rows]
