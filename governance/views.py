"""Pages of governance."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.identifiers import format_structured_communication
from core.links import link
from core.rates import find_policy
from core.tables import Column, Table, page_of
from governance import selectors, services
from governance.enums import SubscriptionState
from governance.forms import SubscriptionForm
from governance.models import ShareSubscription
from ledger.treasury.payment_code import payment_code
from members.enums import Role


@requires(Role.MEMBER)
def my_shares(request: HttpRequest) -> HttpResponse:
    """What I hold, until when it covers me, what waits for payment, and the form to subscribe."""
    person = identity_of(request).person
    form = SubscriptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.subscribe_shares(
                person=person,
                shares=form.cleaned_data["shares"],
                subscribed_on=clock.today(),
                actor=actor_of(request),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            return redirect(link("governance:my_shares"))
    today = clock.today()
    subscriptions = selectors.subscriptions_of(person)
    pending = subscriptions.filter(state=SubscriptionState.PENDING).select_related("entity").first()
    holding = selectors.shareholding(person)
    share = find_policy("share", on=today)
    context = {
        "holding": holding,
        "covered": holding.covers(today),
        "share_price": share.value["price"] if share else None,
        "pending": pending,
        "pending_communication": format_structured_communication(pending.communication) if pending else "",
        "qr": _payment_code(pending) if pending else "",
        "form": form,
        "history": Table(
            id="subscriptions",
            caption=_("My subscriptions"),
            columns=[
                Column(_("Asked on"), "subscribed_on", "date", lead=True),
                Column(_("Shares"), "shares", "number"),
                Column(_("Amount"), "amount", "money"),
                Column(_("State"), "state", "badge", shown="get_state_display"),
                Column(_("Paid on"), "paid_on", "date"),
            ],
            page=page_of(request, subscriptions),
            empty_title=_("No share yet"),
            empty_text=_("Become a member-owner: one member, one vote, whatever the number of shares."),
        ),
    }
    return render(request, "governance/my_shares.html", context, status=422 if form.errors else 200)


@requires(Role.MEMBER)
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Withdraw my unpaid subscription."""
    subscription = get_object_or_404(selectors.subscriptions_of(identity_of(request).person), pk=pk)
    services.cancel_subscription(subscription_id=subscription.pk, actor=actor_of(request))
    messages.success(request, _("The subscription is cancelled."))
    return redirect(link("governance:my_shares"))


@requires(Role.COOP_ADMIN, Role.BOARD, Role.AUDITOR, Role.FINANCE)
def register(request: HttpRequest) -> HttpResponse:
    """The register of members with its totals."""
    table = Table(
        id="register",
        caption=_("Register of members"),
        columns=[
            Column(_("No."), "number", "number"),
            Column(_("Member"), "person", lead=True),
            Column(_("Category"), "category", shown="get_category_display"),
            Column(_("Movement"), "get_kind_display"),
            Column(_("Date"), "on", "date"),
            Column(_("Shares"), "shares", "number"),
            Column(_("Amount"), "amount", "money"),
        ],
        page=page_of(request, selectors.register()),
        empty_title=_("The register is empty"),
        empty_text=_("The first paid subscription opens it."),
        export="governance.register",
    )
    return render(
        request, "governance/register.html", {"table": table, "totals": selectors.register_totals()}
    )


def _payment_code(subscription: ShareSubscription) -> str:
    return payment_code(
        name=subscription.entity.name,
        iban=subscription.entity.iban,
        amount=subscription.amount,
        communication=subscription.communication,
    )
