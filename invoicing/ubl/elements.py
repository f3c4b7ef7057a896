"""Look things up in a UBL tree: by their full names, in any order, each value of its kind, with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lxml import etree

from core.money import CENT, ZERO
from invoicing.ubl.intake import CAC, CBC
from invoicing.ubl.refusals import UblCurrency, UblMissing, UblRepeated, UblValue

_DECIMAL = re.compile(r"[+-]?(\d{1,18}(\.\d{0,12})?|\.\d{1,12})")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})?")
_YEARS = range(1990, 2101)
LARGEST_AMOUNT = Decimal(10) ** 12
"""What the books can hold; no invoice comes near."""


class Node:
    """An element of the document, or the absence of one: then everything in it is absent too.

    `path` is how people call it (`cac:Price`). Texts come without blank ends; an empty element is absent, as
    the profile forbids empty ones.
    """

    __slots__ = ("_element", "currency", "path")

    def __init__(self, element: etree._Element | None, path: str, currency: str = "") -> None:
        self._element = element
        self.path = path
        self.currency = currency

    @property
    def exists(self) -> bool:
        """Whether it stands in the document."""
        return self._element is not None

    @property
    def line(self) -> int | None:
        """Its line in the file."""
        return None if self._element is None else self._element.sourceline

    def groups(self, name: str) -> Iterator[Node]:
        """Every aggregate of that name, in the order of the document."""
        if self._element is not None:
            for child in self._element.iterchildren(f"{{{CAC}}}{name}"):
                yield Node(child, f"cac:{name}", self.currency)

    def group(self, *names: str) -> Node:
        """The aggregate at the end of a path. Raises `UblRepeated` where one of them stands twice."""
        node = self
        for name in names:
            found = list(node.groups(name))
            if len(found) > 1:
                raise UblRepeated(what=f"cac:{name}", line=found[1].line)
            node = found[0] if found else Node(None, f"cac:{name}", self.currency)
        return node

    def first(self, *names: str) -> Node:
        """As `group`, for what may stand several times and of which the first counts."""
        node = self
        for name in names:
            node = next(node.groups(name), Node(None, f"cac:{name}", self.currency))
        return node

    def leaves(self, name: str) -> list[tuple[str, etree._Element]]:
        """Texts of that name which are not empty, with their elements."""
        if self._element is None:
            return []
        found = [(_text(leaf), leaf) for leaf in self._element.iterchildren(f"{{{CBC}}}{name}")]
        return [(text, leaf) for text, leaf in found if text]

    def texts(self, name: str) -> tuple[str, ...]:
        """Every text of that name."""
        return tuple(text for text, _ in self.leaves(name))

    def leaf(self, name: str) -> tuple[str, etree._Element] | None:
        """The one text of that name with its element. Raises `UblRepeated`."""
        found = self.leaves(name)
        if len(found) > 1:
            raise UblRepeated(what=f"cbc:{name}", line=found[1][1].sourceline)
        return found[0] if found else None

    def text(self, name: str, *, most: int = 4000) -> str:
        """The one text of that name, cut after `most` characters; empty when there is none."""
        found = self.leaf(name)
        return found[0][:most] if found else ""

    def first_text(self, name: str) -> str:
        """The first of several texts of that name: other languages may follow."""
        return next(iter(self.texts(name)), "")[:4000]

    def needed(self, name: str, *, most: int) -> str:
        """The one text of that name. Raises `UblMissing`, and `UblValue` when it is longer than `most`."""
        found = self.leaf(name)
        if found is None:
            raise UblMissing(what=f"{self.path}/cbc:{name}", line=self.line)
        if len(found[0]) > most:
            raise UblValue(what=f"cbc:{name}", value=f"{found[0][:40]}…", line=found[1].sourceline)
        return found[0]

    def attribute(self, name: str, attribute: str) -> str:
        """An attribute of the one text of that name."""
        found = self.leaf(name)
        return (found[1].get(attribute) or "").strip()[:80] if found else ""

    def day(self, name: str) -> date | None:
        """A date (`2026-11-20`; a time zone says nothing about a day). Raises `UblValue`."""
        found = self.leaf(name)
        if found is None:
            return None
        written = _DATE.fullmatch(found[0])
        try:
            day = date.fromisoformat(written.group(1)) if written else None
        except ValueError:
            day = None
        if day is None or day.year not in _YEARS:
            raise UblValue(what=f"cbc:{name}", value=found[0][:40], line=found[1].sourceline)
        return day

    def number(self, name: str) -> Decimal | None:
        """A decimal number, without exponent. Raises `UblValue`."""
        found = self.leaf(name)
        if found is None:
            return None
        if not _DECIMAL.fullmatch(found[0]):
            raise UblValue(what=f"cbc:{name}", value=found[0][:40], line=found[1].sourceline)
        return plain(Decimal(found[0]))

    def price(self, name: str) -> Decimal | None:
        """An amount of any precision in the currency of the document. Raises `UblValue`, `UblCurrency`."""
        found = self.leaf(name)
        if found is not None:
            _check_currency(found[1], name, self.currency)
        return self.number(name)

    def amount(self, name: str) -> Decimal | None:
        """An amount of two decimals in the currency of the document. Raises `UblValue`, `UblCurrency`."""
        value = self.price(name)
        if value is not None and (abs(value) >= LARGEST_AMOUNT or value != value.quantize(CENT)):
            found = self.leaf(name)
            line = found[1].sourceline if found else None
            raise UblValue(what=f"cbc:{name}", value=f"{value}", line=line)
        return None if value is None else value.quantize(CENT) + ZERO

    def needed_amount(self, name: str) -> Decimal:
        """As `amount`. Raises `UblMissing` too."""
        value = self.amount(name)
        if value is None:
            raise UblMissing(what=f"{self.path}/cbc:{name}", line=self.line)
        return value

    def yes(self, name: str) -> bool:
        """A truth value. Raises `UblMissing`, `UblValue`."""
        text = self.needed(name, most=10)
        if text not in ("true", "false", "1", "0"):
            raise UblValue(what=f"cbc:{name}", value=text, line=self.line)
        return text in ("true", "1")


def plain(value: Decimal) -> Decimal:
    """The number without useless zeros and without exponent: 25.0 is 25, 1E+2 is 100; no negative zero."""
    if value == 0:
        return Decimal(0)
    short = value.normalize()
    return short.quantize(Decimal(1)) if short.as_tuple().exponent > 0 else short  # type: ignore[operator]


def _text(leaf: etree._Element) -> str:
    """What the element says. Parts inside a leaf are no text of UBL and are not read."""
    return (leaf.text or "").strip()


def _check_currency(leaf: etree._Element, name: str, currency: str) -> None:
    found = (leaf.get("currencyID") or "").strip()
    if found and currency and found != currency:
        raise UblCurrency(what=f"cbc:{name}", found=found[:10], currency=currency, line=leaf.sourceline)
