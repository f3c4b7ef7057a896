"""News of invoices that moved: what stands in the books beside them, plans and files follow."""

from __future__ import annotations

from core import clock
from core.registry import Message
from core.types import Actor
from invoicing.collection import selectors
from invoicing.collection.services.charges import correct_charges
from invoicing.collection.services.hand_overs import follow_hand_over
from invoicing.collection.services.plans import follow_plan
from invoicing.collection.services.write_downs import follow_write_down


def invoice_moved(message: Message) -> None:
    """A receipt, a return or a credit note: on the day on which the house hears of it. Bears repeats."""
    today, actor = clock.today(), Actor.system("collection")
    correct_charges(invoice_id=message.subject_id, on=today, actor=actor)
    follow_write_down(invoice_id=message.subject_id, on=today, actor=actor)
    plan = selectors.active_plan_of(message.subject_id)
    if plan is not None:
        follow_plan(plan_id=plan.pk, on=today, actor=actor)
    file = selectors.open_file_of(message.subject_id)
    if file is not None:
        follow_hand_over(hand_over_id=file.pk, on=today, actor=actor)


LISTENERS = tuple((topic, invoice_moved) for topic in ("invoice.payment", "invoice.credited"))
"""Topic and who hears it."""
