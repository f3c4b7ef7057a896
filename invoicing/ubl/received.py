"""A supplier's invoice or credit note as it was read: what an EN 16931 document may say, nothing computed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from invoicing.ubl.types import Attachment, DocumentKind, DocumentReference, Party, Payment


class Severity(StrEnum):
    """What a finding means: the document is refused, or a person should know."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule of EN 16931 or of Peppol that does not hold: its name, what was found, in which line."""

    rule: str
    severity: Severity
    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included; either may be open."""

    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class AllowanceCharge:
    """A discount (`charge` False) or a surcharge, excluding VAT; the VAT category only at document level."""

    charge: bool
    amount: Decimal
    reason: str = ""
    reason_code: str = ""
    percent: Decimal | None = None
    base: Decimal | None = None
    category: str = ""
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """A line as written. `price` is that of `base_quantity` units; `source_line` its place in the file."""

    id: str
    name: str
    description: str
    quantity: Decimal
    unit: str
    price: Decimal
    base_quantity: Decimal
    net: Decimal
    category: str
    rate: Decimal | None
    note: str = ""
    order_line: str = ""
    period: Period | None = None
    allowances: tuple[AllowanceCharge, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True, slots=True)
class ReceivedVat:
    """The VAT of one category and rate. `rate` is None where the category has none (out of scope)."""

    category: str
    rate: Decimal | None
    base: Decimal
    tax: Decimal
    reason: str = ""
    reason_code: str = ""
    source_line: int | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """The document's own totals, as written (BT-106 to BT-115); `vat` in its currency (BT-110).

    `vat_accounting` is the VAT in `tax_currency` (BT-111), where the document gives both.
    """

    lines: Decimal
    net: Decimal
    gross: Decimal
    payable: Decimal
    vat: Decimal
    allowances: Decimal | None = None
    charges: Decimal | None = None
    prepaid: Decimal | None = None
    rounding: Decimal | None = None
    vat_accounting: Decimal | None = None
    source_line: int | None = None


@dataclass(frozen=True, slots=True)
class ReceivedDocument:
    """All that a reader of the document needs. Amounts carry the sign they were written with.

    `type_code` is UNTDID 1001 as written. `payments` are the accounts that it names, in its order;
    `attachments` the files inside it, decoded and not yet looked at; `findings` what a person should know.
    """

    kind: DocumentKind
    type_code: str
    customization: str
    profile: str
    number: str
    issued_on: date
    due_on: date | None
    currency: str
    supplier: Party
    customer: Party
    totals: Totals
    vat: tuple[ReceivedVat, ...]
    lines: tuple[ReceivedLine, ...]
    notes: tuple[str, ...] = ()
    tax_currency: str = ""
    tax_point: date | None = None
    period: Period | None = None
    delivered_on: date | None = None
    buyer_reference: str = ""
    order_reference: str = ""
    contract_reference: str = ""
    project_reference: str = ""
    accounting_cost: str = ""
    payee_name: str = ""
    payment_terms: str = ""
    payment_code: str = ""
    payments: tuple[Payment, ...] = ()
    corrects: tuple[DocumentReference, ...] = ()
    allowances: tuple[AllowanceCharge, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    findings: tuple[Finding, ...] = ()
