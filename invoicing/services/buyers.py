"""What a buyer must be before a document leaves for it."""

from __future__ import annotations

from collections.abc import Iterable

from invoicing.errors import OrderReferenceMissing, VatNumberUnknown
from invoicing.models import Client
from invoicing.types import VatPart
from invoicing.vat.proof import standing_of

_BY_THE_BUYER = frozenset({"AE", "K"})
"""Categories in which the buyer accounts for the VAT, because it is a taxable person elsewhere."""


def check_buyer(client: Client, *, buyer_reference: str, parts: Iterable[VatPart]) -> None:
    """Raise `OrderReferenceMissing`, `VatNumberUnknown` where a document cannot leave for this client.

    A number that nobody could check is no reason to refuse: the seller acts in good faith and the register is
    asked again. A number that the register does not know is one.
    """
    if client.order_reference_required and not (buyer_reference or client.reference):
        raise OrderReferenceMissing(name=client.name)
    if any(part.category in _BY_THE_BUYER for part in parts) and standing_of(client.vat_number) == "invalid":
        raise VatNumberUnknown(number=client.vat_number)
