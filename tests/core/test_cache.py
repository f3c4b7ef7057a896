"""The cache keeps cooperatives apart and is missed by nobody when it is away."""

from django.core.cache import cache

from core.cache import HouseCache, tenant_key
from core.models import Cooperative
from core.tenancy import tenant_scope


def test_two_cooperatives_never_meet_in_a_key(
    db: None, cooperative_be: Cooperative, cooperative_fr: Cooperative
) -> None:
    with tenant_scope(cooperative_be):
        cache.set("colour", "red")
        assert tenant_key("colour", "smart", 1) == f"smart:{cooperative_be.pk}:1:colour"
    with tenant_scope(cooperative_fr):
        assert cache.get("colour") is None
    assert cache.get("colour") is None
    assert tenant_key("colour", "smart", 1) == "smart:global:1:colour"


def test_without_the_broker_the_house_goes_on() -> None:
    away = HouseCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})

    away.set("colour", "red")
    assert away.get("colour", "none") == "none"
    assert away.add("colour", "red") is True
    assert away.get_many(["colour"]) == {}
    assert away.incr("attempts", 1) == 1
    assert away.delete("colour") is False
