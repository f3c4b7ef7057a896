"""One of each thing of the rooms of invoicing and the treasury, for whoever tries all doors and all work."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from activities.models import Activity
from activities.services import close_activity
from core.files import store_file
from core.models import DocumentJob
from invoicing.models import Client
from invoicing.quotes.services import attach_file
from invoicing.recurring.enums import OccurrenceState
from invoicing.recurring.models import Occurrence
from invoicing.recurring.services import create_template, run_recurring
from invoicing.recurring.services.templates import Rule
from invoicing.services import settle_invoice
from invoicing.services.credits import refund_credit
from invoicing.timesheets.approval import refuse_sheet, send_sheet
from invoicing.timesheets.services import write_hours
from tests.activities.builders import PDF, make_activity, make_client, make_invoice, two_days
from tests.factories import SYSTEM
from tests.invoicing.collection.matters import matters_of
from tests.invoicing.guarantee.matters import limit_of
from tests.invoicing.purchases.papers import received_for
from tests.invoicing.quotes.builders import CLIENT, MONDAY, VISITOR, noon, offers_of
from tests.ledger.dues.papers import dues_of
from tests.payroll.abroad.matters import abroad_of
from tests.payroll.balances.matters import balances_of
from tests.payroll.cdi.matters import salaries_of
from tests.payroll.deductions.matters import deductions_of
from tests.payroll.workers.matters import worker_things_of

LONG_AGO = date(2019, 1, 1)
"""Nothing else that recurs is due by then."""


def things_of_rooms(activity: Activity, client: Client) -> dict[str, Any]:
    """Keys by kind. What is of a client is of this one; the rest is of the Activity or of the house."""
    offers = offers_of(activity, client)
    plan = store_file(PDF + b"  ", name="devis.pdf", content_type="application/pdf")
    matters = matters_of(activity)
    dossier = store_file(PDF + b"   ", name="dossier.pdf", content_type="application/pdf")
    DocumentJob.objects.filter(source_id=matters["collection_file"]).update(state="done", file=dossier)
    return {
        **offers,
        "quote_file": attach_file(
            quote_id=offers["draft_quote"], file=plan, name="devis.pdf", actor=SYSTEM
        ).pk,
        **received_for(activity),
        **dues_of(),
        **matters,
        **salaries_of(activity),
        **worker_things_of(activity),
        **abroad_of(activity),
        **deductions_of(activity),
        **balances_of(activity),
        "refund": refund_of(activity, client),
        "client_limit": limit_of(client),
        "hours_of_client": activity.pk,  # whose client stands in the address too
        "failed_recurring": failed_recurring(activity),
    }


def refund_of(activity: Activity, client: Client) -> Any:
    """The key of a refund that waits, of a part of the 150 € that were counted too much."""
    invoice = make_invoice(activity, client)
    settle_invoice(
        invoice_id=invoice.pk,
        amount=invoice.total + 150,
        received_on=MONDAY,
        source_type="test",
        source_id=uuid4(),
        actor=SYSTEM,
    )
    return refund_credit(
        invoice_id=invoice.pk, amount=Decimal(100), iban="BE71096123456769", on=MONDAY, actor=SYSTEM
    ).pk


def failed_recurring(activity: Activity) -> Any:
    """The key of a recurring invoice whose first occurrence, 0, failed: its Activity, another one of the same
    holder, was closed before.
    """
    closed = make_activity(activity.holders.all()[0].person)
    template = create_template(
        activity_id=closed.pk,
        client_id=make_client(closed).pk,
        title="Hébergement d’avant",
        lines=two_days(),
        rule=Rule("month", LONG_AGO, most=1),
        actor=SYSTEM,
    )
    close_activity(activity_id=closed.pk, on=MONDAY, actor=SYSTEM)
    run_recurring(on=LONG_AGO, actor=SYSTEM)
    assert Occurrence.objects.get(template=template, index=0).state == OccurrenceState.FAILED
    return template.pk


def refused_sheet(activity: Activity) -> Any:
    """The key of a time sheet that its client, another one, sent back."""
    client = make_client(activity)
    write_hours(
        activity_id=activity.pk,
        client_id=client.pk,
        person=activity.holders.all()[0].person,
        day=MONDAY,
        hours=Decimal("2"),
        rate=Decimal("60"),
        actor=SYSTEM,
    )
    sheet = send_sheet(activity_id=activity.pk, client_id=client.pk, last=MONDAY, on=MONDAY, actor=SYSTEM)
    refuse_sheet(
        sheet_id=sheet.pk, reason="Une heure suffisait", name="Zoé Maes", visitor=VISITOR, at=noon(MONDAY),
        actor=CLIENT,
    )  # fmt: skip
    return sheet.pk
