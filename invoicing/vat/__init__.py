"""VAT codes, dated and cited, per country; and which of them fits a seller and a buyer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from core.money import ZERO, r
from invoicing.errors import VatCodeNotAllowed, VatCodeNotInForce
from invoicing.types import (
    NO_DISCOUNT,
    UNTOUCHED,
    Discount,
    Totals,
    VatPart,
    spread,
    sum_by_code,
    tax_of,
)
from invoicing.vat.suggestion import STANDARD as STANDARD
from invoicing.vat.territories import UNION as UNION
from invoicing.vat.territories import Place, place_of

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class VatCode:
    """A row of the table: category of EN 16931, rate in percent, what the document says and why."""

    code: str
    category: str
    rate: Decimal
    valid_from: date
    valid_to: date | None
    source: str
    status: str
    reason_code: str
    reasons: tuple[tuple[str, str], ...]
    aliases: tuple[str, ...]

    def reason(self, language: str) -> str:
        """The legal text of an exemption in a language (French when that language lacks it), or nothing."""
        texts = dict(self.reasons)
        return texts.get(language) or texts.get("fr", "")

    @property
    def label(self) -> str:
        """The code for people: a percentage, or the reason in the reader's language."""
        if self.category == "S":
            return f"{self.rate.normalize():f} %"
        names = {
            "0": _("0 %"),
            "exempt_training": _("Exempt: training"),
            "reverse_charge": _("Reverse charge"),
            "cocontractor": _("Works on a building, reverse charge in Belgium"),
            "intra_eu": _("Goods to another country of the Union"),
            "export": _("Export outside the Union"),
            "out_of_scope": _("Out of scope"),
        }
        return names.get(self.code, self.code)


@cache
def _table(country: str) -> tuple[VatCode, ...]:
    content = yaml.safe_load((HERE / "codes.yaml").read_text(encoding="utf-8"))
    return tuple(
        VatCode(
            code=row["code"],
            category=row["category"],
            rate=Decimal(row["rate"]),
            valid_from=row["valid_from"],
            valid_to=row.get("valid_to"),
            source=row["source"],
            status=row["status"],
            reason_code=row.get("reason_code", ""),
            reasons=tuple(row.get("reason", {}).items()),
            aliases=tuple(row.get("aliases", ())),
        )
        for row in content.get(country, ())
    )


def vat_codes(country: str, *, on: date) -> list[VatCode]:
    """Codes of a country in force on a day, in the order of the table."""
    return [
        row
        for row in _table(country)
        if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)
    ]


def vat_code(country: str, code: str, *, on: date) -> VatCode:
    """One code in force on a day, by its name or its rate (`standard`, `21`). Raises `VatCodeNotInForce`."""
    for row in vat_codes(country, on=on):
        if code == row.code or code in row.aliases:
            return row
    raise VatCodeNotInForce(vat_code=code, on=on.isoformat())


COCONTRACTOR = "cocontractor"
_GOODS_TRAVEL_EXEMPT = (Place.UNION, Place.NORTHERN_IRELAND)


def check_code(
    row: VatCode,
    *,
    seller_country: str,
    seller_exempt: bool,
    buyer_country: str,
    buyer_vat_number: str,
    buyer_postal_code: str = "",
    on: date,
) -> None:
    """Raise `VatCodeNotAllowed` where seller or buyer make the code impossible on a day."""
    place = place_of(
        seller=seller_country,
        country=buyer_country,
        postal_code=buyer_postal_code,
        vat_number=buyer_vat_number,
        on=on,
    )
    why = ""
    if seller_exempt and row.category not in {"E", "O"}:
        why = _("this entity is exempt from VAT.")
    elif row.code == "exempt_training" and not seller_exempt:
        why = _("only the training entity is exempt.")
    elif row.category == "AE" and not buyer_vat_number:
        why = _("a reverse charge needs the client's VAT number.")
    elif row.code == COCONTRACTOR and place is not Place.HOME:
        why = _("it is for works for a client who pays VAT in this country.")
    elif row.code == "reverse_charge" and place is Place.HOME:
        why = _("inside the country only works on buildings are charged to the client: choose that code.")
    elif row.category == "K" and (not buyer_vat_number or place not in _GOODS_TRAVEL_EXEMPT):
        why = _("it needs a client with a VAT number in another country of the Union.")
    elif row.category == "G" and place in (Place.HOME, Place.UNION):
        why = _("the client is inside the Union.")
    elif row.category == "G" and place is Place.NORTHERN_IRELAND:
        why = _("goods to Northern Ireland travel as inside the Union.")
    elif row.category == "O" and not seller_exempt and place in (Place.HOME, Place.UNION):
        why = _("the client is inside the Union: the VAT of one of its countries is due.")
    if why:
        raise VatCodeNotAllowed(vat_code=row.label, why=why)


def totals_of(
    country: str,
    lines: Iterable[tuple[str, Decimal]],
    *,
    on: date,
    language: str = "fr",
    deductions: Iterable[tuple[str, Decimal]] = (),
    discount: Discount = NO_DISCOUNT,
    early_percent: Decimal = ZERO,
) -> Totals:
    """VAT once per code on the sum of its lines, half-up, at the rates of the day. Raises
    `VatCodeNotInForce`.

    `lines` are (code, amount without VAT). Two codes of one category and rate stay apart only when their
    reason differs; names and aliases of a code are one. `discount` on the whole: its percentage of each code,
    or its amount spread over the codes by their weight; `deductions` (negative: advances invoiced already)
    come after it. `early_percent` of what remains is kept out of the base.
    """
    lines, deductions = list(lines), list(deductions)
    rows = {code: vat_code(country, code, on=on) for code, _net in [*lines, *deductions]}
    sums = sum_by_code((rows[code].code, net) for code, net in lines)
    if discount.percent:
        allowances = {code: discount.of(base) for code, base in sums.items() if base > 0}
    else:
        allowances = spread(discount.amount, sums)
    for code, net in deductions:
        sums[rows[code].code] = sums.get(rows[code].code, ZERO) + net
    by_name = {row.code: row for row in rows.values()}
    return Totals(
        tuple(
            part_of(
                by_name[name],
                sum_ - allowances.get(name, ZERO),
                language=language,
                allowance=allowances.get(name, ZERO),
                early_percent=early_percent,
            )
            for name, sum_ in sums.items()
        )
    )


def part_of(
    row: VatCode, net: Decimal, *, language: str, allowance: Decimal = ZERO, early_percent: Decimal = ZERO
) -> VatPart:
    """The VAT of what is asked under one code, discounts on the document taken off."""
    early = r(net * early_percent / 100)
    base = net if row.category in UNTOUCHED else net - early
    return VatPart(
        code=row.code,
        category=row.category,
        rate=row.rate,
        base=base,
        tax=tax_of(base, row.rate),
        reason_code=row.reason_code,
        reason=row.reason(language),
        allowance=allowance,
        early=early,
    )
