"""Write CODA statements as a bank would: the demonstration bank and the tests produce real files with it.

Pure: an opening balance and movements go in, the bytes of one file come out, the same for the same input.
The reader of `ledger.treasury.coda` gives back what was written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.identifiers import normalise_iban, normalise_structured_communication
from core.money import CENT, ZERO

LINE_LENGTH = 128
_LIMIT = Decimal("999999999999.99")
_FIRST, _SECOND, _THIRD = 53, 53, 43  # characters of communication in records 2.1, 2.2 and 2.3

CREDIT_TRANSFER_RECEIVED = "00150000"
CREDIT_TRANSFER_SENT = "00101000"
COLLECTIVE_TRANSFER_SENT = "10107000"
RETURNED_TRANSFER = "00152000"
"""Transaction codes: type, family 01 (domestic or SEPA transfers), operation, category."""


@dataclass(frozen=True, slots=True)
class BankMovement:
    """A movement that the bank books.

    `amount` is signed (positive comes in). `structured_reference` is the 12 digits of a Belgian structured
    communication and excludes a free `communication`. `details` are the parts of a total, which must add up
    to it.
    """

    amount: Decimal
    communication: str = ""
    structured_reference: str = ""
    counterparty_name: str = ""
    counterparty_iban: str = ""
    counterparty_bic: str = ""
    end_to_end_id: str = ""
    return_reason: str = ""
    value_date: date | None = None
    bank_reference: str = ""
    transaction_code: str = ""
    details: tuple[BankMovement, ...] = ()


@dataclass(frozen=True, slots=True)
class BankStatement:
    """What the bank knows of one account on one day; `number` counts the statements of the year, from 1."""

    iban: str
    number: int
    day: date
    opening: Decimal
    movements: tuple[BankMovement, ...]
    holder: str = ""
    bic: str = ""
    opening_day: date | None = None
    description: str = ""

    @property
    def closing(self) -> Decimal:
        """Balance after the movements."""
        return self.opening + sum((movement.amount for movement in self.movements), ZERO)


def batch_debit(
    *, total: Decimal, message_id: str, transfers: int, value_date: date | None = None
) -> BankMovement:
    """The one debit that stands for a whole payment file: `total` is positive, the file's control sum."""
    return BankMovement(
        amount=-total,
        communication=f"{message_id} {transfers} VIREMENTS",
        end_to_end_id=message_id,
        transaction_code=COLLECTIVE_TRANSFER_SENT,
        value_date=value_date,
    )


def write_coda(statements: Sequence[BankStatement]) -> bytes:
    """Return one CODA file, one block per statement; `ValueError` for what the format cannot hold."""
    lines: list[str] = []
    for position, statement in enumerate(statements):
        lines += _block(statement, last=position == len(statements) - 1)
    return "".join(f"{line}\r\n" for line in lines).encode("cp1252")


def _block(statement: BankStatement, *, last: bool) -> list[str]:
    iban = normalise_iban(statement.iban)
    if not 1 <= statement.number <= 999:
        raise ValueError("a statement number has one to three digits")
    belgian = iban.startswith("BE")
    account = f"{iban:<34}EUR"
    opened = statement.opening_day or statement.day
    body = [
        _record(
            (1, "1"),
            (2, "2" if belgian else "3"),
            (3, f"{statement.number:03d}"),
            (6, account),
            (43, _sign(statement.opening)),
            (44, _amount(statement.opening)),
            (59, _day(opened)),
            (65, _fit(statement.holder, 26)),
            (91, _fit(statement.description or "Compte a vue", 35)),
            (126, f"{statement.number:03d}"),
        )
    ]
    if len(statement.movements) > 9999:
        raise ValueError("a statement holds 9999 movements at most")
    for sequence, movement in enumerate(statement.movements, start=1):
        body += _movement(sequence, 0, movement, statement.day)
        if movement.details and sum((part.amount for part in movement.details), ZERO) != movement.amount:
            raise ValueError("the details of a movement add up to it")
        for detail, part in enumerate(movement.details, start=1):
            body += _movement(sequence, detail, part, statement.day)
    body.append(
        _record(
            (1, "8"),
            (2, f"{statement.number:03d}"),
            (5, account),
            (42, _sign(statement.closing)),
            (43, _amount(statement.closing)),
            (58, _day(statement.day)),
            (128, "0"),
        )
    )
    debit = -sum((movement.amount for movement in statement.movements if movement.amount < 0), ZERO)
    credit = sum((movement.amount for movement in statement.movements if movement.amount > 0), ZERO)
    header = _record(
        (1, "00000"),
        (6, _day(statement.day)),
        (12, iban[4:7] if belgian else "000"),
        (15, "05"),
        (25, f"{statement.day.year % 100:02d}{statement.number:08d}"),
        (35, _fit(statement.holder, 26)),
        (61, _fit(statement.bic, 11)),
        (72, "00000000000"),
        (84, "00000"),
        (128, "2"),
    )
    trailer = _record(
        (1, "9"),
        (17, f"{len(body):06d}"),
        (23, _amount(debit)),
        (38, _amount(credit)),
        (128, "2" if last else "1"),
    )
    return [header, *body, trailer]


