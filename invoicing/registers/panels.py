"""What registers add to the pages of clients and invoices."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core import clock
from core.access import identity_of
from core.links import link
from invoicing.enums import InvoiceState
from invoicing.models import Client, Invoice
from invoicing.registers import selectors
from invoicing.registers.enums import Outcome, Register
from invoicing.registers.roles import ASK
from invoicing.services.drafts import suggestion_for
from invoicing.vat import vat_code, vat_codes

_BY_THE_BUYER = ("AE", "K")


def client_registers(request: HttpRequest, client: Client) -> Any:
    """What VIES and the Peppol directory say of the client, and the button to ask again."""
    numbers = selectors.numbers_of(client)
    if not numbers:
        return None
    rows = [
        {
            "label": Register(found.register).label,
            "number": found.number,
            "standing": found,
            "tone": {"valid": "success", "invalid": "danger"}.get(found.outcome, ""),
            "word": _word(found),
            "receives": _receives(found),
        }
        for found in selectors.standings(numbers).values()
    ]
    context = {
        "rows": rows,
        "answers": selectors.answers_about(client),
        "ask_url": link("registers:ask", pk=client.pk) if identity_of(request).roles & ASK else "",
    }
    return render_to_string("registers/client.html", context, request)


def draft_warning(request: HttpRequest, invoice: Invoice) -> Any:
    """Which VAT usually fits a draft, and what the register says where the buyer accounts for it."""
    del request
    if invoice.state != InvoiceState.DRAFT:
        return None
    today = clock.today()
    country = invoice.entity.country
    used = {line.vat_code for line in invoice.lines.all()}
    known = {row.code: row for row in vat_codes(country, on=today)}
    advice = suggestion_for(invoice.entity, invoice.client, on=today)
    other = used - {advice.code} if invoice.client.country != country else set()
    standing = ""
    if any(code in known and known[code].category in _BY_THE_BUYER for code in used):
        standing = selectors.vat_number_standing(invoice.client.vat_number) or "unknown"
    if not other and standing in ("", Outcome.VALID):
        return None
    context = {
        "other": bool(other),
        "advice": vat_code(country, advice.code, on=today).label if other else "",
        "reason": advice.reason,
        "standing": standing,
        "number": invoice.client.vat_number,
        "client_url": link("invoicing:client", pk=invoice.client_id),
    }
    return render_to_string("registers/draft.html", context)


def _word(found: selectors.Standing) -> str:
    if found.outcome:
        return str(Outcome(found.outcome).label)
    return _("being asked") if found.asking else _("never asked")


def _receives(found: selectors.Standing) -> str:
    """What a Peppol participant takes, in words."""
    answer = found.decided
    if found.register != Register.PEPPOL or answer is None:
        return ""
    if answer.receives_invoices and answer.receives_credit_notes:
        return _("receives invoices and credit notes")
    if answer.receives_invoices:
        return _("receives invoices, no credit notes")
    return _("receives nothing by this network")
