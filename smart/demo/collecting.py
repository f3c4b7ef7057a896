"""Collection: what the credit controller leaves at the end: a plan, a file given away, a doubt."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from activities.enums import Tool
from core.identifiers import enterprise_number_from
from core.rates import find_policy
from invoicing.collection.enums import WriteDownState
from invoicing.collection.instalments import monthly
from invoicing.collection.models import WriteDown
from invoicing.collection.selectors import remindable
from invoicing.collection.services import (
    agree_plan,
    claim_charges,
    hand_over,
    note_contact,
    pause_invoices,
    undo_write_down,
    waive_charge,
    write_down,
)
from invoicing.collection.services.write_downs import THRESHOLD
from invoicing.enums import ClientKind
from invoicing.models import Invoice
from invoicing.services import create_client, create_draft, issue_invoice, send_invoice
from invoicing.types import LineInput
from smart.demo.sales import FIRST_SALE
from smart.demo.stage import Stage

BAD_PAYER = "mirage@demo.example"
"""A client whom nothing but the ladder reaches."""
DOUBTED_ON, HOPED_ON = 34, 39
"""Working days on which small invoices are written down, and one of them is hoped for again."""


def leave_collection(stage: Stage) -> None:
    """Three clients who are late get a promise and a plan, an agency, and little hope; the others go on being
    reminded.
    """
    controller, finance = stage.staff("credit_controller"), stage.staff("finance")
    late = [row for row in _one_per_client(stage) if row.client.email != BAD_PAYER]
    if len(late) < 6:
        return
    _pause_and_waive(stage, late[0])
    planned, given, doubtful = late[1], late[2], _smallest(stage, late[3:])
    note_contact(
        client_id=planned.client_id,
        kind="phone",
        text="Demande un étalement: paiera en trois fois à partir du mois prochain.",
        on=stage.today,
        promised_on=stage.today + timedelta(days=20),
        actor=controller,
    )
    agree_plan(
        client_id=planned.client_id,
        invoice_ids=[planned.pk],
        instalments=monthly(planned.open_amount, 3, stage.today + timedelta(days=20)),
        interest_free=True,
        note="Convenu par téléphone",
        on=stage.today,
        actor=controller,
    )
    hand_over(
        client_id=given.client_id,
        invoice_ids=[given.pk],
        kind="collector",
        agent="Recouvrement du Midi",
        note="Ne répond plus depuis la première relance.",
        on=stage.today,
        actor=controller,
    )
    write_down(
        invoice_id=doubtful.pk,
        reason="Réorganisation judiciaire ouverte au tribunal.",
        on=stage.today,
        actor=finance,
    )


def doubt_and_hope(stage: Stage) -> None:
    """Two small invoices look doubtful; a week later one client writes, and finance hopes again."""
    finance = stage.staff("finance")
    if stage.index == DOUBTED_ON:
        threshold = find_policy(THRESHOLD, on=stage.today)
        most = threshold.rate if threshold else 0
        late = remindable(stage.today).order_by("due_on", "number")
        small = [row for row in late if row.open_amount <= most][:2]
        for row in small:
            write_down(
                invoice_id=row.pk, reason="Courrier revenu, téléphone coupé.", on=stage.today, actor=finance
            )
    if stage.index == HOPED_ON:
        doubted = (
            WriteDown.objects.filter(state=WriteDownState.DOUBTFUL, ended_on=None).order_by("pk").first()
        )
        if doubted is not None:
            undo_write_down(
                write_down_id=doubted.pk,
                reason="Le client a répondu de sa nouvelle adresse et promet de payer.",
                on=stage.today,
                actor=finance,
            )


def sell_to_bad_payer(stage: Stage) -> None:
    """A client who agreed to pay within five days and never does: it meets every step of the ladder."""
    sellers = [it for it in stage.open_activities() if it.activity.tool == Tool.ACTIVITY]
    if stage.index != FIRST_SALE or not sellers:
        return
    seller = sellers[-1]
    client = create_client(
        kind=ClientKind.BUSINESS,
        name="Mirage Évènements SRL",
        activity_id=seller.activity_id,
        vat_number=f"BE{enterprise_number_from(8_200_001)}",
        street="Rue du Marché 4",
        postal_code="4000",
        city="Liège",
        email=BAD_PAYER,
        payment_term_days=5,
        actor=seller.actor,
    )
    invoice = create_draft(
        activity_id=seller.activity_id,
        client_id=client.pk,
        lines=[LineInput("Régie d'un gala", Decimal(2), "day", Decimal("395.00"))],
        delivery_date=stage.today,
        actor=seller.actor,
    )
    issue_invoice(invoice_id=invoice.pk, issued_on=stage.today, actor=seller.actor)
    send_invoice(invoice_id=invoice.pk, on=stage.today, actor=seller.actor)


def _pause_and_waive(stage: Stage, invoice: Invoice) -> None:
    """Interest is claimed and given up again as a gesture; reminders rest while the client looks into it."""
    controller = stage.staff("credit_controller")
    charges = claim_charges(invoice_id=invoice.pk, on=stage.today, actor=controller)
    for charge in charges[:1]:
        waive_charge(charge_id=charge.pk, on=stage.today, reason="Geste commercial", actor=controller)
    pause_invoices(
        client_id=invoice.client_id,
        invoice_ids=[invoice.pk],
        until=stage.today + timedelta(days=14),
        reason="La comptabilité du client cherche le bon de commande.",
        on=stage.today,
        actor=controller,
    )


def _one_per_client(stage: Stage) -> list[Invoice]:
    """Late invoices of firms, the oldest of each client, in the order of their numbers."""
    rows = remindable(stage.today).filter(client__kind=ClientKind.BUSINESS).order_by("due_on", "number")
    found: dict[object, Invoice] = {}
    for row in rows.select_related("client"):
        found.setdefault(row.client_id, row)
    return list(found.values())


def _smallest(stage: Stage, rows: list[Invoice]) -> Invoice:
    """One that a single person may write down, if there is one."""
    threshold = find_policy(THRESHOLD, on=stage.today)
    small = [row for row in rows if threshold is not None and row.open_amount <= threshold.rate]
    return (small or rows)[0]
