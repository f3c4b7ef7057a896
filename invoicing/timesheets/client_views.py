"""The page behind the link of a time sheet: the client reads, approves or sends back without an account.

Opening it changes nothing; every token that opens nothing gets the same words as an address that does not
exist.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel.numbers import format_decimal
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.errors import DomainError
from core.links import link
from invoicing.quotes.views.client import client_actor, opened_by, visitor_of
from invoicing.services.messages import written_amount, written_day
from invoicing.timesheets import approval as services
from invoicing.timesheets import selectors
from invoicing.timesheets.errors import ApprovalMissing, ReasonMissing
from invoicing.timesheets.links import sheet_by
from invoicing.timesheets.models import TimeSheet
from invoicing.timesheets.wording import wording

by_token = opened_by(sheet_by)


@require_safe
@by_token
def approval(request: HttpRequest, sheet: TimeSheet, token: str) -> HttpResponse:
    """The hours as they were put to the client, with the two answers while they wait for one."""
    return _page(request, sheet, token)


@require_POST
@by_token
def approve(request: HttpRequest, sheet: TimeSheet, token: str) -> HttpResponse:
    """Approve; whoever comes second is told what stands."""
    name = request.POST.get("name", "")
    try:
        services.approve_sheet(
            sheet_id=sheet.pk,
            name=name,
            email=request.POST.get("email", ""),
            consent=_texts(sheet)["consent"] if request.POST.get("consent") else "",
            visitor=visitor_of(request),
            at=clock.now(),
            actor=client_actor(name),
        )
    except ApprovalMissing:
        return _page(request, sheet, token, wrong="form_wrong", status=422)
    except DomainError as refusal:
        return _page(request, sheet, token, status=refusal.status)
    return redirect(link("timesheets:approval", token=token))


@require_POST
@by_token
def send_back(request: HttpRequest, sheet: TimeSheet, token: str) -> HttpResponse:
    """Send the hours back with what is not right."""
    name = request.POST.get("name", "")
    try:
        services.refuse_sheet(
            sheet_id=sheet.pk,
            reason=request.POST.get("reason", ""),
            name=name,
            visitor=visitor_of(request),
            at=clock.now(),
            actor=client_actor(name),
        )
    except ReasonMissing:
        return _page(request, sheet, token, wrong="reason_wrong", status=422)
    except DomainError as refusal:
        return _page(request, sheet, token, status=refusal.status)
    return redirect(link("timesheets:approval", token=token))


def _page(
    request: HttpRequest, sheet: TimeSheet, token: str, *, wrong: str = "", status: int = 200
) -> HttpResponse:
    language = sheet.content["language"]
    words, texts = wording(language), _texts(sheet)
    answer = selectors.answer_to(sheet)
    context = {
        "token": token,
        "sheet": sheet,
        "words": words,
        "text": texts,
        "wrong": words[wrong] if wrong else "",
        "waits": answer is None,
        "state_title": words[f"state_{answer.kind}"] if answer else "",
        "state_text": texts[f"state_{answer.kind}_text"] if answer else "",
        "state_tone": "success" if answer and answer.kind == "approved" else "warning",
        "given": request.POST,
        "rows": [
            {
                "day": written_day(date.fromisoformat(row["day"]), language),
                "what": " – ".join(filter(None, (row["task"], row["text"]))) or words["work"],
                "how": f"{row['person']} · {_number(row['hours'], language)} h"
                f" × {_number(row['rate'], language)} €",
                "amount": f"{written_amount(Decimal(row['amount']), language)} €",
            }
            for row in sheet.content["hours"]
        ],
    }
    return render(request, "timesheets/approval.html", context, status=status)


def _number(text: str, language: str) -> str:
    return str(format_decimal(Decimal(text), locale=language))


def _texts(sheet: TimeSheet) -> dict[str, str]:
    """The sentences of the page with their places filled."""
    words, answer = wording(sheet.content["language"]), selectors.answer_to(sheet)
    day = written_day(answer.answered_on, sheet.content["language"]) if answer else ""
    values = services.values_of(sheet) | {"name": answer.name if answer else "", "day": day}
    names = ("hello", "from_seller", "period", "net_label", "total_hours", "consent")
    states = tuple(f"state_{kind}_text" for kind in ("approved", "refused", "withdrawn"))
    return {name: words[name] % values for name in (*names, *states)}
