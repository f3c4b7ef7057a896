"""Documents of suppliers, written by our own writer, and the people who answer them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any
from uuid import uuid4

from activities.models import Activity
from activities.services import approve_activity, request_activity
from core.identifiers import enterprise_number_from
from core.money import r
from invoicing.purchases.models import Purchase
from invoicing.purchases.selectors import purchase_for
from invoicing.purchases.services import receive_document
from invoicing.ubl import (
    Address,
    Document,
    DocumentKind,
    DocumentReference,
    Endpoint,
    Line,
    Payment,
    Unit,
    VatCategory,
    VatSubtotal,
    write_document,
)
from invoicing.ubl import Party as UblParty
from ledger.enums import Journal
from ledger.models import JournalLine, LegalEntity
from ledger.services import post_entry
from ledger.types import Entry, cr, dr
from members.models import Person
from tests.factories import SYSTEM, actor, make_adviser, make_person

DAY = date(2026, 11, 10)
ISSUED = date(2026, 11, 2)
DUE = date(2026, 12, 2)
IBAN = "BE68539007547034"
OTHER_IBAN = "BE71096123456769"
_numbers = count(1)


@cache
def papeterie() -> UblParty:
    """A Belgian supplier."""
    number = enterprise_number_from(7_654_321)
    return UblParty(
        name="Papeterie Lune SRL",
        address=Address("BE", "Rue Haute 1", "1000", "Bruxelles"),
        vat_number=f"BE{number}",
        legal_id=number,
        legal_id_scheme="0208",
        endpoint=Endpoint("0208", number),
    )


def abroad(country: str, vat_number: str | None, name: str = "Logiciels Nord") -> UblParty:
    """A supplier elsewhere."""
    return UblParty(
        name=name,
        address=Address(country, "Street 1", "1000", "Town"),
        vat_number=vat_number,
        legal_id="12345",
        tax_registration=None if vat_number else "12-3456789",
        endpoint=Endpoint("0088", "7300010000001"),
    )


def us(code: str = "PA") -> UblParty:
    """One of our companies as a buyer."""
    entity = LegalEntity.objects.get(code=code)
    return UblParty(
        name=entity.name,
        address=Address("BE", entity.street, entity.postal_code, entity.city),
        vat_number=f"BE{entity.enterprise_number}",
        legal_id=entity.enterprise_number,
        legal_id_scheme="0208",
        endpoint=Endpoint("0208", entity.enterprise_number),
    )


def paper(net: str = "100.00", *, rate: str = "21", category: str = "S", **more: Any) -> Document:
    """An invoice of the stationer to Productions Associées."""
    base = Decimal(net)
    tax = r(base * Decimal(rate) / 100)
    fields: dict[str, Any] = {
        "kind": DocumentKind.INVOICE,
        "number": f"F-{next(_numbers)}",
        "issued_on": ISSUED,
        "due_on": DUE,
        "seller": papeterie(),
        "buyer": us(more.pop("entity", "PA")),
        "lines": (Line("Papier", Decimal(1), Unit.PIECE, base, base, VatCategory(category), Decimal(rate)),),
        "vat": (VatSubtotal(VatCategory(category), Decimal(rate), base, tax, **_reason(category)),),
        "payment": Payment(IBAN, reference="020260000178"),
        "buyer_reference": "-",
    }
    return Document(**{**fields, **more})


def _reason(category: str) -> dict[str, str]:
    return {"reason": "Article 44"} if category == "E" else {}


def note_on(document: Document, net: str, **more: Any) -> Document:
    """A credit note of the same supplier on an earlier invoice."""
    rate = document.vat[0].rate
    return replace(
        paper(net, rate=f"{rate:f}", category=document.vat[0].category.value, **more),
        kind=DocumentKind.CREDIT_NOTE,
        seller=document.seller,
        corrects=(DocumentReference(document.number),),
    )


def receive(document: Document, *, on: date = DAY) -> Purchase:
    """The document as it comes from the network, once the public rules were asked about it."""
    purchase = receive_document(
        content=write_document(document), name="in.xml", origin="network", received_on=on, actor=SYSTEM
    ).purchase
    return checked(purchase)


def checked(purchase: Purchase) -> Purchase:
    """What the queue of documents does: the public rules are asked."""
    from invoicing.purchases.rendering import purchase_check

    purchase_check(purchase.pk)
    return purchase_for(purchase.pk)


def open_activity(entity: str = "PA", *, money: str = "1000.00", person: Person | None = None) -> Activity:
    """A member's open Activity with money in its budget."""
    person = person or make_person(user=True)
    activity = request_activity(
        person=person,
        name="Atelier",
        tool="activity",
        function_code=_function(),
        entity_code=entity,
        requested_on=DAY - timedelta(days=30),
        actor=actor(person),
    )
    activity = approve_activity(
        activity_id=activity.pk, on=DAY - timedelta(days=30), actor=actor(make_adviser())
    )
    amount = Decimal(money)
    if amount:
        post_entry(
            Entry(
                activity.entity_id, DAY - timedelta(days=20), Journal.SALES, "test", uuid4(), "money",
                "Prestation", (dr("580", amount), cr("700", amount, budget=activity.budget_id)),
            )
        )  # fmt: skip
    return activity


def _function() -> str:
    from activities.models import Function

    return str(Function.objects.exclude(code="formation").order_by("code").values_list("code", flat=True)[0])


def holder(activity: Activity) -> Any:
    """The member of the Activity, as an actor."""
    from activities.selectors import holder_of

    return actor(holder_of(activity))


def lines_of(purchase: Purchase) -> list[tuple[str, str, str, bool]]:
    """What was posted for it: account, debit, credit, whether it moves the Activity's budget."""
    rows = JournalLine.objects.filter(
        entry__source_type="purchases.purchase", entry__source_id=purchase.pk
    ).order_by("entry_id", "position")
    return [(row.account, f"{row.debit:f}", f"{row.credit:f}", row.budget_id is not None) for row in rows]


def received_for(activity: Activity) -> dict[str, Any]:
    """Keys of a purchase of an Activity, of its supplier and the supplier's account."""
    from invoicing.purchases.services import assign_purchase

    purchase = receive(paper(entity=activity.entity.code))
    purchase = assign_purchase(
        purchase_id=purchase.pk, activity_id=activity.pk, on=DAY, actor=holder(activity)
    )
    return {
        "purchase": purchase.pk,
        "supplier": purchase.supplier_id,
        "supplier_account": purchase.supplier.accounts.get().pk,
    }
