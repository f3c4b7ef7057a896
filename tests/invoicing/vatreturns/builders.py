"""Purchases, lost invoices and people of finance for the stories of VAT returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from uuid import uuid4

from core.models import PolicyRate
from invoicing.models import Invoice
from invoicing.vat_sources import PurchaseVat
from invoicing.vatreturns.selectors import RHYTHM
from ledger.enums import Fund, PartyKind
from ledger.models import LegalEntity
from ledger.services import create_party, post_entry
from ledger.types import Entry, cr, dr, without_zeros
from members.enums import Role
from members.models import Person
from tests.activities.builders import make_activity
from tests.factories import load_cooperative, make_person

Buy = Callable[..., PurchaseVat]


def by_quarter() -> LegalEntity:
    """Productions Associées, filing by quarter."""
    load_cooperative()
    PolicyRate.objects.create(
        key=RHYTHM, valid_from=date(2026, 1, 2), value={"*": "quarter"}, source="test", status="confirmed"
    )
    return LegalEntity.objects.get(code="PA")


def financier() -> Person:
    """A person of finance with an account."""
    return make_person(Role.FINANCE, user=True)


class Purchases:
    """Purchases of an entity, booked and known to the VAT returns."""

    def __init__(self, entity: LegalEntity) -> None:
        self.entity = entity
        self.rows: list[PurchaseVat] = []
        self.activity = make_activity()
        self.supplier = create_party(kind=PartyKind.FIRM, name="Fournisseur")

    def between(self, entity: LegalEntity, first: date, last: date) -> Iterator[PurchaseVat]:
        """What was bought on these days."""
        return (row for row in self.rows if entity == self.entity and first <= row.on <= last)

    def book(
        self,
        on: date,
        case: str,
        nature: str,
        base: str,
        deductible: str = "0.00",
        due: str = "0.00",
        credit_note: bool = False,
    ) -> PurchaseVat:
        """A supplier's invoice or credit note in the books."""
        row = PurchaseVat(
            "test.purchase", uuid4(), on, f"Facture {case}", case, nature,
            Decimal(base), Decimal(deductible), Decimal(due), credit_note,
        )  # fmt: skip
        sign = -1 if credit_note else 1
        to_pay = row.base + row.deductible - row.due
        lines = without_zeros(
            dr("6124", sign * row.base, budget=self.activity.budget_id),
            dr("411", sign * row.deductible),
            cr("451", sign * row.due),
            cr("440", sign * to_pay, party=self.supplier.pk),
        )
        post_entry(
            Entry(
                self.entity.pk, on, "PUR", row.source_type, row.source_id, "booked", row.text, lines,
                imposed=True,
            )
        )  # fmt: skip
        self.rows.append(row)
        return row


def lose(entity: LegalEntity, invoice: Invoice, on: date) -> None:
    """The client will never pay: the value is written down, the VAT is to recover (DOMAIN §4 C)."""
    party = invoice.client.party_id
    post_entry(
        Entry(entity.pk, on, "VAR", "test.collection", invoice.pk, "doubtful", "Client en faillite", (
            dr("407", invoice.total, party=party), cr("400", invoice.total, party=party),
            dr("634", invoice.net, fund=Fund.GUARANTEE), cr("409", invoice.net, party=party),
        ))
    )  # fmt: skip
    post_entry(
        Entry(entity.pk, on, "VAR", "test.collection", invoice.pk, "lost", "Client en faillite", (
            dr("409", invoice.net, party=party), dr("4118", invoice.vat),
            cr("407", invoice.total, party=party),
        ))
    )  # fmt: skip


def find(entity: LegalEntity, invoice: Invoice, on: date) -> None:
    """The client pays after all: the reverse of what stands."""
    party = invoice.client.party_id
    post_entry(
        Entry(entity.pk, on, "VAR", "test.collection", invoice.pk, "found", "Faillite clôturée", (
            dr("407", invoice.total, party=party), cr("4118", invoice.vat),
            cr("409", invoice.net, party=party),
        ))
    )  # fmt: skip
