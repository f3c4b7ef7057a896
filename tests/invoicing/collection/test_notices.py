"""Members are told of a plan, an agent and a loss: each of their own part, once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from activities.models import Activity
from core.models import Cooperative
from core.outbox import drain
from invoicing.collection.services import agree_plan, declare_lost, hand_over, write_down
from members.notices.models import Notice
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.factories import SYSTEM
from tests.invoicing.collection.stories import ISSUED

ON = date(2026, 11, 16)


def test_each_holder_hears_of_their_own_part_only(activity: Activity, be: Cooperative) -> None:
    other = make_activity()
    client = make_client(activity, name="Grand Théâtre")
    mine = make_invoice(activity, client, flat("100.00"), issued_on=ISSUED)
    theirs = make_invoice(other, client, flat("200.00"), issued_on=ISSUED)

    agree_plan(
        client_id=client.pk,
        invoice_ids=[mine.pk, theirs.pk],
        instalments=[(date(2026, 12, 1), Decimal("363.00"))],
        interest_free=True,
        on=ON,
        actor=SYSTEM,
    )
    drain(be)

    told = {notice.person_id: notice.body for notice in Notice.objects.filter(kind="collection_plan")}
    assert len(told) == 2
    bodies = sorted(told.values(), key=lambda body: "242" in body)
    assert "121,00" in bodies[0] and "242" not in bodies[0]
    assert "242,00" in bodies[1] and "121" not in bodies[1]


def test_an_agent_and_a_loss_are_told(activity: Activity, be: Cooperative) -> None:
    client = make_client(activity)
    given, lost = (make_invoice(activity, client, flat("100.00"), issued_on=ISSUED) for _ in range(2))

    hand_over(
        client_id=client.pk,
        invoice_ids=[given.pk],
        kind="collector",
        agent="Agence Nord",
        on=ON,
        actor=SYSTEM,
    )
    row = write_down(invoice_id=lost.pk, reason="Faillite", on=ON, actor=SYSTEM)
    declare_lost(write_down_id=row.pk, reason="Clôture", on=ON, actor=SYSTEM)
    drain(be)

    bodies = {notice.kind: notice.body for notice in Notice.objects.all()}
    assert "Agence Nord" in bodies["collection_agent"]
    assert lost.number in bodies["collection_lost"]
