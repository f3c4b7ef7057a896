"""What stories of collection share: days, money that comes in, what stands in the books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import uuid4

from core.models import Cooperative
from core.outbox import drain
from invoicing.models import Invoice
from invoicing.services import settle_invoice
from ledger.enums import Journal
from ledger.selectors import account_balance
from ledger.services import post_entry
from ledger.types import Entry, cr, dr, without_zeros
from tests.factories import SYSTEM

ISSUED = date(2026, 9, 1)
DUE = date(2026, 10, 1)
Pay = Callable[..., None]


def come_in(house: Cooperative, invoice: Invoice, amount: str | Decimal, on: date = DUE) -> None:
    """Money that a statement brought (negative: it went back): posted as the treasury does, and told to
    everybody.
    """
    source, money = uuid4(), Decimal(amount)
    lines = without_zeros(dr("580", money), cr("400", money, party=invoice.client.party_id))
    post_entry(Entry(invoice.entity_id, on, Journal.BANK, "test", source, "receipt", "test", lines))
    settle_invoice(
        invoice_id=invoice.pk,
        amount=money,
        received_on=on,
        source_type="test",
        source_id=source,
        actor=SYSTEM,
    )
    drain(house)


def books(invoice: Invoice) -> dict[str, Decimal]:
    """What stands on the accounts that collection moves; zeros left out."""
    codes = ("400", "407", "409", "4118", "634", "7560")
    found = {code: account_balance(code, invoice.entity) for code in codes}
    return {code: amount for code, amount in found.items() if amount}
