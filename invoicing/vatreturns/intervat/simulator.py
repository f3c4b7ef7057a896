"""The tax office where no mandate exists: it reads a file as the real desk would and says what is wrong."""

from __future__ import annotations

import hashlib
from decimal import Decimal, InvalidOperation

from lxml import etree

from core.identifiers import InvalidIdentifier, normalise_enterprise_number
from invoicing.vatreturns.grids import DEDUCTIBLE, DUE
from invoicing.vatreturns.intervat.port import Answer
from invoicing.vatreturns.intervat.xml import CLIENTS, COMMON, INTRA, VAT

_BODIES = {VAT: "VATDeclaration", INTRA: "IntraListing", CLIENTS: "ClientListing"}
_SUMS = {
    INTRA: (("Amount", "AmountSum"),),
    CLIENTS: (("TurnOver", "TurnOverSum"), ("VATAmount", "VATAmountSum")),
}
_ENTRIES = {INTRA: "IntraClient", CLIENTS: "Client"}
NOT_NEGATIVE = frozenset({"00", "01", "02", "03", *DUE, *DEDUCTIBLE, "71", "72"})
"""Grids that take no negative amount."""


class IntervatSimulator:
    """Answers at once, and the same for the same file."""

    def submit(self, reference: str, content: bytes) -> Answer:
        """Look at the file; a good one gets a reference made of its content."""
        reason = _fault(content)
        if reason:
            return Answer(False, reason=reason)
        digest = hashlib.sha256(reference.encode() + content).hexdigest()
        return Answer(True, reference=f"SIM-{digest[:12].upper()}")


def _fault(content: bytes) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return "The file is no XML."
    space = etree.QName(root).namespace
    if space not in _BODIES:
        return "The file is none that this desk takes."
    body = root.find(f"{{{space}}}{_BODIES[space]}")
    if body is None:
        return "The file holds no declaration."
    number = body.findtext(f"{{{space}}}Declarant/{{{COMMON}}}VATNumber") or ""
    try:
        normalise_enterprise_number(number)
    except InvalidIdentifier:
        return f"{number} is no enterprise number."
    try:
        return _fault_of_return(body) if space == VAT else _fault_of_listing(body, str(space))
    except InvalidOperation:
        return "An amount is no number."


def _fault_of_return(body: etree._Element) -> str:
    grids = {
        str(row.get("GridNumber")): Decimal(row.text or "")
        for row in body.iterfind(f"{{{VAT}}}Data/{{{VAT}}}Amount")
    }
    negative = sorted(grid for grid, amount in grids.items() if amount < 0 and grid in NOT_NEGATIVE)
    if negative:
        return f"Negative amount in grid {', '.join(negative)}."
    if ("71" in grids) == ("72" in grids):
        return "One of the grids 71 and 72 must be filled in."
    balance = sum((grids.get(grid, Decimal(0)) for grid in DUE), Decimal(0))
    balance -= sum((grids.get(grid, Decimal(0)) for grid in DEDUCTIBLE), Decimal(0))
    if grids.get("71", Decimal(0)) - grids.get("72", Decimal(0)) != balance:
        return "The balance is not the difference of the VAT due and the VAT to deduct."
    return ""


def _fault_of_listing(body: etree._Element, space: str) -> str:
    clients = body.findall(f"{{{space}}}{_ENTRIES[space]}")
    if body.get("ClientsNbr") != str(len(clients)):
        return "The number of clients is wrong."
    for name, attribute in _SUMS[space]:
        total = sum((Decimal(row.findtext(f"{{{space}}}{name}") or "") for row in clients), Decimal(0))
        if Decimal(body.get(attribute) or "") != total:
            return f"{attribute} is not the sum of the clients."
    return ""
