"""File locks. The kernel drops them with the process that holds them, however it ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.embedded.errors import EmbeddedError

_PAUSE = 0.02


class FileLock:
    """A lock on a file that several processes may share (`shared`) or that one holds alone (`exclusive`)."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _try(self, mode: int) -> bool:
        try:
            fcntl.flock(self._fd, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def try_exclusive(self) -> bool:
        """Take the lock alone, or answer False at once. A shared hold of ours is given up in either case."""
        return self._try(fcntl.LOCK_EX)

    def exclusive(self, timeout: float) -> None:
        """Take the lock alone; raises `EmbeddedError` ``busy`` after ``timeout`` seconds."""
        self._wait(fcntl.LOCK_EX, timeout)

    def shared(self, timeout: float) -> None:
        """Take the lock together with others; raises `EmbeddedError` ``busy`` after ``timeout`` seconds."""
        self._wait(fcntl.LOCK_SH, timeout)

    def _wait(self, mode: int, timeout: float) -> None:
        end = time.monotonic() + timeout
        while not self._try(mode):
            if time.monotonic() > end:
                raise EmbeddedError(
                    "busy", f"Another process has held {self.path} for {timeout:.0f} seconds."
                )
            time.sleep(_PAUSE)

    def release(self) -> None:
        """Give the lock up, but keep the file open."""
        fcntl.flock(self._fd, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the lock up for good."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


@contextmanager
def exclusive(path: Path, timeout: float = 120) -> Iterator[None]:
    """Hold the lock of ``path`` alone for the length of the block."""
    lock = FileLock(path)
    try:
        lock.exclusive(timeout)
        yield
    finally:
        lock.close()


def is_held(path: Path) -> bool:
    """Whether some process holds the lock alone."""
    lock = FileLock(path)
    try:
        return not lock._try(fcntl.LOCK_SH)
    finally:
        lock.close()
