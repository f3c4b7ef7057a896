"""What lateness costs: claimed, paid out of what came in too much, waived, given back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.money import ZERO
from core.outbox import publish
from core.types import Actor
from invoicing import selectors as root
from invoicing.collection import selectors
from invoicing.collection.claims import Claim, claims_on, free_on
from invoicing.collection.corrections import owed_of
from invoicing.collection.enums import ChargeKind
from invoicing.collection.errors import (
    AmountNotPositive,
    ChargeNotOpen,
    ChargesNotYet,
    CostsNotAllowed,
    InvoiceHeld,
    NothingToClaim,
    ReasonMissing,
)
from invoicing.collection.law import law_of
from invoicing.collection.models import Charge, PlanInvoice
from invoicing.enums import ClientKind, InvoiceState
from invoicing.errors import InvoiceNotIssued
from invoicing.models import Invoice
from invoicing.receivables import Receipt
from invoicing.services.receipts import settle_invoices
from ledger.enums import Fund, Journal
from ledger.services import post_entries
from ledger.types import Entry, Line, cr, dr

CHARGE = "collection.charge"
"""Source type of charges in entries."""


@transaction.atomic
def claim_charges(*, invoice_id: UUID, on: date, actor: Actor) -> list[Charge]:
    """Claim on a late invoice what the law allows and was not claimed yet: interest up to `on`, and once the
    indemnity.

    Becomes true: a row per charge with the lines that explain it, each posted `Dr 400 / Cr 7560 [guarantee]`;
    no budget and no levy moves. Locks: invoice. Raises
    `InvoiceNotIssued`, `InvoiceHeld` (disputed, in a plan), `ChargesNotYet`, `NoRateInForce`,
    `NothingToClaim`: a repeat on the same day.
    """
    invoice = root.invoice_for_update(invoice_id)
    _check_claimable(invoice, on)
    debt = selectors.debts_of([invoice], on)[invoice.pk]
    if debt.kind == ClientKind.CONSUMER and on > debt.due_on and free_on(debt, on):
        raise ChargesNotYet(number=invoice.number)
    claims = claims_on(debt, on)
    if not claims:
        raise NothingToClaim(number=invoice.number)
    return keep_claims([(invoice, claims)], on=on, actor=actor)


def _check_claimable(invoice: Invoice, on: date) -> None:
    if invoice.state in (InvoiceState.DRAFT, InvoiceState.CREDITED):
        raise InvoiceNotIssued
    if invoice.disputed_on or PlanInvoice.objects.filter(invoice=invoice, active=True).exists():
        raise InvoiceHeld(number=invoice.number, why=selectors.why_held(invoice, on))


@transaction.atomic
def claim_costs(*, invoice_id: UUID, amount: Decimal, text: str, on: date, actor: Actor) -> Charge:
    """Claim reasonable costs of recovery beyond the 40 € (law of 2 August 2002, article 6), in euro.

    Locks: invoice. Raises `InvoiceNotIssued`, `InvoiceHeld`, `CostsNotAllowed` (consumers), `ReasonMissing`,
    `AmountNotPositive`. Every call claims more.
    """
    invoice = root.invoice_for_update(invoice_id)
    _check_claimable(invoice, on)
    if invoice.client.kind == ClientKind.CONSUMER:
        raise CostsNotAllowed
    if not text.strip():
        raise ReasonMissing
    if amount <= 0:
        raise AmountNotPositive
    law = f"{law_of(invoice.entity.country, invoice.client.kind)}, art. 6"
    basis = ({"text": text.strip()[:140], "amount": str(amount), "on": on.isoformat()},)
    claim = Claim(ChargeKind.COSTS, amount, law, None, basis)
    [charge] = keep_claims([(invoice, [claim])], on=on, actor=actor)
    return charge


def keep_claims(claims: Sequence[tuple[Invoice, Sequence[Claim]]], *, on: date, actor: Actor) -> list[Charge]:
    """Write and post claims on locked invoices: a row and an entry each, in a fixed number of statements."""
    pairs = [
        (
            invoice,
            Charge(
                invoice=invoice,
                client=invoice.client,
                kind=claim.kind,
                amount=claim.amount,
                claimed_on=on,
                until=claim.until,
                basis=list(claim.basis),
                law=claim.law,
            ),
        )
        for invoice, rows in claims
        for claim in rows
    ]
    charges = Charge.objects.bulk_create([charge for _, charge in pairs])
    post_entries([_entry(invoice, charge, "claim", charge.amount, on) for invoice, charge in pairs])
    audit.record_all(
        actor,
        [
            (
                "charge.claimed",
                charge,
                {"invoice": invoice.number, "kind": charge.kind, "amount": str(charge.amount)},
            )
            for invoice, charge in pairs
        ],
    )
    for invoice, _rows in claims:
        publish("collection.claimed", invoice, on=on.isoformat())
    return charges


def take_excess(invoice: Invoice, excess: Decimal, receipt: Receipt, actor: Actor) -> Decimal:
    """Settle the charges of a (locked, fully paid) invoice with what came in too much, the oldest first; how
    much of it they took, in euro.

    The principal is paid before its charges. No entry: the money and the charges stand on 400 already.
    """
    left = excess
    for charge in selectors.charges_of([invoice.pk]):
        paid = min(left, charge.open_amount)
        if paid <= 0:
            continue
        left -= paid
        _count(charge, paid, receipt.received_on, actor)
    return excess - left


def give_back_excess(invoice: Invoice, amount: Decimal, receipt: Receipt, actor: Actor) -> Decimal:
    """Money of a (locked) invoice goes back: its charges lose it first, the newest first; how much they had
    taken of it, in euro.
    """
    left = amount
    for charge in reversed(selectors.charges_of([invoice.pk])):
        back = min(left, charge.paid - charge.given_back)
        if back <= 0:
            continue
        left -= back
        _count(charge, -back, receipt.received_on, actor)
    return amount - left


def _count(charge: Charge, amount: Decimal, on: date, actor: Actor) -> None:
    charge.paid += amount
    charge.paid_on = on if charge.open_amount == 0 else None
    charge.save(update_fields=["paid", "paid_on"])
    audit.record(actor, "charge.payment", charge, amount=str(amount))


@transaction.atomic
def waive_charge(*, charge_id: UUID, on: date, reason: str, actor: Actor) -> Charge:
    """Give up what is still open of a charge: `Dr 7560 [guarantee] / Cr 400`.

    Locks: invoice, charge. Raises `ReasonMissing`, `ChargeNotFound`, `ChargeNotOpen` (paid, or a repeat).
    """
    if not reason.strip():
        raise ReasonMissing
    invoice = root.invoice_for_update(selectors.charge(charge_id).invoice_id)
    charge = selectors.charge_for_update(charge_id)
    if charge.open_amount <= 0:
        raise ChargeNotOpen
    _waive(invoice, charge, charge.open_amount, on, reason, actor)
    return charge


@transaction.atomic
def correct_charges(*, invoice_id: UUID, on: date, actor: Actor) -> Decimal:
    """Take back what was claimed and, as is known now, was not owed: `Dr 7560 [guarantee] / Cr 400`, in euro.

    A payment that is read after the claim but came before it bears no interest from its day, lowers the
    consumer's indemnity, and in time leaves nothing to compensate; an invoice that is credited whole leaves
    nothing to claim. What was paid of the charges stays paid. Locks: invoice. Any number of calls gives the
    same.
    """
    invoice = root.invoice_for_update(invoice_id)
    charges = [row for row in selectors.charges_of([invoice.pk]) if row.open_amount > 0]
    if not charges:
        return ZERO
    debt = selectors.debts_of([invoice], on)[invoice.pk]
    taken_back = ZERO
    for charge in charges:
        owed = ZERO if invoice.state == InvoiceState.CREDITED else owed_of(charge, debt)
        undue = min(charge.open_amount, charge.amount - charge.waived - owed)
        if undue > 0:
            _waive(invoice, charge, undue, on, _("Not owed: it was paid or credited before the claim"), actor)
            taken_back += undue
    return taken_back


def _waive(invoice: Invoice, charge: Charge, amount: Decimal, on: date, reason: str, actor: Actor) -> None:
    """Give up a part of what is open of a charge (its invoice locked)."""
    kind = "waive" if not charge.waived else f"waive:{charge.waived + amount}"
    charge.waived += amount
    charge.waived_on = on
    charge.waiver_reason = reason.strip()[:300]
    charge.save(update_fields=["waived", "waived_on", "waiver_reason"])
    post_entries([_entry(invoice, charge, kind, -amount, on)])
    audit.record(actor, "charge.waived", charge, amount=str(amount), reason=charge.waiver_reason)


def give_back(charges: Iterable[Charge], *, on: date, actor: Actor) -> None:
    """Give paid (and locked) charges back as the client's credit: `Dr 7560 [guarantee] / Cr 400`. The credit
    stands on the invoice that bore the charge, to be refunded or set off as any other.
    """
    rows = list(charges)
    for charge in rows:
        charge.given_back, charge.given_back_on = charge.paid, on
    Charge.objects.bulk_update(rows, ["given_back", "given_back_on"])
    post_entries([_entry(row.invoice, row, "give_back", -row.given_back, on) for row in rows])
    audit.record_all(actor, [("charge.given_back", row, {"amount": str(row.given_back)}) for row in rows])
    settle_invoices(
        receipts=[
            Receipt(row.invoice_id, row.given_back, on, CHARGE, row.pk, text=row.get_kind_display())
            for row in rows
        ],
        actor=actor,
    )


def _entry(invoice: Invoice, charge: Charge, kind: str, amount: Decimal, on: date) -> Entry:
    """Late interest and indemnities of the guarantee fund (DOMAIN §4, example C); negative: the opposite."""
    party = invoice.client.party_id
    lines: tuple[Line, Line] = (
        (dr("400", amount, party=party), cr("7560", amount, fund=Fund.GUARANTEE))
        if amount > 0
        else (dr("7560", -amount, fund=Fund.GUARANTEE), cr("400", -amount, party=party))
    )
    return Entry(
        entity=invoice.entity_id,
        date=on,
        journal=Journal.SALES,
        source_type=CHARGE,
        source_id=charge.pk,
        kind=kind,
        text=f"{invoice.number} {invoice.client.name}"[:140],
        lines=lines,
    )
