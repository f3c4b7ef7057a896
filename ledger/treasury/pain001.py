"""Write SEPA credit transfers: pain.001.001.09, or .03 for a bank that still asks for it.

One file holds one batch: one debtor account, one execution date, one kind of payment. Wages carry the
category purpose SALA and are booked by the bank as one line. Source: ISO 20022, Febelfin's guide to SEPA
credit transfers; since 15 November 2026 an address without town and country in their own fields is
rejected, so an address is written structured or not at all.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from lxml import etree
from schwifty import IBAN

from core.identifiers import (
    InvalidIdentifier,
    bic_of_iban,
    normalise_creditor_reference,
    normalise_enterprise_number,
    normalise_iban,
    normalise_structured_communication,
)
from core.money import CENT, ZERO

NAME_LENGTH = 70
COMMUNICATION_LENGTH = 140
IDENTIFIER_LENGTH = 35
LARGEST_AMOUNT = Decimal("999999999.99")

_ALLOWED = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_IDENTIFIER = re.compile(r"[A-Za-z0-9\-?:().,'+ ]+(/[A-Za-z0-9\-?:().,'+ ]+)*")
_BIC = re.compile(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?")
_SPELLED_OUT = str.maketrans(
    {
        "ß": "ss",
        "Æ": "AE",
        "æ": "ae",
        "Œ": "OE",
        "œ": "oe",
        "Ø": "O",
        "ø": "o",
        "Đ": "D",
        "đ": "d",
        "Ð": "D",
        "ð": "d",
        "Þ": "TH",
        "þ": "th",
        "Ł": "L",
        "ł": "l",
        "ı": "i",
        "’": "'",
        "‘": "'",
        "`": "'",
        "´": "'",
        "“": "'",
        "”": "'",
        '"': "'",
        "–": "-",
        "—": "-",
        "_": "-",
        "&": "+",
        "€": "EUR",
        "@": "(at)",
    }
)


class PaymentFileError(ValueError):
    """A batch that the bank would reject: stable `code`, a sentence, and the payment it is about, if one."""

    def __init__(self, code: str, message: str, end_to_end_id: str | None = None) -> None:
        super().__init__(message if end_to_end_id is None else f"{end_to_end_id}: {message}")
        self.code = code
        self.end_to_end_id = end_to_end_id


class Version(StrEnum):
    """Message version of pain.001.001."""

    V03 = "03"
    V09 = "09"


@dataclass(frozen=True, slots=True)
class StructuredAddress:
    """A postal address in its own fields; town and country (ISO 3166-1 alpha-2) are mandatory."""

    town: str
    country: str
    street: str = ""
    number: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment.

    `end_to_end_id` comes back with a returned payment and is unique in its batch. `structured_reference` is a
    Belgian structured communication or an ISO 11649 reference and excludes `communication`. `amount` is in
    `currency`, which must be EUR.
    """

    end_to_end_id: str
    amount: Decimal
    name: str
    iban: str
    bic: str = ""
    communication: str = ""
    structured_reference: str = ""
    address: StructuredAddress | None = None
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class TransferBatch:
    """What one file asks of the bank.

    `message_id` is unique for the bank, for ever: the same batch written again has the same bytes.
    `purpose` is an ISO category purpose (`SALA` for wages) or empty.
    """

    message_id: str
    created_at: datetime
    execution_date: date
    debtor_name: str
    debtor_iban: str
    transfers: tuple[Transfer, ...]
    debtor_bic: str = ""
    debtor_address: StructuredAddress | None = None
    enterprise_number: str = ""
    purpose: str = ""
    batch_booking: bool = True

    @property
    def control_sum(self) -> Decimal:
        """Sum of the payments: it must come back as one debit on the statement."""
        return sum((transfer.amount for transfer in self.transfers), ZERO)


