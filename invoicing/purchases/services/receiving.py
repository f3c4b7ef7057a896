"""What suppliers send: kept once, whoever brings it, with its supplier, its files, its first destination."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from core import audit
from core.documents import request_document
from core.errors import DomainError
from core.files import store_file
from core.identifiers import InvalidIdentifier, normalise_iban, normalise_vat_number
from core.money import ZERO
from core.outbox import publish
from core.scanning import scan
from core.types import Actor
from core.uploads import accept
from invoicing.purchases import selectors
from invoicing.purchases.content import content_of, digest_of, kind_of
from invoicing.purchases.enums import AccountTrust, Origin, PurchaseKind, PurchaseState, RuleCheck
from invoicing.purchases.errors import PurchaseNumberTaken
from invoicing.purchases.models import (
    Purchase,
    Supplier,
    SupplierAccount,
    SupplierAttachment,
    SupplierDocument,
)
from invoicing.purchases.routing import activity_for_document
from invoicing.purchases.services.checking import CHECK
from invoicing.ubl.reader import read_document
from invoicing.ubl.received import ReceivedDocument
from invoicing.ubl.types import Party
from ledger.enums import PartyKind
from ledger.services import create_party
from members.types import search_key

XML = "application/xml"


@dataclass(frozen=True, slots=True)
class Received:
    """The purchase of a document, and whether this call brought it."""

    purchase: Purchase
    new: bool


@transaction.atomic
def receive_document(*, content: bytes, name: str, origin: str, received_on: date, actor: Actor) -> Received:
    """Keep a supplier's UBL document to the byte, and what was read from it.

    The same document again (same supplier, same content, whatever its file looks like) is the same row. It is
    given to one of our companies by the numbers of its addressee, else it waits for a person; and to an
    Activity by its references (`activity_for_document`). The public rules are asked about it apart
    (`note_rules`); until then it cannot be accepted. Locks: supplier. Raises `UblRefused`,
    `FileInfected`, `ScannerAway`, `PurchaseNumberTaken`; then nothing is kept.
    """
    scan(content)
    document = read_document(content)
    fields = content_of(document)
    supplier = supplier_of(document.supplier, on=received_on, actor=actor)
    digest = digest_of(fields)
    known = selectors.purchase_by_digest(supplier, digest)
    if known is not None:
        return Received(known, new=False)
    entity = selectors.addressee(document.customer)
    totals = document.totals
    kept = SupplierDocument.objects.create(
        origin=Origin(origin),
        kind=kind_of(document),
        supplier=supplier,
        number=document.number,
        issued_on=document.issued_on,
        due_on=document.due_on,
        currency=document.currency,
        net=totals.net,
        vat=totals.vat,
        gross=totals.gross,
        payable=totals.payable,
        content=fields,
        findings=[
            {"rule": finding.rule, "text": finding.text, "line": finding.line}
            for finding in document.findings
        ],
        digest=digest,
        file=store_file(content, name=name or f"{document.number}.xml", content_type=XML),
        received_on=received_on,
    )
    _keep_attachments(kept, document)
    purchase = _open_purchase(kept, document, entity)
    _note_accounts(supplier, purchase, on=received_on)
    request_document(CHECK, purchase.pk, urgent=origin == Origin.UPLOAD)
    audit.record(actor, "purchase.received", purchase, number=kept.number[:60], origin=str(origin))
    publish("purchase.received", purchase)
    return Received(purchase, new=True)


def _open_purchase(kept: SupplierDocument, document: ReceivedDocument, entity: Any) -> Purchase:
    """The row of what becomes of it. An amount below zero turns the document around: an invoice of −10 gives
    10 back.
    """
    owed = kept.gross + (document.totals.rounding or ZERO)
    gives_back = (kept.kind == PurchaseKind.CREDIT_NOTE) != (owed < 0)
    sign = -1 if owed < 0 else 1
    kind = PurchaseKind.CREDIT_NOTE if gives_back else PurchaseKind.INVOICE
    if entity is not None and selectors.number_taken(kept.supplier, kept.number, kind):
        raise PurchaseNumberTaken(supplier=kept.supplier.name, number=kept.number)
    activity = activity_for_document(document, kept.supplier, entity) if entity is not None else None
    payment = next(iter(document.payments), None)
    try:
        with transaction.atomic():
            return Purchase.objects.create(
                document=kept,
                supplier=kept.supplier,
                kind=kind,
                number=kept.number,
                issued_on=kept.issued_on,
                due_on=kept.due_on,
                entity=entity,
                activity=activity,
                state=PurchaseState.UNASSIGNED if activity is None else PurchaseState.ASSIGNED,
                total=abs(owed),
                payable=sign * kept.payable,
                iban=_iban(payment.iban) if payment else "",
                reference=payment.reference[:140] if payment else "",
                text=" ".join(filter(None, (kept.supplier.name, kept.number)))[:140],
                rule_check=RuleCheck.WAITING,
                corrects=selectors.corrected_by(document, kept.supplier) if gives_back else None,
            )
    except IntegrityError:  # somebody else brought another document under this number meanwhile
        raise PurchaseNumberTaken(supplier=kept.supplier.name, number=kept.number) from None


def supplier_of(party: Party, *, on: date, actor: Actor) -> Supplier:
    """The supplier that a document names, made known when it is new. Locks it."""
    key = supplier_key(party)
    found = selectors.supplier_for_update(key)
    if found is not None:
        return found
    name = party.name[:200]
    try:
        with transaction.atomic():
            supplier = Supplier.objects.create(
                party=create_party(kind=PartyKind.FIRM, name=name[:120]),
                key=key,
                name=name,
                search_key=search_key(name)[:200],
                vat_number=_vat_number(party.vat_number or ""),
                legal_id=(party.legal_id or "")[:80],
                endpoint=f"{party.endpoint.scheme}:{party.endpoint.value}"[:290] if party.endpoint else "",
                country=party.address.country,
                email=party.email[:254],
            )
    except IntegrityError:  # two documents of a new supplier at once: the other one made it
        found = selectors.supplier_for_update(key)
        if found is None:
            raise
        return found
    audit.record(actor, "supplier.known", supplier, on=on.isoformat())
    return supplier


def supplier_key(party: Party) -> str:
    """What tells one supplier from another: VAT number, else register number, address, name and country."""
    if party.vat_number:
        return f"vat:{_vat_number(party.vat_number)}"
    if party.legal_id:
        return f"id:{party.legal_id_scheme or ''}:{party.legal_id}"[:260]
    if party.endpoint is not None:
        return f"endpoint:{party.endpoint.scheme}:{party.endpoint.value}"[:260]
    return f"name:{party.address.country}:{search_key(party.name)}"[:260]


def _vat_number(number: str) -> str:
    """As the register writes it; what no register knows stays as it was written."""
    if not number:
        return ""
    try:
        return normalise_vat_number(number)
    except InvalidIdentifier:
        return "".join(number.split()).upper()[:40]


def _iban(written: str) -> str:
    try:
        return normalise_iban(written)
    except InvalidIdentifier:
        return ""


def _note_accounts(supplier: Supplier, purchase: Purchase, *, on: date) -> None:
    """Remember every account that the document names; the first of a supplier is trusted, a later one is not.

    Only a document that is for one of our companies says something about accounts: anybody can send others.
    """
    if purchase.entity_id is None or not purchase.iban:
        return
    note_account(supplier, purchase.iban, on=on)


def note_account(supplier: Supplier, iban: str, *, on: date) -> SupplierAccount:
    """The account among those of the supplier; the caller holds the supplier's lock."""
    first = not SupplierAccount.objects.filter(supplier=supplier).exists()
    account, _ = SupplierAccount.objects.get_or_create(
        supplier=supplier,
        iban=iban,
        defaults={
            "trust": AccountTrust.FIRST if first else AccountTrust.CHANGED,
            "first_seen_on": on,
        },
    )
    return account


def _keep_attachments(kept: SupplierDocument, document: ReceivedDocument) -> None:
    """Files inside that are PDF or pictures, looked at as any upload; others stay in the XML alone."""
    seen: set[str] = set()
    for attachment in document.attachments:
        digest = hashlib.sha256(attachment.content).hexdigest()
        if digest in seen:
            continue
        seen.add(digest)
        try:
            accepted = accept(attachment.content)
        except DomainError:
            continue
        SupplierAttachment.objects.create(
            document=kept,
            file=store_file(
                accepted.content,
                name=_safe_name(attachment.file_name, accepted.content_type),
                content_type=accepted.content_type,
            ),
            description=attachment.description or attachment.file_name,
        )


_ENDINGS = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}


def _safe_name(name: str, content_type: str) -> str:
    """The name that the supplier gave, without folders, with the ending of what it is."""
    stem = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or name
    return f"{stem[:150] or 'file'}{_ENDINGS[content_type]}"
