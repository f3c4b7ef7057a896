"""Quotes and orders for tests, made through services."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from activities.models import Activity
from core.clock import ZONE
from core.types import Actor
from invoicing.models import Client
from invoicing.quotes import selectors, services
from invoicing.quotes.models import Order, Quote, SentQuote
from invoicing.quotes.services.answers import Visitor
from invoicing.recurring.services import create_template
from invoicing.recurring.services.templates import Rule
from invoicing.timesheets.approval import send_sheet
from invoicing.timesheets.models import TimeSheet
from invoicing.timesheets.services import write_hours
from invoicing.types import LineInput
from tests.activities.builders import make_activity, make_client, two_days
from tests.factories import SYSTEM

MONDAY = date(2026, 11, 2)
CLIENT = Actor("client", "Zoé Maes")
VISITOR = Visitor("192.0.2.7", "Firefox on a telephone")
AGREED = "J’accepte."


def noon(day: date) -> datetime:
    """Twelve o'clock of a day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZONE)


def make_quote(
    activity: Activity | None = None,
    client: Client | None = None,
    lines: list[LineInput] | None = None,
    **fields: Any,
) -> Quote:
    """A quote in the making: two days at 500.00, good for 30 days, unless said otherwise."""
    activity = activity or make_activity()
    return services.create_quote(
        activity_id=activity.pk,
        client_id=(client or make_client(activity)).pk,
        title=fields.pop("title", "Affiche de saison"),
        lines=lines or two_days(),
        valid_until=fields.pop("valid_until", MONDAY + timedelta(days=30)),
        on=fields.pop("on", MONDAY),
        actor=SYSTEM,
        **fields,
    )


def sent_quote(activity: Activity | None = None, *, on: date = MONDAY, **fields: Any) -> Quote:
    """A quote that waits for its client."""
    return services.send_quote(quote_id=make_quote(activity, **fields).pk, on=on, actor=SYSTEM)


def version_of(quote: Quote) -> SentQuote:
    """The version that stands."""
    sent = selectors.standing_version(quote)
    assert sent is not None
    return sent


def accept(quote: Quote, *, on: date = MONDAY, **fields: Any) -> Any:
    """The client accepts on the link."""
    given = {"name": "Zoé Maes", "email": "zoe@theatre.example", "consent": AGREED} | fields
    return services.accept_quote(
        sent_id=version_of(quote).pk, visitor=VISITOR, at=noon(on), actor=CLIENT, **given
    )


def make_order(activity: Activity | None = None, *, on: date = MONDAY, **fields: Any) -> Order:
    """An order of an accepted quote."""
    quote = sent_quote(activity, **fields)
    accept(quote)
    return services.order_quote(quote_id=quote.pk, on=on, actor=SYSTEM)


def euro(text: str) -> Decimal:
    """An amount."""
    return Decimal(text)


def _sheet(activity: Activity, client: Client) -> TimeSheet:
    """Hours of another day that the client is asked to approve."""
    write_hours(
        activity_id=activity.pk,
        client_id=client.pk,
        person=activity.holders.all()[0].person,
        day=MONDAY - timedelta(days=3),
        hours=Decimal("2"),
        rate=Decimal("60"),
        actor=SYSTEM,
    )
    return send_sheet(
        activity_id=activity.pk,
        client_id=client.pk,
        last=MONDAY - timedelta(days=1),
        on=MONDAY,
        actor=SYSTEM,
    )


def offers_of(activity: Activity, client: Client) -> dict[str, Any]:
    """Keys of a quote in each state that matters to a page: kind of thing → key."""
    draft, accepted = make_quote(activity, client), sent_quote(activity, client=client)
    accept(accepted)
    waiting = sent_quote(activity, client=client)
    return {
        "draft_quote": draft.pk,
        "quote": waiting.pk,
        "accepted_quote": accepted.pk,
        "sent_quote": version_of(waiting).pk,
        "order": make_order(activity, client=client).pk,
        "hours": write_hours(
            activity_id=activity.pk,
            client_id=client.pk,
            person=activity.holders.all()[0].person,
            day=MONDAY,
            hours=Decimal("1.5"),
            rate=Decimal("60"),
            actor=SYSTEM,
        ).pk,
        "time_sheet": _sheet(activity, client).pk,
        "recurring": create_template(
            activity_id=activity.pk,
            client_id=client.pk,
            title="Hébergement",
            lines=two_days(),
            rule=Rule("month", MONDAY),
            actor=SYSTEM,
        ).pk,
    }
