"""Write CAMT.053 statements as a bank would, in both versions: the reader of `ledger.treasury.camt` gives
back what was written. Pure, like `bank_simulator`, and of the same statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from lxml import etree

from ledger.treasury.bank_simulator import BankMovement, BankStatement
from ledger.treasury.enums import StatementFormat


def write_camt(
    statements: Sequence[BankStatement],
    *,
    version: str = StatementFormat.CAMT_08,
    numbered: bool = True,
    pending: Sequence[BankMovement] = (),
) -> bytes:
    """The bytes of one file. `numbered=False` leaves the sequence numbers out, as some banks do; `pending`
    are entries that are announced in the last statement, not booked.
    """
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{version}"
    root = etree.Element(f"{{{namespace}}}Document", nsmap={None: namespace})
    report = _add(root, "BkToCstmrStmt")
    header = _add(report, "GrpHdr")
    _add(header, "MsgId", "STATEMENTS")
    _add(header, "CreDtTm", f"{statements[-1].day.isoformat()}T20:00:00+01:00")
    for place, statement in enumerate(statements):
        last = place == len(statements) - 1
        _statement(report, statement, version, numbered, pending if last else ())
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _statement(
    report: etree._Element,
    statement: BankStatement,
    version: str,
    numbered: bool,
    pending: Sequence[BankMovement],
) -> None:
    node = _add(report, "Stmt")
    _add(node, "Id", f"{statement.day:%Y}-{statement.number:05}")
    if numbered:
        _add(node, "ElctrncSeqNb", str(statement.number))
    _add(node, "CreDtTm", f"{statement.day.isoformat()}T20:00:00+01:00")
    account = _add(node, "Acct")
    _add(account, "Id", "IBAN", text=statement.iban)
    _add(account, "Ccy", "EUR")
    if statement.holder:
        _add(account, "Ownr", "Nm", text=statement.holder)
    _balance(node, "OPBD", statement.opening, statement.opening_day or statement.day)
    _balance(node, "CLBD", statement.closing, statement.day)
    for movement in statement.movements:
        _entry(node, movement, statement.day, version, "BOOK")
    for movement in pending:
        _entry(node, movement, statement.day, version, "PDNG")


def _balance(node: etree._Element, code: str, amount: Decimal, day: date) -> None:
    balance = _add(node, "Bal")
    _add(balance, "Tp", "CdOrPrtry", "Cd", text=code)
    _amount(balance, amount)
    _add(balance, "Dt", "Dt", text=day.isoformat())


def _entry(node: etree._Element, movement: BankMovement, day: date, version: str, status: str) -> None:
    entry = _add(node, "Ntry")
    _amount(entry, movement.amount)
    if version == StatementFormat.CAMT_02:
        _add(entry, "Sts", status)
    else:
        _add(entry, "Sts", "Cd", text=status)
    _add(entry, "BookgDt", "Dt", text=day.isoformat())
    _add(entry, "ValDt", "Dt", text=(movement.value_date or day).isoformat())
    if movement.bank_reference:
        _add(entry, "AcctSvcrRef", movement.bank_reference)
    _add(entry, "BkTxCd", "Prtry", "Cd", text=movement.transaction_code or "NTRF")
    details = _add(entry, "NtryDtls")
    for part in movement.details or (movement,):
        _detail(details, part, version, several=bool(movement.details))


def _detail(details: etree._Element, part: BankMovement, version: str, *, several: bool) -> None:
    node = _add(details, "TxDtls")
    if part.end_to_end_id:
        _add(node, "Refs", "EndToEndId", text=part.end_to_end_id)
    if version == StatementFormat.CAMT_02:
        if several:
            amount = _add(node, "AmtDtls", "TxAmt", "Amt", text=f"{abs(part.amount):.2f}")
            amount.set("Ccy", "EUR")
    else:
        _amount(node, part.amount)
    role = "Dbtr" if part.amount > 0 else "Cdtr"
    if part.counterparty_name or part.counterparty_iban:
        parties = _add(node, "RltdPties")
        if part.counterparty_name:
            path = (role, "Nm") if version == StatementFormat.CAMT_02 else (role, "Pty", "Nm")
            _add(parties, *path, text=part.counterparty_name)
        if part.counterparty_iban:
            _add(parties, f"{role}Acct", "Id", "IBAN", text=part.counterparty_iban)
    if part.structured_reference:
        structured = _add(node, "RmtInf", "Strd", "CdtrRefInf")
        kind = _add(structured, "Tp")
        _add(kind, "CdOrPrtry", "Cd", text="SCOR")
        if part.structured_reference.isdigit():
            _add(kind, "Issr", "BBA")
        _add(structured, "Ref", part.structured_reference)
    elif part.communication:
        _add(node, "RmtInf", "Ustrd", text=part.communication)
    if part.return_reason:
        _add(node, "RtrInf", "Rsn", "Cd", text=part.return_reason)


def _amount(node: etree._Element, amount: Decimal) -> None:
    _add(node, "Amt", text=f"{abs(amount):.2f}").set("Ccy", "EUR")
    _add(node, "CdtDbtInd", "DBIT" if amount < 0 else "CRDT")


def _add(parent: etree._Element, *path: str, text: str | None = None) -> etree._Element:
    """Add nested elements under a parent and give the innermost back. Two words are a name and its text."""
    if text is None and len(path) == 2:
        text = path[-1]
        path = path[:-1]
    namespace = etree.QName(parent).namespace
    node = parent
    for name in path:
        node = etree.SubElement(node, f"{{{namespace}}}{name}")
    node.text = text
    return node
