"""Buying: suppliers send electronic invoices, members accept them; some are left for whoever looks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from core.identifiers import belgian_iban, enterprise_number_from
from core.money import r
from invoicing.einvoicing.validation import failures_of
from invoicing.purchases.enums import Origin, PurchaseState
from invoicing.purchases.models import Purchase
from invoicing.purchases.routing import activity_reference
from invoicing.purchases.services import (
    PartInput,
    accept_purchase,
    note_rules,
    receive_document,
    refuse_purchase,
    split_purchase,
)
from invoicing.ubl import (
    Address,
    Document,
    DocumentKind,
    DocumentReference,
    Line,
    Party,
    Payment,
    Unit,
    VatCategory,
    VatSubtotal,
    belgian_endpoint,
    write_document,
)
from ledger.models import LegalEntity
from smart.demo.stage import OpenActivity, Stage

EVERY = 3
"""Working days between two documents."""
TERM = timedelta(days=14)
SPLIT_ON, TWICE_ON, BACK_ON = 4, 7, 31
"""Working days on which what comes is borne by two Activities, comes a second time, is given back."""
AGAIN, BACK = "bis", "nc"
"""Behind the number of what came twice, and of a credit note."""
VISITED = "membre@demo.example"
"""Whose home page visitors see first."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a supplier sells: name, what, category of the expense, net amount."""

    supplier: str
    what: str
    category: str
    net: Decimal


OFFERS = (
    Offer("Papeterie Lune SRL", "Papier, encres et enveloppes", "material", Decimal("64.80")),
    Offer("Studio Brabant SC", "Location d'une salle de répétition", "services", Decimal("90.00")),
    Offer("Imprimerie du Canal SA", "Impression de 200 affiches", "services", Decimal("142.50")),
    Offer("Garage Wielemans SRL", "Location d'une camionnette", "car", Decimal("75.00")),
)


def receive_purchases(stage: Stage) -> None:
    """Every few days a supplier sends a document that names its Activity."""
    if stage.index % EVERY != 1:
        return
    rich = [row for row in stage.open_activities() if row.activity.budget.available > 400]
    if rich:
        place = stage.index // EVERY
        offer, buyer = OFFERS[place % len(OFFERS)], rich[place % len(rich)]
        purchase = _send(stage, offer, buyer)
        if stage.index == SPLIT_ON:
            _split(stage, purchase, offer, buyer)
        if stage.index == TWICE_ON:
            _send(stage, offer, buyer, number_after=AGAIN)
    if stage.index == BACK_ON:
        _give_back(stage)


def _split(stage: Stage, purchase: Purchase, offer: Offer, buyer: OpenActivity) -> None:
    """Two Activities of one entity share what was bought."""
    others = (
        row
        for row in stage.open_activities()
        if row.activity.entity_id == buyer.activity.entity_id
        and row.activity_id != buyer.activity_id
        and row.activity.budget.available > offer.net
    )
    other = next(others, None)
    if other is None:
        return
    half = r(offer.net / 2)
    split_purchase(
        purchase_id=purchase.pk,
        parts=[
            PartInput(buyer.activity_id, offer.category, half),
            PartInput(other.activity_id, offer.category, offer.net - half),
        ],
        on=stage.today,
        actor=stage.staff("finance"),
    )


def _give_back(stage: Stage) -> None:
    """A supplier gives back what it asked for too much on an invoice that was paid."""
    paid = Purchase.objects.filter(state=PurchaseState.PAID, parts=None).select_related(
        "supplier", "document"
    )
    people = {row.activity_id: row for row in stage.open_activities()}
    for purchase in paid.order_by("pk"):
        buyer = people.get(purchase.activity_id)  # type: ignore[arg-type]
        if buyer is not None:
            offer = next(offer for offer in OFFERS if offer.supplier == purchase.supplier.name)
            _send(stage, replace(offer, net=r(offer.net / 3)), buyer, number_after=BACK, corrects=purchase)
            return


