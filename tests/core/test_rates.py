"""A policy holds from its start until the next one; nothing in force is a refusal, never a zero."""

from datetime import date

import pytest

from core.errors import NoRateInForce, UnknownCooperative
from core.models import AuditEvent, Cooperative, PolicyRate
from core.rates import find_policy, policy
from core.reference import published_cooperatives, published_policy
from core.services import PolicyInThePast, PolicyStartsTwice, enter_policy, load_reference
from core.tenancy import tenant_scope
from core.types import Actor

ADMIN = Actor(kind="user", label="Admin")


def test_the_value_of_the_day_is_the_latest_start(tenant: Cooperative) -> None:
    for start, value in ((date(2026, 1, 1), "0.065"), (date(2026, 11, 1), "0.060")):
        enter_policy(key="levy.rate", value=value, valid_from=start, source="AG", today=start, actor=ADMIN)
    assert str(policy("levy.rate", on=date(2026, 10, 31)).rate) == "0.065"
    assert str(policy("levy.rate", on=date(2026, 11, 1)).rate) == "0.060"
    with pytest.raises(NoRateInForce):
        policy("levy.rate", on=date(2025, 12, 31))
    assert find_policy("levy.rate", on=date(2025, 12, 31)) is None


def test_the_past_is_never_changed(tenant: Cooperative) -> None:
    today = date(2026, 11, 21)
    with pytest.raises(PolicyInThePast):
        enter_policy(
            key="levy.rate", value="0", valid_from=date(2026, 11, 20), source="x", today=today, actor=ADMIN
        )
    enter_policy(key="levy.rate", value="0.065", valid_from=today, source="AG", today=today, actor=ADMIN)
    with pytest.raises(PolicyStartsTwice):
        enter_policy(key="levy.rate", value="0", valid_from=today, source="x", today=today, actor=ADMIN)
    assert PolicyRate.objects.count() == 1
    assert AuditEvent.objects.count() == 1


def test_all_eight_cooperatives_are_published_and_two_have_no_levy() -> None:
    assert published_cooperatives() == ["be", "fr", "de", "es", "it", "nl", "at", "se"]
    day = date(2026, 11, 2)
    without = [slug for slug in published_cooperatives() if not _has_levy(slug, day)]
    assert without == ["fr", "se"]
    with pytest.raises(UnknownCooperative):
        published_policy("xx", "levy.rate", day)


def _has_levy(slug: str, day: date) -> bool:
    try:
        published_policy(slug, "levy.rate", day)
    except NoRateInForce:
        return False
    return True


def test_loading_twice_adds_nothing(db: None) -> None:
    load_reference()
    belgium = Cooperative.objects.get(slug="be")
    with tenant_scope(belgium):
        first = PolicyRate.objects.count()
        assert policy("multiplier.artistic", on=date(2026, 11, 2)).value == "1.57"
    load_reference()
    with tenant_scope(belgium):
        assert PolicyRate.objects.count() == first > 0
    assert Cooperative.objects.count() == 8
