"""Public code lists: exemption codes, electronic address schemes.

Sources: code lists EAS and VATEX of the CEF digital building blocks, as taken up in Peppol BIS Billing 3.0,
release 2026.5.
"""

from __future__ import annotations

from babel import Locale

from core.identifiers import normalise_enterprise_number, normalise_vat_number
from invoicing.ubl.types import Endpoint, VatCategory

BELGIAN_ENTERPRISE = "0208"
"""EAS and ICD code of the Belgian register of enterprises."""

_NOT_A_COUNTRY = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
COUNTRIES: frozenset[str] = frozenset(
    code
    for code in map(str, Locale("en").territories)
    if len(code) == 2 and code.isalpha() and code not in _NOT_A_COUNTRY
)
"""The 249 codes of ISO 3166-1 alpha-2. Greece is GR here, though EL before a VAT number."""

EXEMPTION_CODES: dict[VatCategory, str] = {
    VatCategory.REVERSE_CHARGE: "VATEX-EU-AE",
    VatCategory.INTRA_COMMUNITY: "VATEX-EU-IC",
    VatCategory.EXPORT: "VATEX-EU-G",
    VatCategory.OUT_OF_SCOPE: "VATEX-EU-O",
}
"""The code that belongs to each category that has exactly one. An exemption (E) names its own reason."""

_VAT_SCHEMES: dict[str, str] = {
    "AT": "9914",
    "BG": "9926",
    "CY": "9928",
    "CZ": "9929",
    "DE": "9930",
    "EE": "9931",
    "EL": "9933",
    "ES": "9920",
    "FR": "9957",
    "HR": "9934",
    "HU": "9910",
    "IE": "9935",
    "IT": "0211",
    "LT": "9937",
    "LU": "9938",
    "LV": "9939",
    "MT": "9943",
    "NL": "9944",
    "PL": "9945",
    "PT": "9946",
    "RO": "9947",
    "SI": "9949",
    "SK": "9950",
}


def belgian_endpoint(enterprise_number: str) -> Endpoint:
    """Electronic address of a Belgian firm or public body: its enterprise number."""
    return Endpoint(BELGIAN_ENTERPRISE, normalise_enterprise_number(enterprise_number))


def vat_endpoint(vat_number: str) -> Endpoint | None:
    """Electronic address made from a VAT number, or None for countries whose scheme is not built on it."""
    number = normalise_vat_number(vat_number)
    country = number[:2]
    if country == "BE":
        return belgian_endpoint(number)
    scheme = _VAT_SCHEMES.get(country)
    return None if scheme is None else Endpoint(scheme, number)
