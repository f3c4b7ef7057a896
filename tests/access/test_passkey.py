"""Somebody of the staff sets a passkey up in a real browser, and comes back with it."""

from __future__ import annotations

import shutil

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page, sync_playwright

from core.models import Cooperative
from core.services import load_reference
from core.tenancy import tenant_scope
from members.enums import Role
from tests.cluster import FreshDatabase
from tests.e2e.accessibility import page_faults
from tests.e2e.window import PHONE, open_window
from tests.factories import PASSWORD, make_person, make_user

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def type_password(page: Page, email: str) -> None:
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form.card button[type=submit]").click()


def leave(page: Page, site: str) -> None:
    page.goto(f"{site}accounts/logout/")
    page.locator("main form button[type=submit]").click()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: make browser")
def test_the_whole_way_with_a_passkey(fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMART_SECOND_FACTOR", "required")
    load_reference()
    user = make_user("admin@example.org", password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    with tenant_scope(Cooperative.objects.get(slug="be")):
        make_person(Role.COOP_ADMIN, user=user)

    with fresh_database.running() as address, sync_playwright() as playwright:
        site = address.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not to a number
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        with open_window(browser, site, PHONE) as window:
            page = window.page
            device = page.context.new_cdp_session(page)
            device.send("WebAuthn.enable")
            device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

            # the password alone leads to the set-up, whatever page was asked for
            window.open("accounts/login/?next=/be/personnes/")
            type_password(page, user.email)
            page.wait_for_url("**/accounts/second-facteur/**")
            assert page_faults(page) == []
            page.locator("main a.btn-primary").click()
            assert page_faults(page) == []
            page.locator("[name=passwordless]").check()
            page.locator("#mfa_webauthn_add").click()

            # recovery codes, then on to the page that was asked for
            page.wait_for_url("**/recovery-codes/")
            assert page.locator(".codes li").count() == 10
            assert page_faults(page) == []
            page.locator("main a.btn-primary").click()
            page.wait_for_url("**/be/personnes/")

            # the next day: password and passkey
            leave(page, site)
            window.open("accounts/login/?next=/be/personnes/")
            type_password(page, user.email)
            page.wait_for_url("**/2fa/authenticate/**")
            assert page_faults(page) == []
            page.locator("#mfa_webauthn_authenticate").click()
            page.wait_for_url("**/be/personnes/")

            # or the passkey alone
            leave(page, site)
            window.open("accounts/login/")
            page.locator("#passkey_login").click()
            page.wait_for_url("**/be/**")
            window.open("be/personnes/")
            assert page.locator("h1").inner_text() == "Personnes et rôles"

            # before a dangerous act it says who is there
            window.open("accounts/2fa/webauthn/reauthenticate/?next=/be/moi/")
            assert page_faults(page) == []
            page.locator("#mfa_webauthn_reauthenticate").click()
            page.wait_for_url("**/be/moi/")
        browser.close()
