"""Charges of wages, terms of creditors and people of finance for the stories of dues."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from ledger.enums import Fund
from ledger.models import LegalEntity
from ledger.selectors import entity_by_code
from ledger.services import post_entry
from ledger.treasury.dues.models import BodyLine, Due
from ledger.treasury.dues.reading import ReadLine
from ledger.treasury.dues.services import agree_due, enter_statement, enter_terms, propose_transfer
from ledger.types import Entry, cr, dr
from members.enums import Role
from members.models import Person
from tests.factories import SYSTEM, actor, load_cooperative, make_person

REFERENCES = {
    "onss": "000000016366",
    "tax": "000000026470",
    "movable_tax": "000000036574",
    "onva": "000000046678",
    "insurer": "000000056782",
}
IBAN = "BE68539007547034"


def open_books() -> LegalEntity:
    """Productions Associées with its policies and bank account."""
    load_cooperative()
    return entity_by_code("PA")


def financier() -> Person:
    """A person of finance with an account."""
    return make_person(Role.FINANCE, user=True)


def owe(entity: LegalEntity, on: date, amount: str, account: str = "4540") -> None:
    """Wages of a day make an amount owed to a body."""
    post_entry(
        Entry(entity.pk, on, "PAY", "payroll.payitem", uuid4(), "settled", "Décompte",
              (dr("621", Decimal(amount), fund=Fund.POT), cr(account, Decimal(amount))))
    )  # fmt: skip


def tell_terms(entity: LegalEntity, since: date = date(2026, 1, 1)) -> None:
    """Enter what the notices of every creditor show."""
    for creditor, reference in REFERENCES.items():
        enter_terms(
            entity=entity,
            creditor=creditor,
            valid_from=since,
            iban="" if creditor == "onss" else IBAN,
            reference=reference,
            source="notice",
            actor=SYSTEM,
        )


def agree_all(who: Person, today: date) -> None:
    """Agree to every due."""
    for due in Due.objects.filter(state="to_check"):
        agree_due(due_id=due.pk, today=today, actor=actor(who))


def dues_of() -> dict[str, UUID]:
    """One of each thing that finance opens by its key."""
    entity, other = entity_by_code("PA"), entity_by_code("SC")
    # Asked twice of the same town, it makes papers of another month.
    day = date(2026, 1 + Due.objects.filter(created_by="dues").count(), 15)
    due = Due.objects.create(
        entity=entity, creditor="onss", kind="onss_advance", account="4540", first=day.replace(day=1),
        last=day, due_on=day, booked=Decimal("1.00"), amount=Decimal("1.00"), raised_on=day,
        created_by="dues",
    )  # fmt: skip
    statement = enter_statement(
        entity=entity, creditor="onss", on=day, closing=Decimal("3.00"),
        lines=[ReadLine(day, "Majoration", Decimal("3.00"))], file=None, actor=SYSTEM,
    )  # fmt: skip
    transfer = propose_transfer(
        kind="cost", giver_id=other.pk, taker_id=entity.pk, amount=Decimal("9000.00"), account="6125",
        on=date(2026, 11, 2), reason="Loyer", document=None, actor=SYSTEM,
    )  # fmt: skip
    line = BodyLine.objects.get(statement=statement)
    return {
        "due": due.pk,
        "body_statement": statement.pk,
        "body_line": line.pk,
        "entity_transfer": transfer.pk,
    }
