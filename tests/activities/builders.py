"""Activities, clients and invoices for tests, made through services."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from activities.models import Activity
from activities.services import approve_activity, request_activity
from core.identifiers import enterprise_number_from
from invoicing.models import Client, Invoice
from invoicing.services import create_client, create_draft, issue_invoice
from invoicing.types import LineInput
from members.models import Person
from smart.demo.receipts import receipt_pdf
from tests.factories import SYSTEM, make_person

NOVEMBER = date(2026, 11, 2)
PDF = receipt_pdf("Train", Decimal("12.40"), Decimal("0.70"), NOVEMBER)

_numbers = count(1)


def make_activity(
    person: Person | None = None, *, opened_on: date = date(2026, 1, 5), **fields: Any
) -> Activity:
    """An open Activity of a person (a new member when none is given), in Productions Associées."""
    person = person or make_person()
    values = {"tool": "activity", "function_code": "informatique_graphisme", "entity_code": "PA"} | fields
    name = values.pop("name", f"Atelier {next(_numbers)}")
    activity = request_activity(person=person, name=name, requested_on=opened_on, actor=SYSTEM, **values)
    return approve_activity(activity_id=activity.pk, on=opened_on, actor=SYSTEM)


def make_client(activity: Activity | None = None, **fields: Any) -> Client:
    """A Belgian firm with a valid VAT number, known to the Activity."""
    number = enterprise_number_from(4_300_000 + next(_numbers))
    values = {
        "kind": "business",
        "name": "Théâtre de la Rue SC",
        "vat_number": f"BE{number}",
        "enterprise_number": number,
        "street": "Rue de la Loi 16",
        "postal_code": "1000",
        "city": "Bruxelles",
        "email": "compta@theatre.example",
    } | fields
    return create_client(activity_id=activity.pk if activity else None, actor=SYSTEM, **values)


def two_days(unit_price: str = "500.00", vat_code: str = "standard") -> list[LineInput]:
    """Two days of graphic work."""
    return [LineInput("Graphisme", Decimal("2"), "day", Decimal(unit_price), vat_code)]


def flat(amount: str, vat_code: str = "standard") -> list[LineInput]:
    """One amount without VAT."""
    return [LineInput("Projet", Decimal("1"), "flat", Decimal(amount), vat_code)]


def make_draft(
    activity: Activity, client: Client | None = None, lines: list[LineInput] | None = None, **fields: Any
) -> Invoice:
    """A draft: two days at 500.00 unless said otherwise."""
    return create_draft(
        activity_id=activity.pk,
        client_id=(client or make_client(activity)).pk,
        lines=lines or two_days(),
        delivery_date=fields.pop("delivery_date", NOVEMBER),
        actor=SYSTEM,
        **fields,
    )


def make_invoice(
    activity: Activity,
    client: Client | None = None,
    lines: list[LineInput] | None = None,
    *,
    issued_on: date = NOVEMBER,
    **fields: Any,
) -> Invoice:
    """An issued invoice: two days at 500.00 unless said otherwise."""
    fields.setdefault("delivery_date", issued_on)
    draft = make_draft(activity, client, lines, **fields)
    return issue_invoice(invoice_id=draft.pk, issued_on=issued_on, actor=SYSTEM)


def fund(activity: Activity, net: str = "1000.00") -> Invoice:
    """Give an Activity a budget by an invoice of `net` euro without VAT: 93.5 % of it."""
    return make_invoice(activity, lines=flat(net))
