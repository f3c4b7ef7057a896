"""Guessing passwords and codes ends soon, tells nothing, and no refusal or failure of the cache undoes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.accounts.models import Attempt
from core.models import User
from tests.cluster import FreshDatabase
from tests.factories import PASSWORD, make_user

MOST = 5


class CountingHasher(Argon2PasswordHasher):
    """Argon2 that says how often it worked: the work is what takes the time."""

    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).hashed += 1
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        type(self).hashed += 1
        return super().verify(password, encoded)


@pytest.fixture
def hasher(settings: Any) -> Iterator[type[CountingHasher]]:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    CountingHasher.hashed = 0
    yield CountingHasher
    CountingHasher.hashed = 0


@pytest.fixture
def nora(fresh_database: FreshDatabase) -> User:
    user = make_user("nora@example.org", password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def knock(email: str, password: str, browser: Client | None = None, **extra: str) -> Any:
    data = {"login": email, "password": password}
    return (browser or Client()).post("/accounts/login/", data, **extra)  # type: ignore[arg-type]


def guess(email: str, times: int = MOST, **extra: str) -> list[Any]:
    return [knock(email, f"guess number {number}", **extra) for number in range(times)]


def is_in(answer: Any) -> bool:
    return bool(answer.status_code == 302)


def visible(answer: Any, email: str) -> str:
    """What a visitor sees, without the address that they typed and the random token of the form."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return text.replace(email, "ADDRESS")


def test_after_five_wrong_passwords_the_right_one_does_not_open(nora: User) -> None:
    guess(nora.email)

    answer = knock(nora.email, PASSWORD)

    assert not is_in(answer)
    assert "_auth_user_id" not in answer.client.session


def test_four_wrong_passwords_are_a_bad_memory(nora: User) -> None:
    guess(nora.email, MOST - 1)

    assert is_in(knock(nora.email, PASSWORD))


def test_the_lock_ends_by_itself_and_knocking_on_does_not_prolong_it(nora: User) -> None:
    guess(nora.email)
    guess(nora.email, 3)
    assert Attempt.objects.count() == 2 * MOST
    Attempt.objects.update(at=timezone.now() - timedelta(minutes=15))

    assert is_in(knock(nora.email, PASSWORD))


def test_a_new_password_through_the_mailbox_unlocks(nora: User) -> None:
    guess(nora.email)
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": nora.email})
    link = re.search(r"/accounts/password/reset/key/\S+", str(mail.outbox[-1].body))
    assert link
    form = browser.get(link.group(), follow=True)
    new = "another long pass phrase"
    browser.post(form.request["PATH_INFO"], {"password1": new, "password2": new})

    assert is_in(knock(nora.email, new))


def test_a_refused_request_does_not_undo_the_count(nora: User) -> None:
    """The rows stand although each of these requests ended in a refusal."""
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/accounts/login/", {"login": nora.email, "password": "x"}).status_code == 403
    assert not Attempt.objects.exists()  # nothing was judged

    for answer in guess(nora.email):
        assert answer.status_code == 200
        assert "_auth_user_id" not in answer.client.session
    assert Attempt.objects.filter(knock="log_in").count() == 2 * MOST


def test_the_lock_stands_although_the_cache_is_away(nora: User, settings: Any) -> None:
    """Nothing listens there: the cache of the house forgives, the door does not."""
    settings.CACHES = {"default": {"BACKEND": "core.cache.HouseCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    guess(nora.email)

    assert not is_in(knock(nora.email, PASSWORD))


def test_one_address_does_not_try_everybodys_account(nora: User) -> None:
    knock("somebody@example.org", "x")
    account, address = Attempt.objects.order_by("pk")
    Attempt.objects.bulk_create(Attempt(knock="log_in", who=address.who) for _ in range(49))

    answer = knock(nora.email, PASSWORD)
    elsewhere = knock(nora.email, PASSWORD, REMOTE_ADDR="198.51.100.7")

    assert account.who != address.who
    assert answer.status_code == 200
    assert not is_in(answer)
    assert is_in(elsewhere)


def test_neither_addresses_nor_accounts_can_be_read_from_the_rows(nora: User) -> None:
    guess(nora.email, 1)

    for row in Attempt.objects.all():
        assert re.fullmatch(r"[0-9a-f]{64}", row.who)


@pytest.mark.parametrize("locked", [False, True])
def test_log_in_answers_alike_for_an_account_and_for_none(
    nora: User, hasher: type[CountingHasher], locked: bool
) -> None:
    nobody = "nobody@example.org"
    seen = {}
    for email in (nora.email, nobody):
        if locked:
            guess(email)
        hasher.hashed = 0
        answer = knock(email, "wrong")
        seen[email] = (answer.status_code, visible(answer, email), hasher.hashed)

    assert seen[nora.email] == seen[nobody]
    assert seen[nobody][2] == (0 if locked else 1)


def test_password_reset_answers_alike_for_an_account_and_for_none(nora: User) -> None:
    answers = [
        Client().post("/accounts/password/reset/", {"email": email})
        for email in (nora.email, "nobody@example.org")
    ]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert [message.to for message in mail.outbox] == [[nora.email], ["nobody@example.org"]]


def test_password_resets_are_not_a_way_to_fill_a_mailbox(nora: User) -> None:
    for _ in range(8):
        Client().post("/accounts/password/reset/", {"email": nora.email})

    assert len(mail.outbox) == 5


def test_sign_up_answers_alike_for_an_account_and_for_none(
    nora: User, hasher: type[CountingHasher], settings: Any
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    seen = []
    for email in (nora.email, "nobody@example.org"):
        hasher.hashed = 0
        data = {"email": email, "password1": "a fresh pass phrase", "password2": "a fresh pass phrase"}
        answer = Client().post("/accounts/signup/", data)
        seen.append((answer.status_code, answer["Location"], hasher.hashed))

    assert seen[0] == seen[1]
    assert seen[0][2] >= 1
    nora.refresh_from_db()
    assert nora.check_password(PASSWORD)
    assert User.objects.count() == 2


def test_many_guesses_at_once_are_not_more_guesses(
    nora: User, fresh_database: FreshDatabase, hasher: type[CountingHasher]
) -> None:
    """Each is counted before it is judged: twelve together cannot all find the count at nought."""
    hasher.hashed = 0

    fresh_database.in_threads(knock, *[(nora.email, f"guess {number}") for number in range(12)])

    assert hasher.hashed <= MOST
    assert Attempt.objects.filter(knock="log_in").count() <= 2 * MOST
