"""Queries that take long, with their text but never with their values, which may name people."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

from core.observability import metrics

log = logging.getLogger("smart.queries")
_MUCH = 2000


def watch(connection: Any, **_: Any) -> None:
    """Time every query of a new connection."""
    if timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(timed)


def timed(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Run a query; log it when it took longer than `SMART_SLOW_QUERY_MS`."""
    start = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took = (time.perf_counter() - start) * 1000
        if took >= settings.SLOW_QUERY_MS:
            metrics.SLOW_QUERIES.inc()
            log.warning("slow query", extra={"ms": round(took), "sql": str(sql)[:_MUCH]})
