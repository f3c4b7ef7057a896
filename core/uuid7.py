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
    global _last
    now = time.time_ns()
    stamp = (now // 1_000_000 << 12) | (now % 1_000_000 * 4096 // 1_000_000)
    with _lock:
        stamp = _last = max(stamp, _last + 1)
    tail = int.from_bytes(os.urandom(8), "big") & (1 << 62) - 1
    return UUID(int=(stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | tail)