def transliterate(text: str, length: int | None = None) -> str:
    """Bring a text into the SEPA alphabet: `Müller & Søn` becomes `Muller + Son`.

    Accents go, what has no counterpart becomes a full stop, a slash neither starts nor ends the text nor
    doubles.
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_SPELLED_OUT))
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    plain = _ALLOWED.sub(".", " ".join(plain.split()))
    plain = re.sub("/{2,}", "/", plain)
    if length is not None:
        plain = plain[:length]
    return plain.strip("/ ")


def write_pain001(batch: TransferBatch, version: Version = Version.V09) -> bytes:
    """Return the payment file of a batch. Raises `PaymentFileError` when any part of it cannot be paid."""
    check_batch(batch)
    namespace = f"urn:iso:std:iso:20022:tech:xsd:pain.001.001.{version.value}"
    root = etree.Element(f"{{{namespace}}}Document", nsmap={None: namespace})
    writer = _Writer(namespace, version)
    initiation = writer.group(root, "CstmrCdtTrfInitn")
    header = writer.group(initiation, "GrpHdr")
    count, total = str(len(batch.transfers)), _amount(batch.control_sum)
    writer.text(header, "MsgId", batch.message_id)
    writer.text(header, "CreDtTm", batch.created_at.replace(microsecond=0, tzinfo=None).isoformat())
    writer.text(header, "NbOfTxs", count)
    writer.text(header, "CtrlSum", total)
    initiator = writer.group(header, "InitgPty")
    writer.text(initiator, "Nm", transliterate(batch.debtor_name, NAME_LENGTH))
    if batch.enterprise_number:
        other = writer.group(initiator, "Id", "OrgId", "Othr")
        writer.text(other, "Id", normalise_enterprise_number(batch.enterprise_number))
        writer.text(other, "Issr", "KBO-BCE")
    payment = writer.group(initiation, "PmtInf")
    writer.text(payment, "PmtInfId", batch.message_id)
    writer.text(payment, "PmtMtd", "TRF")
    writer.text(payment, "BtchBookg", "true" if batch.batch_booking else "false")
    writer.text(payment, "NbOfTxs", count)
    writer.text(payment, "CtrlSum", total)
    kind = writer.group(payment, "PmtTpInf")
    writer.text(kind, "InstrPrty", "NORM")
    writer.text(writer.group(kind, "SvcLvl"), "Cd", "SEPA")
    if batch.purpose:
        writer.text(writer.group(kind, "CtgyPurp"), "Cd", batch.purpose)
    requested = payment if version is Version.V03 else writer.group(payment, "ReqdExctnDt")
    writer.text(
        requested, "ReqdExctnDt" if version is Version.V03 else "Dt", batch.execution_date.isoformat()
    )
    debtor = writer.group(payment, "Dbtr")
    writer.text(debtor, "Nm", transliterate(batch.debtor_name, NAME_LENGTH))
    writer.address(debtor, batch.debtor_address)
    writer.text(writer.group(payment, "DbtrAcct", "Id"), "IBAN", normalise_iban(batch.debtor_iban))
    writer.agent(payment, "DbtrAgt", batch.debtor_bic or bic_of_iban(batch.debtor_iban) or "", mandatory=True)
    writer.text(payment, "ChrgBr", "SLEV")
    for transfer in batch.transfers:
        _transfer(writer, payment, transfer)
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content


def check_batch(batch: TransferBatch) -> None:
    """Raise `PaymentFileError` for the first thing that a bank would reject."""
    if not batch.transfers:
        raise PaymentFileError("empty", "A payment file holds at least one payment.")
    _check_identifier(batch.message_id, None)
    if batch.execution_date < batch.created_at.date():
        raise PaymentFileError("execution_date", "The execution date has passed.")
    if batch.purpose and not re.fullmatch("[A-Z]{4}", batch.purpose):
        raise PaymentFileError("purpose", "A category purpose has four capital letters.")
    _check_name(batch.debtor_name, None)
    _check_account(batch.debtor_iban, batch.debtor_bic, None)
    _check_address(batch.debtor_address, None)
    if batch.enterprise_number:
        try:
            normalise_enterprise_number(batch.enterprise_number)
        except InvalidIdentifier as error:
            raise PaymentFileError("enterprise_number", "The enterprise number does not hold.") from error
    seen: set[str] = set()
    for transfer in batch.transfers:
        reference = transfer.end_to_end_id
        _check_identifier(reference, reference)
        if reference in seen:
            raise PaymentFileError("duplicate", "The same payment stands twice in the file.", reference)
        seen.add(reference)
        if transfer.currency != "EUR":
            raise PaymentFileError("currency", "SEPA payments are in EUR.", reference)
        if not transfer.amount.is_finite() or not ZERO < transfer.amount <= LARGEST_AMOUNT:
            raise PaymentFileError("amount", "The amount lies between 0.01 and 999999999.99.", reference)
        if transfer.amount != transfer.amount.quantize(CENT):
            raise PaymentFileError("amount", "The amount has two decimals.", reference)
        _check_name(transfer.name, reference)
        _check_account(transfer.iban, transfer.bic, reference)
        _check_address(transfer.address, reference)
        if transfer.structured_reference:
            if transfer.communication:
                raise PaymentFileError(
                    "communication", "A payment has one communication, structured or free.", reference
                )
            _structured(transfer.structured_reference, reference)


def _check_identifier(value: str, reference: str | None) -> None:
    if len(value) > IDENTIFIER_LENGTH or not _IDENTIFIER.fullmatch(value) or value != value.strip():
        raise PaymentFileError(
            "identifier", "A reference has 1 to 35 characters of the SEPA alphabet.", reference
        )


def _check_name(value: str, reference: str | None) -> None:
    if not any(character.isalnum() for character in transliterate(value, NAME_LENGTH)):
        raise PaymentFileError(
            "name", "The name is missing or has no letter of the SEPA alphabet.", reference
        )


def _check_account(iban: str, bic: str, reference: str | None) -> None:
    try:
        account = IBAN(normalise_iban(iban))
    except InvalidIdentifier as error:
        raise PaymentFileError("iban", "The account number does not hold.", reference) from error
    if not account.in_sepa_zone:
        raise PaymentFileError("iban", "The account lies outside the SEPA zone.", reference)
    if bic and not _BIC.fullmatch(bic):
        raise PaymentFileError("bic", "The bank code has 8 or 11 characters.", reference)


def _check_address(address: StructuredAddress | None, reference: str | None) -> None:
    if address is None:
        return
    if not transliterate(address.town) or not re.fullmatch("[A-Z]{2}", address.country):
        raise PaymentFileError(
            "address", "An address needs its town and the country's two letters.", reference
        )


def _structured(value: str, reference: str | None) -> tuple[str, str]:
    """Reference and issuer: `BBA` for the Belgian form, `ISO` for a creditor reference."""
    try:
        if value.lstrip().upper().startswith("RF"):
            return normalise_creditor_reference(value), "ISO"
        return normalise_structured_communication(value), "BBA"
    except InvalidIdentifier as error:
        raise PaymentFileError(
            "structured_reference", "The structured reference does not hold.", reference
        ) from error


def _amount(value: Decimal) -> str:
    return f"{value.quantize(CENT):f}"


@dataclass(frozen=True, slots=True)
class _Writer:
    """Adds elements of one namespace and knows what differs between the versions."""

    namespace: str
    version: Version

    def group(self, parent: etree._Element, *path: str) -> etree._Element:
        for name in path:
            parent = etree.SubElement(parent, f"{{{self.namespace}}}{name}")
        return parent

    def text(self, parent: etree._Element, name: str, text: str, **attributes: str) -> None:
        if text:
            etree.SubElement(parent, f"{{{self.namespace}}}{name}", attributes).text = text

    def agent(self, parent: etree._Element, role: str, bic: str, *, mandatory: bool) -> None:
        if bic:
            institution = self.group(parent, role, "FinInstnId")
            self.text(institution, "BIC" if self.version is Version.V03 else "BICFI", bic)
        elif mandatory:
            self.text(self.group(parent, role, "FinInstnId", "Othr"), "Id", "NOTPROVIDED")

    def address(self, parent: etree._Element, address: StructuredAddress | None) -> None:
        if address is None:
            return
        group = self.group(parent, "PstlAdr")
        self.text(group, "StrtNm", transliterate(address.street, 70))
        self.text(group, "BldgNb", transliterate(address.number, 16))
        self.text(group, "PstCd", transliterate(address.postal_code, 16))
        self.text(group, "TwnNm", transliterate(address.town, 35))
        self.text(group, "Ctry", address.country)


def _transfer(writer: _Writer, payment: etree._Element, transfer: Transfer) -> None:
    group = writer.group(payment, "CdtTrfTxInf")
    writer.text(writer.group(group, "PmtId"), "EndToEndId", transfer.end_to_end_id)
    writer.text(writer.group(group, "Amt"), "InstdAmt", _amount(transfer.amount), Ccy=transfer.currency)
    writer.agent(group, "CdtrAgt", transfer.bic, mandatory=False)
    creditor = writer.group(group, "Cdtr")
    writer.text(creditor, "Nm", transliterate(transfer.name, NAME_LENGTH))
    writer.address(creditor, transfer.address)
    writer.text(writer.group(group, "CdtrAcct", "Id"), "IBAN", normalise_iban(transfer.iban))
    if transfer.structured_reference:
        reference, issuer = _structured(transfer.structured_reference, transfer.end_to_end_id)
        information = writer.group(group, "RmtInf", "Strd", "CdtrRefInf")
        kind = writer.group(information, "Tp")
        writer.text(writer.group(kind, "CdOrPrtry"), "Cd", "SCOR")
        writer.text(kind, "Issr", issuer)
        writer.text(information, "Ref", reference)
    else:
        communication = transliterate(transfer.communication, COMMUNICATION_LENGTH)
        if communication:
            writer.text(writer.group(group, "RmtInf"), "Ustrd", communication)
