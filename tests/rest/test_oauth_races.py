"""The same code or refresh token, sent several times at once: one is served, and the copy is noticed."""

from __future__ import annotations

import pytest

from core.models import Cooperative
from core.programs.models import OAuthClient, OAuthGrant, OAuthToken
from core.tenancy import tenant_scope
from members.enums import Role
from members.models import Person
from tests.cluster import FreshDatabase
from tests.factories import load_cooperative, make_person
from tests.rest.oauth import acts, ask, connected, consent, register, renew, with_code


@pytest.fixture
def connection(fresh_database: FreshDatabase) -> tuple[Person, OAuthClient, str]:
    """A member, a program and its secret, committed."""
    be = Cooperative.objects.create(id=1, slug="be", name="Belgique", country="BE", languages=["fr"])
    with tenant_scope(be):
        load_cooperative()
        owner, nora = make_person(Role.COOP_ADMIN, user=True), make_person(user=True)
    return nora, *register(owner, be)


def test_a_code_that_is_sent_by_four_at_once_serves_one_and_ends_with_that(
    fresh_database: FreshDatabase, connection: tuple[Person, OAuthClient, str]
) -> None:
    nora, client, secret = connection
    code = consent(nora, client)["code"]

    answers = [found.value for found in fresh_database.in_threads(with_code, *[(client, secret, code)] * 4)]
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    served = next(answer.json() for answer in answers if answer.status_code == 200)
    assert ask(served["access_token"]).status_code == 401
    assert OAuthToken.objects.count() == 2
    assert OAuthGrant.objects.get().revoked_at is not None
    assert acts(client.cooperative)[2:] == ["code_replayed"]


def test_a_refresh_token_that_is_sent_by_four_at_once_serves_one_and_ends_with_that(
    fresh_database: FreshDatabase, connection: tuple[Person, OAuthClient, str]
) -> None:
    nora, client, secret = connection
    refresh = connected(nora, client, secret)["refresh_token"]

    answers = [found.value for found in fresh_database.in_threads(renew, *[(client, secret, refresh)] * 4)]
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    assert OAuthToken.objects.filter(kind="refresh", spent_at=None).count() == 1
    assert OAuthGrant.objects.get().revoked_at is not None
    assert acts(client.cooperative)[2:] == ["refresh_reused"]
