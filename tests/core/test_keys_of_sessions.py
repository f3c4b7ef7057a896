"""The key that signs log-ins and links in letters is changed without sending people away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client

from core.embedded.layout import CHECKOUT
from core.models import Cooperative, User
from tests.factories import make_user

OLD, NEW, OTHER = "o" * 60, "n" * 60, "x" * 60


@pytest.fixture
def signed_in(settings: Any, cooperative_be: Cooperative) -> tuple[Client, User]:
    """Somebody who signed in under the old key."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    client, user = Client(), make_user()
    client.force_login(user)
    return client, user


def is_known(client: Client) -> bool:
    return "_auth_user_id" in client.session and client.get("/accounts/login/").status_code == 302


def test_people_stay_signed_in_while_the_old_key_is_behind_the_new_one(
    signed_in: tuple[Client, User], settings: Any
) -> None:
    client, user = signed_in
    letter = default_token_generator.make_token(user)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert is_known(client)
    assert default_token_generator.check_token(user, letter)
    settings.SECRET_KEY_FALLBACKS = []
    assert is_known(client), "whoever came back meanwhile was signed in anew under the new key"


def test_without_the_old_key_everybody_signs_in_again(signed_in: tuple[Client, User], settings: Any) -> None:
    client, user = signed_in
    letter = default_token_generator.make_token(user)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OTHER]
    assert not is_known(client)
    assert not default_token_generator.check_token(user, letter)


def test_the_keys_of_before_come_from_the_environment_or_a_file(tmp_path: Any) -> None:
    kept = tmp_path / "fallbacks"
    kept.write_text(f"{OLD},{OTHER}\n")
    code = "import json, smart.settings as s; print(json.dumps(s.SECRET_KEY_FALLBACKS))"
    for given, found in (
        ({}, []),
        ({"SMART_SECRET_KEY_FALLBACKS": OLD}, [OLD]),
        ({"SMART_SECRET_KEY_FALLBACKS_FILE": str(kept)}, [OLD, OTHER]),
    ):
        env = {name: value for name, value in os.environ.items() if not name.startswith("SMART_")}
        answer = subprocess.run(
            [sys.executable, "-c", code],
            env=env | {"SMART_SECRET_KEY": NEW} | given,
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert json.loads(answer.stdout) == found
