"""An element of the file and its children, by the local names of ISO 20022."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from lxml import etree

from ledger.treasury.reading import StatementError

_SPACES = re.compile(r"\s+")
_AMOUNT = re.compile(r"\d{1,15}(?:\.\d{1,10})?")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T[0-9:.]{5,20})?(?:Z|[+-]\d{2}:\d{2})?")


class Node:
    """One element; what it lacks is None or the empty text."""

    __slots__ = ("element", "prefix")

    def __init__(self, element: etree._Element, namespace: str) -> None:
        self.element = element
        self.prefix = namespace if namespace.startswith("{") else f"{{{namespace}}}"

    @property
    def line(self) -> int | None:
        """Where it stands in the file, from 1."""
        found: int | None = self.element.sourceline
        return found

    def child(self, *path: str) -> Node | None:
        """The first element under this path."""
        found = self.element
        for name in path:
            following = found.find(self.prefix + name)
            if following is None:
                return None
            found = following
        return Node(found, self.prefix)

    def children(self, name: str) -> list[Node]:
        """Every direct child of this name."""
        return [Node(found, self.prefix) for found in self.element.findall(self.prefix + name)]

    def text(self, *path: str) -> str:
        """The text under a path, blanks squeezed; empty where there is none."""
        found = self.child(*path) if path else self
        return _SPACES.sub(" ", found.element.text or "").strip() if found is not None else ""

    def day(self, *path: str) -> date | None:
        """The date under a path: `Dt`, the day of `DtTm`, or the text itself. Raises `StatementError`."""
        found = self.child(*path)
        if found is None:
            return None
        text = found.text("Dt") or found.text("DtTm") or found.text()
        if not text:
            return None
        match = _DAY.fullmatch(text)
        try:
            if match is None:
                raise ValueError(text)
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError as error:
            raise StatementError("date", "This day does not exist.", found.line) from error

    def amount(self) -> Decimal:
        """The positive amount that the element holds. Raises `StatementError`."""
        text = self.text()
        if not _AMOUNT.fullmatch(text):
            raise StatementError("amount", "This is no amount.", self.line)
        return Decimal(text)

    @property
    def currency(self) -> str:
        """The currency that the element names."""
        return str(self.element.get("Ccy") or "")
