"""My sign-ins: where my account is open, and how I close it elsewhere."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from core.accounts.devices import device_in_words
from core.models import User
from members.enums import Role
from tests.access.people import Somebody
from tests.factories import PASSWORD

PAGE = "/accounts/connexions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def nora(somebody: Somebody) -> User:
    return somebody(Role.MEMBER)


def open_on(user: User, agent: str, address: str = "192.0.2.1") -> Client:
    browser = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return browser


def is_open(browser: Client) -> bool:
    return bool(browser.get("/be/moi/").status_code == 200)


def rows(browser: Client) -> list[Any]:
    found: list[Any] = browser.get(PAGE).context["rows"]
    return found


def test_the_page_names_each_device_and_its_address(nora: User) -> None:
    desk, phone = open_on(nora, FIREFOX), open_on(nora, IPHONE, "198.51.100.9")

    seen = [(row.device, row.address, row.current) for row in rows(desk)]

    assert seen == [
        ("Firefox, Windows", "192.0.2.1", True),
        ("Safari, iPhone", "198.51.100.9", False),
    ]
    assert is_open(phone)


def test_one_is_ended_and_the_others_stay(nora: User) -> None:
    desk, phone, work = open_on(nora, FIREFOX), open_on(nora, IPHONE), open_on(nora, FIREFOX)
    number = next(row.id for row in rows(desk) if row.device == "Safari, iPhone")

    answer = desk.post(f"{PAGE}{number}/fin/")

    assert answer["Location"] == PAGE
    assert not is_open(phone)
    assert is_open(work)
    assert is_open(desk)


def test_all_others_are_ended_at_once(nora: User) -> None:
    desk, phone, work = open_on(nora, FIREFOX), open_on(nora, IPHONE), open_on(nora, FIREFOX)

    desk.post(f"{PAGE}autres/fin/")

    assert [is_open(browser) for browser in (desk, phone, work)] == [True, False, False]
    assert [row.current for row in rows(desk)] == [True]


def test_nobody_ends_the_sessions_of_somebody_else(nora: User, somebody: Somebody) -> None:
    desk = open_on(nora, FIREFOX)
    number = rows(desk)[0].id
    other = open_on(somebody(Role.MEMBER), FIREFOX)

    answer = other.post(f"{PAGE}{number}/fin/")
    other.post(f"{PAGE}autres/fin/")

    assert answer.status_code == 404
    assert is_open(desk)
    assert number not in [row.id for row in rows(other)]


def test_sessions_are_ended_by_an_act_and_not_by_a_link(nora: User) -> None:
    desk, phone = open_on(nora, FIREFOX), open_on(nora, IPHONE)

    assert desk.get(f"{PAGE}autres/fin/").status_code == 405
    assert is_open(phone)


def test_a_new_password_ends_all_others(nora: User) -> None:
    desk, phone = open_on(nora, FIREFOX), open_on(nora, IPHONE)
    new = "another long pass phrase"

    desk.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert is_open(desk)
    assert not is_open(phone)


def test_when_a_session_was_last_seen_is_noted_every_five_minutes(nora: User) -> None:
    desk = open_on(nora, FIREFOX)
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(days=1))
    desk.get("/be/moi/")
    assert rows(desk)[0].last_seen < timezone.now() - timedelta(hours=23)

    session = desk.session
    session["accounts_seen"] = time.time() - 301
    session.save()
    desk.get("/be/moi/", REMOTE_ADDR="203.0.113.5")

    row = rows(desk)[0]
    assert row.last_seen > timezone.now() - timedelta(minutes=1)
    assert row.address == "203.0.113.5"


def test_ended_sessions_are_not_listed(nora: User) -> None:
    desk, phone = open_on(nora, FIREFOX), open_on(nora, IPHONE)
    Session.objects.filter(session_key=phone.session.session_key).update(expire_date=timezone.now())

    assert [row.device for row in rows(desk)] == ["Firefox, Windows"]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        (IPHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Mac"),
        ("", "Appareil inconnu"),
        ("<script>alert(1)</script>", "Appareil inconnu"),
    ],
)  # fmt: skip
def test_devices_are_said_in_words(agent: str, words: str) -> None:
    assert device_in_words(agent) == words