def accept_purchases(stage: Stage) -> None:
    """Members accept what came on an earlier day, as far as their budget goes; on the last day some more
    documents come, for whoever looks.
    """
    people = {row.activity_id: row for row in stage.open_activities()}
    waiting = Purchase.objects.filter(
        state=PurchaseState.ASSIGNED, document__received_on__lt=stage.today
    ).select_related("activity__budget", "supplier")
    for purchase in waiting.order_by("pk"):
        if AGAIN in purchase.number:
            reason = "Facture déjà reçue : envoyée deux fois."
            finance = stage.staff("finance")
            refuse_purchase(purchase_id=purchase.pk, reason=reason, on=stage.today, actor=finance)
            continue
        shared = list(purchase.parts.order_by("position").values_list("activity_id", flat=True))
        holders = [people.get(key) for key in shared or [purchase.activity_id]]  # type: ignore[list-item]
        able = [row for row in holders if row and row.activity.budget.available >= purchase.total]
        if len(able) < len(holders):
            continue
        sold = purchase.supplier.name
        offer = next((offer for offer in OFFERS if offer.supplier == sold), OFFERS[1])
        for holder in able:
            accept_purchase(
                purchase_id=purchase.pk, category=offer.category, on=stage.today, actor=holder.actor
            )
    if stage.today == stage.script.last_day:
        _leave(stage)


def _leave(stage: Stage) -> None:
    """Two to accept, one on another account than before, one that nobody claims, one that waits for
    two, one for an adviser.
    """
    visited = next((row for row in stage.open_activities() if row.member.email == VISITED), None)
    if visited is None:
        return
    _send(stage, OFFERS[0], visited)
    _send(stage, OFFERS[1], visited, number_after="b")
    _send(stage, replace(OFFERS[1], net=Decimal("110.00")), visited, iban=belgian_iban(3_639_999_001))
    _send(stage, OFFERS[2], visited, named=False)
    dear = _send(stage, replace(OFFERS[1], net=Decimal("310.00")), visited, number_after="c")
    if visited.activity.budget.available > dear.total:
        accept_purchase(purchase_id=dear.pk, category="services", on=stage.today, actor=visited.actor)
    van = _send(stage, OFFERS[3], visited)
    _split(stage, van, OFFERS[3], visited)


def _send(
    stage: Stage,
    offer: Offer,
    buyer: OpenActivity,
    *,
    iban: str = "",
    named: bool = True,
    number_after: str = "",
    corrects: Purchase | None = None,
) -> Purchase:
    place = [known.supplier for known in OFFERS].index(offer.supplier)
    document = _document(
        stage, offer, place, buyer, iban or belgian_iban(3_639_990_000 + place), named, number_after
    )
    if corrects is not None:
        reference = DocumentReference(corrects.number, corrects.issued_on)
        document = replace(document, kind=DocumentKind.CREDIT_NOTE, due_on=None, corrects=(reference,))
    content = write_document(document)
    received = receive_document(
        content=content,
        name=f"{offer.supplier}.xml",
        origin=Origin.NETWORK,
        received_on=stage.today,
        actor=stage.staff("finance"),
    )
    return note_rules(purchase_id=received.purchase.pk, failures=failures_of(content))


def _document(
    stage: Stage, offer: Offer, place: int, buyer: OpenActivity, iban: str, named: bool, number_after: str
) -> Document:
    entity = buyer.activity.entity
    tax = r(offer.net * 21 / 100)
    return Document(
        kind=DocumentKind.INVOICE,
        number=f"{stage.today:%Y%m%d}-{place + 1}{number_after}-{int(offer.net * 100)}",
        issued_on=stage.today,
        due_on=stage.today + TERM,
        seller=_seller(offer.supplier, place),
        buyer=_buyer(entity),
        lines=(
            Line(offer.what, Decimal(1), Unit.FLAT, offer.net, offer.net, VatCategory.STANDARD, Decimal(21)),
        ),
        vat=(VatSubtotal(VatCategory.STANDARD, Decimal(21), offer.net, tax),),
        payment=Payment(iban),
        buyer_reference=activity_reference(buyer.activity_id) if named else "Bruxelles",
    )


def _seller(name: str, place: int) -> Party:
    number = enterprise_number_from(8_100_000 + place)
    return Party(
        name=name,
        address=Address("BE", "Rue de Flandre 12", "1000", "Bruxelles"),
        vat_number=f"BE{number}",
        legal_id=number,
        legal_id_scheme="0208",
        endpoint=belgian_endpoint(number),
    )


def _buyer(entity: LegalEntity) -> Party:
    number = entity.enterprise_number
    return Party(
        name=entity.name,
        address=Address(entity.country, entity.street, entity.postal_code, entity.city),
        vat_number=f"BE{number}",
        legal_id=number,
        legal_id_scheme="0208",
        endpoint=belgian_endpoint(number),
    )
