"""The door to the social security office, as the rest of the house sees it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from payroll.dimona.types import Declaration, Employer, HeldPeriod, Result


class GatewayUnavailable(RuntimeError):
    """The body cannot be reached, fails or asks for patience: send the same declaration again later.

    `retry_after`: seconds that the body asks to wait, 0 when it says nothing.
    """

    def __init__(self, message: str = "", *, retry_after: int = 0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class DeclarationRejected(RuntimeError):
    """The body did not take the declaration in (malformed, no mandate): sending it again changes nothing."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class DimonaGateway(Protocol):
    """Sends declarations, fetches their answers, reads what the body holds.

    Every call may raise `GatewayUnavailable`.
    """

    @property
    def answers_at_once(self) -> bool:
        """Whether an answer may be asked for right after the declaration was handed in."""
        ...

    def submit(self, declaration: Declaration) -> str:
        """Hand a declaration in and return the body's identifier of it. Raises `DeclarationRejected`."""
        ...

    def find(self, declaration: Declaration, *, besides: frozenset[str] = frozenset()) -> str | None:
        """The identifier of a declaration that may have been handed in before, None if the body has none.

        For carriers that lost the answer to `submit`: nothing is handed in again before it was looked for.
        `besides`: identifiers that belong to other declarations of ours.
        """
        ...

    def poll(self, declaration_id: str) -> Result | None:
        """Return the answer, None while the body is at work; `DeclarationRejected` if unknown."""
        ...

    def periods(
        self, employer: Employer, *, first: date, last: date, national_number: str = ""
    ) -> Sequence[HeldPeriod]:
        """Periods of an employer that share a day with the window, in order of their numbers, cancelled ones
        too; of one worker if a number is given.
        """
        ...
