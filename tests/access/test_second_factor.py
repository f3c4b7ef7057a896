"""Whoever works for the cooperative shows a second factor before any page, file or REST answer."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from core.accounts.errors import UnknownAccount
from core.models import AuditEvent, Cooperative
from core.services import create_token
from core.tenancy import tenant_scope
from members.enums import Role
from tests.access.people import Somebody, log_in
from tests.factories import PASSWORD

STAFF_PAGE, STAFF_REST = "/be/personnes/", "/be/api/v1/audit/"


def code_for(secret: str) -> str:
    """What the person's app shows now; the app waits for the next code when one was used."""
    cache.clear()
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def set_up_app(browser: Client) -> tuple[str, Any]:
    """Scan the code, type the six digits: the secret, and the page that follows."""
    page = browser.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    return secret, browser.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)}, follow=True)


def test_staff_without_a_factor_is_sent_to_set_one_up(somebody: Somebody) -> None:
    browser = log_in(somebody(Role.COOP_ADMIN))

    answer = browser.get(STAFF_PAGE)

    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/second-facteur/?next=%2Fbe%2Fpersonnes%2F"
    page = browser.get(answer["Location"])
    assert "/accounts/2fa/webauthn/add/" in page.content.decode()
    assert "/accounts/2fa/totp/activate/" in page.content.decode()


def test_a_part_of_a_page_does_not_show_the_set_up_inside_it(somebody: Somebody) -> None:
    answer = log_in(somebody(Role.FINANCE)).get("/be/moi/", headers={"HX-Request": "true"})

    assert answer["HX-Redirect"].startswith("/accounts/second-facteur/")


def test_staff_without_a_factor_gets_nothing_by_rest(somebody: Somebody) -> None:
    answer = log_in(somebody(Role.COOP_ADMIN)).get(STAFF_REST)

    assert answer.status_code == 403
    assert answer.json()["code"] == "second_factor_required"


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.MEMBER, Role.CLIENT_CONTACT)])
def test_every_role_that_works_for_the_cooperative_is_asked(somebody: Somebody, role: Role) -> None:
    answer = log_in(somebody(Role.MEMBER, role)).get("/be/moi/")

    assert answer["Location"].startswith("/accounts/second-facteur/")


@pytest.mark.parametrize("role", [Role.MEMBER, Role.CLIENT_CONTACT])
def test_members_and_client_contacts_are_not_asked(somebody: Somebody, role: Role) -> None:
    browser = log_in(somebody(role))

    assert browser.get("/be/moi/").status_code == 200
    assert browser.get("/be/api/v1/me/").status_code == 200


def test_the_whole_way_with_an_app(somebody: Somebody) -> None:
    user = somebody(Role.COOP_ADMIN)
    browser = log_in(user)
    browser.get(browser.get(STAFF_PAGE)["Location"])

    secret, codes = set_up_app(browser)

    # recovery codes, once
    assert codes.status_code == 200
    shown = re.findall(r"\b\d{8}\b", codes.content.decode())
    assert len(set(shown)) == 10
    assert not set(shown) & set(
        re.findall(r"\b\d{8}\b", browser.get("/accounts/2fa/recovery-codes/").content.decode())
    )
    # and on to the page that was asked for
    assert browser.get("/accounts/second-facteur/suite/")["Location"] == STAFF_PAGE
    assert browser.get(STAFF_PAGE).status_code == 200
    assert browser.get(STAFF_REST).status_code == 200

    # the next time the password alone opens nothing
    again = Client()
    answer = again.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert "/accounts/login/" in again.get(STAFF_PAGE)["Location"]
    wrong = again.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert "/accounts/login/" in again.get(STAFF_PAGE)["Location"]
    again.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert again.get(STAFF_PAGE).status_code == 200

    # without the phone: a recovery code, which opens once
    third = log_in(user)
    third.post("/accounts/2fa/authenticate/", {"code": shown[0]})
    assert third.get(STAFF_PAGE).status_code == 200
    fourth = log_in(user)
    fourth.post("/accounts/2fa/authenticate/", {"code": shown[0]})
    assert "/accounts/login/" in fourth.get(STAFF_PAGE)["Location"]


