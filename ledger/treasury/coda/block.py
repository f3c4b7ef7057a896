"""One statement of a CODA file: its records in order, controlled against each other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from core.identifiers import (
    InvalidIdentifier,
    iban_from_belgian_account,
    normalise_iban,
)
from core.money import ZERO
from ledger.treasury.coda.fields import date_in, detail_key, integer_in, squeeze, total_of
from ledger.treasury.enums import StatementFormat
from ledger.treasury.reading import Movement, Statement, StatementError, StatementWarning
from ledger.treasury.references import NOT_A_REFERENCE, iban_in, reference_in, reference_of

_REFERENCE_TYPES = {"101", "102"}
_DIRECT_DEBIT = "127"


@dataclass(slots=True)
class Incoming:
    """A movement while its lines are still coming in."""

    line: int
    base: Movement
    communication: list[str]
    information: list[str] = field(default_factory=list)
    counterparty_information: str = ""
    has_counterparty: bool = False

    @property
    def key(self) -> tuple[int, int]:
        """What its further records repeat: sequence (four digits, it wraps) and detail."""
        return self.base.sequence % 10000, self.base.detail

    def build(self, warnings: list[StatementWarning]) -> Movement:
        """The movement as its lines tell it; what does not hold goes to `warnings`."""
        raw = "".join(self.communication)
        kind = self.base.communication_type
        base = self.base
        reference, written, text = None, "", squeeze(raw)
        if kind in _REFERENCE_TYPES:
            reference = reference_of(raw[:12])
            if reference is None:
                written = raw[:12].strip()
                warnings.append(
                    StatementWarning("reference", "The structured communication does not hold.", self.line)
                )
        elif kind == _DIRECT_DEBIT:
            base, text = _direct_debit(base, raw)
        elif not kind:
            reference = reference_in(text)
        return replace(
            base,
            communication=text,
            structured_reference=reference,
            written_reference=written,
            information=(*base.information, *self.information),
            counterparty_name=base.counterparty_name or self.counterparty_information,
        )


def _direct_debit(base: Movement, raw: str) -> tuple[Movement, str]:
    """Type 127, after its three digits: settlement date (6), kind, scheme, paid or why not (1 each),
    creditor (35), mandate (35), what the creditor wrote (62), R-type (1), ISO reason (4).
    """
    refused, kind, reason = raw[8:9].strip("0 "), raw[141:142].strip("0 "), raw[142:146].strip()
    marks = tuple(filter(None, (squeeze(raw[9:44]), squeeze(raw[44:79]))))
    return replace(
        base,
        return_kind=base.return_kind or kind or ("1" if refused else ""),
        return_reason=base.return_reason or reason,
        information=marks,
    ), squeeze(raw[79:141])


class Block:
    """Reader of one block 0…9: takes its lines one by one and answers the statement with the last one."""

    def __init__(self, number: int, text: str, *, strict: bool) -> None:
        self.strict = strict
        self.warnings: list[StatementWarning] = []
        self.first_line = number
        self.created_on = date_in(text[5:11], number)
        self.is_duplicate = text[16] == "D"
        self.stage = "0"
        self.records = 0
        self.free_messages = 0
        self.movements: list[Incoming] = []
        self.keys: set[tuple[int, int]] = set()
        self.turn = 0
        self.messages: list[str] = []
        self.account = self.raw_account = self.currency = self.holder = self.description = ""
        self.number = 0
        self.file_sequence: int | None = None
        self.opening_date: date | None = None
        self.opening = self.closing = ZERO
        self.closing_date: date | None = None

    def refuse(self, code: str, message: str, line: int) -> None:
        """Raise in strict mode, note in tolerant mode."""
        if self.strict:
            raise StatementError(code, message, line)
        self.warnings.append(StatementWarning(code, message, line))

    def amount(self, sign: str, text: str, line: int) -> Decimal:
        """15 digits of which 3 decimals; sign 0 credit, 1 debit.

        Books keep cents: a thousandth is refused. Tolerant mode keeps it exactly, with a warning: such a
        statement can be shown, not booked.
        """
        if sign not in ("0", "1"):
            raise StatementError("sign", "The sign of an amount is 0 or 1.", line)
        thousandths = integer_in(text, line) * (-1 if sign == "1" else 1)
        if thousandths % 10:
            self.refuse("fraction_of_cent", "An amount has a fraction of a cent.", line)
            return Decimal(thousandths).scaleb(-3)
        return Decimal(thousandths // 10).scaleb(-2)

    def take(self, number: int, text: str) -> Statement | None:
        """Read one record; the statement when it was record 9."""
        kind = text[0]
        if kind == "9":
            return self._trailer(number, text)
        self.records += 1
        if kind == "1":
            self._old_balance(number, text)
        elif kind == "2":
            self._movement(number, text)
        elif kind == "3":
            self._information(number, text)
        elif kind == "4":
            self._expect(number, "1", "8")
            self.free_messages += 1
            self.messages.append(text[32:112].strip())
        elif kind == "8":
            self._new_balance(number, text)
        else:
            raise StatementError("unknown_record", "The record type is unknown.", number)
        return None

    def _expect(self, number: int, *stages: str) -> None:
        if self.stage not in stages:
            raise StatementError("structure", "The records are not in their order.", number)

    def _old_balance(self, number: int, text: str) -> None:
        self._expect(number, "0")
        self.stage = "1"
        structure = text[1]
        if structure not in "0123":
            raise StatementError("account_structure", "The form of the account number is unknown.", number)
        self.raw_account = text[5:42]
        self.account, self.currency = self._account(structure, number)
        self.number = integer_in(text[2:5], number)
        self.opening = self.amount(text[42], text[43:58], number)
        self.opening_date = date_in(text[58:64], number)
        self.holder = squeeze(text[64:90])
        self.description = squeeze(text[90:125])
        self.file_sequence = integer_in(text[125:128], number) if text[125:128].strip() else None

    def _account(self, structure: str, number: int) -> tuple[str, str]:
        raw = self.raw_account
        length = {"0": 12, "1": 34, "2": 16, "3": 34}[structure]
        account, currency = raw[:length], raw[13:16] if structure == "0" else raw[34:37]
        account = account.replace(" ", "")
        if not account:
            raise StatementError("account", "The account number is missing.", number)
        if not re.fullmatch("[A-Z]{3}", currency):
            raise StatementError("currency", "The currency of the account is missing.", number)
        try:
            if structure == "0":
                account = iban_from_belgian_account(account)
            if structure in "023":
                account = normalise_iban(account)
        except InvalidIdentifier:
            self.warnings.append(StatementWarning("account", "The account number does not hold.", number))
        return account, currency

    def _movement(self, number: int, text: str) -> None:
        self._expect(number, "1")
        article = text[1]
        if article == "1":
            self._main(number, text)
            return
        if article not in "23":
            raise StatementError("unknown_record", "The movement record is unknown.", number)
        current = self.movements[-1] if self.movements else None
        if current is None or detail_key(text, number) != (
            current.base.sequence % 10000,
            current.base.detail,
        ):
            raise StatementError("orphan_record", "The record belongs to no movement.", number)
        if article == "2":
            if len(current.communication) > 1:
                raise StatementError("duplicate_record", "The movement has this record already.", number)
            current.communication.append(text[10:63])
            reference = text[63:98].strip()
            current.base = replace(
                current.base,
                end_to_end_id="" if reference.upper() in NOT_A_REFERENCE else reference,
                counterparty_bic=text[98:109].strip(),
                return_kind=text[112].strip().strip("0"),
                return_reason=text[113:117].strip(),
                category_purpose=text[117:121].strip(),
                purpose=text[121:125].strip(),
            )
        else:
            if current.has_counterparty:
                raise StatementError("duplicate_record", "The movement has this record already.", number)
            current.has_counterparty = True
            current.communication.append(text[82:125])
            account = text[10:44].replace(" ", "")
            current.base = replace(
                current.base,
                counterparty_account=account,
                counterparty_iban=iban_in(account),
                counterparty_name=squeeze(text[47:82]),
            )

    def _main(self, number: int, text: str) -> None:
        sequence, detail = detail_key(text, number)
        if self.movements and sequence < self.movements[-1].base.sequence % 10000 - 9000:
            self.turn += 10000  # the counter has four digits and starts again after 9999
        sequence += self.turn
        if (sequence, detail) in self.keys:
            raise StatementError(
                "duplicate_movement", "The same movement stands twice in the statement.", number
            )
        self.keys.add((sequence, detail))
        previous = self.movements[-1].base if self.movements else None
        if detail and (previous is None or previous.sequence != sequence):
            raise StatementError("orphan_detail", "A detail stands without its movement.", number)
        if previous is not None and (sequence, detail) <= (previous.sequence, previous.detail):
            self.refuse("sequence", "The movements are not in their order.", number)
        entry_date = date_in(text[115:121], number)
        if entry_date is None:
            raise StatementError("date", "The entry date is missing.", number)
        structured = text[61] == "1"
        base = Movement(
            sequence=sequence,
            detail=detail,
            amount=self.amount(text[31], text[32:47], number),
            entry_date=entry_date,
            value_date=date_in(text[47:53], number),
            bank_reference=text[10:31].strip(),
            transaction_code=text[53:61].strip(),
            communication_type=text[62:65].strip() if structured else "",
        )
        start = 65 if structured else 62
        self.movements.append(Incoming(number, base, [text[start:115]]))

    def _information(self, number: int, text: str) -> None:
        self._expect(number, "1")
        sequence, _detail = detail_key(text, number)
        if text[1] not in "123":
            raise StatementError("unknown_record", "The information record is unknown.", number)
        current = self.movements[-1] if self.movements else None
        if current is None or current.base.sequence % 10000 != sequence:
            raise StatementError("orphan_record", "The information belongs to no movement.", number)
        if text[1] == "1":
            content = text[40:113]
            if text[39] == "1" and content.startswith("001"):
                current.counterparty_information = squeeze(content[3:])
                content = content[3:]
        elif text[1] == "2":
            content = text[10:115]
        else:
            content = text[10:100]
        if content.strip():
            current.information.append(squeeze(content))

    def _new_balance(self, number: int, text: str) -> None:
        self._expect(number, "1")
        self.stage = "8"
        if text[4:41].split() != self.raw_account.split():
            self.refuse("account_mismatch", "The two balances are not of the same account.", number)
        if integer_in(text[1:4], number) != self.number:
            self.refuse("number_mismatch", "The two balances bear different statement numbers.", number)
        self.closing = self.amount(text[41], text[42:57], number)
        self.closing_date = date_in(text[57:63], number)

    def _trailer(self, number: int, text: str) -> Statement:
        self._expect(number, "8")
        if self.closing_date is None:
            raise StatementError("date", "The date of the new balance is missing.", number)
        built = [movement.build(self.warnings) for movement in self.movements]
        movements = _with_details(built)
        counted = integer_in(text[16:22], number)
        if counted not in (self.records, self.records - self.free_messages):
            self.refuse("record_count", f"The file announces {counted} records, not {self.records}.", number)
        debit = -sum((item.amount for item in movements if item.amount < 0), ZERO)
        credit = sum((item.amount for item in movements if item.amount > 0), ZERO)
        announced = (self.amount("0", text[22:37], number), self.amount("0", text[37:52], number))
        if announced != (debit, credit):
            self.refuse(
                "totals", f"Debit {debit} and credit {credit} are not the announced {announced}.", number
            )
        if self.opening + credit - debit != self.closing:
            self.refuse("balance", "Old balance and movements do not make the new balance.", number)
        return Statement(
            format=StatementFormat.CODA,
            account=self.account,
            currency=self.currency,
            number=self.number,
            file_sequence=self.file_sequence,
            created_on=self.created_on,
            opening_date=self.opening_date,
            opening=self.opening,
            closing_date=self.closing_date,
            closing=self.closing,
            holder=self.holder,
            description=self.description,
            is_duplicate=self.is_duplicate,
            movements=movements,
            transactions=tuple(part for item in movements for part in _bookable(item)),
            messages=tuple(self.messages),
            warnings=tuple(self.warnings),
        )


def _with_details(built: list[Movement]) -> tuple[Movement, ...]:
    """Hang the details under their movement."""
    movements: list[Movement] = []
    for item in built:
        if item.detail == 0:
            movements.append(item)
        else:
            movements[-1] = replace(movements[-1], details=(*movements[-1].details, item))
    return tuple(movements)


def _bookable(movement: Movement) -> Iterable[Movement]:
    """The parts of a total when they add up to it, else the total itself; never both.

    Types (position 54): 1 and 2 are totals whose details have type 5, 6 or 7; 3 is an amount with details of
    type 8; a detail of type 7 is itself a total of type 9.
    """
    details = movement.details
    if not details:
        return (movement,)
    parts: list[Movement] = []
    first_level = [item for item in details if not item.transaction_code.startswith("9")]
    if total_of(first_level) == movement.amount:
        for position, item in enumerate(details):
            if item.transaction_code.startswith("9"):
                continue
            below: list[Movement] = []
            for follower in details[position + 1 :]:
                if not follower.transaction_code.startswith("9"):
                    break
                below.append(follower)
            parts.extend(below if below and total_of(below) == item.amount else [item])
    elif total_of(details) == movement.amount:
        parts = list(details)
    else:
        return (replace(movement, details=()),)
    return tuple(_inherit(part, movement, first=position == 0) for position, part in enumerate(parts))


def _inherit(part: Movement, whole: Movement, *, first: bool) -> Movement:
    """Give a part the counterparty of the whole where it has none, and the first part its communication."""
    if not part.counterparty_account and not part.counterparty_name:
        part = replace(
            part,
            counterparty_account=whole.counterparty_account,
            counterparty_iban=whole.counterparty_iban,
            counterparty_name=whole.counterparty_name,
            counterparty_bic=part.counterparty_bic or whole.counterparty_bic,
        )
    if first and not part.communication and part.structured_reference is None:
        part = replace(
            part,
            communication=whole.communication,
            communication_type=whole.communication_type,
            structured_reference=whole.structured_reference,
            end_to_end_id=part.end_to_end_id or whole.end_to_end_id,
        )
    if not part.is_return:
        part = replace(part, return_kind=whole.return_kind, return_reason=whole.return_reason)
    return part
