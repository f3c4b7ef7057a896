"""Background tasks: their identifier in each log line, their number and time in the metrics."""

from __future__ import annotations

import logging
import time
from contextlib import AbstractContextManager
from typing import Any

from celery import signals

from core.observability import current, metrics

log = logging.getLogger("smart.tasks")
_running: dict[str, tuple[float, AbstractContextManager[str]]] = {}


def watch() -> None:
    """Listen to the workers of this process. Told twice, it listens once."""
    signals.task_prerun.connect(_begin, dispatch_uid="smart task begins")
    signals.task_postrun.connect(_end, dispatch_uid="smart task ends")


def _begin(task_id: str, **_: Any) -> None:
    work = current.working_on(task_id)
    work.__enter__()
    _running[task_id] = time.perf_counter(), work


def _end(task_id: str, task: Any, state: str | None = None, **_: Any) -> None:
    start, work = _running.pop(task_id, (0.0, None))
    if work is None:
        return
    took = time.perf_counter() - start
    outcome = (state or "unknown").lower()
    metrics.TASKS.labels(task.name, outcome).inc()
    metrics.TASK_SECONDS.labels(task.name).observe(took)
    log.info("task", extra={"task": task.name, "outcome": outcome, "ms": round(took * 1000)})
    work.__exit__(None, None, None)
