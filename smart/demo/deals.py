"""Deals that take weeks: an order with its advance and its final statement, quotes that came to nothing,
hours that the client approved, an invoice that recurs, one with all that can be agreed about its price.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from activities.enums import Tool
from core.files import store_file
from core.types import Actor
from invoicing.models import Client, Invoice
from invoicing.quotes import selectors, services
from invoicing.quotes.enums import OrderState, PartKind
from invoicing.quotes.models import Order, Quote
from invoicing.quotes.services.answers import Visitor
from invoicing.recurring.services import create_template
from invoicing.recurring.services.templates import Rule
from invoicing.services import attach_file, create_draft, issue_invoice, send_invoice
from invoicing.timesheets.approval import approve_sheet, send_sheet
from invoicing.timesheets.models import TimeSheet
from invoicing.timesheets.services import invoice_hours, write_hours
from invoicing.types import DraftTerms, LineInput
from smart.demo.receipts import receipt_pdf
from smart.demo.sales import client_of, make_known
from smart.demo.stage import OpenActivity, Stage

BEGINS = 3
"""Working day of the first quotes."""
BUYER = "Camille Janssens"
AT_THE_CLIENT = Visitor("192.0.2.20", "demonstration")
ORDERED, DECLINED, OUTDATED = (
    "Identité graphique et affiches de la saison",
    "Captation du spectacle de rentrée",
    "Programme imprimé du festival",
)
SOON = 10
"""Days after which the quote that nobody answers is over."""


def deal(stage: Stage) -> None:
    """What the first seller and one client do together today."""
    step = STEPS.get(stage.index)
    if step is None:
        return
    seller = next((it for it in stage.open_activities() if it.activity.tool == Tool.ACTIVITY), None)
    if seller is not None:
        profile, client = client_of(stage, seller, 0)
        step(stage, seller, client or make_known(profile, seller))


def _offer(stage: Stage, it: OpenActivity, client: Client) -> None:
    lines = {
        ORDERED: [
            LineInput("Identité graphique", Decimal(4), "day", Decimal("420.00")),
            LineInput("Affiches", Decimal(3), "piece", Decimal("150.00"), discount_percent=Decimal(10)),
        ],
        DECLINED: [LineInput(DECLINED, Decimal(1), "flat", Decimal("2400.00"))],
        OUTDATED: [LineInput(OUTDATED, Decimal(2), "day", Decimal("380.00"))],
    }
    for title, own in lines.items():
        quote = services.create_quote(
            activity_id=it.activity_id,
            client_id=client.pk,
            title=title,
            lines=own,
            valid_until=stage.today + timedelta(days=SOON if title == OUTDATED else 30),
            on=stage.today,
            advance_percent=Decimal(30) if title == ORDERED else None,
            actor=it.actor,
        )
        services.send_quote(quote_id=quote.pk, on=stage.today, actor=it.actor)


def _order(stage: Stage, it: OpenActivity, client: Client) -> None:
    """The client accepts by its link, and is asked for the advance; a monthly invoice is agreed as well."""
    quote = Quote.objects.filter(activity_id=it.activity_id, title=ORDERED).first()
    sent = selectors.standing_version(quote) if quote else None
    if quote is None or sent is None:
        return
    services.accept_quote(
        sent_id=sent.pk,
        name=BUYER,
        email=client.email,
        consent="J’accepte ce devis.",
        visitor=AT_THE_CLIENT,
        at=stage.at(8, 30),
        actor=Actor("client", BUYER),
    )
    services.order_quote(quote_id=quote.pk, on=stage.today, actor=it.actor)
    for advance in Invoice.objects.filter(activity_id=it.activity_id, kind="advance", number=""):
        _issue(stage, it, advance)
    create_template(
        activity_id=it.activity_id,
        client_id=client.pk,
        title="Mise à jour mensuelle du site",
        lines=[LineInput("Mise à jour du site, {month} {year}", Decimal(1), "flat", Decimal("95.00"))],
        rule=Rule("month", stage.today, automatic=True),
        actor=it.actor,
    )


def _decline(stage: Stage, it: OpenActivity, client: Client) -> None:
    del client
    quote = Quote.objects.filter(activity_id=it.activity_id, title=DECLINED).first()
    sent = selectors.standing_version(quote) if quote else None
    if sent is not None:
        services.refuse_quote(
            sent_id=sent.pk,
            reason="Notre budget de cette année ne le permet pas.",
            visitor=AT_THE_CLIENT,
            at=stage.at(11),
            actor=Actor("client", BUYER),
            name=BUYER,
        )


def _agree_price(stage: Stage, it: OpenActivity, client: Client) -> None:
    """Discounts on a line and on the whole, something off for paying early, a file that goes with it."""
    invoice = create_draft(
        activity_id=it.activity_id,
        client_id=client.pk,
        lines=[
            LineInput("Site web", Decimal(2), "day", Decimal("400.00"), discount_percent=Decimal(10)),
            LineInput("Photographies", Decimal(12), "piece", Decimal("25.00")),
        ],
        delivery_date=stage.today,
        terms=DraftTerms(discount_percent=Decimal(5), early_percent=Decimal(2), early_days=8),
        actor=it.actor,
    )
    content = receipt_pdf("Bon de livraison", invoice.total, invoice.vat, stage.today)
    file = store_file(content, name="bon-de-livraison.pdf", content_type="application/pdf")
    attach_file(invoice_id=invoice.pk, file=file, name="bon-de-livraison.pdf", actor=it.actor)
    _issue(stage, it, invoice)


def _write_hours(stage: Stage, it: OpenActivity, client: Client) -> None:
    for days, hours in ((4, "6"), (2, "7.5"), (1, "3.25")):
        write_hours(
            activity_id=it.activity_id,
            client_id=client.pk,
            person=it.person,
            day=stage.today - timedelta(days=days),
            hours=Decimal(hours),
            rate=Decimal("58.00"),
            task="Accompagnement",
            actor=it.actor,
        )
    send_sheet(
        activity_id=it.activity_id, client_id=client.pk, last=stage.today, on=stage.today, actor=it.actor
    )


def _approve_hours(stage: Stage, it: OpenActivity, client: Client) -> None:
    sheet = TimeSheet.objects.filter(activity_id=it.activity_id, client=client).first()
    if sheet is None:
        return
    approve_sheet(
        sheet_id=sheet.pk,
        name=BUYER,
        email=client.email,
        consent="J’approuve ces heures.",
        visitor=AT_THE_CLIENT,
        at=stage.at(8, 45),
        actor=Actor("client", BUYER),
    )
    draft = invoice_hours(
        activity_id=it.activity_id, client_id=client.pk, last=sheet.last_day, actor=it.actor
    )
    _issue(stage, it, draft)


def _finish(stage: Stage, it: OpenActivity, client: Client) -> None:
    """The work is done: the final statement asks for the rest, less the advance."""
    del client
    for order in Order.objects.filter(activity_id=it.activity_id, title=ORDERED, state=OrderState.OPEN):
        rest = services.invoice_order(
            order_id=order.pk, kind=PartKind.REST, delivery_date=stage.today, actor=it.actor
        )
        _issue(stage, it, rest)


def _issue(stage: Stage, it: OpenActivity, draft: Invoice) -> None:
    issue_invoice(invoice_id=draft.pk, issued_on=stage.today, actor=it.actor)
    send_invoice(invoice_id=draft.pk, on=stage.today, actor=it.actor)


Step = Callable[[Stage, OpenActivity, Client], None]
STEPS: dict[int, Step] = {
    BEGINS: _offer,
    BEGINS + 1: _order,
    BEGINS + 3: _decline,
    BEGINS + 4: _agree_price,
    BEGINS + 5: _write_hours,
    BEGINS + 6: _approve_hours,
    25: _finish,
}
"""By working day."""
