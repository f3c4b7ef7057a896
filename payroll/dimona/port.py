"""The door to the social security office, as the rest of the house sees it."""

from __future__ import annotations

from typing import Protocol

from payroll.dimona.types import Declaration, Result


class GatewayUnavailable(RuntimeError):
    """The body cannot be reached or fails: send the same declaration again later."""


class DeclarationRejected(RuntimeError):
    """The body did not take the declaration in (malformed, no mandate): sending it again changes nothing."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class DimonaGateway(Protocol):
    """Sends declarations and fetches their answers; both calls may raise `GatewayUnavailable`."""

    def submit(self, declaration: Declaration) -> str:
        """Hand a declaration in and return the body's identifier of it.

        The same reference submitted again (a retry after a crash) returns the same identifier and declares
        nothing twice. Raises `DeclarationRejected`.
        """
        ...

    def poll(self, declaration_id: str) -> Result | None:
        """Return the answer, None while the body is at work; `DeclarationRejected` if unknown."""
        ...
