"""Reads of purchases: whose they are, who sent them, what waits for whom."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from activities.enums import ActivityState
from activities.models import Activity
from activities.selectors import READERS, open_activities_of, own_or_accompanied
from core.identifiers import InvalidIdentifier, normalise_enterprise_number
from core.locks import for_update
from core.search.selectors import keys_of_kind
from invoicing.purchases.enums import AccountTrust, PurchaseKind, PurchaseState
from invoicing.purchases.errors import PurchaseNotFound, SupplierNotFound
from invoicing.purchases.models import (
    Purchase,
    PurchasePart,
    Supplier,
    SupplierAccount,
    SupplierAnswer,
    SupplierAttachment,
)
from invoicing.purchases.roles import QUEUE
from invoicing.ubl.received import ReceivedDocument
from invoicing.ubl.types import Party
from ledger.models import LegalEntity
from members.models import Person


def purchases() -> QuerySet[Purchase]:
    """Purchases with what every list shows of them, in one query."""
    return Purchase.objects.select_related("document", "supplier", "entity", "activity", "document__file")


def visible_purchases(person: Person, roles: frozenset[str] = frozenset()) -> QuerySet[Purchase]:
    """Purchases that a person may see, newest first: those of their Activities and of their portfolio, for
    who assigns them also what waits, every one for staff who read all.
    """
    rows = purchases().order_by("-pk")
    if roles & READERS:
        return rows
    theirs = borne_by(own_or_accompanied(person, roles))
    return rows.filter(theirs | Q(state=PurchaseState.UNASSIGNED) if roles & QUEUE else theirs)


def borne_by(activities: Collection[UUID]) -> Q:
    """Purchases that these Activities bear, whole or a part. The parts are looked up first, so that nearly
    always one condition is left, on an index.
    """
    parts = PurchasePart.objects.filter(activity__in=activities).order_by()
    split = list(parts.values_list("purchase_id", flat=True).distinct())
    whole = Q(activity__in=activities)
    return whole | Q(pk__in=split) if split else whole


def visible_purchase(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> Purchase:
    """A purchase that the person may see. Raises `PurchaseNotFound`."""
    found = visible_purchases(person, roles).filter(pk=pk).first() if person is not None else None
    if found is None:
        raise PurchaseNotFound
    return found


def attachment_for(person: Person, pk: UUID, *, roles: frozenset[str] = frozenset()) -> SupplierAttachment:
    """A file of a document that the person may see. Raises `PurchaseNotFound`."""
    found = SupplierAttachment.objects.select_related("file").filter(pk=pk).first()
    if found is None:
        raise PurchaseNotFound
    if not visible_purchases(person, roles).filter(document_id=found.document_id).exists():
        raise PurchaseNotFound
    return found


SHOWN = 20
"""Activities that are offered at once; more say that the question is too short."""
LOOKED_AT = 200
"""Things that answer a question before state and company are looked at."""
LOOKED_BACK = 30
"""Earlier purchases of the supplier."""


def activities_for(purchase: Purchase, question: str = "") -> list[Activity]:
    """Open Activities that a purchase can be given to, of the company that it is addressed to: those whose
    name or people the question begins, else those that bought from this supplier before; one more than
    `SHOWN` at most. The cost does not depend on how many Activities there are.
    """
    keys: list[UUID]
    if question.strip():
        keys = keys_of_kind("activity", question, most=LOOKED_AT)
    else:
        before = Purchase.objects.filter(supplier_id=purchase.supplier_id, activity__isnull=False)
        recent = before.order_by("-pk").values_list("activity_id", flat=True)[:LOOKED_BACK]
        keys = [key for key in dict.fromkeys(recent) if key is not None]
    rows = Activity.objects.filter(pk__in=keys, state=ActivityState.OPEN)
    if purchase.activity_id is not None:
        rows = rows.exclude(pk=purchase.activity_id)
    if purchase.entity_id is not None:
        rows = rows.filter(entity_id=purchase.entity_id)
    found = rows.select_related("entity").prefetch_related("holders__person")
    place = {key: number for number, key in enumerate(keys)}
    return sorted(found, key=lambda row: place[row.pk])[: SHOWN + 1]


def may_bear(
    purchase: Purchase,
    person: Person,
    roles: frozenset[str],
    question: str = "",
    chosen: Collection[UUID] = (),
) -> list[Activity]:
    """Activities among which a purchase may be split: those that bear it already and the person's own; for
    whoever assigns, also those that answer the question and those that are `chosen` already. Open ones of
    the company it is addressed to.
    """
    keys = set(purchase.parts.values_list("activity_id", flat=True))
    keys |= {row.pk for row in open_activities_of(person)}
    if purchase.activity_id is not None:
        keys.add(purchase.activity_id)
    if roles & QUEUE:
        keys |= set(chosen)
    rows = Activity.objects.filter(pk__in=keys, state=ActivityState.OPEN)
    if purchase.entity_id is not None:
        rows = rows.filter(entity_id=purchase.entity_id)
    found = {row.pk: row for row in rows.select_related("entity").order_by("name", "pk")}
    if roles & QUEUE:
        found |= {row.pk: row for row in activities_for(purchase, question)}
    return list(found.values())


def waiting_of(activities: list[UUID]) -> QuerySet[Purchase]:
    """Purchases that people of these Activities are asked to accept, oldest first: whole ones, and split ones
    of which they have not agreed to their parts.
    """
    waiting = purchases().filter(state=PurchaseState.ASSIGNED)
    asked = PurchasePart.objects.filter(
        activity__in=activities, accepted_on=None, purchase__state=PurchaseState.ASSIGNED
    )
    split = list(asked.order_by().values_list("purchase_id", flat=True).distinct())
    whole = Q(activity__in=activities) & ~Exists(PurchasePart.objects.filter(purchase=OuterRef("pk")))
    return waiting.filter(whole | Q(pk__in=split) if split else whole).order_by("pk")


def to_assign() -> QuerySet[Purchase]:
    """Documents of which nobody knows whose they are, oldest first."""
    return purchases().filter(state=PurchaseState.UNASSIGNED).order_by("pk")


def suppliers() -> QuerySet[Supplier]:
    """Everybody who ever sent a document, by name."""
    return Supplier.objects.prefetch_related("accounts").order_by("search_key", "pk")


def supplier_of_pk(pk: UUID) -> Supplier:
    """A supplier. Raises `SupplierNotFound`."""
    found = suppliers().filter(pk=pk).first()
    if found is None:
        raise SupplierNotFound
    return found


def supplier_of_account(account_id: UUID) -> UUID:
    """Whose an account is. Raises `SupplierNotFound`."""
    found = SupplierAccount.objects.filter(pk=account_id).values_list("supplier_id", flat=True).first()
    if found is None:
        raise SupplierNotFound
    return found


def accounts_in_doubt() -> QuerySet[SupplierAccount]:
    """Changed accounts that nobody confirmed yet."""
    return (
        SupplierAccount.objects.filter(trust=AccountTrust.CHANGED).select_related("supplier").order_by("pk")
    )


def account_of(purchase: Purchase) -> SupplierAccount | None:
    """What is known of the account that a purchase would be paid on."""
    return SupplierAccount.objects.filter(supplier=purchase.supplier, iban=purchase.iban).first()


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


def due_answers(moment: datetime, limit: int) -> list[UUID]:
    """Answers that a carrier should take now, those that wait longest first; in a scope."""
    rows = SupplierAnswer.objects.filter(next_attempt_at__lte=moment)
    free = rows.filter(Q(lease_until=None) | Q(lease_until__lt=moment))
    return list(free.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:limit])


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
