"""The Celery application."""

import gc
import os
from typing import Any

from celery import Celery, signals

from core.doorbell import ring_now

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smart.settings")
app = Celery("smart")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.beat_init.connect
def sweep_at_once(**_: Any) -> None:
    """When the clock starts, every periodic task runs without waiting for its turn: what lost its worker or
    its broker with the house goes on at once. All of them are safe at any frequency.
    """
    for entry in app.conf.beat_schedule.values():
        if "options" not in entry:  # signs of life wait for their turn
            ring_now(entry["task"], *entry.get("args", ()))


BATCH_OF_OBJECTS = 250_000
"""So many new objects before the collector looks for what is dead: those of a batch die by themselves."""


@signals.worker_process_init.connect
def forget_what_stays(**_: Any) -> None:
    """What a worker process was born with lives as long as it does: the collector need not go through it at
    each round, nor come after every 700 objects of a batch that is soon over: each of these cost bulk work a
    tenth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(BATCH_OF_OBJECTS, *gc.get_threshold()[1:])
