"""Do the figures of a document add up? The fatal rules of EN 16931, exactly as wide as it makes them.

BR-CO-10 to 16 hold to the cent; the tax of a rate (BR-CO-17) and the base of a category (BR-S-08 and its
sisters) within one unit of currency, because suppliers round per line: past the cent that is a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from core.money import CENT, ZERO, r
from invoicing.ubl.received import Finding, ReceivedDocument, ReceivedLine, Severity

ONE = Decimal(1)
_SLACK = Decimal("0.02")
_PEPPOL = "urn:fdc:peppol.eu:2017:poacc:billing"


def findings_of(document: ReceivedDocument) -> list[Finding]:
    """Everything that does not hold, errors first, in the order of the document."""
    found = [*_totals(document), *_vat(document), *_lines(document), *_dates(document)]
    return sorted(found, key=lambda finding: finding.severity is not Severity.ERROR)


def summary(findings: Iterable[Finding]) -> str:
    """The first few in one line: names of the rules with the two figures."""
    told = [f"{finding.rule} ({finding.text})" for finding in findings]
    return "; ".join(told[:3]) + (" …" if len(told) > 3 else "")


def _totals(document: ReceivedDocument) -> Iterator[Finding]:
    totals, line = document.totals, document.totals.source_line
    allowed = sum((part.amount for part in document.allowances if not part.charge), ZERO)
    charged = sum((part.amount for part in document.allowances if part.charge), ZERO)
    prepaid, rounding = totals.prepaid or ZERO, totals.rounding or ZERO
    equations = (
        ("BR-CO-10", totals.lines, sum((part.net for part in document.lines), ZERO)),
        ("BR-CO-11", totals.allowances or ZERO, allowed),
        ("BR-CO-12", totals.charges or ZERO, charged),
        ("BR-CO-13", totals.net, totals.lines - (totals.allowances or ZERO) + (totals.charges or ZERO)),
        ("BR-CO-14", totals.vat, sum((part.tax for part in document.vat), ZERO)),
        ("BR-CO-15", totals.gross, totals.net + totals.vat),
        ("BR-CO-16", totals.payable, totals.gross - prepaid + rounding),
    )
    for rule, written, computed in equations:
        if written != computed:
            yield Finding(rule, Severity.ERROR, f"{written} ≠ {computed}", line)


def _vat(document: ReceivedDocument) -> Iterator[Finding]:
    wanted: dict[tuple[str, Decimal], Decimal] = {}
    for part in document.lines:
        key = (part.category, part.rate or ZERO)
        wanted[key] = wanted.get(key, ZERO) + part.net
    for allowance in document.allowances:
        key = (allowance.category, allowance.rate or ZERO)
        wanted[key] = wanted.get(key, ZERO) + (allowance.amount if allowance.charge else -allowance.amount)
    seen: set[tuple[str, Decimal]] = set()
    for subtotal in document.vat:
        key = (subtotal.category, subtotal.rate or ZERO)
        computed = r(abs(subtotal.base) * (subtotal.rate or ZERO) / 100)
        off = abs(abs(subtotal.tax) - computed)
        if off >= (ONE if subtotal.rate else CENT):
            yield Finding("BR-CO-17", Severity.ERROR, f"{subtotal.tax} ≠ {computed}", subtotal.source_line)
        elif off:
            yield Finding("BR-CO-17", Severity.WARNING, f"{subtotal.tax} ≠ {computed}", subtotal.source_line)
        if subtotal.tax * subtotal.base < 0:
            text = f"{subtotal.base} × {subtotal.rate} %: {subtotal.tax}"
            yield Finding("BR-CO-17", Severity.ERROR, text, subtotal.source_line)
        if key in seen:
            yield Finding("VAT-BREAKDOWN", Severity.ERROR, _name(key), subtotal.source_line)
        seen.add(key)
        base = wanted.get(key)
        if base is None:
            text = f"{_name(key)}: {subtotal.base} ≠ 0.00"
            severity = Severity.ERROR if subtotal.base else Severity.WARNING
            yield Finding("VAT-BREAKDOWN", severity, text, subtotal.source_line)
        elif abs(base - subtotal.base) >= (ONE if subtotal.category == "S" else CENT):
            text = f"{_name(key)}: {subtotal.base} ≠ {base}"
            yield Finding("VAT-BREAKDOWN", Severity.ERROR, text, subtotal.source_line)
        elif base != subtotal.base:
            text = f"{_name(key)}: {subtotal.base} ≠ {base}"
            yield Finding("VAT-BREAKDOWN", Severity.WARNING, text, subtotal.source_line)
    for key, base in wanted.items():
        if key not in seen and base:
            yield Finding("VAT-BREAKDOWN", Severity.ERROR, f"{_name(key)}: 0.00 ≠ {base}", None)


def _name(key: tuple[str, Decimal]) -> str:
    return f"{key[0] or '—'} {key[1]:f} %"


def _lines(document: ReceivedDocument) -> Iterator[Finding]:
    """PEPPOL-EN16931-R120: fatal in that profile, elsewhere a person may look at it."""
    severity = Severity.ERROR if _PEPPOL in document.customization else Severity.WARNING
    for line in document.lines:
        if abs(line.net - expected_net(line)) > _SLACK:
            text = f"{line.id}: {line.net} ≠ {r(expected_net(line))}"
            yield Finding("PEPPOL-EN16931-R120", severity, text, line.source_line)


def expected_net(line: ReceivedLine) -> Decimal:
    """Quantity times price, with the line's own discounts and surcharges."""
    moved = sum((part.amount if part.charge else -part.amount for part in line.allowances), ZERO)
    return line.quantity * line.price / line.base_quantity + moved


def _dates(document: ReceivedDocument) -> Iterator[Finding]:
    if document.due_on is not None and document.due_on < document.issued_on:
        text = f"{document.due_on} < {document.issued_on}"
        yield Finding("due-before-issue", Severity.WARNING, text)
