"""Random invoices, credit notes and advances; and the same document read three ways: books, UBL, paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import strategies as st
from lxml import etree

from activities.models import Activity
from invoicing.content import ubl_of
from invoicing.errors import CreditLineInvalid, CreditTooLarge, NothingToCredit
from invoicing.models import Client, Invoice, IssuedDocument
from invoicing.services import create_draft, credit_invoice, issue_invoice
from invoicing.types import CreditLine, DraftTerms, LineInput
from ledger.models import JournalLine
from tests.activities.builders import NOVEMBER
from tests.factories import SYSTEM

LATER = date(2026, 11, 20)
CENT = Decimal("0.01")

CODES = {
    "belgian": ("standard", "12", "6", "0", "cocontractor"),
    "dutch": ("reverse_charge", "standard", "intra_eu"),
    "swiss": ("export", "standard", "6"),
    "american": ("out_of_scope",),
    "trainee": ("exempt_training",),
}
"""VAT codes that may stand together on an invoice, by client."""


def half_up(value: Decimal) -> Decimal:
    """To the cent, half-up: written again here, so that the product is not measured with its own rule."""
    return value.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Step:
    """A credit note: by line or by amount; of which line or code, and what share of it (thousandths; 1000:
    all that is left; `money`: of its amount rather than of its quantity)."""

    line: bool
    place: int
    share: int
    money: bool


@dataclass(frozen=True)
class Case:
    """An invoice to make, and how it is given back."""

    buyer: str
    lines: tuple[LineInput, ...]
    terms: DraftTerms
    advance: tuple[str, Decimal] | None
    credits: tuple[Step, ...]


@st.composite
def any_line(draw: st.DrawFn, codes: tuple[str, ...], *, first: bool) -> LineInput:
    """A line that comes to something above zero, with or without discount and period."""
    quantity = Decimal(draw(st.integers(1_000 if first else 1, 40_000))) / 1000
    price = Decimal(draw(st.integers(1_000_000 if first else 0, 9_000_000))) / 10_000
    kind = draw(st.sampled_from(["none", "none", "percent", "amount"]))
    percent = Decimal(draw(st.integers(1, 9_000))) / 100 if kind == "percent" else Decimal(0)
    gross = half_up(quantity * price)
    amount = half_up(gross * draw(st.integers(0, 900)) / 1000) if kind == "amount" else Decimal("0.00")
    starts = NOVEMBER - timedelta(days=draw(st.integers(0, 20))) if draw(st.booleans()) else None
    return LineInput(
        draw(st.sampled_from(["Graphisme", "Répétitions & spectacle <le soir>", "Ontwerp", "x" * 300])),
        quantity,
        draw(st.sampled_from(["day", "hour", "piece", "flat"])),
        price,
        draw(st.sampled_from(codes)),
        discount_percent=percent,
        discount_amount=amount,
        starts_on=starts,
        ends_on=NOVEMBER if starts and draw(st.booleans()) else None,
    )


@st.composite
def any_case(draw: st.DrawFn) -> Case:
    """Whatever a member may invoice."""
    buyer = draw(st.sampled_from(["belgian"] * 5 + ["dutch", "swiss", "american", "trainee"]))
    codes = CODES[buyer]
    lines = [draw(any_line(codes, first=n == 0)) for n in range(draw(st.integers(1, 5)))]
    for line in lines[:2]:
        if draw(st.integers(0, 3)) == 0 and not line.discount_amount:
            back = (line.quantity * draw(st.integers(1, 900)) / 1000).quantize(Decimal("0.001"))
            if back:
                lines.append(
                    LineInput(
                        f"Retour : {line.description}"[:300],
                        -back,
                        line.unit,
                        line.unit_price,
                        line.vat_code,
                        discount_percent=line.discount_percent,
                    )
                )
    whole = draw(st.sampled_from(["none", "none", "percent", "amount"]))
    early = draw(st.sampled_from([0, 0, 200, 150, 333]))
    net = sum((line.net for line in lines), Decimal(0))
    terms = DraftTerms(
        discount_percent=Decimal(draw(st.integers(1, 9_000))) / 100 if whole == "percent" else Decimal(0),
        discount_amount=half_up(net * draw(st.integers(0, 800)) / 1000) if whole == "amount" else Decimal(0),
        early_percent=Decimal(early) / 100,
        early_days=8 if early else None,
        show_employment=draw(st.booleans()),
    )
    advance = None
    base = _base(lines, terms, lines[0].vat_code)
    if whole != "amount" and buyer != "dutch" and base > 1 and draw(st.integers(0, 2)) == 0:
        advance = (lines[0].vat_code, half_up(base * draw(st.integers(1, 900)) / 1000))
    steps = st.builds(
        Step, st.booleans(), st.integers(0, 7), st.sampled_from([1, 111, 333, 500, 900, 1000]), st.booleans()
    )
    return Case(buyer, tuple(lines), terms, advance, tuple(draw(st.lists(steps, max_size=4))))


def _base(lines: list[LineInput], terms: DraftTerms, code: str) -> Decimal:
    base = sum((line.net for line in lines if line.vat_code == code), Decimal(0))
    return base - half_up(base * terms.discount_percent / 100)


@dataclass
class Shop:
    """Who invoices whom: an Activity of each entity, a client of each kind."""

    activity: Activity
    trainer: Activity
    clients: dict[str, Client]

    def of(self, case: Case) -> tuple[Activity, Client]:
        """Seller and buyer of a case."""
        return self.trainer if case.buyer == "trainee" else self.activity, self.clients[case.buyer]


def issue(shop: Shop, case: Case) -> list[Invoice]:
    """The advance (if there is one) and the invoice, issued."""
    activity, client = shop.of(case)
    common: dict[str, Any] = {"activity_id": activity.pk, "client_id": client.pk, "actor": SYSTEM}
    made, lines = [], list(case.lines)
    if case.advance:
        code, amount = case.advance
        asked = LineInput("Acompte", Decimal(1), "flat", amount, code)
        draft = create_draft(
            lines=[asked], delivery_date=NOVEMBER, terms=DraftTerms(kind="advance"), **common
        )
        made.append(issue_invoice(invoice_id=draft.pk, issued_on=NOVEMBER, actor=SYSTEM))
        lines.append(LineInput("", Decimal(-1), "flat", amount, code, advance=draft.pk))
    draft = create_draft(lines=lines, delivery_date=NOVEMBER, terms=case.terms, **common)
    return [*made, issue_invoice(invoice_id=draft.pk, issued_on=NOVEMBER, actor=SYSTEM)]


def give_back(case: Case, invoice: Invoice) -> None:
    """Credit an invoice step by step, then all that is left. A step that is too large is refused."""
    content = IssuedDocument.objects.get(invoice=invoice, kind="invoice").content
    for step in case.credits:
        try:
            _credit(invoice, content, step)
        except (CreditTooLarge, CreditLineInvalid, NothingToCredit):
            continue
    invoice.refresh_from_db()
    if invoice.credited < invoice.total:
        credit_invoice(invoice_id=invoice.pk, on=LATER, actor=SYSTEM, reason="Solde")


def _credit(invoice: Invoice, content: dict[str, Any], step: Step) -> None:
    common: dict[str, Any] = {"invoice_id": invoice.pk, "on": LATER, "actor": SYSTEM, "reason": "Erreur"}
    if not step.line:
        part = content["vat"][step.place % len(content["vat"])]
        amount = half_up(Decimal(part["base"]) * step.share / 1000)
        credit_invoice(amounts={part["code"]: amount}, **common)
        return
    place = step.place % len(content["lines"]) + 1
    row = content["lines"][place - 1]
    asked = CreditLine(place)
    if step.share < 1000 and step.money:
        asked = CreditLine(place, amount=half_up(Decimal(row["net"]) * step.share / 1000))
    elif step.share < 1000:
        share = (Decimal(row["quantity"]) * step.share / 1000).quantize(Decimal("0.001"))
        asked = CreditLine(place, quantity=share)
    credit_invoice(lines=[asked], **common)


# --- the books -------------------------------------------------------------------------------------------


def booked(document: IssuedDocument) -> dict[str, Decimal]:
    """What the entry of a document put on each account; positive: the invoice's own side."""
    kind = "issue" if document.kind == "invoice" else f"credit:{document.pk.hex}"[:40]
    sides = {"400": 1, "700": -1, "451": -1, "6190": 1, "748": -1}
    sign = 1 if document.kind == "invoice" else -1
    found = dict.fromkeys(sides, Decimal("0.00"))
    lines = JournalLine.objects.filter(
        entry__source_type="invoicing.invoice", entry__source_id=document.invoice_id, entry__kind=kind
    )
    for line in lines:
        found[line.account] += (line.debit - line.credit) * sides[line.account] * sign
    return found


