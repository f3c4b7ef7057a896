"""Reads of purchases: whose they are, who sent them, what waits for whom."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from core.identifiers import InvalidIdentifier, normalise_enterprise_number
from core.locks import for_update
from invoicing.purchases.enums import PurchaseKind, PurchaseState
from invoicing.purchases.errors import PurchaseNotFound, SupplierNotFound
from invoicing.purchases.models import Purchase, Supplier, SupplierAccount
from invoicing.ubl.received import ReceivedDocument
from invoicing.ubl.types import Party
from ledger.models import LegalEntity


def purchases() -> QuerySet[Purchase]:
    """Purchases with what every list shows of them, in one query."""
    return Purchase.objects.select_related("document", "supplier", "entity", "activity", "document__file")


def purchase_for(purchase_id: UUID) -> Purchase:
    """The purchase as it stands. Raises `PurchaseNotFound`."""
    found = purchases().filter(pk=purchase_id).first()
    if found is None:
        raise PurchaseNotFound
    return found


def purchase_for_update(purchase_id: UUID) -> Purchase:
    """The purchase, locked. Raises `PurchaseNotFound`."""
    found = for_update(purchases().select_related("activity__budget").filter(pk=purchase_id)).first()
    if found is None:
        raise PurchaseNotFound
    return found


def lock_supplier_of(purchase_id: UUID) -> None:
    """Lock the supplier of a purchase: whoever changes what is owed to one does it alone."""
    supplier_id = Purchase.objects.filter(pk=purchase_id).values_list("supplier_id", flat=True).first()
    if supplier_id is None:
        raise PurchaseNotFound
    for_update(Supplier.objects.filter(pk=supplier_id)).get()


def account_for_update(account_id: UUID) -> SupplierAccount:
    """The account of a supplier, both locked. Raises `SupplierNotFound`."""
    rows = SupplierAccount.objects.filter(pk=account_id)
    supplier_id = rows.values_list("supplier_id", flat=True).first()
    if supplier_id is None:
        raise SupplierNotFound
    for_update(Supplier.objects.filter(pk=supplier_id)).get()
    return for_update(rows.select_related("supplier")).get()


def unsettled(supplier: Supplier, entity_id: UUID) -> QuerySet[Purchase]:
    """Invoices of a supplier that are to pay by one of our companies, and credit notes that are booked."""
    return purchases().filter(
        supplier=supplier,
        entity_id=entity_id,
        state__in=(PurchaseState.TO_PAY, PurchaseState.BOOKED),
    )


def purchase_by_digest(supplier: Supplier, digest: str) -> Purchase | None:
    """The purchase of a document that came before."""
    return purchases().filter(document__supplier=supplier, document__digest=digest).first()


def number_taken(supplier: Supplier, number: str, kind: str) -> bool:
    """Whether another document of the supplier holds this number for us."""
    return (
        Purchase.objects.filter(supplier=supplier, number=number, kind=kind, entity__isnull=False)
        .exclude(state=PurchaseState.REFUSED)
        .exists()
    )


def corrected_by(document: ReceivedDocument, supplier: Supplier) -> Purchase | None:
    """The invoice of ours that a credit note names."""
    numbers = [reference.number for reference in document.corrects]
    if not numbers:
        return None
    return (
        Purchase.objects.filter(supplier=supplier, kind=PurchaseKind.INVOICE, number__in=numbers)
        .filter(entity__isnull=False)
        .exclude(state=PurchaseState.REFUSED)
        .order_by("pk")
        .first()
    )


def supplier_for_update(key: str) -> Supplier | None:
    """The supplier with this key, locked."""
    return for_update(Supplier.objects.filter(key=key)).first()


def addressee(party: Party) -> LegalEntity | None:
    """Which of our companies a document is addressed to: by enterprise number, wherever it stands."""
    numbers = set()
    endpoint = party.endpoint.value if party.endpoint else ""
    for written in (party.vat_number, party.legal_id, party.tax_registration, endpoint):
        if written:
            numbers.add(_digits(written))
    return next((entity for entity in LegalEntity.objects.all() if entity.enterprise_number in numbers), None)


def _digits(written: str) -> str:
    try:
        return normalise_enterprise_number(written)
    except InvalidIdentifier:
        return "".join(written.split())
