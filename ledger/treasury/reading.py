"""What a bank's file says, whatever its form: statements, movements, warnings, and the refusal.

`read_statements` looks at the bytes and asks the reader of their form (`coda`, `camt`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


class StatementError(ValueError):
    """The file cannot be read: a stable `code`, a sentence, and the line (from 1) where it was found."""

    def __init__(self, code: str, message: str, line: int | None = None) -> None:
        super().__init__(message if line is None else f"line {line}: {message}")
        self.code = code
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class StatementWarning:
    """Something that tolerant mode let pass, or that deserves a look in both modes."""

    code: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """One amount that moved the account.

    `amount` is signed: positive came in, negative went out. (`sequence`, `detail`) is unique inside the
    statement. `structured_reference` is a valid reference, or None: the 12 digits of a Belgian structured
    communication, or a creditor reference (`RF…`); `written_reference` is what stood in its place and does
    not hold. `transaction_code` is the bank's: eight digits in CODA,
    `PMNT/RCDT/ESCT` in CAMT. `return_reason` is the ISO 20022 reason of a payment that came back (`AC04`),
    with `return_kind` 1 reject, 2 return, 3 refund, 4 reversal, 5 cancellation. `details` are the parts of a
    total, which add nothing to it.
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
    written_reference: str = ""
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
    details: tuple[Movement, ...] = ()

    @property
    def is_return(self) -> bool:
        """Whether this undoes an earlier payment."""
        return bool(self.return_kind or self.return_reason)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of one account, as the bank wrote it.

    `format` is `coda`, `camt.053.001.02` or `camt.053.001.08`. `number` is the bank's number of the statement
    (of the year, in CODA), None where it gives none; `file_sequence` the number of the coded statement.
    `movements` are what the totals count; `transactions` are what is to be booked: each movement, or its
    parts where they add up to it.
    """

    format: str
    account: str
    currency: str
    number: int | None
    file_sequence: int | None
    created_on: date | None
    opening_date: date | None
    opening: Decimal
    closing_date: date
    closing: Decimal
    holder: str
    description: str
    is_duplicate: bool
    movements: tuple[Movement, ...]
    transactions: tuple[Movement, ...]
    messages: tuple[str, ...] = ()
    warnings: tuple[StatementWarning, ...] = ()

    @property
    def date(self) -> date:
        """Date of the new balance: the day of the statement."""
        return self.closing_date

    @property
    def name(self) -> str:
        """How people call it: `2026/041`; its day where the bank gives no number."""
        return f"{self.date.year}/{self.number:03}" if self.number is not None else f"{self.date:%d/%m/%Y}"
