"""Purchases on paper: typed by a member, with the receipt as their document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from activities.errors import NotAHolder
from activities.reference import most_vat
from activities.selectors import holds
from activities.services import open_activity_for_update
from core import audit
from core.files import store_upload
from core.identifiers import InvalidIdentifier, normalise_iban
from core.money import ZERO, r
from core.tenancy import current_cooperative
from core.types import Actor
from invoicing.purchases import selectors
from invoicing.purchases.content import digest_of
from invoicing.purchases.enums import Origin, PurchaseKind, PurchaseState
from invoicing.purchases.errors import (
    PurchaseAmountInvalid,
    PurchaseNumberTaken,
    SupplierAccountMissing,
    SupplierNameMissing,
)
from invoicing.purchases.models import Purchase, SupplierDocument
from invoicing.purchases.services.receiving import note_account, supplier_of
from invoicing.ubl.types import Address, Party


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person copies from a paper invoice. Amounts in euro; `total` with VAT."""

    supplier_name: str
    number: str
    issued_on: date
    total: Decimal
    vat: Decimal
    text: str
    vat_number: str = ""
    country: str = "BE"
    due_on: date | None = None
    iban: str = ""
    reference: str = ""
    kind: str = PurchaseKind.INVOICE


@transaction.atomic
def enter_purchase(*, activity_id: UUID, typed: Typed, receipt: Any, on: date, actor: Actor) -> Purchase:
    """A purchase on paper, with its receipt, ready to be accepted on the Activity of whoever types it.

    Locks: supplier, Activity. Raises `ActivityNotOpen`, `NotAHolder`, `SupplierNameMissing`,
    `PurchaseAmountInvalid`, `SupplierAccountMissing` for what is no IBAN, `PurchaseNumberTaken`, and what
    `core.uploads` says of the receipt; then nothing is kept.
    """
    if not typed.supplier_name.strip() or not typed.number.strip():
        raise SupplierNameMissing
    most = most_vat(current_cooperative().country, typed.total)
    if typed.total <= 0 or typed.total != r(typed.total) or not ZERO <= typed.vat <= most:
        raise PurchaseAmountInvalid(most=most)
    party = Party(
        name=typed.supplier_name.strip()[:200],
        address=Address(country=typed.country),
        vat_number=typed.vat_number.strip() or None,
    )
    supplier = supplier_of(party, on=on, actor=actor)
    activity = open_activity_for_update(activity_id)
    if not holds(actor.person_id, activity.pk):
        raise NotAHolder
    number = typed.number.strip()[:100]
    if selectors.number_taken(supplier, number, typed.kind):
        raise PurchaseNumberTaken(supplier=supplier.name, number=number)
    file = store_upload(receipt)
    content = _content(typed, file.sha256)
    document = SupplierDocument.objects.create(
        origin=Origin.TYPED,
        kind=PurchaseKind(typed.kind),
        supplier=supplier,
        number=number,
        issued_on=typed.issued_on,
        due_on=typed.due_on,
        currency="EUR",
        net=typed.total - typed.vat,
        vat=typed.vat,
        gross=typed.total,
        payable=typed.total,
        content=content,
        digest=digest_of(content),
        file=file,
        received_on=on,
    )
    try:
        with transaction.atomic():
            purchase = Purchase.objects.create(
                document=document,
                supplier=supplier,
                kind=PurchaseKind(typed.kind),
                number=number,
                issued_on=typed.issued_on,
                due_on=typed.due_on,
                entity=activity.entity,
                activity=activity,
                state=PurchaseState.ASSIGNED,
                total=typed.total,
                payable=typed.total,
                iban=_iban(typed.iban),
                reference=typed.reference.strip()[:140],
                text=(typed.text.strip() or f"{supplier.name} {number}")[:140],
            )
    except IntegrityError:
        raise PurchaseNumberTaken(supplier=supplier.name, number=number) from None
    if purchase.iban:
        note_account(supplier, purchase.iban, on=on)
    audit.record(actor, "purchase.received", purchase, number=number[:60], origin=str(Origin.TYPED))
    return purchase


def _iban(written: str) -> str:
    if not written.strip():
        return ""
    try:
        return normalise_iban(written)
    except InvalidIdentifier:
        raise SupplierAccountMissing from None


def _content(typed: Typed, digest: str) -> dict[str, Any]:
    """In the shape of a document that was read, so that it is shown and booked alike."""
    net = typed.total - typed.vat
    rate = str(r(typed.vat * 100 / net, 0)) if net and typed.vat else None
    category = "S" if typed.vat else "E"
    return {
        "number": typed.number.strip(),
        "issued_on": typed.issued_on.isoformat(),
        "supplier": {"name": typed.supplier_name.strip(), "vat_number": typed.vat_number.strip()},
        "vat": [{"category": category, "rate": rate, "base": str(net), "tax": str(typed.vat)}],
        "lines": [],
        "totals": {"net": str(net), "vat": str(typed.vat), "gross": str(typed.total)},
        "text": typed.text.strip(),
        "receipt": digest,
    }
