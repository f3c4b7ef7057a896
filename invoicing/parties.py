"""Seller and buyer of a document: frozen as plain JSON at issue, and read back as the standard names them."""

from __future__ import annotations

from typing import Any

from core.identifiers import InvalidIdentifier, normalise_enterprise_number
from invoicing import ubl
from invoicing.models import Client
from invoicing.ubl.codes import BELGIAN_ENTERPRISE
from invoicing.vat.territories import UNION, vat_country
from ledger.enums import VatRegime
from ledger.models import LegalEntity

Content = dict[str, Any]


def seller_of(entity: LegalEntity) -> Content:
    """The selling entity as the document names it; an exempt entity has no VAT number."""
    exempt = entity.vat_regime != VatRegime.NORMAL
    return {
        "code": entity.code,
        "name": entity.name,
        "enterprise_number": entity.enterprise_number,
        "vat_number": None if exempt else f"{entity.country}{entity.enterprise_number}",
        "iban": entity.iban,
        "bic": entity.bic,
        "street": entity.street,
        "postal_code": entity.postal_code,
        "city": entity.city,
        "country": entity.country,
    }


def buyer_of(client: Client) -> Content:
    """The client as the document names it; its own electronic address only when it named one."""
    named = {"peppol_id": client.peppol_id} if client.peppol_id else {}
    return named | {
        "kind": client.kind,
        "name": client.name,
        "vat_number": client.vat_number,
        "enterprise_number": client.enterprise_number,
        "street": client.street,
        "postal_code": client.postal_code,
        "city": client.city,
        "country": client.country,
        "email": client.email,
        "reference": client.reference,
    }


def _address(party: Content) -> ubl.Address:
    return ubl.Address(
        country=party["country"], street=party["street"], postal_code=party["postal_code"], city=party["city"]
    )


def ubl_seller(party: Content) -> ubl.Party:
    """The selling entity as the standard names it."""
    belgian = party["country"] == "BE"
    return ubl.Party(
        name=party["name"],
        address=_address(party),
        vat_number=party["vat_number"],
        legal_id=party["enterprise_number"],
        legal_id_scheme=BELGIAN_ENTERPRISE if belgian else None,
        tax_registration=None if party["vat_number"] else party["enterprise_number"],
        endpoint=ubl.belgian_endpoint(party["enterprise_number"])
        if belgian
        else ubl.vat_endpoint(party["vat_number"]),
    )


def ubl_buyer(party: Content) -> ubl.Party:
    """The client as the standard names it."""
    country, vat_number = party["country"], party["vat_number"]
    prefixed = vat_number[:2] in _prefixes(country)
    register = belgian_number(party) if country == "BE" else None
    endpoint = None
    if named := party.get("peppol_id"):
        endpoint = ubl.Endpoint(*named.split(":", 1))
    elif register:
        endpoint = ubl.belgian_endpoint(register)
    elif prefixed and vat_number:
        endpoint = _endpoint(vat_number)
    return ubl.Party(
        name=party["name"],
        address=_address(party),
        vat_number=vat_number if vat_number and prefixed else None,
        legal_id=register or party["enterprise_number"] or None,
        legal_id_scheme=BELGIAN_ENTERPRISE if register else None,
        endpoint=endpoint,
        email=party["email"],
    )


def _prefixes(country: str) -> set[str]:
    """What may stand before the VAT number of a firm in a country: a firm of the Union may be registered in
    another state, one in Northern Ireland has XI, one in Monaco is registered in France.
    """
    if vat_country(country) in UNION:
        return set(UNION)
    return {country, "XI"} if country == "GB" else {country}


def belgian_number(party: Content) -> str | None:
    """The enterprise number of a Belgian buyer, given as such or inside the VAT number."""
    given = party["enterprise_number"] or party["vat_number"].removeprefix("BE")
    if not given:
        return None
    try:
        return normalise_enterprise_number(given)
    except InvalidIdentifier:
        return None


def _endpoint(vat_number: str) -> ubl.Endpoint | None:
    try:
        return ubl.vat_endpoint(vat_number)
    except InvalidIdentifier:
        return None
