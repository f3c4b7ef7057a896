"""PDF of statements of account and grouped invoices: rendered once, in the documents queue, in the clothes of
the invoices. What they show on paper, pages show too.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from babel.dates import format_date
from django.template.loader import render_to_string

from core.identifiers import format_iban, format_structured_communication
from core.registry import RenderedDocument
from invoicing.content import Content
from invoicing.portal.models import GroupedInvoice, StatementOfAccount
from invoicing.portal.wording import wording
from invoicing.rendering import STYLE, early_terms, qr_svg
from invoicing.services.messages import written_amount, written_day

PAPER = Path(__file__).parent / "static" / "portal" / "paper.css"


def statement_pdf(statement_id: UUID) -> RenderedDocument:
    """The PDF of a kept statement, in the client's language; the same bytes each time."""
    row = StatementOfAccount.objects.get(pk=statement_id)
    context = statement_context(row.content, row.content["language"])
    name = f"{context['title']} {row.since} {row.until}.pdf".replace(" ", "-")
    return RenderedDocument(
        _pdf("portal/statement_document.html", context, row.digest), "application/pdf", name
    )


def grouped_pdf(group_id: UUID) -> RenderedDocument:
    """The PDF of a grouped invoice, in the client's language."""
    row = GroupedInvoice.objects.get(pk=group_id)
    context = grouped_context(row.content, row.content["language"])
    return RenderedDocument(
        _pdf("portal/grouped_document.html", context, row.digest), "application/pdf", f"{row.number}.pdf"
    )


def statement_context(content: Content, language: str) -> dict[str, Any]:
    """What a statement shows in a language."""
    words = wording(language)
    values = {"since": day_in(content["since"], language), "until": day_in(content["until"], language)}
    return {
        "words": words,
        "language": language,
        "title": words["statement"],
        "period": words["period"] % {"starts_on": values["since"], "ends_on": values["until"]},
        "opening_label": words["opening"] % values,
        "closing_label": words["closing"] % values,
        "client": content["client"],
        "accounts": [_account(account, language) for account in content["accounts"]],
    }


def grouped_context(content: Content, language: str, open_amount: Decimal | None = None) -> dict[str, Any]:
    """What a grouped invoice shows in a language. `open_amount`: what is to pay now, where that changed."""
    words = wording(language)
    left = Decimal(content["open"]) if open_amount is None else open_amount
    month = format_date(date.fromisoformat(content["month"]), "LLLL y", locale=language)
    return {
        "words": words,
        "language": language,
        "title": words["grouped"],
        "group": content,
        "month": month,
        "issued_on": day_in(content["issued_on"], language),
        "due_on": day_in(content["due_on"], language),
        "rows": [
            {
                **row,
                "issued_on": day_in(row["issued_on"], language),
                "due_on": day_in(row["due_on"], language),
                **{name: euro_in(row[name], language) for name in ("net", "vat", "total", "open")},
                "early": early_terms(row, language) if row["open"] == row["total"] else "",
            }
            for row in content["invoices"]
        ],
        "vat": [
            {
                "rate": f"{part['rate']} %" if part["category"] in {"S", "Z"} else part["category"],
                "base": euro_in(part["base"], language),
                "tax": euro_in(part["tax"], language),
            }
            for part in content["vat"]
        ],
        **{name: euro_in(content[name], language) for name in ("net", "vat_total", "total")},
        "open": euro_in(left, language),
        "iban": format_iban(content["seller"]["iban"]),
        "communication": format_structured_communication(content["communication"]),
        "qr": pay_code(content, left),
    }


def pay_code(content: Content, amount: Decimal) -> str:
    """The code by which a bank's app pays an amount with the communication of a document; nothing when there
    is nothing to pay.
    """
    if amount <= 0 or not content["communication"] or not content["seller"]["iban"]:
        return ""
    return qr_svg({**content, "total": str(amount)})


def statement_csv(content: Content, language: str) -> bytes:
    """The movements as a table for spreadsheets: UTF-8 with its mark, semicolons, decimal points."""
    words = wording(language)
    text = io.StringIO()
    table = csv.writer(text, delimiter=";")
    table.writerow(
        [words[name] for name in ("entity", "day", "what", "number", "debit", "credit", "balance")]
    )
    for account in content["accounts"]:
        table.writerow(
            [account["name"], content["since"], words["opening_short"], "", "", "", account["opening"]]
        )
        for row in account["movements"]:
            table.writerow(
                [
                    account["name"], row["on"], words[row["kind"]], row["text"], row["debit"], row["credit"],
                    row["balance"],
                ]
            )  # fmt: skip
        table.writerow(
            [account["name"], content["until"], words["closing_short"], "", "", "", account["closing"]]
        )
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def day_in(text: str, language: str) -> str:
    """A day as a language writes it; nothing for none."""
    return written_day(date.fromisoformat(text), language) if text else ""


def euro_in(amount: str | Decimal, language: str) -> str:
    """An amount with its sign."""
    return f"{written_amount(Decimal(amount), language)} €"


def _account(account: Content, language: str) -> dict[str, Any]:
    words = wording(language)
    return {
        "name": account["name"],
        "iban": format_iban(account["iban"]),
        "opening": euro_in(account["opening"], language),
        "closing": euro_in(account["closing"], language),
        "movements": [
            {
                "on": day_in(row["on"], language),
                "label": words[row["kind"]],
                "text": row["text"],
                "debit": euro_in(row["debit"], language) if Decimal(row["debit"]) else "",
                "credit": euro_in(row["credit"], language) if Decimal(row["credit"]) else "",
                "balance": euro_in(row["balance"], language),
            }
            for row in account["movements"]
        ],
        "items": [
            {
                "number": row["number"],
                "label": words["m_charge"] if row["charge"] else words["m_invoice"],
                "issued_on": day_in(row["issued_on"], language),
                "due_on": day_in(row["due_on"], language),
                "total": euro_in(row["total"], language),
                "open": euro_in(row["open_amount"], language),
            }
            for row in account["items"]
        ],
    }


def _pdf(template: str, context: dict[str, Any], digest: str) -> bytes:
    """Typeset a page. WeasyPrint is imported here alone: it stays out of the web process."""
    from weasyprint import HTML

    style = STYLE.read_text(encoding="utf-8") + PAPER.read_text(encoding="utf-8")
    html = HTML(string=render_to_string(template, {**context, "style": style}), url_fetcher=_refuse)
    pdf: bytes = html.write_pdf(pdf_identifier=digest.encode(), pdf_tags=True)
    return pdf


def _refuse(url: str, *args: Any, **kwargs: Any) -> Any:
    """Papers fetch nothing: everything that they show is in their content."""
    raise ValueError(f"a document may not fetch {url}")
