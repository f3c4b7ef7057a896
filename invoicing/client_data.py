"""What people write about a client, made whole: names, numbers, addresses.

Pure: text in, text out, or a named refusal.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from stdnum.ch import uid
from stdnum.exceptions import ValidationError as WrongNumber
from stdnum.gb import vat as british
from stdnum.no import mva

from core.identifiers import (
    InvalidIdentifier,
    normalise_enterprise_number,
    normalise_siren,
    normalise_vat_number,
)
from invoicing.enums import ClientKind
from invoicing.errors import (
    ClientNameMissing,
    ConsumerHasNoVatNumber,
    CountryInvalid,
    EmailInvalid,
    EnterpriseNumberInvalid,
    PaymentTermTooLong,
    PeppolIdInvalid,
    VatNumberInvalid,
)
from invoicing.terms import check_term
from invoicing.ubl.codes import COUNTRIES
from invoicing.ubl.participants import parse_participant
from invoicing.vat.territories import UNION, vat_country
from members.types import search_key

MOST_DAYS = 120
"""Longest payment term that we give anybody, where no law says less (`invoicing.terms`)."""

_LENGTHS = {"street": 120, "postal_code": 12, "city": 60, "phone": 30, "reference": 60}
_NOT_DIALLED = re.compile(r"[^0-9A-Za-z+()./\- ]")


def whole(fields: dict[str, Any], *, house: str) -> dict[str, Any]:
    """All fields of a client as they are kept, with its `search_key`. `house`: the country whose law limits
    payment terms.

    Raises `ClientNameMissing`, `CountryInvalid`, `VatNumberInvalid`, `ConsumerHasNoVatNumber`,
    `EnterpriseNumberInvalid`, `EmailInvalid`, `PeppolIdInvalid`, `PaymentTermTooLong`.
    """
    kind = ClientKind(fields["kind"])
    name = plain(fields["name"], 120)
    country = str(fields["country"]).strip().upper()
    if not name:
        raise ClientNameMissing
    if country not in COUNTRIES:
        raise CountryInvalid(country=plain(fields["country"], 20))
    vat_number = normal_vat_number(str(fields["vat_number"]), country)
    if vat_number and kind is ClientKind.CONSUMER:
        raise ConsumerHasNoVatNumber
    return {
        **fields,
        **{field: plain(fields[field], most) for field, most in _LENGTHS.items()},
        "kind": kind,
        "name": name,
        "search_key": search_key(name)[:120],
        "country": country,
        "vat_number": vat_number,
        "enterprise_number": normal_enterprise_number(str(fields["enterprise_number"]), country, vat_number),
        "email": normal_email(str(fields["email"])),
        "phone": normal_phone(str(fields["phone"])),
        "peppol_id": normal_participant(str(fields["peppol_id"])),
        "payment_term_days": allowed_term(fields["payment_term_days"], kind, house),
    }


def plain(text: object, most: int) -> str:
    """One line of visible signs, without double spaces, cut at a length."""
    visible = "".join(sign if sign.isprintable() else " " for sign in str(text))
    return " ".join(visible.split())[:most].rstrip()


def normal_vat_number(text: str, country: str) -> str:
    """A number of the Union, Switzerland, Norway or Great Britain proved by its check digits and with its
    country in front; a number from elsewhere as it is written, without spaces. Raises `VatNumberInvalid`.
    """
    compact = "".join(sign for sign in text.upper() if sign.isalnum())
    if not compact:
        return ""
    state = vat_country(country)
    try:
        if state in UNION or compact.startswith("XI"):
            return _of_the_union(compact, state)
        if country == "CH":
            return str(uid.validate(re.sub(r"(MWST|TVA|IVA|TPV)$", "", compact)))
        if country == "NO":
            return f"NO{mva.compact(mva.validate(compact))[:9]}MVA"
        if state == "GB":
            return f"GB{british.validate(compact)}"
    except (InvalidIdentifier, WrongNumber) as error:
        raise VatNumberInvalid(number=plain(text, 40)) from error
    if not compact.isascii() or len(compact) > 20:
        raise VatNumberInvalid(number=plain(text, 40))
    return compact


def _of_the_union(compact: str, state: str) -> str:
    """With its country in front, written or not. Raises `InvalidIdentifier`."""
    prefix = "EL" if state == "GR" else state
    for candidate in (compact, prefix + compact):
        if candidate[:2] in UNION or candidate.startswith("XI"):
            try:
                return normalise_vat_number(candidate)
            except InvalidIdentifier:
                continue
    raise InvalidIdentifier("vat_number", "form or check digits are wrong")


def normal_enterprise_number(text: str, country: str, vat_number: str = "") -> str:
    """The number in the country's register of firms: proved in Belgium, France and Switzerland, as it is
    written elsewhere. A Belgian VAT number is the enterprise number: both together must agree. Raises
    `EnterpriseNumberInvalid`.
    """
    text = plain(text, 40)
    if not text:
        return ""
    try:
        if country == "BE":
            number = normalise_enterprise_number(re.sub(r"^BE", "", text, flags=re.IGNORECASE))
            if vat_number.startswith("BE") and vat_number != f"BE{number}":
                raise InvalidIdentifier("enterprise_number", "not that of the VAT number")
            return number
        if country == "FR":
            compact = re.sub(r"\D", "", text)
            return normalise_siren(compact[:9] if len(compact) == 14 else text)
        if country == "CH":
            return str(uid.validate(text))
    except (InvalidIdentifier, WrongNumber) as error:
        raise EnterpriseNumberInvalid(number=text) from error
    return text[:20]


def normal_email(text: str) -> str:
    """An address that mail can go to; the host in small letters. Raises `EmailInvalid`."""
    text = text.strip()
    if not text:
        return ""
    name, _, host = text.rpartition("@")
    address = f"{name}@{host.lower()}"
    try:
        validate_email(address)
    except ValidationError as error:
        raise EmailInvalid(email=plain(text, 80)) from error
    if len(address) > 254:
        raise EmailInvalid(email=plain(text, 80))
    return address


def normal_phone(text: str) -> str:
    """What can be dialled, as it is written."""
    return plain(_NOT_DIALLED.sub("", plain(text, 60)), 30)


def normal_participant(text: str) -> str:
    """scheme:value of the Peppol network. Raises `PeppolIdInvalid`."""
    if not text.strip():
        return ""
    try:
        endpoint = parse_participant(text)
    except InvalidIdentifier as error:
        raise PeppolIdInvalid(peppol_id=plain(text, 60)) from error
    return f"{endpoint.scheme}:{endpoint.value}"


def allowed_term(days: int | None, kind: ClientKind, house: str) -> int | None:
    """The payment term, when the latest law allows it: it is for invoices to come. Raises
    `PaymentTermTooLong`.
    """
    if days is not None:
        if not 0 <= days <= MOST_DAYS:
            raise PaymentTermTooLong(most=MOST_DAYS)
        check_term(days, country=house, kind=kind, on=date.max)
    return days
