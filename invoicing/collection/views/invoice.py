"""What is done about one late invoice."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from invoicing.collection import selectors, services
from invoicing.collection.enums import WriteDownState
from invoicing.collection.forms import CostsForm, DisputeForm, PassDisputeForm, ReasonForm, ResumeForm
from invoicing.collection.models import WriteDown
from invoicing.collection.roles import WRITERS_DOWN
from invoicing.collection.views.asking import ask, do
from invoicing.models import Invoice
from invoicing.roles import CONTROLLERS
from invoicing.views.asked import invoice_of
from members.enums import Role


def _named(invoice: Invoice) -> str:
    return f"{invoice.number} · {invoice.client.name}"


def _told(invoice: Invoice, row: WriteDown) -> str:
    if row.wanted != row.state:
        return _("Somebody else must agree: it waits on the desk.")
    return _("%(number)s: %(state)s.") % {"number": invoice.number, "state": row.get_state_display()}


@requires(*CONTROLLERS)
def dispute(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that the client contests an invoice: reminders stop."""
    found = invoice_of(request, pk)
    form = DisputeForm(request.POST or None)

    def act() -> str:
        services.dispute_invoice(
            invoice_id=found.pk, on=clock.today(), actor=actor_of(request), **form.cleaned_data
        )
        return _("Reminders of %(number)s are stopped.") % {"number": found.number}

    title = _("%(number)s is disputed") % {"number": found.number}
    return ask(request, found.client, form, act, title=title, submit=_("Stop the reminders"))


@requires(*CONTROLLERS)
def pass_dispute(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say who goes on with a dispute."""
    found = invoice_of(request, pk)
    form = PassDisputeForm(request.POST or None)

    def act() -> str:
        row = services.pass_dispute(invoice_id=found.pk, actor=actor_of(request), **form.cleaned_data)
        return _("%(number)s: %(state)s.") % {"number": found.number, "state": row.get_state_display()}

    title = _("Who goes on with the dispute")
    return ask(request, found.client, form, act, title=title, submit=_("Pass on"), eyebrow=_named(found))


@requires(*CONTROLLERS)
def resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The dispute is over: reminders go on, or a credit note follows."""
    found = invoice_of(request, pk)
    form = ResumeForm(request.POST or None)

    def act() -> str:
        conceded = form.cleaned_data["conceded"] == "yes"
        services.resume_invoice(
            invoice_id=found.pk,
            on=clock.today(),
            answer=form.cleaned_data["answer"],
            conceded=conceded,
            by_legal=Role.LEGAL in identity_of(request).roles,
            actor=actor_of(request),
        )
        if conceded:
            return _("The client is right: a credit note of %(number)s is due.") % {"number": found.number}
        return _("Reminders of %(number)s go on.") % {"number": found.number}

    title = _("End of the dispute")
    return ask(
        request, found.client, form, act, title=title, submit=_("End the dispute"), eyebrow=_named(found)
    )


@require_POST
@requires(*CONTROLLERS)
def end_pause(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Reminders go on before the day."""
    found = invoice_of(request, pk)

    def act() -> str:
        services.end_pause(invoice_id=found.pk, on=clock.today(), actor=actor_of(request))
        return _("Reminders of %(number)s go on.") % {"number": found.number}

    return do(request, found.client, act)


@require_POST
@requires(*CONTROLLERS)
def claim(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Claim what the law allows today."""
    found = invoice_of(request, pk)

    def act() -> str:
        rows = services.claim_charges(invoice_id=found.pk, on=clock.today(), actor=actor_of(request))
        what = ", ".join(str(row) for row in rows)
        return _("Claimed on %(number)s: %(what)s.") % {"number": found.number, "what": what}

    return do(request, found.client, act)


@requires(*CONTROLLERS)
def costs(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Claim recovery costs from a firm."""
    found = invoice_of(request, pk)
    form = CostsForm(request.POST or None)

    def act() -> str:
        services.claim_costs(
            invoice_id=found.pk, on=clock.today(), actor=actor_of(request), **form.cleaned_data
        )
        return _("The costs are claimed.")

    title = _("Recovery costs")
    return ask(request, found.client, form, act, title=title, submit=_("Claim"), eyebrow=_named(found))


@requires(*CONTROLLERS)
def waive(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give up what is open of a charge."""
    charge = selectors.charge(pk)
    found = invoice_of(request, charge.invoice_id)
    form = ReasonForm(request.POST or None)

    def act() -> str:
        services.waive_charge(
            charge_id=charge.pk, on=clock.today(), actor=actor_of(request), **form.cleaned_data
        )
        return _("The charge is waived.")

    title = _("Waive the charge")
    return ask(request, found.client, form, act, title=title, submit=_("Waive"), eyebrow=_named(found))


@requires(*WRITERS_DOWN)
def write_down(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Doubt an invoice; give a doubtful one up."""
    found = invoice_of(request, pk)
    row = selectors.standing_write_down(found)
    form = ReasonForm(request.POST or None)
    doubted = row if row is not None and row.state == WriteDownState.DOUBTFUL else None

    def act() -> str:
        today, actor = clock.today(), actor_of(request)
        if doubted is not None:
            done = services.declare_lost(write_down_id=doubted.pk, on=today, actor=actor, **form.cleaned_data)
        else:
            done = services.write_down(invoice_id=found.pk, on=today, actor=actor, **form.cleaned_data)
        return _told(found, done)

    title, submit = (_("Finally lost"), _("Give up")) if doubted else (_("Doubtful invoice"), _("Write down"))
    return ask(request, found.client, form, act, title=title, submit=submit, eyebrow=_named(found))


@require_POST
@requires(*WRITERS_DOWN)
def agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree to a write-down that somebody else proposed."""
    row = selectors.write_down(pk)
    found = invoice_of(request, row.invoice_id)

    def act() -> str:
        done = services.agree_write_down(write_down_id=row.pk, on=clock.today(), actor=actor_of(request))
        return _told(found, done)

    return do(request, found.client, act)


@require_POST
@requires(*WRITERS_DOWN)
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Refuse a write-down that was proposed."""
    row = selectors.write_down(pk)
    found = invoice_of(request, row.invoice_id)

    def act() -> str:
        done = services.refuse_write_down(write_down_id=row.pk, on=clock.today(), actor=actor_of(request))
        return _told(found, done)

    return do(request, found.client, act)


@requires(*WRITERS_DOWN)
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hope again: the reverse of a write-down."""
    row = selectors.write_down(pk)
    found = invoice_of(request, row.invoice_id)
    form = ReasonForm(request.POST or None)

    def act() -> str:
        services.undo_write_down(
            write_down_id=row.pk, on=clock.today(), actor=actor_of(request), **form.cleaned_data
        )
        return _("%(number)s is expected again.") % {"number": found.number}

    title = _("Take the write-down back")
    return ask(request, found.client, form, act, title=title, submit=_("Take it back"), eyebrow=_named(found))
