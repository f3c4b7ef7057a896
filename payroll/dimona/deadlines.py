"""Until when a declaration is in time. Pure."""

from __future__ import annotations

from datetime import date, datetime, time

from core.calendar import nth_working_day_after
from core.clock import ZONE

LAST_MINUTE = time(23, 59)


def deadline(kind: str, starts_on: date, ends_on: date, day_starts: time | None) -> datetime:
    """The moment after which it is late, in Belgium.

    A start: when the worker begins (the start of the day when the hour is not known). An end: the first
    working day after it. A change or a cancellation: before the start that it speaks of, or, once that has
    passed, the last day that was announced.
    """
    begins = datetime.combine(starts_on, day_starts or time(0), tzinfo=ZONE)
    if kind == "out":
        return datetime.combine(nth_working_day_after(ends_on, 1), LAST_MINUTE, tzinfo=ZONE)
    if kind == "update" and ends_on.year < date.max.year:
        return datetime.combine(ends_on, LAST_MINUTE, tzinfo=ZONE)
    return begins
