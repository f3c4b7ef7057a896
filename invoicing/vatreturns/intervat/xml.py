"""The files that the tax office takes: periodic return, intra-Community listing, yearly client listing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from core.money import ZERO
from invoicing.vatreturns.enums import Rhythm
from invoicing.vatreturns.periods import VatPeriod, period_of
from invoicing.vatreturns.types import Listed

COMMON = "http://www.minfin.fgov.be/InputCommon"
VAT = "http://www.minfin.fgov.be/VATConsignment"
INTRA = "http://www.minfin.fgov.be/IntraConsignment"
CLIENTS = "http://www.minfin.fgov.be/ClientListingConsignment"


@dataclass(frozen=True, slots=True)
class Declarant:
    """Who files: the entity, by its enterprise number (ten digits)."""

    number: str
    name: str
    street: str
    postal_code: str
    city: str
    country: str


def write_return(
    declarant: Declarant,
    period: VatPeriod,
    grids: Mapping[str, Decimal],
    *,
    reference: str,
    ask_refund: bool,
    no_clients: bool = False,
) -> bytes:
    """The periodic return. Grids without amount are left out, but for the balance (71 or 72).

    `no_clients`: in the last return of a year, that its client listing is empty.
    """
    root = _root(VAT, "VATConsignment", VATDeclarationsNbr="1")
    body = _child(root, VAT, "VATDeclaration", SequenceNumber="1", DeclarantReference=reference[:14])
    _declarant(body, VAT, declarant)
    _period(body, VAT, period)
    data = _child(body, VAT, "Data")
    for grid in sorted(grids):
        if grids[grid] or grid in ("71", "72"):
            _child(data, VAT, "Amount", GridNumber=grid).text = _amount(grids[grid])
    _child(body, VAT, "ClientListingNihil").text = _yes(no_clients)
    _child(body, VAT, "Ask", Restitution=_yes(ask_refund))
    return _written(root)


def write_intra_listing(
    declarant: Declarant, period: VatPeriod, clients: Sequence[Listed], *, reference: str
) -> bytes:
    """The intra-Community listing: an amount by client and code; corrections name their period."""
    total = sum((row.amount for row in clients), ZERO)
    root = _root(INTRA, "IntraConsignment", IntraListingsNbr="1")
    body = _child(
        root,
        INTRA,
        "IntraListing",
        SequenceNumber="1",
        ClientsNbr=str(len(clients)),
        DeclarantReference=reference[:14],
        AmountSum=_amount(total),
    )
    _declarant(body, INTRA, declarant)
    _period(body, INTRA, period)
    for position, row in enumerate(clients, 1):
        client = _child(body, INTRA, "IntraClient", SequenceNumber=str(position))
        _vat_number(client, INTRA, row.vat_number)
        _child(client, INTRA, "Code").text = row.code
        _child(client, INTRA, "Amount").text = _amount(row.amount)
        if row.corrects_first:
            _period(client, INTRA, period_of(row.corrects_first, period.rhythm), "CorrectingPeriod")
    return _written(root)


def write_client_listing(
    declarant: Declarant, period: VatPeriod, clients: Sequence[Listed], *, reference: str
) -> bytes:
    """The yearly listing of Belgian firms: turnover and VAT by client, with their sums."""
    root = _root(CLIENTS, "ClientListingConsignment", ClientListingsNbr="1")
    body = _child(
        root,
        CLIENTS,
        "ClientListing",
        SequenceNumber="1",
        ClientsNbr=str(len(clients)),
        DeclarantReference=reference[:14],
        TurnOverSum=_amount(sum((row.amount for row in clients), ZERO)),
        VATAmountSum=_amount(sum((row.vat for row in clients), ZERO)),
    )
    _declarant(body, CLIENTS, declarant)
    _child(body, CLIENTS, "Period").text = str(period.first.year)
    for position, row in enumerate(clients, 1):
        client = _child(body, CLIENTS, "Client", SequenceNumber=str(position))
        _vat_number(client, CLIENTS, row.vat_number)
        _child(client, CLIENTS, "TurnOver").text = _amount(row.amount)
        _child(client, CLIENTS, "VATAmount").text = _amount(row.vat)
    return _written(root)


def _root(space: str, name: str, **attributes: str) -> etree._Element:
    return etree.Element(f"{{{space}}}{name}", attributes, nsmap={None: COMMON, "ns2": space})


def _child(parent: etree._Element, space: str, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{space}}}{name}", attributes)


def _declarant(parent: etree._Element, space: str, declarant: Declarant) -> None:
    body = _child(parent, space, "Declarant")
    for name, value in (
        ("VATNumber", declarant.number),
        ("Name", declarant.name),
        ("Street", declarant.street),
        ("PostCode", declarant.postal_code),
        ("City", declarant.city),
        ("CountryCode", declarant.country),
    ):
        _child(body, COMMON, name).text = value


def _period(parent: etree._Element, space: str, period: VatPeriod, name: str = "Period") -> None:
    body = _child(parent, space, name)
    if period.rhythm == Rhythm.MONTH:
        _child(body, space, "Month").text = f"{period.number:02}"
    elif period.rhythm == Rhythm.QUARTER:
        _child(body, space, "Quarter").text = str(period.number)
    _child(body, space, "Year").text = str(period.first.year)


def _vat_number(parent: etree._Element, space: str, number: str) -> None:
    country = "EL" if number[:2] == "GR" else number[:2]
    _child(parent, space, "CompanyVATNumber", issuedBy=country).text = number[2:]


def _amount(value: Decimal) -> str:
    return f"{value:.2f}"


def _yes(value: bool) -> str:
    return "YES" if value else "NO"


def _written(root: etree._Element) -> bytes:
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content
