"""Drafts: written, changed, thrown away. Nothing is posted yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from activities.models import Activity
from activities.services import open_activity_for_update
from core import audit
from core.money import in_cents
from core.types import Actor
from invoicing import origins, selectors
from invoicing.enums import InvoiceState, Unit
from invoicing.errors import EmptyInvoice, InvoiceNotDraft, LineInvalid, StaleInvoice
from invoicing.models import Client, Invoice, InvoiceLine
from invoicing.services.clients import work_with
from invoicing.types import LineInput, Totals
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
) -> Invoice:
    """Write a draft for an open Activity; its client becomes one that the Activity works with.

    Locks the Activity and the client. Raises `ActivityNotOpen`, `ClientNotFound`, `LineInvalid`,
    `VatCodeNotInForce`. A second call writes a second draft.
    """
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
) -> Invoice:
    """Replace everything in a draft. `version`: the one that the writer saw.

    Locks: client, invoice. Raises `InvoiceNotDraft`, `StaleInvoice`, and what `create_draft` raises.
    """
    client = selectors.client_for_update(client_id)
    invoice = selectors.invoice_for_update(invoice_id)
    if invoice.state != InvoiceState.DRAFT:
        raise InvoiceNotDraft
    if version is not None and version != invoice.version:
        raise StaleInvoice
    work_with(client=client, activity_id=invoice.activity_id)
    invoice.client = client
    invoice.delivery_date = delivery_date
    invoice.buyer_reference = buyer_reference.strip()[:60]
    invoice.note = note.strip()[:300]
    invoice.version += 1
    rows = _write_lines(invoice, lines)
    InvoiceLine.objects.filter(invoice=invoice).delete()
    InvoiceLine.objects.bulk_create(rows)
    invoice.save(
        update_fields=[
            "client", "delivery_date", "buyer_reference", "note", "version",
            "net", "vat", "total", "total_cents",
        ]
    )  # fmt: skip
    audit.record(actor, "invoice.changed", invoice, total=str(invoice.total))
    return invoice


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
    invoice.delete()


def priced(
    *, activity: Activity, client: Client, lines: Sequence[LineInput], on: date
) -> tuple[Invoice, list[InvoiceLine]]:
    """The unsaved draft and lines that these lines would become on a day, checked and added up, for what is
    not invoiced yet. Raises `EmptyInvoice`, `LineInvalid`, `VatCodeNotInForce`.
    """
    invoice = Invoice(activity=activity, entity=activity.entity, client=client, delivery_date=on)
    return invoice, _write_lines(invoice, lines)


def preview_totals(
    *, entity: LegalEntity, client: Client | None, lines: Sequence[LineInput], on: date
) -> Totals:
    """What lines would amount to on a day; writes nothing. Raises `VatCodeNotInForce`."""
    pairs = [(line.vat_code or code_for(entity, client, on), line.net) for line in lines]
    return totals_of(entity.country, pairs, on=on, language=client.language if client else "fr")


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


def _write_lines(invoice: Invoice, lines: Sequence[LineInput]) -> list[InvoiceLine]:
    """Unsaved rows; the invoice gets their totals at the rates of the delivery date
    (issuing counts again).
    """
    if not lines:
        raise EmptyInvoice
    rows = []
    for position, line in enumerate(lines, 1):
        if not line.description.strip() or not line.quantity or line.unit_price < 0:
            raise LineInvalid(position=position)
        code = line.vat_code or code_for(invoice.entity, invoice.client, invoice.delivery_date)
        rows.append(
            InvoiceLine(
                invoice=invoice,
                position=position,
                description=line.description.strip()[:300],
                quantity=line.quantity,
                unit=Unit(line.unit),
                unit_price=line.unit_price,
                net=line.net,
                vat_code=vat_code(invoice.entity.country, code, on=invoice.delivery_date).code,
            )
        )
    totals = totals_of(
        invoice.entity.country, [(row.vat_code, row.net) for row in rows], on=invoice.delivery_date
    )
    keep_totals(invoice, totals)
    return rows


def keep_totals(invoice: Invoice, totals: Totals) -> None:
    """Put the totals on the (unsaved) row."""
    invoice.net, invoice.vat, invoice.total = totals.net, totals.vat, totals.total
    invoice.total_cents = in_cents(Decimal(totals.total))


def inputs_of(rows: Sequence[Any]) -> list[LineInput]:
    """Lines of a draft as they were written, to write them again."""
    return [LineInput(row.description, row.quantity, row.unit, row.unit_price, row.vat_code) for row in rows]
