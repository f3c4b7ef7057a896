"""The cache of the house: counters and short-lived answers, shared by all web processes.

Every key starts with the tenant or with `global`, so that no two cooperatives can meet in it. What it holds
may be lost at any time: without the broker the house goes on, only without memory.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from core.tenancy import current_cooperative_or_none

log = logging.getLogger(__name__)


def tenant_key(key: str, prefix: str, version: int) -> str:
    """`<prefix>:<tenant or global>:<version>:<key>`: the cooperative of the scope is a part of the key."""
    cooperative = current_cooperative_or_none()
    return f"{prefix}:{cooperative.pk if cooperative else 'global'}:{version}:{key}"


def _or_else(name: str, absent: Callable[..., Any]) -> Callable[..., Any]:
    """The client's method of that name, with the answer of an empty cache when the broker does not answer."""
    ask = getattr(RedisCacheClient, name)

    def guarded(self: RedisCacheClient, *args: Any, **kwargs: Any) -> Any:
        try:
            return ask(self, *args, **kwargs)
        except (redis.ConnectionError, redis.TimeoutError):
            log.warning("the cache does not answer")
            return absent(*args, **kwargs)

    return guarded


class ForgivingClient(RedisCacheClient):
    """Redis, or while it is away a cache in which nothing is and nothing stays."""

    add = _or_else("add", lambda *_a, **_k: True)
    get = _or_else("get", lambda _key, default=None: default)
    set = _or_else("set", lambda *_a, **_k: None)
    touch = _or_else("touch", lambda *_a, **_k: False)
    delete = _or_else("delete", lambda *_a, **_k: False)
    get_many = _or_else("get_many", lambda *_a, **_k: {})
    has_key = _or_else("has_key", lambda *_a, **_k: False)
    incr = _or_else("incr", lambda _key, delta: delta)
    set_many = _or_else("set_many", lambda *_a, **_k: [])
    delete_many = _or_else("delete_many", lambda *_a, **_k: None)


class HouseCache(RedisCache):
    """Django's Redis cache with a client that forgives."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgivingClient
