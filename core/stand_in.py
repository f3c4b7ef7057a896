"""The memory of a stand-in for an outside body: a small database of its own, beside the product's.

A stand-in is not part of the house: it remembers what it was told when everything else starts again, and
several processes may speak to it at once.
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_BUSY_SECONDS = 30


class Memory:
    """Tables in the file `path`, made by `schema` (statements that may run again) at the first opening.

    `unavailable` makes the body's own error from a text, raised when the file cannot be opened or stays busy.
    """

    def __init__(self, path: Path | str, schema: str, unavailable: Callable[[str], Exception]) -> None:
        self.path = Path(path)
        self.unavailable = unavailable
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Setting the journal mode does not wait for others as statements do: one opens at a time.
        with open(self.path.with_suffix(".lock"), "w") as alone, self.reading() as database:
            fcntl.flock(alone, fcntl.LOCK_EX)
            database.execute("PRAGMA journal_mode=WAL")
            for statement in schema.split(";"):
                database.execute(statement)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection whose rows are read by name; each statement stands alone."""
        try:
            database = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
        except sqlite3.OperationalError as error:
            raise self.unavailable("it cannot be reached") from error
        database.row_factory = sqlite3.Row
        try:
            yield database
        except sqlite3.OperationalError as error:
            raise self.unavailable("it is too busy to answer") from error
        finally:
            database.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that holds the write lock from its first statement."""
        with self.reading() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")
