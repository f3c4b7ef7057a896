"""The page behind the link: the client reads, accepts or refuses without an account.

Opening it changes nothing, however often and by whomever (mail programs open links by themselves): only the
two forms do. Every token that opens nothing, whatever the reason, gets the same words as an address that does
not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.access import public
from core.documents import finished_file, request_document
from core.errors import DomainError
from core.files import file_response
from core.links import link
from core.signed_links import address_of, within_share
from core.types import Actor
from invoicing.quotes import selectors, services
from invoicing.quotes.enums import QuoteState
from invoicing.quotes.errors import ConsentMissing
from invoicing.quotes.links import sent_by
from invoicing.quotes.models import QuoteAnswer, SentQuote
from invoicing.quotes.rendering import quote_context
from invoicing.quotes.services.answers import Visitor
from invoicing.quotes.wording import wording
from invoicing.services.messages import written_amount, written_day

VISITS = 60
"""Times a minute that one address may open links, and"""
WRONG = 10
"""that it may come with tokens that open nothing."""

Page = Callable[..., HttpResponse]


def opened_by(find: Callable[..., Any]) -> Callable[[Page], Callable[..., HttpResponseBase]]:
    """Give a page what the token opens (`find(token, on=…)`, with its frozen `content`), in the client's
    language; no other answer says more than that nothing is there.
    """

    def by_token(page: Page) -> Callable[..., HttpResponseBase]:
        @wraps(page)
        def opened(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
            if not within_share("links", request, most=VISITS):
                return _too_many(request)
            found = find(token, on=clock.today())
            if found is None:
                if not within_share("links.wrong", request, most=WRONG):
                    return _too_many(request)
                raise Http404
            language = found.content["language"]
            with translation.override(language):
                answer = page(request, found, token, **kwargs)
            answer.headers["Content-Language"] = language
            answer.headers["Cache-Control"] = "no-store"
            answer.headers["Referrer-Policy"] = (
                "same-origin"  # without any, browsers hide where a form is from
            )
            answer.headers["X-Robots-Tag"] = "noindex, nofollow"
            return answer

        return public(opened)

    return by_token


by_token = opened_by(sent_by)


@require_safe
@by_token
def offer(request: HttpRequest, sent: SentQuote, token: str) -> HttpResponse:
    """The quote as it was sent, with the two answers while it waits for one."""
    return _page(request, sent, token)


@require_POST
@by_token
def accept(request: HttpRequest, sent: SentQuote, token: str) -> HttpResponse:
    """Accept; whoever comes second is told what stands."""
    consent = _consent(sent) if request.POST.get("consent") else ""
    try:
        services.accept_quote(
            sent_id=sent.pk,
            name=request.POST.get("name", ""),
            email=request.POST.get("email", ""),
            order_reference=request.POST.get("order_reference", ""),
            consent=consent,
            visitor=visitor_of(request),
            at=clock.now(),
            actor=client_actor(request.POST.get("name", "")),
        )
    except ConsentMissing:
        return _page(request, sent, token, wrong=True, status=422)
    except DomainError as refusal:
        return _page(request, _anew(sent), token, status=refusal.status)
    return redirect(link("quotes:offer", token=token))


@require_POST
@by_token
def refuse(request: HttpRequest, sent: SentQuote, token: str) -> HttpResponse:
    """Refuse, with a reason if the client gives one."""
    try:
        services.refuse_quote(
            sent_id=sent.pk,
            reason=request.POST.get("reason", ""),
            name=request.POST.get("name", ""),
            visitor=visitor_of(request),
            at=clock.now(),
            actor=client_actor(request.POST.get("name", "")),
        )
    except DomainError as refusal:
        return _page(request, _anew(sent), token, status=refusal.status)
    return redirect(link("quotes:offer", token=token))


@require_safe
@by_token
def pdf(request: HttpRequest, sent: SentQuote, token: str) -> HttpResponse:
    """The PDF; asked for when it is not made yet, and the page says to come again."""
    file = finished_file("quote_pdf", sent.pk)
    if file is not None:
        return file_response(file)
    request_document("quote_pdf", sent.pk, urgent=True)
    return _page(request, sent, token, being_made=True, status=202)


@require_safe
@by_token
def file(request: HttpRequest, sent: SentQuote, token: str, place: int) -> HttpResponse:
    """A file that goes with the quote, by its place."""
    files = list(selectors.files_of(sent.quote))
    if not 0 <= place < len(files):
        raise Http404
    return file_response(files[place].file)


def _page(
    request: HttpRequest,
    sent: SentQuote,
    token: str,
    *,
    wrong: bool = False,
    being_made: bool = False,
    status: int = 200,
) -> HttpResponse:
    words = wording(sent.content["language"])
    state, answer = _standing(sent)
    context = {
        "sent": sent,
        "quote": sent.quote,
        "token": token,
        "text": _texts(sent, answer),
        "state": state,
        "answer": answer,
        "waits": state == "",
        "may_refuse": state in ("", "expired"),
        "wrong": wrong,
        "being_made": being_made,
        "given": request.POST,
        "files": list(selectors.files_of(sent.quote)),
        **quote_context(sent.content),
        "words": words,
    }
    return render(request, "quotes/offer.html", context, status=status)


def _standing(sent: SentQuote) -> tuple[str, QuoteAnswer | None]:
    """What stands of this version: "" while it waits, else the word of the wording; and its answer."""
    quote, answer = sent.quote, selectors.answer_to(sent)
    if answer is not None:
        return answer.kind, answer
    if quote.revision != sent.revision:
        return "replaced", None
    if quote.state == QuoteState.WITHDRAWN:
        return "withdrawn", None
    if quote.state == QuoteState.EXPIRED or sent.valid_until < clock.today():
        return "expired", None
    return "", None


def _texts(sent: SentQuote, answer: QuoteAnswer | None) -> dict[str, str]:
    """The sentences of the page with their places filled."""
    content = sent.content
    language = content["language"]
    words = wording(language)
    day = answer.answered_on if answer else sent.valid_until
    values = {
        "client": content["buyer"]["name"],
        "seller": content["seller"]["name"],
        "title": content["title"],
        "number": sent.number,
        "total": written_amount(sent.total, language),
        "name": answer.name if answer else "",
        "day": written_day(day, language),
        "revision": sent.revision,
    }
    names = [name for name in words if name.startswith("state_")]
    return {
        name: words[name] % values
        for name in (*names, "hello", "from_seller", "for_work", "valid_until", "version_of", "consent")
    }


def _consent(sent: SentQuote) -> str:
    """The sentence that is agreed to, word for word."""
    return _texts(sent, None)["consent"]


def _anew(sent: SentQuote) -> SentQuote:
    """The version with its quote as it stands now: somebody else was faster."""
    return SentQuote.objects.select_related("quote__client", "entity").get(pk=sent.pk)


def visitor_of(request: HttpRequest) -> Visitor:
    """What the request tells of who answers."""
    return Visitor(address=address_of(request), user_agent=request.headers.get("User-Agent", ""))


def client_actor(name: str) -> Actor:
    """The client, by the name that they gave."""
    return Actor(kind="client", label=" ".join(name.split())[:120] or "client")


def _too_many(request: HttpRequest) -> HttpResponse:
    words = wording(translation.get_language() or "fr")
    answer = render(request, "quotes/too_many.html", {"words": words}, status=429)
    answer.headers["Retry-After"] = "60"
    return answer
