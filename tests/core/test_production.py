"""What production switches on, read from the settings as a process of production reads them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def settings_of(**given: str) -> Any:
    """The settings in a process of their own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("SMART_")}
    answer = subprocess.run(
        [
            sys.executable,
            "-c",
            "import json, smart.settings as s;"
            "print(json.dumps({k: v for k, v in vars(s).items() if k.isupper()}, default=str))",
        ],
        env=env | given,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_production_speaks_tls_only_and_keeps_its_cookies_to_itself() -> None:
    settings = settings_of(SMART_PRODUCTION="1", SMART_SECRET_KEY="x" * 60, SMART_FIELD_KEY="k")

    assert settings["SECURE_SSL_REDIRECT"] is True
    assert settings["SECURE_HSTS_SECONDS"] >= 31_536_000 and settings["SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    assert settings["SESSION_COOKIE_SECURE"] and settings["CSRF_COOKIE_SECURE"]
    assert settings["SESSION_COOKIE_HTTPONLY"] and settings["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert settings["DEBUG"] is False


def test_production_invents_no_secret() -> None:
    assert settings_of(SMART_PRODUCTION="1")["SECRET_KEY"] == ""
    assert settings_of()["SECRET_KEY"] != ""


@pytest.mark.parametrize("path", ["/", "/healthz", "/accounts/login/", "/nowhere/", "/be/simulateur/"])
@pytest.mark.django_db
def test_every_answer_is_framed_by_nobody_and_runs_no_foreign_script(client: Client, path: str) -> None:
    answer = client.get(path)

    for header, value in HEADERS.items():
        assert answer.headers[header] == value
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy and "*" not in policy
    assert "frame-ancestors 'none'" in policy and "object-src 'none'" in policy


@pytest.mark.django_db
def test_the_cookies_of_a_visit_are_for_this_site_and_no_script(client: Client) -> None:
    answer = client.get("/accounts/login/")

    for cookie in answer.cookies.values():
        assert cookie["samesite"] == "Lax"
