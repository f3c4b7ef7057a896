"""Programs of others hear of what is done about late invoices."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from activities.models import Activity
from core.outbox import drain
from core.webhooks.models import WebhookDelivery
from core.webhooks.services import register_endpoint
from invoicing.collection.services import (
    agree_plan,
    claim_charges,
    declare_lost,
    follow_plans,
    hand_over,
    run_reminders,
    write_down,
)
from tests.activities.builders import flat, make_client, make_invoice
from tests.factories import SYSTEM
from tests.invoicing.collection.stories import DUE, ISSUED

ON = DUE + timedelta(days=46)


def test_each_act_of_collection_is_told(activity: Activity, be: Any) -> None:
    register_endpoint(url="https://programs.example/hook", events=["*"], actor=SYSTEM)
    client = make_client(activity)
    reminded, planned, given = (make_invoice(activity, client, issued_on=ISSUED) for _ in range(3))
    doubtful = make_invoice(activity, client, flat("100.00"), issued_on=ISSUED)
    plan = agree_plan(
        client_id=client.pk,
        invoice_ids=[planned.pk],
        instalments=[(date(2026, 11, 20), Decimal("1210.00"))],
        interest_free=True,
        on=ON,
        actor=SYSTEM,
    )
    file = hand_over(
        client_id=client.pk,
        invoice_ids=[given.pk],
        kind="collector",
        agent="Agence",
        on=ON,
        actor=SYSTEM,
        claim=False,
    )
    row = write_down(invoice_id=doubtful.pk, reason="Faillite", on=ON, actor=SYSTEM)
    declare_lost(write_down_id=row.pk, reason="Faillite", on=ON, actor=SYSTEM)
    run_reminders(on=ON, actor=SYSTEM)
    claim_charges(invoice_id=reminded.pk, on=ON, actor=SYSTEM)
    follow_plans(on=date(2026, 12, 31), actor=SYSTEM)
    drain(be)

    heard = set(WebhookDelivery.objects.values_list("event", "subject_id"))
    assert {
        ("invoice.reminded", reminded.pk),
        ("invoice.charged", reminded.pk),
        ("invoice.doubtful", doubtful.pk),
        ("invoice.lost", doubtful.pk),
        ("payment_plan.broken", plan.pk),
        ("collection_file.opened", file.pk),
    } <= heard
