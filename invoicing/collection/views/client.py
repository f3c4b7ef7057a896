"""The file of a late client, and what is done about all it owes."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.money import ZERO
from invoicing.collection import selectors, services
from invoicing.collection.behaviour import behaviour_of
from invoicing.collection.forms import ContactForm, HandOverForm, PauseForm, PlanForm
from invoicing.collection.instalments import monthly
from invoicing.collection.ladders import ladders_on
from invoicing.collection.roles import WRITERS_DOWN
from invoicing.collection.selectors import LateInvoice
from invoicing.collection.situations import HELD
from invoicing.collection.views.asking import ask, do
from invoicing.models import Client
from invoicing.roles import CONTROLLERS
from invoicing.selectors import client_for


def _client(request: HttpRequest, pk: UUID) -> Client:
    identity = identity_of(request)
    return client_for(identity.person, pk, roles=identity.roles)


def _late(client: Client, *held: str) -> list[LateInvoice]:
    """What a client has late, held by nothing else than these words; no word: all of it."""
    today = clock.today()
    rows = selectors.late_of([client.pk], ladders_on(today), today)
    return [row for row in rows if row.held in held] if held else rows


@requires(*CONTROLLERS)
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a client owes, what was done about it, and what may be done now."""
    client = _client(request, pk)
    rows = _late(client)
    context = {
        "client": client,
        "rows": [(row, HELD.get(row.held, "")) for row in rows],
        "at_stake": sum((row.invoice.open_amount for row in rows if row.held != "disputed"), ZERO),
        "disputed": sum((row.invoice.open_amount for row in rows if row.held == "disputed"), ZERO),
        "open_charges": sum((row.charges for row in rows), ZERO),
        "next_on": min((row.next_on for row in rows if row.next_on), default=None),
        "behaviour": behaviour_of([pk]).get(pk),
        "plans": selectors.plans_of(client),
        "files": selectors.files_of(client)[:10],
        "charges": selectors.charges_of_client(client)[:30],
        "contacts": selectors.contacts_of(client)[:20],
        "to_post": selectors.letters_to_post(client)[:10],
        "writes_down": bool(identity_of(request).roles & set(WRITERS_DOWN)),
    }
    return render(request, "collection/file.html", context)


@requires(*CONTROLLERS)
def remind(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The next reminder as it would go; sent at once when asked."""
    client, today = _client(request, pk), clock.today()

    def act() -> str:
        sent = services.remind_now(client_id=client.pk, on=today, actor=actor_of(request))
        if not client.email:
            return _("The reminder is written: print it and post it.")
        return ngettext(
            "The reminder of %(count)s invoice is on its way.",
            "The reminder of %(count)s invoices is on its way.",
            len(sent),
        ) % {"count": len(sent)}

    if request.method == "POST":
        return do(request, client, act)
    context = {"client": client, "letter": services.preview_reminder(client, today)}
    return render(request, "collection/remind.html", context)


@requires(*CONTROLLERS)
def pause(request: HttpRequest, pk: UUID) -> HttpResponse:
    """No reminder of some invoices until a day."""
    client = _client(request, pk)
    form = PauseForm(request.POST or None, rows=_late(client, "", "paused"))

    def act() -> str:
        services.pause_invoices(
            client_id=client.pk,
            invoice_ids=form.chosen,
            until=form.cleaned_data["until"],
            reason=form.cleaned_data["reason"],
            on=clock.today(),
            actor=actor_of(request),
        )
        return _("No reminder leaves until that day.")

    return ask(request, client, form, act, title=_("Pause the reminders"), submit=_("Put on hold"))


@requires(*CONTROLLERS)
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree payment by instalments."""
    client = _client(request, pk)
    rows = _late(client, "", "paused")
    form = PlanForm(request.POST or None, rows=rows)

    def act() -> str:
        owed = {row.invoice.pk: row.owed for row in rows}
        total = sum((owed[key] for key in form.chosen), ZERO)
        services.agree_plan(
            client_id=client.pk,
            invoice_ids=form.chosen,
            instalments=monthly(total, form.cleaned_data["count"], form.cleaned_data["first_on"]),
            interest_free=form.cleaned_data["interest_free"],
            note=form.cleaned_data["note"],
            on=clock.today(),
            actor=actor_of(request),
        )
        return _("The plan runs: reminders are stopped.")

    return ask(request, client, form, act, title=_("Payment plan"), submit=_("Agree the plan"))


@requires(*CONTROLLERS)
def hand_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give invoices to a collector or a lawyer."""
    client = _client(request, pk)
    form = HandOverForm(request.POST or None, rows=_late(client, "", "paused", "disputed"))

    def act() -> str:
        found = services.hand_over(
            client_id=client.pk,
            invoice_ids=form.chosen,
            kind=form.cleaned_data["kind"],
            agent=form.cleaned_data["agent"],
            note=form.cleaned_data["note"],
            claim=form.cleaned_data["claim"],
            on=clock.today(),
            actor=actor_of(request),
        )
        return _("File %(reference)s is open; its dossier is being made.") % {"reference": found.reference}

    return ask(request, client, form, act, title=_("Hand over"), submit=_("Hand over"))


@requires(*CONTROLLERS)
def contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep what was said with a client."""
    client = _client(request, pk)
    form = ContactForm(request.POST or None)

    def act() -> str:
        values = {**form.cleaned_data, "promised": form.cleaned_data["promised"] or ZERO}
        services.note_contact(client_id=client.pk, on=clock.today(), actor=actor_of(request), **values)
        return _("It is in the file.")

    return ask(request, client, form, act, title=_("Call or note"), submit=_("Keep"))


@require_POST
@requires(*CONTROLLERS)
def posted(request: HttpRequest, pk: UUID, letter: UUID) -> HttpResponse:
    """A letter left by post today."""
    client = _client(request, pk)

    def act() -> str:
        services.post_letter(
            message_id=letter, client_id=client.pk, on=clock.today(), actor=actor_of(request)
        )
        return _("The letter is noted as posted today.")

    return do(request, client, act)
