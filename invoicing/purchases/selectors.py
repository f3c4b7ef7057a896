"""Reads of purchases: whose they are, who sent them, what waits for whom."""

from __future__ import annotations

from django.db.models import QuerySet

from core.identifiers import InvalidIdentifier, normalise_enterprise_number
from core.locks import for_update
from invoicing.purchases.enums import PurchaseKind, PurchaseState
from invoicing.purchases.models import Purchase, Supplier
from invoicing.ubl.received import ReceivedDocument
from invoicing.ubl.types import Party
from ledger.models import LegalEntity


def purchases() -> QuerySet[Purchase]:
    """Purchases with what every list shows of them, in one query."""
    return Purchase.objects.select_related("document", "supplier", "entity", "activity", "document__file")


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
