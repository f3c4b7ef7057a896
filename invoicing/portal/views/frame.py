"""What every page of a client has around it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.documents import finished_file, request_document
from core.enums import NOT_MADE
from core.files import file_response
from core.links import link
from invoicing.portal import selectors
from invoicing.portal.contracts import contracts_known
from invoicing.portal.visitors import Visitor
from invoicing.portal.wording import wording


def shown(
    request: HttpRequest, visitor: Visitor, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the portal in the visitor's language."""
    words = wording(visitor.language)
    tabs = [
        words["tab_home"], link("portal:home"), words["tab_invoices"], link("portal:invoices"),
        words["tab_statement"], link("portal:statement"), words["tab_groups"], link("portal:groups"),
    ]  # fmt: skip
    if contracts_known():
        tabs += [words["tab_contracts"], link("portal:contracts")]
    tabs += [words["tab_data"], link("portal:details")]
    everything = {
        **context,
        "words": words,
        "language": visitor.language,
        "visitor": visitor,
        "several": len(visitor.clients) > 1,
        "tabs": list(zip(tabs[::2], tabs[1::2], strict=True)),
    }
    return render(request, template, everything, status=status)


def file_or_wait(
    request: HttpRequest, visitor: Visitor, kind: str, source_id: UUID, *, url: str, back_url: str, title: str
) -> HttpResponse:
    """A document; one that is not made yet goes to the front of the queue, and the page waits for it."""
    file = finished_file(kind, source_id)
    if file is not None and "wait" not in request.GET:
        return file_response(file)
    job = None if file is not None else request_document(kind, source_id, urgent=True)
    return shown(
        request,
        visitor,
        "portal/waiting.html",
        title=title,
        done=file is not None,
        failed=job is not None and job.state in NOT_MADE,
        download_url=url,
        back_url=back_url,
    )


def chosen_client(request: HttpRequest, visitor: Visitor) -> Any:
    """The client that a page is about: the one asked for among the visitor's, else the first.

    Raises `ClientNotFound`.
    """
    asked = request.POST.get("client") or request.GET.get("client")
    if not asked:
        return visitor.clients[0]
    try:
        return selectors.one_of(visitor.clients, UUID(asked))
    except ValueError:
        return selectors.one_of(visitor.clients, UUID(int=0))
