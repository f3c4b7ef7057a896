"""The door to the network, as the rest of the house sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from invoicing.einvoicing.access_point.types import Status, Submission


class AccessPointUnavailable(RuntimeError):
    """The access point cannot be reached or fails: hand the same submission in again later."""


class NoSuchReceiver(RuntimeError):
    """Nobody with this number receives this type of document over the network."""


class SubmissionRefused(RuntimeError):
    """The access point does not take the document in: handing the same one in again changes nothing."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class AccessPoint(Protocol):
    """Takes documents to the network and tells what became of them; each call may raise
    `AccessPointUnavailable`.
    """

    def submit(self, submission: Submission) -> str:
        """Hand a document over and return the network's identifier of it.

        The same reference handed in again (a retry after a crash) returns the same identifier and sends
        nothing twice. Raises `NoSuchReceiver`, `SubmissionRefused`.
        """
        ...

    def statuses(self, network_key: str) -> Sequence[Status]:
        """Everything that was said about a document so far, in order. Raises `SubmissionRefused` when the
        access point does not know it.
        """
        ...
