"""What is paid to the State."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit
from core.identifiers import make_structured_communication
from core.money import ZERO
from core.types import Actor
from invoicing.vatreturns import selectors
from invoicing.vatreturns.enums import ReturnState
from invoicing.vatreturns.grids import form_of
from invoicing.vatreturns.models import VatReturn, VatVersion
from invoicing.vatreturns.types import OWN
from ledger.selectors import creditor
from ledger.treasury.services import request_payout

TAX_OFFICE = 1
"""Place of the tax office among the public creditors."""


def ask_payment(row: VatReturn, version: VatVersion, *, on: date) -> None:
    """Ask for the payment of grid 71 by its day, with the communication made of the enterprise number; it
    settles 451. Nothing to pay: nothing asked. Raises `NoRateInForce`.
    """
    amount = Decimal(version.grids.get("71", "0"))
    if amount <= ZERO:
        return
    payee = form_of(row.entity.country).payee(row.last)
    request_payout(
        entity_id=row.entity_id,
        kind="contribution",
        party_id=creditor(TAX_OFFICE, row.entity.country).pk,
        payee_name=payee.name,
        iban=payee.iban,
        amount=amount,
        communication=make_structured_communication(int(row.entity.enterprise_number)),
        due_on=max(row.due_on, on),
        source_type=OWN,
        source_id=row.pk,
        settles_account="451",
    )


@transaction.atomic
def note_paid(*, vat_return_id: UUID, on: date, actor: Actor) -> VatReturn:
    """The bank executed the payment: the return is over. A repeat changes nothing. Locks the return."""
    row = selectors.return_for_update(vat_return_id)
    if row.state == ReturnState.ACCEPTED:
        row.state = ReturnState.PAID
        row.paid_on = on
        row.save(update_fields=["state", "paid_on"])
        audit.record(actor, "vat.paid", row)
    return row
