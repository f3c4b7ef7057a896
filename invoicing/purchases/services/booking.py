"""A purchase in the books, its payment, and credit notes taken from it (DOMAIN §4, example C)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from core import audit
from core.identifiers import InvalidIdentifier, normalise_structured_communication
from core.locks import for_update
from core.money import ZERO
from core.outbox import publish
from core.types import Actor
from invoicing.purchases import selectors
from invoicing.purchases.enums import AccountTrust, PurchaseState
from invoicing.purchases.errors import SupplierAccountChanged, SupplierAccountMissing
from invoicing.purchases.models import Purchase, PurchaseVat, SetOff, Supplier, SupplierAccount
from invoicing.purchases.services.splitting import Share, costs_by_budget
from ledger.enums import Journal
from ledger.services import post_entry
from ledger.treasury.enums import PayoutKind, PayoutState
from ledger.treasury.models import Payout
from ledger.treasury.services import lower_payout, request_payout
from ledger.types import Entry, Release, cr, dr, without_zeros

PURCHASE = "purchases.purchase"
"""Source type of purchases in entries and payouts."""
HOLD = "purchases.purchasehold"
"""Source type of what is set aside for them."""

DEBITED_BY_THE_SUPPLIER = frozenset({"49", "59"})
"""UNCL 4461: direct debit. The supplier takes the money, we send none."""


def book(purchase: Purchase, shares: Sequence[Share], *, on: date, actor: Actor, reserved: bool) -> Purchase:
    """Post an accepted purchase, ask for its payment, set credit notes against it.

    `Dr 61x [A] for each Activity and kind of cost, Dr 411 / Cr 451, Cr 440`, for a credit note the opposite.
    The caller holds the locks of supplier, Activities and purchase. Raises `BudgetExceeded`, `PeriodClosed`,
    `SupplierAccountMissing`, `SupplierAccountChanged`.
    """
    pays = not purchase.is_credit_note and purchase.left > ZERO
    if pays and not is_debited(purchase):
        check_account(purchase)
    assert purchase.entity_id is not None
    costs = costs_by_budget(purchase, shares)
    sign = -1 if purchase.is_credit_note else 1
    post_entry(
        Entry(
            entity=purchase.entity_id,
            date=on,
            journal=Journal.PURCHASES,
            source_type=PURCHASE,
            source_id=purchase.pk,
            kind="booked",
            text=purchase.text,
            lines=without_zeros(
                *(dr(account, sign * cost, budget=budget_id) for (account, budget_id), cost in costs.items()),
                dr("411", sign * purchase.recoverable_vat),
                cr("451", sign * purchase.due_vat),
                cr("440", sign * purchase.total, party=purchase.supplier.party_id),
            ),
            releases=tuple(releases_of(purchase)) if reserved else (),
            imposed=purchase.is_credit_note,
        )
    )
    PurchaseVat.objects.bulk_create(
        [
            PurchaseVat(
                purchase=purchase,
                part=share.part,
                case=share.row.case,
                category=share.row.category,
                rate=share.row.rate,
                base=share.row.base,
                tax=share.row.tax,
                due=share.row.due,
                deductible=share.row.deductible,
            )
            for share in shares
        ]
    )
    purchase.booked_on, purchase.booked_by = on, actor.label[:120]
    purchase.state = PurchaseState.BOOKED if purchase.is_credit_note else PurchaseState.TO_PAY
    if not purchase.is_credit_note and not pays:
        purchase.state, purchase.paid_on = PurchaseState.PAID, on
    purchase.save(update_fields=["booked_on", "booked_by", "state", "paid_on"])
    if pays and not is_debited(purchase):
        _ask_for_payment(purchase, on)
    audit.record(actor, "purchase.booked", purchase, total=str(purchase.total), cost=str(purchase.cost))
    publish("purchase.booked", purchase)
    settle_credit_notes(purchase.supplier, purchase.entity_id, on=on, actor=actor)
    purchase.refresh_from_db()
    return purchase


def budgets_of(costs: Mapping[tuple[str, UUID], Decimal]) -> dict[UUID, Decimal]:
    """What is taken from each budget."""
    found: dict[UUID, Decimal] = {}
    for (_account, budget_id), cost in costs.items():
        found[budget_id] = found.get(budget_id, ZERO) + cost
    return found


def releases_of(purchase: Purchase) -> list[Release]:
    """What is set aside for it; what is over frees nothing."""
    held = purchase.holds.values_list("budget_id", "pk")
    before_parts = purchase.activity.budget_id if purchase.activity is not None else None
    releases = [Release(budget_id, HOLD, pk) for budget_id, pk in held]
    if not releases and before_parts is not None:  # set aside before purchases could be split
        return [Release(before_parts, PURCHASE, purchase.pk)]
    return releases


def is_debited(purchase: Purchase) -> bool:
    """Whether the supplier takes the money from our account."""
    return purchase.document.content.get("payment_code") in DEBITED_BY_THE_SUPPLIER


def check_account(purchase: Purchase) -> None:
    """Raise unless there is an account to pay that a person has no reason to doubt."""
    if not purchase.iban:
        raise SupplierAccountMissing
    account = SupplierAccount.objects.filter(supplier=purchase.supplier, iban=purchase.iban).first()
    if account is None or account.trust == AccountTrust.CHANGED:
        raise SupplierAccountChanged(supplier=purchase.supplier.name, iban=purchase.iban)


def _ask_for_payment(purchase: Purchase, on: date) -> None:
    """What is left to pay, on the due date, with the supplier's reference or else the document's number."""
    request_payout(
        entity_id=purchase.entity.pk,
        kind=PayoutKind.SUPPLIER,
        party_id=purchase.supplier.party_id,
        payee_name=purchase.supplier.name,
        iban=purchase.iban,
        amount=purchase.left,
        communication=_communication(purchase),
        due_on=max(purchase.due_on or purchase.issued_on, on),
        source_type=PURCHASE,
        source_id=purchase.pk,
        settles_account="440",
    )


def _communication(purchase: Purchase) -> str:
    """A structured communication in its twelve digits, any other reference as written."""
    if not purchase.reference:
        return purchase.number[:140]
    try:
        return normalise_structured_communication(purchase.reference)
    except InvalidIdentifier:
        return purchase.reference


def payout_of(purchase: Purchase) -> Payout | None:
    """The payment that stands for a purchase: the last one, if the bank sent one back."""
    return (
        Payout.objects.filter(source_type=PURCHASE, source_id=purchase.pk, kind=PayoutKind.SUPPLIER)
        .order_by("-attempt")
        .first()
    )


def settle_credit_notes(supplier: Supplier, entity_id: UUID, *, on: date, actor: Actor) -> None:
    """Take what credit notes give back from what is still to pay to the same supplier by the same company.

    A credit note goes to the invoice that it names first, then to the one that is due first. What a payment
    file holds already stays; the rest of the credit note waits for the next invoice. The supplier is locked.
    """
    rows = list(for_update(selectors.unsettled(supplier, entity_id)))
    invoices = [row for row in rows if not row.is_credit_note and row.left > ZERO]
    invoices.sort(key=lambda row: (row.due_on or row.issued_on, row.pk))
    for note in (row for row in rows if row.is_credit_note and row.left > ZERO):
        named_first = sorted(invoices, key=lambda row, note=note: row.pk != note.corrects_id)  # type: ignore[misc]
        for invoice in named_first:
            payout = payout_of(invoice)
            movable = payout is not None and payout.state in (PayoutState.OPEN, PayoutState.HELD)
            amount = min(note.left, invoice.left)
            if amount <= ZERO or not (movable or payout is None):
                continue
            _set_off(note, invoice, amount, on)
            if payout is not None:
                lower_payout(payout_id=payout.pk, amount=invoice.left, actor=actor)


def _set_off(note: Purchase, invoice: Purchase, amount: Decimal, on: date) -> None:
    SetOff.objects.create(credit_note=note, invoice=invoice, amount=amount, on=on)
    for row in (note, invoice):
        row.set_off += amount
    if invoice.left == ZERO:
        invoice.state, invoice.paid_on = PurchaseState.PAID, on
    note.save(update_fields=["set_off"])
    invoice.save(update_fields=["set_off", "state", "paid_on"])
