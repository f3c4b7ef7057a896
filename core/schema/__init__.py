"""Changes of the schema that let people go on working.

Each operation takes its strong locks for a moment only, gives up soon when it does not get one (everybody
who comes later waits behind the one that waits), and tries again. All of them find out what stands already:
a migration that was cut off is simply run again. They belong in a migration with `atomic = False` that holds
nothing else. docs/guides/schema.md tells which one to take, tests/core/test_migrations_rules.py refuses the
operations that would stop everybody.
"""

from core.schema.additions import AddConstraintValidated, AddIndexConcurrently, SetNotNull
from core.schema.backfill import MOST_ROWS, BackfillInBatches
from core.schema.patience import ATTEMPTS, LOCK_TIMEOUT, PAUSE, is_busy, lock_timeout, patiently
from core.schema.removals import DropRetired, RetireField
from core.schema.states import light_states

__all__ = [
    "ATTEMPTS",
    "LOCK_TIMEOUT",
    "MOST_ROWS",
    "PAUSE",
    "AddConstraintValidated",
    "AddIndexConcurrently",
    "BackfillInBatches",
    "DropRetired",
    "RetireField",
    "SetNotNull",
    "is_busy",
    "light_states",
    "lock_timeout",
    "patiently",
]
