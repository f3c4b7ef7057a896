"""Plain values of the registers, and what can go wrong on the way to them."""

from __future__ import annotations

from dataclasses import dataclass


class RegisterUnavailable(RuntimeError):
    """The register, or the member state behind it, does not answer: ask again later. `reason` is its own
    word (`MS_UNAVAILABLE`, `http 503`)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RegisterTimeout(RegisterUnavailable):
    """No answer in time."""


class UnreadableAnswer(ValueError):
    """The answer has not the published shape; nothing may be concluded from it."""


@dataclass(frozen=True, slots=True)
class VatAnswer:
    """What VIES says of a number. `name` and `address` are empty where the member state keeps them to itself.

    `consultation`: the number that proves the consultation to the tax office; given only to whoever names
    their own VAT number.
    """

    valid: bool
    name: str = ""
    address: str = ""
    consultation: str = ""


@dataclass(frozen=True, slots=True)
class DirectoryAnswer:
    """What the Peppol directory says of a participant."""

    registered: bool
    receives_invoices: bool = False
    receives_credit_notes: bool = False
    name: str = ""