def test_sessions_from_before_the_factor_end(somebody: Somebody) -> None:
    """Whoever came in earlier with a stolen password has shown no factor."""
    user = somebody(Role.COOP_ADMIN)
    thief, owner = log_in(user), log_in(user)

    set_up_app(owner)

    assert "/accounts/login/" in thief.get("/be/moi/")["Location"]
    assert UserSession.objects.filter(user=user).count() == 1


def test_a_session_that_has_not_shown_the_factor_is_asked_for_it(somebody: Somebody) -> None:
    """However it came about: what counts is this session, not that the account has a factor."""
    user = somebody(Role.COOP_ADMIN)
    set_up_app(log_in(user))
    other = Client()
    other.force_login(user)

    assert other.get(STAFF_PAGE)["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fbe%2Fpersonnes%2F"
    assert other.get(STAFF_REST).status_code == 403


def test_the_last_factor_of_staff_stays(somebody: Somebody) -> None:
    user = somebody(Role.COOP_ADMIN)
    browser = log_in(user)
    set_up_app(browser)

    answer = browser.post("/accounts/2fa/totp/deactivate/")

    assert answer.status_code == 200
    assert Authenticator.objects.filter(user=user, type="totp").exists()
    assert browser.get(STAFF_PAGE).status_code == 200


def test_the_last_passkey_of_staff_stays(somebody: Somebody) -> None:
    user = somebody(Role.COOP_ADMIN)
    browser = log_in(user)
    key = Authenticator.objects.create(user=user, type="webauthn", data={"name": "clé"})

    answer = browser.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/")

    assert answer["Location"] == "/accounts/2fa/webauthn/"
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_a_member_may_do_without_again(somebody: Somebody) -> None:
    user = somebody(Role.MEMBER)
    browser = log_in(user)
    set_up_app(browser)

    browser.post("/accounts/2fa/totp/deactivate/")

    assert not Authenticator.objects.filter(user=user).exists()
    assert browser.get("/be/moi/").status_code == 200


def test_a_house_that_only_offers_lets_staff_in(somebody: Somebody, settings: Any) -> None:
    settings.SECOND_FACTOR = "offered"

    assert log_in(somebody(Role.COOP_ADMIN)).get(STAFF_PAGE).status_code == 200


def test_anything_but_offered_is_required(somebody: Somebody, settings: Any) -> None:
    """A slip of the pen in the environment must not open the house."""
    settings.SECOND_FACTOR = "ofered"

    assert log_in(somebody(Role.COOP_ADMIN)).get(STAFF_PAGE).status_code == 302


def test_whoever_lost_everything_starts_anew_and_it_is_written_down(
    house: Cooperative, somebody: Somebody
) -> None:
    user = somebody(Role.COOP_ADMIN)
    browser = log_in(user)
    set_up_app(browser)

    call_command("forget_factors", user=user.email)

    assert not Authenticator.objects.filter(user=user).exists()
    assert "/accounts/login/" in browser.get(STAFF_PAGE)["Location"]
    assert log_in(user).get(STAFF_PAGE)["Location"].startswith("/accounts/second-facteur/")
    with tenant_scope(house):
        assert AuditEvent.objects.filter(action="accounts.factors_forgotten").count() == 1
    with pytest.raises(UnknownAccount):
        call_command("forget_factors", user="nobody@example.org")


def test_a_factor_that_comes_and_a_password_that_changes_are_told_by_mail(somebody: Somebody) -> None:
    user = somebody(Role.COOP_ADMIN)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    browser = log_in(user)

    set_up_app(browser)
    new = "another long pass phrase"
    browser.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert [message.to for message in mail.outbox] == [[user.email], [user.email]]


def test_a_token_of_staff_whose_account_has_no_factor_opens_nothing(
    house: Cooperative, somebody: Somebody
) -> None:
    user = somebody(Role.COOP_ADMIN)
    token = create_token(user=user, cooperative=house, name="old")
    headers = {"Authorization": f"Bearer {token}"}

    before = Client().get(STAFF_REST, headers=headers)
    set_up_app(log_in(user))
    after = Client().get(STAFF_REST, headers=headers)

    assert before.status_code == 403
    assert before.json()["code"] == "second_factor_required"
    assert after.status_code == 200
