"""Plain values that travel between layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: every mutation has one, and the audit trail keeps it.

    `user_id` is the account that signed in, `person_id` the human inside the cooperative; both are absent
    for the system (a scheduled task), which names itself by `label`.
    """

    kind: Literal["user", "system", "client"]
    label: str
    user_id: int | None = None
    person_id: UUID | None = None

    @classmethod
    def system(cls, label: str) -> Actor:
        """A task or command of the product itself."""
        return cls(kind="system", label=label)
