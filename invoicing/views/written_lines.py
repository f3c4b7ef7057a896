"""Lines that are written on other pages than that of an invoice: quotes, recurring invoices."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from core.forms import lines_sent
from invoicing.forms import LineFormSet, line_formset
from invoicing.types import LineInput

MOST_LINES = 49


def line_initial(line: LineInput) -> dict[str, Any]:
    """A line as the form shows it: numbers without useless zeros, nothing where it says nothing."""
    found = {name: value for name, value in asdict(line).items() if value not in (None, "", Decimal(0))}
    found["quantity"] = f"{line.quantity.normalize():f}"
    return found


def another_line(request: HttpRequest, codes: Any) -> LineFormSet:
    """The lines as they were sent, unchecked, and one more."""
    count = lines_sent(request.POST, "line", most=MOST_LINES)
    names = list(line_formset(codes=codes).empty_form.fields)
    sent = [{name: request.POST.get(f"line-{n}-{name}", "") for name in names} for n in range(count)]
    return line_formset(codes=codes, initial=sent, extra=1)