def _movement(sequence: int, detail: int, movement: BankMovement, day: date) -> list[str]:
    if movement.amount == 0:
        raise ValueError("a movement has an amount")
    if movement.structured_reference:
        digits = normalise_structured_communication(movement.structured_reference)
        communication, kind = f"101{digits}", "1"
    else:
        communication, kind = _charset(movement.communication), "0"
    if len(communication) > _FIRST + _SECOND + _THIRD:
        raise ValueError("a communication has 149 characters at most")
    key = f"{sequence:04d}{detail:04d}"
    second_text = communication[_FIRST : _FIRST + _SECOND]
    third_text = communication[_FIRST + _SECOND :]
    has_third = bool(movement.counterparty_iban or movement.counterparty_name or third_text)
    has_second = bool(
        second_text or movement.end_to_end_id or movement.counterparty_bic or movement.return_reason
    )
    lines = [
        _record(
            (1, "21"),
            (3, key),
            (11, _fit(movement.bank_reference or f"{day:%Y%m%d}{key}", 21)),
            (32, _sign(movement.amount)),
            (33, _amount(movement.amount)),
            (48, _day(movement.value_date or day)),
            (54, movement.transaction_code or _transaction_code(movement, detail)),
            (62, kind),
            (63, communication[:_FIRST]),
            (116, _day(day)),
            (122, "000"),
            (125, "1" if movement.details else "0"),
            (126, "1" if has_second or has_third else "0"),
            (128, "0"),
        )
    ]
    if has_second:
        lines.append(
            _record(
                (1, "22"),
                (3, key),
                (11, second_text),
                (64, _fit(movement.end_to_end_id, 35)),
                (99, _fit(movement.counterparty_bic, 11)),
                (113, "2" if movement.return_reason else " "),
                (114, _fit(movement.return_reason, 4)),
                (126, "1" if has_third else "0"),
                (128, "0"),
            )
        )
    if has_third:
        lines.append(
            _record(
                (1, "23"),
                (3, key),
                (11, _fit(movement.counterparty_iban and normalise_iban(movement.counterparty_iban), 34)),
                (45, "EUR" if movement.counterparty_iban else "   "),
                (48, _fit(movement.counterparty_name, 35)),
                (83, third_text),
                (126, "0"),
                (128, "0"),
            )
        )
    return lines


def _transaction_code(movement: BankMovement, detail: int) -> str:
    if movement.return_reason:
        code = RETURNED_TRANSFER
    else:
        code = CREDIT_TRANSFER_RECEIVED if movement.amount > 0 else CREDIT_TRANSFER_SENT
    if detail:
        return f"5{code[1:]}"
    return f"1{code[1:]}" if movement.details else code


def _record(*fields: tuple[int, str]) -> str:
    """Lay texts at their 1-based positions on a blank line."""
    line = " " * LINE_LENGTH
    for position, text in fields:
        line = f"{line[: position - 1]}{text}{line[position - 1 + len(text) :]}"
    if len(line) != LINE_LENGTH:
        raise ValueError("a field runs over the end of the record")
    return line


def _sign(amount: Decimal) -> str:
    return "1" if amount < 0 else "0"


def _amount(amount: Decimal) -> str:
    if amount != amount.quantize(CENT) or abs(amount) > _LIMIT:
        raise ValueError("an amount has two decimals and at most twelve digits before them")
    return f"{int(abs(amount) * 1000):015d}"


def _day(day: date) -> str:
    if not 1980 <= day.year <= 2079:
        raise ValueError("years are written with two digits, from 1980 to 2079")
    return f"{day:%d%m%y}"


def _charset(text: str) -> str:
    """What Windows-1252 lacks loses its accents, or becomes a question mark; control characters become
    blanks.
    """
    kept: list[str] = []
    for character in text:
        if not character.isprintable():
            kept.append(" ")
            continue
        try:
            character.encode("cp1252")
            kept.append(character)
        except UnicodeEncodeError:
            plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
            kept.append(plain or "?")
    return "".join(kept)


def _fit(text: str, width: int) -> str:
    return _charset(text)[:width].ljust(width)
