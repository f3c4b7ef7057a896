"""One statement of a CAMT.053 file: account, balances, entries, controlled against each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from core.digits import is_digits, whole_number
from core.identifiers import InvalidIdentifier, normalise_iban
from core.money import CENT, ZERO
from ledger.treasury.camt.details import Detail, read_detail, the_other
from ledger.treasury.camt.nodes import Node
from ledger.treasury.reading import Movement, Statement, StatementError, StatementWarning

_NOT_BOOKED = {"PDNG", "INFO", "FUTR"}
_SIGNS = {"CRDT": 1, "DBIT": -1}


@dataclass(frozen=True, slots=True)
class _Balance:
    amount: Decimal
    currency: str
    day: date | None
    line: int | None


class StatementReader:
    """Reads one `Stmt`."""

    def __init__(self, node: Node, form: str, *, strict: bool) -> None:
        self.node, self.form, self.strict = node, form, strict
        self.warnings: list[StatementWarning] = []

    def refuse(self, code: str, message: str, line: int | None) -> None:
        """Raise in strict mode, note in tolerant mode."""
        if self.strict:
            raise StatementError(code, message, line)
        self.warnings.append(StatementWarning(code, message, line))

    def read(self) -> tuple[Statement, str, int | None]:
        """The statement, its identification, and which page it is. Raises `StatementError`."""
        node = self.node
        account = self._account()
        balances = self._balances()
        self.currency = node.text("Acct", "Ccy") or next((b.currency for b in balances.values()), "")
        self.account = account
        movements: list[Movement] = []
        entries = 0
        for entry in node.children("Ntry"):
            entries += 1
            movement = self._entry(entry, len(movements) + 1)
            if movement is not None:
                movements.append(movement)
        moved = sum((item.amount for item in movements), ZERO)
        opening, closing = self._sides(balances, moved)
        day = closing.day or opening.day or self.node.day("FrToDt", "ToDtTm") or self.node.day("CreDtTm")
        if day is None:
            raise StatementError("date", "The day of the closing balance is missing.", closing.line)
        if opening.amount + moved != closing.amount:
            self.refuse(
                "balance", "Opening balance and entries do not make the closing balance.", closing.line
            )
        self._summary(movements, entries)
        movements = [item if item.entry_date != date.min else _dated(item, day) for item in movements]
        statement = Statement(
            format=self.form,
            account=account,
            currency=self.currency,
            number=self._number(),
            file_sequence=None,
            created_on=node.day("CreDtTm"),
            opening_date=opening.day,
            opening=opening.amount,
            closing_date=day,
            closing=closing.amount,
            holder=node.text("Acct", "Ownr", "Nm"),
            description=node.text("Id"),
            is_duplicate=node.text("CpyDplctInd") in ("DUPL", "CODU"),
            movements=tuple(movements),
            transactions=tuple(part for item in movements for part in item.details or (item,)),
            messages=tuple(filter(None, [node.text("AddtlStmtInf")])),
            warnings=tuple(self.warnings),
        )
        page = node.text("StmtPgntn", "PgNb")
        return statement, node.text("Id"), whole_number(page, longest=5)

    def _account(self) -> str:
        iban, other = self.node.text("Acct", "Id", "IBAN"), self.node.text("Acct", "Id", "Othr", "Id")
        if iban:
            try:
                return normalise_iban(iban)
            except InvalidIdentifier:
                self.warnings.append(
                    StatementWarning("account", "The account number does not hold.", self.node.line)
                )
                return iban.replace(" ", "")
        if not other:
            raise StatementError("account", "The account number is missing.", self.node.line)
        try:
            return normalise_iban(other)
        except InvalidIdentifier:
            return other.replace(" ", "")

    def _number(self) -> int | None:
        text = self.node.text("ElctrncSeqNb") or self.node.text("LglSeqNb")
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise StatementError("number", "The number of the statement is none.", self.node.line)
        return int(text) or None

    def _balances(self) -> dict[str, _Balance]:
        """The booked balances by their code; `ITBD` of the first one, `ITBD-` of the last."""
        found: dict[str, _Balance] = {}
        for node in self.node.children("Bal"):
            code = node.text("Tp", "CdOrPrtry", "Cd")
            if code not in ("OPBD", "CLBD", "PRCD", "ITBD"):
                continue
            amount = node.child("Amt")
            if amount is None:
                raise StatementError("amount", "A balance has no amount.", node.line)
            sign = self._sign(node)
            balance = _Balance(
                self._cents(sign * amount.amount(), amount), amount.currency, node.day("Dt"), node.line
            )
            if code == "ITBD" and code in found:
                code = "ITBD-"
            elif code in found:
                raise StatementError("balance_twice", "A balance stands twice.", node.line)
            found[code] = balance
        return found

    def _sides(self, found: dict[str, _Balance], moved: Decimal) -> tuple[_Balance, _Balance]:
        """Opening and closing. A page begins or ends with an interim balance. Tolerant mode works a missing
        one out.
        """
        opening = found.get("OPBD") or found.get("PRCD")
        closing = found.get("CLBD") or found.get("ITBD-")
        interim = found.get("ITBD")
        if interim is not None:
            if opening is None:
                opening = interim
            elif closing is None:
                closing = interim
        line = self.node.line
        if opening is None or closing is None:
            if opening is None and closing is None:
                raise StatementError("balance_missing", "The balances are missing.", line)
            self.refuse("balance_missing", "The opening or the closing balance is missing.", line)
        if opening is None and closing is not None:
            opening = _Balance(closing.amount - moved, closing.currency, None, closing.line)
        if closing is None and opening is not None:
            closing = _Balance(opening.amount + moved, opening.currency, None, opening.line)
        assert opening is not None and closing is not None  # noqa: S101 - one of them gave the other
        for balance in (opening, closing):
            if balance.currency != self.currency:
                self.refuse("currency", "A balance is in another currency than the account.", balance.line)
        return opening, closing

    def _sign(self, node: Node) -> int:
        sign = _SIGNS.get(node.text("CdtDbtInd"))
        if sign is None:
            raise StatementError("sign", "An amount is neither credit nor debit.", node.line)
        return sign

    def _cents(self, amount: Decimal, node: Node) -> Decimal:
        if amount != amount.quantize(CENT):
            self.refuse("fraction_of_cent", "An amount has a fraction of a cent.", node.line)
            return amount
        return amount.quantize(CENT)

    def _entry(self, node: Node, sequence: int) -> Movement | None:
        """A booked entry with the parts that make it; None for one that is not booked, or moves nothing."""
        status = node.text("Sts", "Cd") or node.text("Sts")
        if status in _NOT_BOOKED:
            return None
        if status != "BOOK":
            self.refuse("status", "The status of an entry is unknown.", node.line)
            return None
        amount = node.child("Amt")
        if amount is None:
            raise StatementError("amount", "An entry has no amount.", node.line)
        if amount.currency != self.currency:
            self.refuse("currency", "An entry is in another currency than the account.", node.line)
        sign = self._sign(node)
        value = self._cents(sign * amount.amount(), amount)
        if not value:
            self.warnings.append(StatementWarning("zero", "An entry moves nothing.", node.line))
            return None
        reverses = node.text("RvslInd") in ("true", "1")
        parts = [
            read_detail(detail, own=self.account)
            for group in node.children("NtryDtls")
            for detail in group.children("TxDtls")
        ]
        whole = self._movement(node, sequence, 0, value, parts[0] if len(parts) == 1 else None, reverses)
        if len(parts) < 2:
            return whole
        amounts = [self._of_part(part, sign) for part in parts]
        if None in amounts or sum((a for a in amounts if a is not None), ZERO) != value or 0 in amounts:
            return whole
        return replace(
            whole,
            details=tuple(
                self._movement(node, sequence, place, part_amount, part, reverses)
                for place, (part, part_amount) in enumerate(zip(parts, amounts, strict=True), start=1)
                if part_amount is not None
            ),
        )

    def _of_part(self, part: Detail, sign: int) -> Decimal | None:
        """What a part moves, where it says so in the currency of the account."""
        if part.amount is None or part.currency != self.currency or part.amount != part.amount.quantize(CENT):
            return None
        return (_SIGNS.get(part.sign, sign) * part.amount).quantize(CENT)

    def _movement(
        self, node: Node, sequence: int, place: int, amount: Decimal, detail: Detail | None, reverses: bool
    ) -> Movement:
        code = node.child("BkTxCd")
        batch = node.child("NtryDtls", "Btch")
        named = (batch.text("MsgId") or batch.text("PmtInfId")) if batch is not None else ""
        part = detail or Detail()
        other = the_other(part, returned=reverses or bool(part.return_reason), incoming=amount > 0)
        return Movement(
            sequence=sequence,
            detail=place,
            amount=amount,
            entry_date=node.day("BookgDt") or node.day("ValDt") or date.min,
            value_date=node.day("ValDt"),
            bank_reference=part.bank_reference or node.text("AcctSvcrRef") or node.text("NtryRef"),
            transaction_code=part.transaction_code or (_code(code) if code is not None else ""),
            communication=part.communication
            or ("" if part.reference or part.written_reference else node.text("AddtlNtryInf") or named),
            structured_reference=part.reference,
            written_reference=part.written_reference,
            end_to_end_id=part.end_to_end_id,
            counterparty_name=other.name,
            counterparty_account=other.account,
            counterparty_iban=other.iban,
            counterparty_bic=other.bic,
            return_kind="4" if reverses else "2" if part.return_reason else "",
            return_reason=part.return_reason,
            category_purpose=part.category_purpose,
            purpose=part.purpose,
            information=tuple(filter(None, [node.text("AddtlNtryInf"), named, *part.information])),
        )

    def _summary(self, movements: list[Movement], entries: int) -> None:
        """The totals that the bank announces, where it does."""
        summary = self.node.child("TxsSummry")
        if summary is None:
            return
        total = summary.child("TtlNtries")
        if total is not None and is_digits(total.text("NbOfNtries")):
            announced = total.text("NbOfNtries").lstrip("0") or "0"
            if announced not in (str(entries), str(len(movements))):
                self.refuse("record_count", f"The file announces {announced} entries.", total.line)
        for name, sign in (("TtlCdtNtries", 1), ("TtlDbtNtries", -1)):
            side = summary.child(name, "Sum")
            moved = sum((abs(m.amount) for m in movements if (m.amount > 0) is (sign > 0)), ZERO)
            if side is not None and side.amount() != moved and len(movements) == entries:
                self.refuse("totals", "The announced totals are not those of the entries.", side.line)


def _dated(item: Movement, day: date) -> Movement:
    """An entry without a date was booked on the day of the statement."""
    return replace(
        item, entry_date=day, details=tuple(replace(part, entry_date=day) for part in item.details)
    )


def _code(node: Node) -> str:
    """What kind of movement it is: `PMNT/RCDT/ESCT`, or the bank's own code."""
    domain = node.child("Domn")
    if domain is None:
        return node.text("Prtry", "Cd")
    codes = (domain.text("Cd"), domain.text("Fmly", "Cd"), domain.text("Fmly", "SubFmlyCd"))
    return "/".join(filter(None, codes))
