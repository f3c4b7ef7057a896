"""The front door: whoever belongs somewhere is led there, whoever does not may choose."""

from __future__ import annotations

import pytest
from django.test import Client

from core.models import Cooperative
from core.tenancy import tenant_scope
from tests.factories import make_person, make_user


@pytest.fixture
def client() -> Client:
    return Client()


def test_a_visitor_chooses_among_the_cooperatives(
    client: Client, cooperative_be: Cooperative, cooperative_fr: Cooperative
) -> None:
    page = client.get("/")

    assert page.status_code == 200
    assert "Smart Belgique" in page.text
    assert "Smart France" in page.text


def test_a_member_is_led_to_the_own_cooperative(
    client: Client, cooperative_be: Cooperative, cooperative_fr: Cooperative
) -> None:
    user = make_user()
    with tenant_scope(cooperative_fr):
        make_person(user=user)
    client.force_login(user)

    page = client.get("/")

    assert page.status_code == 302
    assert page.headers["Location"] == "/fr/"


def test_an_account_that_is_nobody_yet_chooses(
    client: Client, cooperative_be: Cooperative, cooperative_fr: Cooperative
) -> None:
    client.force_login(make_user())

    assert client.get("/").status_code == 200
