"""What hours add to other pages: the sheet beside an invoice."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from invoicing.timesheets import selectors


def invoice_part(request: HttpRequest, invoice: Any) -> Any:
    """The hours that stand on an invoice; nothing where there are none."""
    rows = list(selectors.hours_of(invoice))
    if not rows:
        return None
    return render_to_string("timesheets/sheet.html", {"rows": rows}, request)
