"""The broker of one run, and a worker that does all that waits there, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

QUEUES = ("default", "documents")


@cache
def know_tasks() -> None:
    """Import every task of the product, once: Celery has Django check all its models each time."""
    from smart.celery import app

    app.loader.import_default_modules()


@contextmanager
def own_queues(name: str, url: str = "") -> Iterator[None]:
    """Queues that nobody else listens to, for this process and those that it forks; empty at both ends.

    `url`: another broker than that of the tests; it may be gone at the end.
    """
    from smart.celery import app

    know_tasks()
    before, broker = app.conf.broker_transport_options, app.conf.broker_url
    app.conf.broker_transport_options = {**before, "global_keyprefix": f"{name}:"}
    app.conf.broker_url = url or broker
    new_connections()
    try:
        for _ in _messages():
            pass
        yield
        for _ in _messages() if not url else ():
            pass
    finally:
        app.conf.broker_transport_options, app.conf.broker_url = before, broker
        new_connections()


def new_connections() -> None:
    """Forget the connections to the broker: those of a parent are not ours, and settings have changed."""
    from kombu import pools

    from smart.celery import app

    pools.reset()
    app._after_fork()


def work_off(queues: tuple[str, ...] = QUEUES) -> int:
    """Be the worker: run every task that waits, and those that they ring for; answers how many."""
    from smart.celery import app

    done = 0
    for headers, args, kwargs, redelivered in _messages(queues):
        run_task(app.tasks[headers["task"]], *args, redelivered=redelivered, **kwargs)
        done += 1
    return done


def run_task(task: Any, *args: Any, redelivered: bool = False, **kwargs: Any) -> None:
    """Run a task as a worker does. `redelivered`: the broker says that somebody else had it and was lost."""
    task.push_request(delivery_info={"redelivered": redelivered})
    try:
        task(*args, **kwargs)
    finally:
        task.pop_request()


def _messages(
    queues: tuple[str, ...] = QUEUES,
) -> Iterator[tuple[dict[str, Any], list[Any], dict[str, Any], bool]]:
    from smart.celery import app

    with app.connection_for_read() as connection:
        empty = 0
        while empty < len(queues):
            for name in queues:
                queue = connection.SimpleQueue(name)
                try:
                    message = queue.get(block=False)
                except queue.Empty:
                    empty += 1
                else:
                    empty = 0
                    message.ack()
                    args, kwargs, _ = message.payload
                    yield message.headers, args, kwargs, bool(message.delivery_info.get("redelivered"))
                finally:
                    queue.close()
