"""An administrator registers an app, a member allows it, it reads for them until they end it."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from tests.e2e.forms import agree, fill, press, words
from tests.e2e.window import DESKTOP, PHONE, Window


class App(HTTPServer):
    """An app on the person's own machine: it waits for the browser to come back with a code."""

    told: dict[str, str]

    @property
    def home(self) -> str:
        """Where it wants the person sent back to."""
        return f"http://127.0.0.1:{self.server_port}/done"


class _Ear(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/done"):
            app: Any = self.server
            app.told = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>ok</title><p>ok</p>")

    def log_message(self, *_: Any) -> None:
        """Say nothing on the console."""


@pytest.fixture
def app() -> Iterator[App]:
    """Listening on whichever port is free."""
    server = App(("127.0.0.1", 0), _Ear)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join(timeout=5)
    server.server_close()


def test_an_app_is_registered_allowed_used_and_ended(open_as: Callable[..., Window], app: App) -> None:
    client_id = _register(open_as("coop_admin", DESKTOP))
    verifier = secrets.token_urlsafe(48)
    window = open_as("member", PHONE)

    _allow(window, app, client_id, verifier)
    assert app.told["state"] == "nora"
    site = app.told["iss"].removesuffix("oauth")
    tokens = _post(
        f"{site}oauth/token",
        grant_type="authorization_code",
        code=app.told["code"],
        client_id=client_id,
        redirect_uri=app.home,
        code_verifier=verifier,
    )
    assert _get(f"{site}be/api/v1/shares/", tokens["access_token"]) == 200
    assert _get(f"{site}be/api/v1/invoices/", tokens["access_token"]) == 403

    page = window.open("be/jetons/")
    assert "Poche" in words(page.locator("#grants"))
    page.locator("#grants button", has_text="Retirer").first.click()
    agree(page)
    expect(page.locator(".toast")).to_be_visible()
    assert _get(f"{site}be/api/v1/shares/", tokens["access_token"]) == 401
    assert window.faults == []


def _register(window: Window) -> str:
    page = window.open("be/programmes/nouveau/")
    fill(page, name="Poche", redirect_uris="http://127.0.0.1/done")
    page.locator("[name=kind][value=native]").check()
    page.locator("[name=scopes][value='governance:read']").check()
    press(page, "Enregistrer le programme")
    page.get_by_text("Une application ne garde aucun secret").wait_for()
    return words(page.locator("main code").first)


def _allow(window: Window, app: App, client_id: str, verifier: str) -> None:
    """Come to the question as the app sends people there, and say yes; the browser must be let back."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": app.home,
        "state": "nora",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    page = window.open(f"oauth/authorize?{urlencode(asked)}")
    assert "Parts et registre : lire" in words(page.locator("main"))
    press(page, "Permettre")
    page.wait_for_url(f"{app.home}?*")
    window.faults[:] = [
        fault for fault in window.faults if f"asks another host: {app.home[:-5]}" not in fault
    ]


def _post(url: str, **form: str) -> dict[str, Any]:
    with urlopen(url, urlencode(form).encode(), timeout=20) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def _get(url: str, token: str) -> int:
    try:
        with urlopen(Request(url, headers={"Authorization": f"Bearer {token}"}), timeout=20) as answer:
            return int(answer.status)
    except HTTPError as refused:
        return refused.code
