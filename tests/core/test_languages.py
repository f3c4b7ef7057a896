"""French is the house's language until the person chooses another."""

import pytest
from django.test import Client

from tests.factories import make_user


@pytest.mark.parametrize(
    ("chosen", "on_account", "spoken"),
    [("", "fr", "fr"), ("", "en", "en"), ("en", "fr", "en"), ("xx", "fr", "fr")],
)
def test_the_choice_of_the_browser_then_of_the_account_decides(
    db: None, client: Client, chosen: str, on_account: str, spoken: str
) -> None:
    user = make_user()
    user.language = on_account
    user.save()
    client.force_login(user)
    if chosen:
        client.cookies["django_language"] = chosen
    answer = client.get("/accounts/email/", headers={"Accept-Language": "de"})
    assert answer.headers["Content-Language"] == spoken
    assert f'<html lang="{spoken}"' in answer.content.decode()


def test_visitors_are_spoken_to_in_french(db: None, client: Client) -> None:
    answer = client.get("/accounts/login/", headers={"Accept-Language": "en"})
    assert answer.headers["Content-Language"] == "fr"