# --- the UBL ---------------------------------------------------------------------------------------------


@dataclass
class Read:
    """A UBL document as anybody reads it, its sums added up again."""

    net: Decimal
    tax: Decimal
    total: Decimal
    payable: Decimal
    complaints: list[str]
    root: Any


def read(xml: bytes) -> Read:
    """Read a UBL document and say what does not add up."""
    root = etree.fromstring(xml)

    def one(path: str, under: Any = root) -> Decimal:
        return Decimal(found[0]) if (found := _texts(under, path)) else Decimal(0)

    wrong: list[str] = []
    bases: dict[tuple[str, str], Decimal] = {}
    for line in [*_nodes(root, "InvoiceLine"), *_nodes(root, "CreditNoteLine")]:
        net = one("LineExtensionAmount", line)
        quantity = one("InvoicedQuantity", line) or one("CreditedQuantity", line)
        off = sum(_signed(part) for part in _nodes(line, "AllowanceCharge"))
        if abs(half_up(quantity * one("Price/PriceAmount", line)) + off - net) > CENT:
            wrong.append(f"line {_texts(line, 'ID')}: {quantity} × price {off} ≠ {net}")
        _add(bases, line, "Item/ClassifiedTaxCategory", net)
    for part in _nodes(root, "AllowanceCharge"):
        _add(bases, part, "TaxCategory", _signed(part))
    found: dict[tuple[str, str], Decimal] = {}
    for part in _nodes(root, "TaxTotal/TaxSubtotal"):
        base, tax = one("TaxableAmount", part), one("TaxAmount", part)
        _add(found, part, "TaxCategory", base)
        slack = Decimal(0) if root.tag.endswith("}Invoice") else CENT
        if abs(half_up(base * one("TaxCategory/Percent", part) / 100) - tax) > slack:
            wrong.append(f"VAT of {base}: {tax}")
    if found != bases:
        wrong.append(f"bases {found} ≠ {bases}")
    monetary = _nodes(root, "LegalMonetaryTotal")[0]
    net, total = one("TaxExclusiveAmount", monetary), one("TaxInclusiveAmount", monetary)
    tax = one("TaxTotal/TaxAmount")
    if sum(bases.values()) != net:
        wrong.append(f"net {net} ≠ {sum(bases.values())}")
    if net + tax != total:
        wrong.append(f"total {total} ≠ {net} + {tax}")
    return Read(net, tax, total, one("PayableAmount", monetary), wrong, root)


