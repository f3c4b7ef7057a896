"""One of each thing of collection, for whoever tests all doors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from activities.models import Activity
from invoicing.collection.models import Charge
from invoicing.collection.services import agree_plan, claim_charges, hand_over, write_down
from tests.activities.builders import make_client, make_invoice
from tests.factories import SYSTEM
from tests.invoicing.collection.stories import ISSUED

ON = date(2026, 11, 16)


def matters_of(activity: Activity) -> dict[str, UUID]:
    """A charge, a plan, a file with an agent and a write-down, each of an invoice of its own."""
    client = make_client(activity)
    charged, planned, given, doubtful = (make_invoice(activity, client, issued_on=ISSUED) for _ in range(4))
    claim_charges(invoice_id=charged.pk, on=ON, actor=SYSTEM)
    plan = agree_plan(
        client_id=client.pk,
        invoice_ids=[planned.pk],
        instalments=[(date(2026, 12, 1), Decimal("1210.00"))],
        interest_free=True,
        on=ON,
        actor=SYSTEM,
    )
    file = hand_over(
        client_id=client.pk, invoice_ids=[given.pk], kind="collector", agent="Agence", on=ON, actor=SYSTEM
    )
    row = write_down(invoice_id=doubtful.pk, reason="Faillite", on=ON, actor=SYSTEM)
    return {
        "charge": Charge.objects.filter(invoice=charged)[0].pk,
        "payment_plan": plan.pk,
        "collection_file": file.pk,
        "write_down": row.pk,
    }
