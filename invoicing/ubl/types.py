"""The invoice or credit note as issued, in the words of the European standard EN 16931."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.money import ZERO


class UblError(ValueError):
    """A document that the public rules would refuse: `code` is stable, the text says which rule and where."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class DocumentKind(StrEnum):
    """UNTDID 1001: what the document is."""

    INVOICE = "380"
    ADVANCE = "386"
    """Asked before the work: a prepayment invoice."""
    CREDIT_NOTE = "381"


class VatCategory(StrEnum):
    """UNTDID 5305, as far as EN 16931 takes it."""

    STANDARD = "S"
    """A rate above zero (in Belgium 21, 12 and 6 %)."""
    ZERO = "Z"
    """Taxed at zero."""
    EXEMPT = "E"
    """Exempt by law (in Belgium article 44): the reason is mandatory."""
    REVERSE_CHARGE = "AE"
    """The buyer declares the tax."""
    INTRA_COMMUNITY = "K"
    """Goods delivered to another member state: needs a delivery date and country."""
    EXPORT = "G"
    """Export outside the Union."""
    OUT_OF_SCOPE = "O"
    """Not subject to tax; such a document names no VAT number at all and holds no other category."""


class Unit(StrEnum):
    """How a line is counted; the value is the UN/ECE recommendation 20 code."""

    DAY = "DAY"
    HOUR = "HUR"
    PIECE = "C62"
    FLAT = "LS"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An electronic address: scheme of the EAS list and value (`0208`, `0403019261`)."""

    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `country` is ISO 3166-1 alpha-2 and the only part that is mandatory."""

    country: str
    street: str = ""
    postal_code: str = ""
    city: str = ""
    additional: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """A seller or a buyer.

    `vat_number` holds the country prefix; `legal_id` is the register number under `legal_id_scheme` (ISO
    6523 code, `0208` for a Belgian enterprise number). `tax_registration` is for a seller without VAT
    number. `endpoint` is None for a buyer who cannot receive electronic documents.
    """

    name: str
    address: Address
    vat_number: str | None = None
    legal_id: str | None = None
    legal_id_scheme: str | None = None
    tax_registration: str | None = None
    endpoint: Endpoint | None = None
    trade_name: str = ""
    contact_name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Discount:
    """What is taken off: `amount` as it is (negative: added, as where a discounted article is given back).

    `percent` of `base` where it was agreed as such. `code` of UNTDID 5189 (95: discount, 64: special
    agreement).
    """

    amount: Decimal
    reason: str
    code: str = "95"
    percent: Decimal | None = None
    base: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """A discount on the document as a whole (BG-20), or with `charge` a supplement (BG-21), under one VAT
    category and rate. `code` is of UNTDID 5189, for a charge of UNTDID 7161."""

    amount: Decimal
    category: VatCategory
    rate: Decimal
    reason: str
    code: str = "95"
    charge: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `net` = r(quantity × unit_price) less its discount, excluding VAT; `rate` in percent."""

    name: str
    quantity: Decimal
    unit: Unit
    unit_price: Decimal
    net: Decimal
    category: VatCategory
    rate: Decimal
    description: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    discount: Discount | None = None


@dataclass(frozen=True, slots=True)
class VatSubtotal:
    """The VAT of one category and rate, computed once on the sum of its lines, allowances and charges."""

    category: VatCategory
    rate: Decimal
    base: Decimal
    tax: Decimal
    reason: str = ""
    reason_code: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """How to pay by transfer: account, bank, 12 digits of the structured communication or
    another reference.
    """

    iban: str
    bic: str = ""
    account_name: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """An earlier invoice that this document corrects or completes."""

    number: str
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried inside the XML; the media type is one of those that EN 16931 allows (PDF, PNG, JPEG,
    CSV…).
    """

    identifier: str
    file_name: str
    media_type: str
    content: bytes
    description: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice or a credit note exactly as issued.

    Amounts are positive on a credit note too: the kind says the direction. `prepaid` is what was paid
    before the document was issued. `mentions` are the legal and free texts; they become one note.
    """

    kind: DocumentKind
    number: str
    issued_on: date
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    vat: tuple[VatSubtotal, ...]
    due_on: date | None = None
    delivered_on: date | None = None
    delivery_country: str = ""
    payment: Payment | None = None
    payment_terms: str = ""
    buyer_reference: str = ""
    order_reference: str = ""
    contract_reference: str = ""
    corrects: tuple[DocumentReference, ...] = ()
    mentions: tuple[str, ...] = ()
    prepaid: Decimal = ZERO
    attachments: tuple[Attachment, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    currency: str = "EUR"

    @property
    def is_credit_note(self) -> bool:
        """Whether it gives back."""
        return self.kind is DocumentKind.CREDIT_NOTE

    @property
    def sum_of_lines(self) -> Decimal:
        """Sum of the lines, excluding VAT."""
        return sum((line.net for line in self.lines), ZERO)

    @property
    def taken_off(self) -> Decimal:
        """Sum of the allowances on the document."""
        return sum((part.amount for part in self.allowances if not part.charge), ZERO)

    @property
    def added(self) -> Decimal:
        """Sum of the charges on the document."""
        return sum((part.amount for part in self.allowances if part.charge), ZERO)

    @property
    def net(self) -> Decimal:
        """Total excluding VAT: lines less allowances plus charges."""
        return self.sum_of_lines - self.taken_off + self.added

    @property
    def tax(self) -> Decimal:
        """Sum of the VAT subtotals."""
        return sum((subtotal.tax for subtotal in self.vat), ZERO)

    @property
    def total(self) -> Decimal:
        """Total including VAT."""
        return self.net + self.tax

    @property
    def payable(self) -> Decimal:
        """What remains to be paid when the document is issued."""
        return self.total - self.prepaid

    @property
    def is_deliverable(self) -> bool:
        """Whether the buyer has an electronic address of their own, so that the network can carry the
        document.
        """
        return self.buyer.endpoint is not None
