"""Drafts: written, changed, thrown away. Nothing is posted yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from activities.models import Activity
from activities.services import open_activity_for_update
from core import audit
from core.calendar import check_days
from core.money import ZERO, in_cents
from core.types import Actor
from invoicing import origins, selectors
from invoicing.advances import advances_of, deduction_text
from invoicing.enums import InvoiceKind, InvoiceState, Unit
from invoicing.errors import (
    AdvanceNotDeductible,
    DiscountInvalid,
    EarlyPaymentInvalid,
    EmptyInvoice,
    InvoiceNotDraft,
    InvoiceNotFound,
    LineInvalid,
    NegativeVatBase,
    PeriodInvalid,
    StaleInvoice,
)
from invoicing.models import Client, Invoice, InvoiceAttachment, InvoiceLine
from invoicing.services.clients import work_with
from invoicing.types import NO_TERMS, Discount, DraftTerms, LineInput, Totals
from invoicing.vat import totals_of, vat_code
from invoicing.vat.suggestion import Suggestion, Supply, suggest_code
from ledger.enums import VatRegime
from ledger.models import LegalEntity


@transaction.atomic
def create_draft(
    *,
    activity_id: UUID,
    client_id: UUID,
    lines: Sequence[LineInput],
    delivery_date: date,
    actor: Actor,
    buyer_reference: str = "",
    note: str = "",
    terms: DraftTerms = NO_TERMS,
) -> Invoice:
    """Write a draft for an open Activity; its client becomes one that the Activity works with.

    Lines that name an advance make it a final statement. Locks the Activity and the client. Raises
    `ActivityNotOpen`, `ClientNotFound`, `LineInvalid`, `PeriodInvalid`, `DiscountInvalid`,
    `EarlyPaymentInvalid`, `AdvanceNotDeductible`, `VatCodeNotInForce`, `DayOutOfReach`. A second call writes
    a second draft.
    """
    check_days(delivery_date)
    activity = open_activity_for_update(activity_id)
    client = selectors.client_for_update(client_id)
    work_with(client=client, activity_id=activity.pk)
    invoice = Invoice(
        activity=activity,
        entity=activity.entity,
        client=client,
        delivery_date=delivery_date,
        buyer_reference=buyer_reference.strip()[:60],
        note=note.strip()[:300],
    )
    _agree(invoice, terms)
    rows = _write_lines(invoice, lines)
    invoice.save(force_insert=True)
    InvoiceLine.objects.bulk_create(rows)
    audit.record(actor, "invoice.drafted", invoice, client=str(client.pk), total=str(invoice.total))
    return invoice


@transaction.atomic
def change_draft(
    *,
    invoice_id: UUID,
    client_id: UUID,
    lines: Sequence[LineInput],
    delivery_date: date,
    actor: Actor,
    buyer_reference: str = "",
    note: str = "",
    version: int | None = None,
    terms: DraftTerms | None = None,
) -> Invoice:
    """Replace everything in a draft; its terms only when some are given. `version`: the one that the writer
    saw.

    Locks: client, invoice. Raises `InvoiceNotDraft`, `StaleInvoice`, and what `create_draft` raises.
    """
    client = selectors.client_for_update(client_id)
    invoice = selectors.invoice_for_update(invoice_id)
    if invoice.state != InvoiceState.DRAFT:
        raise InvoiceNotDraft
    if version is not None and version != invoice.version:
        raise StaleInvoice
    check_days(delivery_date)
    work_with(client=client, activity_id=invoice.activity_id)
    invoice.client = client
    invoice.delivery_date = delivery_date
    invoice.buyer_reference = buyer_reference.strip()[:60]
    invoice.note = note.strip()[:300]
    invoice.version += 1
    if terms is not None:
        _agree(invoice, terms)
    rows = _write_lines(invoice, lines)
    InvoiceLine.objects.filter(invoice=invoice).delete()
    InvoiceLine.objects.bulk_create(rows)
    invoice.save(
        update_fields=[
            "client", "delivery_date", "buyer_reference", "note", "version", "kind",
            "discount_percent", "discount_amount", "early_percent", "early_days", "show_employment",
            "net", "vat", "total", "total_cents",
        ]
    )  # fmt: skip
    audit.record(actor, "invoice.changed", invoice, total=str(invoice.total))
    return invoice


@transaction.atomic
def duplicate_invoice(*, invoice_id: UUID, delivery_date: date, actor: Actor) -> Invoice:
    """Write a new draft with the client, lines and terms of an invoice; what it deducted stays with it, and
    its files too. Raises `InvoiceNotFound` and what `create_draft` raises. A second call writes a second
    draft.
    """
    invoice = Invoice.objects.filter(pk=invoice_id).first()
    if invoice is None:
        raise InvoiceNotFound
    lines = inputs_of(invoice.lines.filter(advance__isnull=True).order_by("position"))
    terms = terms_of_draft(invoice)
    if terms.kind == InvoiceKind.FINAL:
        terms = replace(terms, kind=InvoiceKind.INVOICE)
    return create_draft(
        activity_id=invoice.activity_id,
        client_id=invoice.client_id,
        lines=[replace(line, starts_on=None, ends_on=None) for line in lines],
        delivery_date=delivery_date,
        buyer_reference=invoice.buyer_reference,
        note=invoice.note,
        terms=terms,
        actor=actor,
    )


@transaction.atomic
def delete_draft(*, invoice_id: UUID, actor: Actor, version: int | None = None) -> None:
    """Throw a draft away. `version`: the one that was looked at. Locks the invoice. Raises `InvoiceNotDraft`,
    `StaleInvoice`.
    """
    invoice = selectors.invoice_for_update(invoice_id)
    if invoice.state != InvoiceState.DRAFT:
        raise InvoiceNotDraft
    if version is not None and version != invoice.version:
        raise StaleInvoice
    origins.thrown_away(invoice)
    audit.record(actor, "invoice.deleted", invoice, client=str(invoice.client_id))
    InvoiceLine.objects.filter(invoice=invoice).delete()
    InvoiceAttachment.objects.filter(invoice=invoice).delete()
    invoice.delete()


def priced(
    *,
    activity: Activity,
    client: Client,
    lines: Sequence[LineInput],
    on: date,
    terms: DraftTerms = NO_TERMS,
) -> tuple[Invoice, list[InvoiceLine]]:
    """The unsaved draft and lines that these lines would become on a day, checked and added up, for what is
    not invoiced yet. Raises `EmptyInvoice`, `LineInvalid`, `VatCodeNotInForce`.
    """
    invoice = Invoice(activity=activity, entity=activity.entity, client=client, delivery_date=on)
    _agree(invoice, terms)
    return invoice, _write_lines(invoice, lines)


def preview_totals(
    *,
    entity: LegalEntity,
    client: Client | None,
    lines: Sequence[LineInput],
    on: date,
    terms: DraftTerms = NO_TERMS,
) -> Totals:
    """What lines would amount to on a day; writes nothing. Raises `VatCodeNotInForce`, `DiscountInvalid`,
    `LineInvalid`.
    """
    for position, line in enumerate(lines, 1):
        _check_line(position, line)
    pairs = [(line.vat_code or code_for(entity, client, on), line.net, line.advance) for line in lines]
    _check_discount(terms.discount, [net for _code, net, advance in pairs if advance is None])
    return totals_of(
        entity.country,
        [(code, net) for code, net, advance in pairs if advance is None],
        deductions=[(code, net) for code, net, advance in pairs if advance is not None],
        on=on,
        language=client.language if client else "fr",
        discount=terms.discount,
        early_percent=terms.early_percent,
    )


def code_for(entity: LegalEntity, client: Client | None, on: date = date.max) -> str:
    """The VAT code that usually fits services; see `suggestion_for`."""
    return suggestion_for(entity, client, on=on).code


def suggestion_for(
    entity: LegalEntity, client: Client | None, *, on: date = date.max, supply: Supply = Supply.SERVICES
) -> Suggestion:
    """The VAT code that usually fits on a day (without one: as the Union is now), and why; a client not
    chosen yet counts as one of the entity's country.
    """
    return suggest_code(
        seller_country=entity.country,
        seller_exempt=entity.vat_regime != VatRegime.NORMAL,
        buyer_country=client.country if client else entity.country,
        buyer_kind=client.kind if client else "business",
        buyer_vat_number=client.vat_number if client else "",
        buyer_postal_code=client.postal_code if client else "",
        supply=supply,
        on=on,
    )


def totals_on(invoice: Invoice, rows: Sequence[InvoiceLine], on: date) -> Totals:
    """What an invoice of these lines amounts to at the rates of a day. Raises `VatCodeNotInForce`."""
    return totals_of(
        invoice.entity.country,
        [(row.vat_code, row.net) for row in rows if row.advance_id is None],
        deductions=[(row.vat_code, row.net) for row in rows if row.advance_id is not None],
        on=on,
        language=invoice.client.language,
        discount=Discount(invoice.discount_percent, invoice.discount_amount),
        early_percent=invoice.early_percent,
    )


def terms_of_draft(invoice: Invoice) -> DraftTerms:
    """What was agreed for a draft, to write it again."""
    return DraftTerms(
        kind=invoice.kind,
        discount_percent=invoice.discount_percent,
        discount_amount=invoice.discount_amount,
        early_percent=invoice.early_percent,
        early_days=invoice.early_days,
        show_employment=invoice.show_employment,
    )


def _agree(invoice: Invoice, terms: DraftTerms) -> None:
    """Put the terms on the (unsaved) row."""
    if not 0 <= terms.early_percent < 100 or (terms.early_percent and terms.early_days is None):
        raise EarlyPaymentInvalid(why=_("give a percentage below 100 and a number of days."))
    if terms.early_percent and terms.kind == InvoiceKind.ADVANCE:
        raise EarlyPaymentInvalid(why=_("an advance takes none; offer it on the final statement."))
    invoice.kind = InvoiceKind(terms.kind)
    invoice.discount_percent, invoice.discount_amount = terms.discount_percent, terms.discount_amount
    invoice.early_percent = terms.early_percent
    invoice.early_days = terms.early_days if terms.early_percent else None
    invoice.show_employment = terms.show_employment


def _write_lines(invoice: Invoice, lines: Sequence[LineInput]) -> list[InvoiceLine]:
    """Unsaved rows; the invoice gets their totals at the rates of the delivery date
    (issuing counts again).
    """
    if not lines:
        raise EmptyInvoice
    if any(line.advance for line in lines):
        if invoice.kind == InvoiceKind.ADVANCE:
            raise AdvanceNotDeductible
        invoice.kind = InvoiceKind.FINAL
    elif invoice.kind == InvoiceKind.FINAL:
        invoice.kind = InvoiceKind.INVOICE
    advances = advances_of(invoice, [line.advance for line in lines if line.advance])
    rows = []
    for position, line in enumerate(lines, 1):
        advance = advances[line.advance] if line.advance else None
        text = line.description.strip() or (deduction_text(advance) if advance else "")
        _check_line(position, line, text)
        code = vat_code(
            invoice.entity.country,
            line.vat_code or code_for(invoice.entity, invoice.client, invoice.delivery_date),
            on=invoice.delivery_date,
        )
        rows.append(
            InvoiceLine(
                invoice=invoice,
                position=position,
                description=text[:300],
                quantity=line.quantity,
                unit=Unit(line.unit),
                unit_price=line.unit_price,
                net=line.net,
                vat_code=code.code,
                discount_percent=line.discount_percent,
                discount_amount=line.discount_amount,
                starts_on=line.starts_on,
                ends_on=line.ends_on,
                advance=advance,
            )
        )
    _check_discount(
        Discount(invoice.discount_percent, invoice.discount_amount),
        [row.net for row in rows if row.advance_id is None],
    )
    keep_totals(invoice, totals_on(invoice, rows, invoice.delivery_date))
    return rows


def _check_line(position: int, line: LineInput, text: str | None = None) -> None:
    """Raise what is wrong with one line. `text`: what stands on it, where that is known."""
    if text == "" or not line.quantity or line.unit_price < 0:
        raise LineInvalid(position=position)
    if line.advance and (line.quantity > 0 or line.discount_percent or line.discount_amount):
        raise LineInvalid(position=position)
    if line.starts_on and line.ends_on and line.ends_on < line.starts_on:
        raise PeriodInvalid(position=position)
    check_days(line.starts_on, line.ends_on)
    _check_discount(Discount(line.discount_percent, line.discount_amount), [line.gross])


def _check_discount(discount: Discount, amounts: Sequence[Decimal]) -> None:
    """Raise `DiscountInvalid` for one that is no discount on these amounts."""
    most = max(sum(amounts, ZERO), ZERO)
    both = discount.percent and discount.amount
    if both or not 0 <= discount.percent <= 100 or not 0 <= discount.amount <= most:
        raise DiscountInvalid(most=most)


def keep_totals(invoice: Invoice, totals: Totals) -> None:
    """Put the totals on the (unsaved) row. Raises `NegativeVatBase` where more is taken off than invoiced."""
    if totals.total < 0:
        part = min(totals.parts, key=lambda part: part.base)
        code = vat_code(invoice.entity.country, part.code, on=invoice.delivery_date)
        raise NegativeVatBase(vat_code=code.label)
    invoice.net, invoice.vat, invoice.total = totals.net, totals.vat, totals.total
    invoice.total_cents = in_cents(Decimal(totals.total))


def inputs_of(rows: Iterable[Any]) -> list[LineInput]:
    """Lines of a draft as they were written, to write them again."""
    return [
        LineInput(
            description=row.description,
            quantity=row.quantity,
            unit=row.unit,
            unit_price=row.unit_price,
            vat_code=row.vat_code,
            discount_percent=row.discount_percent,
            discount_amount=row.discount_amount,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            advance=row.advance_id,
        )
        for row in rows
    ]
