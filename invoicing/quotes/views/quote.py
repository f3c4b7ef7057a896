"""One quote: its story, its versions, and what may be done with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.selectors import holds
from activities.views import SEE
from core import clock
from core.access import actor_of, identity_of, requires
from core.documents import finished_file, request_document
from core.enums import NOT_MADE
from core.errors import DomainError
from core.files import file_response
from core.links import link
from invoicing.line_data import lines_of
from invoicing.quotes import selectors, services
from invoicing.quotes.content import quote_content
from invoicing.quotes.enums import QuoteState
from invoicing.quotes.errors import QuoteNotFound
from invoicing.quotes.forms import NoteAnswerForm
from invoicing.quotes.links import path_of
from invoicing.quotes.models import Quote, SentQuote
from invoicing.quotes.rendering import quote_context
from invoicing.quotes.situations import situation_of
from invoicing.quotes.story import events_of
from invoicing.quotes.views.editor import next_last_day
from members.enums import Role
from members.reader import reader_of

REVISABLE = (QuoteState.SENT, QuoteState.REFUSED, QuoteState.EXPIRED, QuoteState.WITHDRAWN)


@requires(*SEE)
def quote(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One quote: where it stands, what happened, its versions, the client's link."""
    identity, today = identity_of(request), clock.today()
    found = selectors.quote_for(identity.person, pk, roles=identity.roles)
    mine = holds(identity.person.pk, found.activity_id)
    versions = list(selectors.versions_of(found))
    standing = next((row for row in versions if row.revision == found.revision), None)
    waits = found.state == QuoteState.SENT and not found.is_over(today)
    context = {
        "quote": found,
        "situation": situation_of(found, today),
        "mine": mine,
        "is_draft": found.state == QuoteState.DRAFT,
        "waits": waits,
        "open": waits or found.state in (QuoteState.SENT, QuoteState.EXPIRED),
        "revisable": found.state in REVISABLE,
        "accepted": found.state == QuoteState.ACCEPTED,
        "order": selectors.order_of(found),
        "versions": versions,
        "standing": standing,
        "client_url": request.build_absolute_uri(path_of(found, standing)) if standing and mine else "",
        "lines": lines_of(found.lines),
        "files": list(selectors.files_of(found)),
        "answers": list(selectors.answers_of(found)),
        "events": events_of(found, versions, today),
    }
    return render(request, "quotes/quote.html", context)


@requires(Role.MEMBER)
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The quote as the client will read it, and sending it."""
    found = selectors.own_quote_for(reader_of(request), pk)
    if found.state != QuoteState.DRAFT:
        return redirect(link("quotes:quote", pk=found.pk))
    today, refusal, shown = clock.today(), None, {}
    try:
        if request.method == "POST":
            services.send_quote(quote_id=found.pk, on=today, actor=actor_of(request))
            messages.success(request, _sent_words(found))
            return redirect(link("quotes:quote", pk=found.pk))
        content, _totals = quote_content(found, today)
        shown = quote_context({**content, "number": found.number or _("draft")})
    except DomainError as error:
        refusal = error
    context = {"quote": found, "refusal": refusal, **shown}
    return render(request, "quotes/send.html", context, status=refusal.status if refusal else 200)


def _sent_words(found: Quote) -> str:
    if found.client.email:
        return _("The quote is on its way to %(email)s.") % {"email": found.client.email}
    return _("The quote is ready: copy its link to your client, who has no e-mail address here.")


@require_POST
@requires(Role.MEMBER)
def resend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write the letter of a quote of mine again."""
    found = selectors.own_quote_for(reader_of(request), pk)
    services.resend_quote(quote_id=found.pk, on=clock.today(), actor=actor_of(request))
    messages.success(request, _sent_words(found))
    return redirect(link("quotes:quote", pk=found.pk))


@require_POST
@requires(Role.MEMBER)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a quote of mine back."""
    found = selectors.own_quote_for(reader_of(request), pk)
    services.withdraw_quote(quote_id=found.pk, on=clock.today(), actor=actor_of(request))
    messages.success(request, _("The quote is withdrawn: nobody can accept it any more."))
    return redirect(link("quotes:quote", pk=found.pk))


@require_POST
@requires(Role.MEMBER)
def revise(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin another version of a quote of mine."""
    found = selectors.own_quote_for(reader_of(request), pk)
    services.revise_quote(quote_id=found.pk, valid_until=next_last_day(found), actor=actor_of(request))
    return redirect(link("quotes:edit", pk=found.pk))


@require_POST
@requires(Role.MEMBER)
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make every link of a quote of mine worthless."""
    found = selectors.own_quote_for(reader_of(request), pk)
    services.revoke_links(quote_id=found.pk, actor=actor_of(request))
    messages.success(request, _("The links given out open nothing any more; a new one stands below."))
    return redirect(link("quotes:quote", pk=found.pk))


@requires(Role.MEMBER)
def note_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note what the client of a quote of mine said outside the link."""
    found = selectors.own_quote_for(reader_of(request), pk)
    form = NoteAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields: dict[str, Any] = dict(form.cleaned_data)
        accepted = fields.pop("accepted") == "yes"
        try:
            services.note_answer(
                quote_id=found.pk, accepted=accepted, at=clock.now(), actor=actor_of(request), **fields
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            return redirect(link("quotes:quote", pk=found.pk))
    context = {"form": form, "quote": found}
    return render(request, "quotes/note_answer.html", context, status=422 if form.errors else 200)


@requires(*SEE)
def document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Download the PDF of a version; one that is not made yet goes to the front of the queue."""
    sent = SentQuote.objects.filter(pk=pk).first()
    if sent is None:
        raise QuoteNotFound
    identity = identity_of(request)
    found = selectors.quote_for(identity.person, sent.quote_id, roles=identity.roles)
    file = finished_file("quote_pdf", sent.pk)
    if file is not None and "wait" not in request.GET:
        return file_response(file)
    job = None if file is not None else request_document("quote_pdf", sent.pk, urgent=True)
    context = {
        "quote": found,
        "sent": sent,
        "done": file is not None,
        "failed": job is not None and job.state in NOT_MADE,
        "download_url": link("quotes:document", pk=sent.pk),
    }
    return render(request, "quotes/waiting.html", context)
