"""The sign of life of a queue's workers."""

from __future__ import annotations

from celery import shared_task

from core.operations import pulse


@shared_task(name="core.pulse")
def answer(queue: str) -> None:
    """A worker of the queue is at work."""
    pulse.note(queue)
