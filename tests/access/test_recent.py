"""Dangerous acts ask again who is there: nothing happens from a browser that was left open."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.urls import URLPattern, URLResolver, get_resolver

from core.models import ApiToken, Cooperative, User
from core.tenancy import tenant_scope
from core.types import Actor
from ledger.selectors import entity_by_code
from ledger.services import create_party
from ledger.treasury.enums import BatchState
from ledger.treasury.models import PayoutBatch
from ledger.treasury.services import create_batch, request_payout
from members.enums import Role
from members.models import AccessLog, Person, RoleGrant
from tests.access.people import Somebody, past_the_door
from tests.factories import PASSWORD, make_person

ASKED = "/accounts/reauthenticate/?next="

DANGEROUS = {
    # a national number is read
    "members:reveal", "members-api:reveal",
    # a role is granted or ended
    "members:roles", "members:end_role", "members-api:roles", "members-api:end_role",
    # money leaves
    "treasury:release", "treasury-api:release",
    # a program is let in
    "programs:tokens", "programs-api:tokens", "oauth:authorize",
    # a factor goes (allauth asks for the others)
    "mfa_remove_webauthn",
}  # fmt: skip


def walk(resolver: Any, spaces: tuple[str, ...] = ()) -> Any:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from walk(entry, (*spaces, *filter(None, [entry.namespace])))
        elif isinstance(entry, URLPattern):
            yield ":".join((*spaces, entry.name or "")), entry.callback


def test_these_acts_ask_again() -> None:
    """So that the mark cannot get lost; other acts may carry it too."""
    asking = {
        name
        for name, view in walk(get_resolver())
        if getattr(getattr(view, "cls", None) or view, "asks_again", False)
    }
    assert asking >= DANGEROUS


@pytest.fixture
def admin(somebody: Somebody) -> User:
    return somebody(Role.COOP_ADMIN)


@pytest.fixture
def member(house: Cooperative) -> Person:
    with tenant_scope(house):
        return make_person()


def counts(house: Cooperative) -> tuple[int, int, int]:
    with tenant_scope(house):
        return RoleGrant.objects.count(), AccessLog.objects.count(), ApiToken.objects.count()


def acts(member: Person) -> list[tuple[str, dict[str, Any]]]:
    """Address and data of a role given, a number revealed, a token made."""
    role = {"role": "finance", "valid_from": "2099-01-01"}
    token = {"name": "t", "scopes": ["members:read"], "days": 30}
    return [
        (f"/be/personnes/{member.pk}/roles/", role),
        (f"/be/membres/{member.pk}/numero-national/", {"purpose": "Dimona"}),
        ("/be/jetons/", token),
    ]


def test_after_five_minutes_each_act_asks_and_does_nothing(
    house: Cooperative, admin: User, member: Person
) -> None:
    browser, before = past_the_door(admin, minutes_ago=6), counts(house)

    for address, data in acts(member):
        came_from = f"http://testserver/be/personnes/{member.pk}/roles/?page=2"
        answer = browser.post(address, data, headers={"Referer": came_from})
        assert answer.status_code == 302
        assert answer["Location"] == f"{ASKED}%2Fbe%2Fpersonnes%2F{member.pk}%2Froles%2F%3Fpage%3D2"

    assert counts(house) == before


def test_just_after_the_log_in_each_act_is_done(house: Cooperative, admin: User, member: Person) -> None:
    browser, before = past_the_door(admin), counts(house)

    for address, data in acts(member):
        assert "/accounts/" not in browser.post(address, data).headers.get("Location", "")

    assert counts(house) == tuple(count + 1 for count in before)


def test_confirming_with_the_password_opens_the_acts_again(
    house: Cooperative, admin: User, member: Person
) -> None:
    browser, before = past_the_door(admin, minutes_ago=6), counts(house)
    address, data = acts(member)[0]
    ask = browser.post(address, data, headers={"Referer": f"http://testserver{address}"})["Location"]

    wrong = browser.post(ask, {"password": "something else"})
    assert wrong.status_code == 200
    assert browser.post(address, data)["Location"].startswith("/accounts/")
    right = browser.post(ask, {"password": PASSWORD, "next": address})

    assert right["Location"] == address
    assert counts(house) == before  # nothing typed was kept and done by itself
    browser.post(address, data)
    assert counts(house)[0] == before[0] + 1


def test_one_is_never_sent_elsewhere_afterwards(admin: User, member: Person) -> None:
    browser = past_the_door(admin, minutes_ago=6)

    answer = browser.post(acts(member)[0][0], {}, headers={"Referer": "https://evil.example/be/"})

    assert answer["Location"] == f"{ASKED}%2F"


def test_reading_does_not_ask(admin: User, member: Person) -> None:
    browser = past_the_door(admin, minutes_ago=6)

    assert browser.get(acts(member)[0][0]).status_code == 200


def test_rest_sessions_are_told_and_nothing_happens(house: Cooperative, admin: User, member: Person) -> None:
    browser, before = past_the_door(admin, minutes_ago=6), counts(house)
    for address, data in (
        ("/be/api/v1/roles/", {"person": str(member.pk), "role": "finance", "valid_from": "2099-01-01"}),
        (f"/be/api/v1/persons/{member.pk}/reveal-national-number/", {"purpose": "Dimona"}),
        ("/be/api/v1/tokens/", {"name": "t", "scopes": ["members:read"]}),
    ):
        answer = browser.post(address, data, content_type="application/json")
        assert answer.status_code == 403, address
        assert answer.json()["code"] == "recent_sign_in_required"

    assert counts(house) == before
    assert browser.get("/be/api/v1/roles/").status_code == 200


def test_releasing_a_batch_asks(house: Cooperative, somebody: Somebody) -> None:
    with tenant_scope(house):
        batch = draft_batch()
    browser = past_the_door(somebody(Role.FINANCE), minutes_ago=6)

    page = browser.post(f"/be/paiements/{batch.pk}/liberer/")
    rest = browser.post(f"/be/api/v1/payout-batches/{batch.pk}/release/", content_type="application/json")

    assert page["Location"].startswith(ASKED)
    assert rest.json()["code"] == "recent_sign_in_required"
    with tenant_scope(house):
        batch.refresh_from_db()
    assert batch.state == BatchState.DRAFT


def draft_batch() -> PayoutBatch:
    """A wage that somebody put in a batch."""
    entity, day = entity_by_code("PA"), date(2026, 11, 18)
    party = create_party(kind="person", name="Ada")
    request_payout(
        entity_id=entity.pk, kind="wage", party_id=party.pk, payee_name="Ada Lovelace",
        iban="BE68539007547034", amount=Decimal("434.65"), communication="Salaire", due_on=day,
        source_type="payroll.payitem", source_id=uuid4(), settles_account="455",
    )  # fmt: skip
    maker = Actor(kind="user", label="1", user_id=1)
    return create_batch(entity_id=entity.pk, kind="wage", due_until=day, on=day, actor=maker)


def test_changing_factors_asks(admin: User) -> None:
    browser = past_the_door(admin, minutes_ago=6)

    for address in (
        "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/recovery-codes/generate/",
    ):
        assert browser.get(address)["Location"].startswith("/accounts/reauthenticate/"), address
    assert Authenticator.objects.filter(user=admin).count() == 1


def test_a_house_that_only_offers_does_not_ask(
    house: Cooperative, admin: User, member: Person, settings: Any
) -> None:
    settings.SECOND_FACTOR = "offered"
    before = counts(house)

    past_the_door(admin, minutes_ago=60).post(*acts(member)[0])

    assert counts(house)[0] == before[0] + 1
