"""Quotes, orders, hours and recurring invoices: the last morning, each stands somewhere on its way."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from activities.enums import Tool
from core.types import Actor
from invoicing.models import Client
from invoicing.quotes import selectors, services
from invoicing.quotes.models import Quote
from invoicing.quotes.services.answers import Visitor
from invoicing.recurring.services import create_template
from invoicing.recurring.services.templates import Rule
from invoicing.selectors import clients_of_activity
from invoicing.timesheets.services import write_hours
from invoicing.types import LineInput
from smart.demo.stage import OpenActivity, Stage

SELLERS = 4
"""Activities that have something on offer."""

OFFERS = (
    ("Identité graphique de la saison", "3", "450.00"),
    ("Animation d'un atelier", "2", "380.00"),
    ("Captation du spectacle", "1", "900.00"),
    ("Site du festival", "5", "420.00"),
)
"""What for, days, price a day."""


def leave_offers(stage: Stage) -> None:
    """One quote in the making, one that waits, one accepted, one ordered per seller; hours that wait to be
    invoiced, and a recurring invoice that begins next month.
    """
    sellers = [it for it in stage.open_activities() if it.activity.tool == Tool.ACTIVITY]
    for it in sellers[:SELLERS]:
        client = clients_of_activity(it.activity_id).first()
        if client is None:
            continue
        quotes = [_quote(stage, it, client, offer) for offer in OFFERS]
        for quote in quotes[1:]:
            services.send_quote(quote_id=quote.pk, on=stage.today, actor=it.actor)
        for quote in quotes[2:]:
            _accept(stage, quote)
        services.order_quote(
            quote_id=quotes[3].pk,
            on=stage.today,
            planned_from=stage.today + timedelta(days=7),
            planned_to=stage.today + timedelta(days=28),
            actor=it.actor,
        )
        _hours_and_hosting(stage, it, client)


def _quote(stage: Stage, it: OpenActivity, client: Client, offer: tuple[str, str, str]) -> Quote:
    title, days, price = offer
    return services.create_quote(
        activity_id=it.activity_id,
        client_id=client.pk,
        title=title,
        lines=[LineInput(title, Decimal(days), "day", Decimal(price))],
        valid_until=stage.today + timedelta(days=30),
        on=stage.today,
        terms="Deux tours de corrections compris.",
        actor=it.actor,
    )


def _accept(stage: Stage, quote: Quote) -> None:
    sent = selectors.standing_version(quote)
    if sent is not None:
        services.accept_quote(
            sent_id=sent.pk,
            name="Camille Janssens",
            email="achats@demo.example",
            consent="J’accepte ce devis.",
            visitor=Visitor("192.0.2.20", "demonstration"),
            at=stage.at(8, 30),
            actor=Actor("client", "Camille Janssens"),
        )


def _hours_and_hosting(stage: Stage, it: OpenActivity, client: Client) -> None:
    for days, hours in ((3, "2.5"), (2, "1.25"), (1, "4")):
        write_hours(
            activity_id=it.activity_id,
            client_id=client.pk,
            person=it.person,
            day=stage.today - timedelta(days=days),
            hours=Decimal(hours),
            rate=Decimal("65.00"),
            task="Suivi",
            actor=it.actor,
        )
    first = (stage.today.replace(day=1) + timedelta(days=32)).replace(day=1)
    create_template(
        activity_id=it.activity_id,
        client_id=client.pk,
        title="Hébergement et entretien du site",
        lines=[LineInput("Hébergement et entretien, {month} {year}", Decimal(1), "flat", Decimal("49.00"))],
        rule=Rule("month", first),
        actor=it.actor,
    )
