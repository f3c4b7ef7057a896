"""Figures for Prometheus: requests and tasks as they happen, the gauges of every app when somebody asks.

Several processes count side by side: with `PROMETHEUS_MULTIPROC_DIR` set they share their counts through
files there, and whichever web process answers adds them up.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from core.models import Cooperative
from core.observability.gauges import read_gauges

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SHARED = "PROMETHEUS_MULTIPROC_DIR"
_KEPT_SECONDS = 10.0
_own = CollectorRegistry()

REQUESTS = Counter("smart_requests", "Answers given", ("method", "route", "status"), registry=_own)
REQUEST_SECONDS = Histogram(
    "smart_request_seconds",
    "Time until the answer",
    ("route",),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_own,
)
TASKS = Counter("smart_tasks", "Background tasks ended", ("task", "outcome"), registry=_own)
TASK_SECONDS = Histogram(
    "smart_task_seconds",
    "Time that a background task took",
    ("task",),
    buckets=(0.01, 0.05, 0.25, 1, 5, 15, 60, 120),
    registry=_own,
)
SLOW_QUERIES = Counter("smart_slow_queries", "Queries slower than the limit", registry=_own)


class HouseCollector(Collector):
    """The gauges that apps registered, per cooperative. Counting them costs queries: an answer is kept for
    ten seconds, so that asking often is no burden.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at = 0.0
        self._kept: list[Metric] = []

    def collect(self) -> Iterable[Metric]:
        with self._lock:
            if time.monotonic() - self._at > _KEPT_SECONDS or not self._kept:
                self._kept = self._count()
                self._at = time.monotonic()
            return list(self._kept)

    def _count(self) -> list[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for cooperative in Cooperative.objects.all():
            for reading in read_gauges(cooperative):
                name = f"smart_{reading.gauge.key}"
                family = families.setdefault(
                    name, GaugeMetricFamily(name, name.replace("_", " "), labels=("cooperative",))
                )
                if reading.value is not None:
                    family.add_metric((cooperative.slug,), reading.value)
        return list(families.values())


_house = HouseCollector()


def exposition() -> bytes:
    """Everything that is counted, in the text format of Prometheus."""
    registry = CollectorRegistry()
    if os.environ.get(_SHARED):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        text = generate_latest(registry)
    else:
        text = generate_latest(_own)
    house = CollectorRegistry()
    house.register(_house)
    return text + generate_latest(house)
