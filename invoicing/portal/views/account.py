"""The statement of account: on the page, on paper, as a table."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.errors import DomainError
from core.links import link
from invoicing.models import Client
from invoicing.portal import selectors, services
from invoicing.portal.account import accounts_of, content_of
from invoicing.portal.errors import PeriodInvalid
from invoicing.portal.rendering import statement_context, statement_csv
from invoicing.portal.views.frame import chosen_client, file_or_wait, shown
from invoicing.portal.visitors import Visitor, portal


@require_safe
@portal
def statement(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The account of a client over a time: this year, unless other days are asked for."""
    client = chosen_client(request, visitor)
    try:
        since, until = asked_period(request.GET)
        content = content_of(client, since, until, accounts_of(client, since, until))
    except PeriodInvalid as refusal:
        since, until = asked_period({})
        content = content_of(client, since, until, accounts_of(client, since, until))
        return _page(request, visitor, client, content, wrong=True, status=refusal.status)
    return _page(request, visitor, client, content)


@require_POST
@portal
def print_statement(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Have the account of a client over a time printed as it stands now."""
    client = chosen_client(request, visitor)
    try:
        since, until = asked_period(request.POST)
        kept = services.keep_statement(
            client=client, since=since, until=until, on=clock.today(), actor=visitor.actor
        )
    except DomainError:
        return redirect(link("portal:statement"))
    return redirect(link("portal:statement_pdf", pk=kept.pk))


@require_safe
@portal
def statement_pdf(request: HttpRequest, visitor: Visitor, pk: UUID) -> HttpResponse:
    """Download a statement that was printed."""
    kept = selectors.statement_of(visitor.clients, pk)
    return file_or_wait(
        request,
        visitor,
        "statement_pdf",
        kept.pk,
        url=link("portal:statement_pdf", pk=kept.pk),
        back_url=link("portal:statement"),
        title=f"{kept.since} – {kept.until}",
    )


@require_safe
@portal
def statement_table(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The account of a client over a time, for spreadsheets."""
    client = chosen_client(request, visitor)
    since, until = asked_period(request.GET)
    content = content_of(client, since, until, accounts_of(client, since, until))
    return table_answer(content, visitor.language)


def table_answer(content: dict[str, Any], language: str) -> HttpResponse:
    """A statement as a file for spreadsheets."""
    answer = HttpResponse(statement_csv(content, language), content_type="text/csv; charset=utf-8")
    name = f"statement-{content['since']}-{content['until']}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def asked_period(given: Any) -> tuple[date, date]:
    """The days asked for; this year until today where none are. Raises `PeriodInvalid`."""
    today = clock.today()
    try:
        since = date.fromisoformat(given.get("since") or today.replace(month=1, day=1).isoformat())
        until = date.fromisoformat(given.get("until") or today.isoformat())
    except ValueError as error:
        raise PeriodInvalid from error
    return since, until


def _page(
    request: HttpRequest,
    visitor: Visitor,
    client: Client,
    content: dict[str, Any],
    *,
    wrong: bool = False,
    status: int = 200,
) -> HttpResponse:
    return shown(
        request,
        visitor,
        "portal/statement.html",
        status=status,
        client=client,
        content=content,
        account=statement_context(content, visitor.language),
        wrong=wrong,
    )
