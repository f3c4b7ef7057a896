"""What quotes and orders add to other pages: the forecast of an Activity, what needs a member."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from activities.home import Need
from activities.models import Activity
from core import clock
from core.kit.formats import money
from core.links import link
from core.money import ZERO
from invoicing.quotes import selectors
from invoicing.quotes.enums import OrderState, QuoteState
from invoicing.quotes.models import Order, Quote
from invoicing.quotes.situations import situation_of

SOON = timedelta(days=3)
"""How long before its last day an unanswered quote is shown."""


def activity_panel(request: HttpRequest, activity: Activity) -> SafeString | None:
    """Quotes of the Activity and what they may still bring; nothing while it has none."""
    today = clock.today()
    rows = list(selectors.quotes_of_activity(activity)[:5])
    if not rows:
        return None
    waiting, won, to_invoice = selectors.forecast_of([activity.pk], today).get(activity.pk, (ZERO,) * 3)
    context = {
        "activity": activity,
        "rows": [(row, *situation_of(row, today)) for row in rows],
        "waiting": waiting,
        "won": won,
        "to_invoice": to_invoice,
        "all_url": f"{link('quotes:quotes')}?activity={activity.pk}",
        "orders_url": f"{link('quotes:orders')}?activity={activity.pk}&state=open",
    }
    return render_to_string("quotes/activity_panel.html", context, request)


def needs(person: Any, activities: list[Activity], today: date) -> Iterator[Need]:
    """Quotes that were accepted, quotes about to expire unanswered, orders whose work is over."""
    ids = [activity.pk for activity in activities]
    mine = Quote.objects.filter(activity__in=ids).select_related("client").order_by("pk")
    for quote in mine.filter(state=QuoteState.ACCEPTED)[:5]:
        yield Need(
            _("%(client)s accepted: %(title)s") % {"client": quote.client.name, "title": quote.title},
            _("%(amount)s: make the order.") % {"amount": money(quote.total)},
            link("quotes:quote", pk=quote.pk),
        )
    for quote in mine.filter(state=QuoteState.SENT, valid_until__range=(today, today + SOON))[:5]:
        yield Need(
            _("%(client)s has not answered: %(title)s") % {"client": quote.client.name, "title": quote.title},
            _("The quote is valid until %(day)s.") % {"day": f"{quote.valid_until:%d/%m/%Y}"},
            link("quotes:quote", pk=quote.pk),
            "warning",
        )
    done = Order.objects.filter(activity__in=ids, state=OrderState.OPEN, planned_to__lt=today)
    for order in done.select_related("client").order_by("planned_to", "pk")[:5]:
        yield Need(
            _("Work is over: %(title)s") % {"title": order.title},
            _("%(amount)s are left to invoice.") % {"amount": money(order.left)},
            link("quotes:order", pk=order.pk),
        )


def open_orders_left(activity: Activity) -> str:
    """What keeps an Activity from closing: quotes that may still be accepted, orders not invoiced."""
    if Order.objects.filter(activity=activity, state=OrderState.OPEN).exists():
        return _("orders that are not invoiced")
    waiting = Quote.objects.filter(activity=activity, state__in=(QuoteState.SENT, QuoteState.ACCEPTED))
    return _("quotes that wait or were accepted") if waiting.exists() else ""
