"""What collection shows on the pages of invoices and clients."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import clock
from core.access import identity_of
from core.kit.formats import day, money
from core.tenancy import current_cooperative
from invoicing.collection import selectors
from invoicing.collection.behaviour import behaviour_of, late_now
from invoicing.collection.enums import WriteDownState
from invoicing.enums import OPEN_STATES
from invoicing.models import Client, Invoice
from invoicing.roles import CONTROLLERS
from invoicing.sections import Event
from invoicing.terms import longest_term


def _controls(request: HttpRequest) -> bool:
    return bool(identity_of(request).roles & set(CONTROLLERS))


def client_behaviour(request: HttpRequest, client: Client) -> SafeString | None:
    """How a client pays, over the whole cooperative: no other member's names or amounts."""
    context = {
        "client": client,
        "behaviour": behaviour_of([client.pk]).get(client.pk),
        "late": late_now([client.pk], clock.today()).get(client.pk),
        "controls": _controls(request),
        "longest_term": _too_long(client),
    }
    return render_to_string("collection/parts/behaviour.html", context, request)


def _too_long(client: Client) -> int | None:
    """The longest term that the law allows, when the client was given a longer one."""
    most = longest_term(current_cooperative().country, client.kind, clock.today())
    given = client.payment_term_days
    return most if most is not None and given is not None and given > most else None


def client_hint(request: HttpRequest, client: Client) -> SafeString | None:
    """The same in one discreet line, before somebody works for the client."""
    behaviour = behaviour_of([client.pk]).get(client.pk)
    if behaviour is None:
        return None
    late = late_now([client.pk], clock.today()).get(client.pk)
    context = {"client": client, "behaviour": behaviour, "late": late}
    return render_to_string("collection/parts/hint.html", context, request)


def invoice_acts(request: HttpRequest, invoice: Invoice) -> SafeString | None:
    """What a controller may do about an open invoice."""
    if invoice.state not in OPEN_STATES or not _controls(request):
        return None
    return render_to_string("collection/parts/invoice_acts.html", {"invoice": invoice}, request)


def invoice_top(request: HttpRequest, invoice: Invoice) -> SafeString | None:
    """In a plan, with an agent, doubtful or lost: said at once."""
    notices: list[tuple[str, str, str]] = []
    plan = selectors.active_plan_of(invoice.pk)
    if plan is not None:
        part = selectors.progress_of([plan])[plan.pk].next_part
        text = (
            _("Next instalment: %(amount)s on %(day)s.")
            % {"amount": money(part.left), "day": day(part.due_on)}
            if part
            else ""
        )
        notices.append((_("The client pays by instalments"), "info", text))
    file = selectors.open_file_of(invoice.pk)
    if file is not None:
        words = _("Handed over on %(day)s.") % {"day": day(file.handed_on)}
        notices.append((_("Somebody collects this invoice for the cooperative"), "warning", words))
    row = selectors.standing_write_down(invoice)
    if row is not None and row.state in (WriteDownState.DOUBTFUL, WriteDownState.LOST) and row.standing:
        lost = row.state == WriteDownState.LOST
        title = _("This invoice is given up") if lost else _("It is doubtful that this invoice will be paid")
        notices.append((title, "warning", _("The guarantee fund bears it: your budget does not move.")))
    if not notices:
        return None
    return render_to_string("collection/parts/invoice_top.html", {"notices": notices}, request)


def invoice_charges(request: HttpRequest, invoice: Invoice) -> SafeString | None:
    """What was claimed on an invoice."""
    charges = list(selectors.charges_of([invoice.pk]))
    if not charges:
        return None
    return render_to_string("collection/parts/charges.html", {"charges": charges}, request)


def events(invoice: Invoice) -> Iterator[Event]:
    """Claims, plans, agents and losses, for the timeline."""
    for charge in selectors.charges_of([invoice.pk]):
        title = _("Claimed: %(amount)s") % {"amount": money(charge.amount)}
        yield Event(charge.claimed_on, title, str(charge.get_kind_display()), "warning")
        if charge.given_back_on:
            yield Event(charge.given_back_on, _("Charge given back"), money(charge.given_back))
    for plan, member in selectors.plans_with(invoice):
        yield Event(plan.agreed_on, _("Payment plan"), money(member.owed))
        if plan.ended_on:
            title = _("Payment plan: %(state)s") % {"state": plan.get_state_display()}
            yield Event(plan.ended_on, title)
    for file in selectors.files_with(invoice):
        yield Event(file.handed_on, str(file.get_kind_display()), file.reference, "warning")
        if file.ended_on:
            yield Event(file.ended_on, str(file.get_state_display()), file.reference)
    for row in selectors.write_downs_of(invoice):
        if row.doubtful_on:
            yield Event(row.doubtful_on, _("Doubtful"), row.reason, "danger")
        if row.lost_on:
            yield Event(row.lost_on, _("Given up"), row.reason, "danger")
