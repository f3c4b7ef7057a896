"""Collection: what the credit controller leaves at the end: a plan, a file given away, a doubt."""

from __future__ import annotations

from datetime import timedelta

from core.rates import find_policy
from invoicing.collection.instalments import monthly
from invoicing.collection.selectors import remindable
from invoicing.collection.services import agree_plan, hand_over, note_contact, write_down
from invoicing.collection.services.write_downs import THRESHOLD
from invoicing.enums import ClientKind
from invoicing.models import Invoice
from smart.demo.stage import Stage


def leave_collection(stage: Stage) -> None:
    """Three clients who are late get a promise and a plan, an agency, and little hope; the others go on being
    reminded.
    """
    controller, finance = stage.staff("credit_controller"), stage.staff("finance")
    late = _one_per_client(stage)
    if len(late) < 6:
        return
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