def _nodes(under: Any, path: str) -> list[Any]:
    steps = "/".join(f"*[local-name()='{name}']" for name in path.split("/"))
    return list(under.xpath(f"./{steps}"))


def _texts(under: Any, path: str) -> list[str]:
    return [node.text for node in _nodes(under, path)]


def _signed(part: Any) -> Decimal:
    amount = Decimal(_texts(part, "Amount")[0])
    return amount if _texts(part, "ChargeIndicator") == ["true"] else -amount


def _add(sums: dict[tuple[str, str], Decimal], node: Any, path: str, amount: Decimal) -> None:
    (category,) = _nodes(node, path)
    rate = (_texts(category, "Percent") or ["0"])[0]
    key = (_texts(category, "ID")[0], f"{Decimal(rate).normalize():f}")
    sums[key] = sums.get(key, Decimal("0.00")) + amount


# --- both ------------------------------------------------------------------------------------------------


def differences(document: IssuedDocument) -> Iterator[str]:
    """Where books, row and UBL of one document do not say the same."""
    ubl, books = read(ubl_of(document)), booked(document)
    yield from (f"{document.number}: {complaint}" for complaint in ubl.complaints)
    rows = {
        "400": (document.total, ubl.payable, ubl.total),
        "700": (document.net, ubl.net),
        "451": (document.vat, ubl.tax),
        "6190": (document.levy,),
        "748": (document.levy,),
    }
    for account, amounts in rows.items():
        if any(amount != books[account] for amount in amounts):
            yield f"{document.number} {account}: books {books[account]}, documents {amounts}"
