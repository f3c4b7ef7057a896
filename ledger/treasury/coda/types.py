"""What a CODA file says, as read: statements, movements, warnings, and the refusal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


class CodaError(ValueError):
    """The file cannot be read: a stable `code`, a sentence, and the line (from 1) where it was found."""

    def __init__(self, code: str, message: str, line: int | None = None) -> None:
        super().__init__(message if line is None else f"line {line}: {message}")
        self.code = code
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class CodaWarning:
    """Something that tolerant mode let pass, or that deserves a look in both modes."""

    code: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class CodaTransaction:
    """One amount that moved the account.

    `amount` is signed: positive came in, negative went out. (`sequence`, `detail`) is unique inside the
    statement. `structured_reference` is the 12 digits of a valid Belgian structured communication, or None.
    `return_reason` is the ISO 20022 reason of a payment that came back (`AC04`), with `return_kind` 1 reject,
    2 return, 3 refund, 4 reversal, 5 cancellation. `details` are the parts of a total, which add nothing to
    it.
    """

    sequence: int
    detail: int
    amount: Decimal
    entry_date: date
    value_date: date | None
    bank_reference: str
    transaction_code: str
    communication: str = ""
    communication_type: str = ""
    structured_reference: str | None = None
    end_to_end_id: str = ""
    counterparty_name: str = ""
    counterparty_account: str = ""
    counterparty_iban: str | None = None
    counterparty_bic: str = ""
    return_kind: str = ""
    return_reason: str = ""
    category_purpose: str = ""
    purpose: str = ""
    information: tuple[str, ...] = ()
    details: tuple[CodaTransaction, ...] = ()

    @property
    def is_return(self) -> bool:
        """Whether this undoes an earlier payment."""
        return bool(self.return_kind or self.return_reason)


@dataclass(frozen=True, slots=True)
class CodaStatement:
    """One statement of one account.

    `number` is the bank's statement number of the year, `file_sequence` the number of the coded statement.
    `movements` are what the totals count; `transactions` are what is to be booked: each movement, or its
    parts where they add up to it.
    """

    account: str
    currency: str
    number: int
    file_sequence: int | None
    created_on: date | None
    opening_date: date | None
    opening: Decimal
    closing_date: date
    closing: Decimal
    holder: str
    description: str
    is_duplicate: bool
    movements: tuple[CodaTransaction, ...]
    transactions: tuple[CodaTransaction, ...]
    messages: tuple[str, ...] = ()
    warnings: tuple[CodaWarning, ...] = ()

    @property
    def date(self) -> date:
        """Date of the new balance: the day of the statement."""
        return self.closing_date
