"""What a CAMT.053 entry says of one payment: parties, references, communication, why it came back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ledger.treasury.camt.nodes import Node
from ledger.treasury.references import NOT_A_REFERENCE, iban_in, reference_in, reference_of


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two parties; empty where the bank does not say."""

    name: str = ""
    account: str = ""
    iban: str | None = None
    bic: str = ""

    @property
    def known(self) -> bool:
        """Whether anything is said of it."""
        return bool(self.name or self.account)


@dataclass(frozen=True, slots=True)
class Detail:
    """One `TxDtls`, as far as it matters. `amount` is positive, `sign` CRDT, DBIT or nothing."""

    amount: Decimal | None = None
    currency: str = ""
    sign: str = ""
    debtor: Side = Side()
    creditor: Side = Side()
    own: str = ""
    communication: str = ""
    reference: str | None = None
    written_reference: str = ""
    end_to_end_id: str = ""
    bank_reference: str = ""
    transaction_code: str = ""
    return_reason: str = ""
    category_purpose: str = ""
    purpose: str = ""
    information: tuple[str, ...] = ()


def read_detail(node: Node, *, own: str) -> Detail:
    """Read one `TxDtls`; `own` is the account of the statement."""
    amount = (
        node.child("Amt") or node.child("AmtDtls", "TxAmt", "Amt") or node.child("AmtDtls", "InstdAmt", "Amt")
    )
    references = node.child("Refs")
    end_to_end = references.text("EndToEndId") if references is not None else ""
    reference, written, texts = _remittance(node)
    returned = node.child("RtrInf")
    reason = (returned.text("Rsn", "Cd") or returned.text("Rsn", "Prtry")) if returned is not None else ""
    code = node.child("BkTxCd")
    return Detail(
        amount=amount.amount() if amount is not None else None,
        currency=amount.currency if amount is not None else "",
        sign=node.text("CdtDbtInd"),
        debtor=_side(node, "Dbtr"),
        creditor=_side(node, "Cdtr"),
        own=own,
        communication=" ".join(texts),
        reference=reference,
        written_reference=written,
        end_to_end_id="" if end_to_end.upper() in NOT_A_REFERENCE else end_to_end,
        bank_reference=references.text("AcctSvcrRef") if references is not None else "",
        transaction_code=code.text("Prtry", "Cd") if code is not None and not code.child("Domn") else "",
        return_reason=(reason or ("RETN" if returned is not None else ""))[:8],
        category_purpose=node.text("PmtTpInf", "CtgyPurp", "Cd"),
        purpose=node.text("Purp", "Cd"),
        information=tuple(
            filter(
                None,
                [
                    node.text("AddtlTxInf"),
                    *(
                        item.text()
                        for item in (returned.children("AddtlInf") if returned is not None else [])
                    ),
                    *(references.text(name) if references else "" for name in ("PmtInfId", "MsgId")),
                ],
            )
        ),
    )


def the_other(detail: Detail, *, returned: bool, incoming: bool) -> Side:
    """Who is on the other side: the debtor of what came in, the creditor of what left.

    A payment that came back keeps the roles that it had. Where the bank names only one party, it is that one
    unless the account is our own.
    """
    debtor_is_other = incoming is not returned
    first, second = (detail.debtor, detail.creditor) if debtor_is_other else (detail.creditor, detail.debtor)
    if first.known and first.iban != detail.own:
        return first
    return second if second.known and detail.own not in (second.iban, second.account) else first


def _side(node: Node, role: str) -> Side:
    parties = node.child("RltdPties")
    if parties is None:
        return Side()
    name = ""
    for party in (role, f"Ultmt{role}"):
        name = name or parties.text(party, "Pty", "Nm") or parties.text(party, "Nm")
    name = name or parties.text(role, "Agt", "FinInstnId", "Nm")
    iban = parties.text(f"{role}Acct", "Id", "IBAN")
    account = (iban or parties.text(f"{role}Acct", "Id", "Othr", "Id")).replace(" ", "")
    agent = node.child("RltdAgts", f"{role}Agt", "FinInstnId")
    bic = (agent.text("BICFI") or agent.text("BIC")) if agent is not None else ""
    return Side(name, account, iban_in(account) if account else None, bic)


def _remittance(node: Node) -> tuple[str | None, str, list[str]]:
    """The reference that holds, else the one that was written; every other word of the payer."""
    remittance = node.child("RmtInf")
    if remittance is None:
        return None, "", []
    texts = [item.text() for item in remittance.children("Ustrd")]
    reference, written = None, ""
    for structured in remittance.children("Strd"):
        given = structured.text("CdtrRefInf", "Ref")
        if given:
            found = reference_of(given)
            if found is not None and reference is None:
                reference = found
            elif found is None and not written:
                written = given
            else:
                texts.append(given)
        texts += [item.text() for item in structured.children("AddtlRmtInf")]
        texts += [item.text("Nb") for item in structured.children("RfrdDocInf")]
    texts = [text for text in texts if text]
    if reference is None and not written and len(texts) == 1:
        reference = reference_in(texts[0])
    return reference, written, texts
