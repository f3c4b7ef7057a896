"""Which VAT code usually fits a seller, a buyer and what is supplied, and why, in one sentence.

Place of supply of services: VAT Code, articles 21 §2 (to a taxable person) and 21bis (to anybody else, with
§2, 10° for intellectual services to somebody outside of the Union). Goods: articles 39 (export) and 39bis
(to a taxable person in another member state). Sales to private people elsewhere in the Union are taxed in
Belgium below the threshold of 10,000 euro a year (article 21bis §2, 9° and 15bis); above it, the one-stop
shop is a matter for people, not for this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from invoicing.vat.territories import Place, place_of


class Supply(StrEnum):
    """What is sold, as far as VAT cares."""

    SERVICES = "services"
    INTELLECTUAL = "intellectual"
    """Consultancy, translation, advertising, rights, data: article 21bis §2, 10°."""
    GOODS = "goods"
    WORKS = "works"
    """Works on a building in the seller's country, its fitting, cleaning: Royal Decree no. 1, article 20."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code of the table and the sentence that says why (translated when shown)."""

    code: str
    reason: Any


STANDARD = "standard"

_HOME = Suggestion(STANDARD, _("The client is in the same country: its VAT is due."))
_WORKS = Suggestion(
    "cocontractor",
    _("A payer of VAT who files returns accounts for the VAT of works on a building: ask whether they do."),
)
_WORKS_HERE = Suggestion(STANDARD, _("Works on a building are taxed where the building is: here."))
_EXEMPT = Suggestion("exempt_training", _("This entity gives training: it is exempt from VAT."))
_REVERSE = Suggestion(
    "reverse_charge", _("A firm with a VAT number in another country of the Union accounts for the VAT.")
)
_INTRA = Suggestion(
    "intra_eu", _("Goods to a firm with a VAT number in another country of the Union are exempt.")
)
_NO_NUMBER = Suggestion(
    STANDARD, _("Without a VAT number a client in the Union pays our VAT: ask the firm for its number.")
)
_PRIVATE = Suggestion(STANDARD, _("A private person in the Union pays our VAT."))
_ABROAD = Suggestion("out_of_scope", _("Services to a firm outside the Union are taxed where the firm is."))
_EXPORT = Suggestion("export", _("Goods that leave the Union are exempt: keep the proof of export."))
_PRIVATE_ABROAD = Suggestion(
    STANDARD, _("Services to a private person outside the Union are usually taxed here.")
)
_INTELLECTUAL_ABROAD = Suggestion(
    "out_of_scope",
    _("Intellectual services to somebody outside the Union are taxed where they live."),
)

_SERVICES = (Supply.SERVICES, Supply.INTELLECTUAL)
TABLE: dict[tuple[Place, bool, Supply], Suggestion] = {
    **{(place, taxable, Supply.WORKS): _WORKS_HERE for place in Place for taxable in (True, False)},
    (Place.HOME, True, Supply.WORKS): _WORKS,
    **{
        (Place.HOME, taxable, supply): _HOME
        for taxable in (True, False)
        for supply in (*_SERVICES, Supply.GOODS)
    },
    **{(Place.UNION, True, supply): _REVERSE for supply in _SERVICES},
    (Place.UNION, True, Supply.GOODS): _INTRA,
    **{(Place.UNION, False, supply): _PRIVATE for supply in (*_SERVICES, Supply.GOODS)},
    **{(Place.NORTHERN_IRELAND, True, supply): _ABROAD for supply in _SERVICES},
    (Place.NORTHERN_IRELAND, True, Supply.GOODS): _INTRA,
    (Place.NORTHERN_IRELAND, False, Supply.SERVICES): _PRIVATE_ABROAD,
    (Place.NORTHERN_IRELAND, False, Supply.INTELLECTUAL): _INTELLECTUAL_ABROAD,
    (Place.NORTHERN_IRELAND, False, Supply.GOODS): _PRIVATE,
    **{(Place.OUTSIDE, True, supply): _ABROAD for supply in _SERVICES},
    **{(Place.OUTSIDE, taxable, Supply.GOODS): _EXPORT for taxable in (True, False)},
    (Place.OUTSIDE, False, Supply.SERVICES): _PRIVATE_ABROAD,
    (Place.OUTSIDE, False, Supply.INTELLECTUAL): _INTELLECTUAL_ABROAD,
}
"""(where the client is, whether it is a taxable person, what is sold) → code and reason."""


def suggest_code(
    *,
    seller_country: str,
    seller_exempt: bool,
    buyer_country: str,
    buyer_kind: str,
    buyer_vat_number: str = "",
    buyer_postal_code: str = "",
    supply: Supply = Supply.SERVICES,
    on: date,
) -> Suggestion:
    """The code that usually fits, on a day. The writer of the invoice may take another.

    In the Union a taxable person is whoever has a VAT number; outside of it a firm, and a public body with a
    tax number.
    """
    if seller_exempt:
        return _EXEMPT
    place = place_of(
        seller=seller_country,
        country=buyer_country,
        postal_code=buyer_postal_code,
        vat_number=buyer_vat_number,
        on=on,
    )
    numbered = bool(buyer_vat_number) and buyer_kind != "consumer"
    firm = buyer_kind == "business"
    if supply is Supply.WORKS:
        return TABLE[place, numbered, supply]
    if place is Place.UNION and firm and not numbered:
        return _NO_NUMBER
    if place is Place.NORTHERN_IRELAND and supply is Supply.GOODS:
        return TABLE[place, numbered and buyer_vat_number.startswith("XI"), supply]
    taxable = numbered or (firm and place is not Place.UNION)
    return TABLE[place, taxable, supply]
