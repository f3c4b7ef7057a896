"""Addresses of the Peppol network: `scheme:value`, as people write them and as the network takes them.

Schemes: code list EAS as Peppol BIS Billing 3.0, release 2026.5, takes it. Values: the check digits of the
schemes that have some (policy for identifiers 4.x; the same checks as rules COMMON-R040 to R053).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum import ean, luhn
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret
from stdnum.no import orgnr

from core.identifiers import InvalidIdentifier, normalise_enterprise_number, normalise_vat_number
from invoicing.ubl.types import Endpoint

SCHEMES = frozenset({
    "0002", "0007", "0009", "0060", "0088", "0096", "0097", "0106", "0130", "0135", "0142", "0151",
    "0183", "0184", "0188", "0190", "0191", "0192", "0195", "0196", "0198", "0199", "0200", "0201",
    "0204", "0208", "0209", "0210", "0211", "0216", "0218", "0221", "0225", "0230", "0235", "0240",
    "0242", "0244", "0245", "0246", "0248", "9910", "9913", "9914", "9915", "9918", "9919", "9920",
    "9922", "9923", "9924", "9925", "9926", "9927", "9928", "9929", "9930", "9931", "9932", "9933",
    "9934", "9935", "9936", "9937", "9938", "9939", "9940", "9941", "9942", "9943", "9944", "9945",
    "9946", "9947", "9948", "9949", "9950", "9951", "9952", "9953", "9957", "9959",
})  # fmt: skip

_VALUE = re.compile(r"[0-9A-Za-z][0-9A-Za-z:._~+/-]{0,49}")
_NETWORK = "iso6523-actorid-upis::"


def parse_participant(text: str) -> Endpoint:
    """The address that somebody wrote (`0208:0403.019.261`, with or without the network's name in front).

    Raises `InvalidIdentifier` for an unknown scheme, and for a value whose own check digits refuse it.
    """
    compact = "".join(text.split())
    if compact.lower().startswith(_NETWORK):
        compact = compact[len(_NETWORK) :]
    scheme, colon, value = compact.partition(":")
    if not colon or scheme not in SCHEMES:
        raise InvalidIdentifier("peppol_id", "the scheme is not in the list")
    if not _VALUE.fullmatch(value):
        raise InvalidIdentifier("peppol_id", "unexpected character")
    check = _CHECKS.get(scheme)
    return Endpoint(scheme, check(value) if check else value)


def _plain(module: object, length: int) -> Callable[[str], str]:
    def check(value: str) -> str:
        digits = re.sub(r"\D", "", value)
        try:
            if len(digits) != length:
                raise ValidationError
            return str(module.validate(digits))  # type: ignore[attr-defined]
        except ValidationError as error:
            raise InvalidIdentifier("peppol_id", "check digits are wrong") from error

    return check


def _belgian_vat(value: str) -> str:
    return normalise_vat_number(value).lower()


_CHECKS: dict[str, Callable[[str], str]] = {
    "0002": _plain(siren, 9),
    "0007": _plain(luhn, 10),
    "0009": _plain(siret, 14),
    "0088": _plain(ean, 13),
    "0192": _plain(orgnr, 9),
    "0208": normalise_enterprise_number,
    "9925": _belgian_vat,
}
