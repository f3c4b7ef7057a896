"""Identifiers that sort by time (RFC 9562 version 7), made in Python: bulk paths know them before COPY."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A new version 7 identifier; within one process each is greater than the one before.

    48 bits of milliseconds, then 12 bits of the sub-millisecond part, then 62 random bits.
    """
    stamp = _stamps(1)
    return UUID(int=_assembled(stamp, int.from_bytes(os.urandom(8), "big")))


def uuid7_texts(count: int) -> list[str]:
    """So many new identifiers in ascending order, as hexadecimal texts: for rows that come in thousands."""
    stamp = _stamps(count)
    tails = memoryview(os.urandom(8 * count)).cast("Q")
    return [f"{_assembled(stamp + place, tail):032x}" for place, tail in enumerate(tails)]


def _stamps(count: int) -> int:
    """The first of so many moments that follow each other and that nothing else in this process has."""
    global _last
    now = time.time_ns()
    stamp = (now // 1_000_000 << 12) | (now % 1_000_000 * 4096 // 1_000_000)
    with _lock:
        stamp = max(stamp, _last + 1)
        _last = stamp + count - 1
    return stamp


def _assembled(stamp: int, tail: int) -> int:
    return (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | tail & (1 << 62) - 1
