"""A purchase over several Activities or kinds of cost, and what each of them bears."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum

from activities.enums import ExpenseCategory
from activities.models import Activity
from activities.reference import category_rule
from activities.selectors import activity_for_update, holds
from activities.services import open_activity_for_update
from core import audit
from core.money import ZERO, r
from core.outbox import publish
from core.tenancy import current_cooperative
from core.types import Actor
from invoicing.purchases import selectors
from invoicing.purchases.cases import (
    VatRow,
    cases_open_to,
    document_rows,
    likely_case,
    nature_of,
    sums_of,
)
from invoicing.purchases.enums import PurchaseState
from invoicing.purchases.errors import (
    EntityMismatch,
    PurchaseCaseUnclear,
    PurchaseCategoryUnfit,
    PurchaseNotWaiting,
    PurchaseNumberTaken,
    PurchasePartsWrong,
)
from invoicing.purchases.models import OWED, Purchase, PurchasePart, PurchaseVat
from invoicing.purchases.services.receiving import note_account
from invoicing.purchases.shares import FIELDS, Left, Piece, deducted, given_back, owed_back, share_out

MOST_PARTS = 40
"""Parts of one purchase."""


@dataclass(frozen=True, slots=True)
class PartInput:
    """What somebody wants an Activity to bear: `base` without VAT, in euro, of a VAT row of the document."""

    activity_id: UUID
    category: str
    base: Decimal
    vat_row: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """What a purchase costs one Activity under one kind of cost: how it is booked."""

    activity: Activity
    category: str
    row: VatRow
    part: PurchasePart | None = None


@transaction.atomic
def split_purchase(
    *, purchase_id: UUID, parts: Sequence[PartInput], on: date, actor: Actor, case: str = ""
) -> Purchase:
    """Say which Activities bear a purchase that waits, for which kinds of cost; people of each are asked.

    The parts of a VAT row make its base, to the cent. What was agreed before is asked again; without parts,
    the purchase is whole again. `case`: the VAT treatment of a supplier abroad, for all parts. Locks:
    supplier, Activities, purchase. Raises `PurchaseNotWaiting`, `PurchasePartsWrong`,
    `PurchaseCategoryUnfit`, `PurchaseCaseUnclear`, `EntityMismatch`, `ActivityNotOpen`,
    `PurchaseNumberTaken`; then nothing is written.
    """
    selectors.lock_supplier_of(purchase_id)
    wanted = _merged(parts)
    activities = {key: open_activity_for_update(key) for key in sorted({part.activity_id for part in wanted})}
    purchase = selectors.purchase_for_update(purchase_id)
    if purchase.state not in (PurchaseState.UNASSIGNED, PurchaseState.ASSIGNED):
        raise PurchaseNotWaiting(state=PurchaseState(purchase.state).label)
    PurchasePart.objects.filter(purchase=purchase).delete()
    if not wanted:
        purchase.case = ""
        purchase.save(update_fields=["case"])
        audit.record(actor, "purchase.split", purchase, parts=0)
        return purchase
    _check_parts(purchase, wanted)
    for activity in activities.values():
        addressee = purchase.entity or activities[wanted[0].activity_id].entity
        if activity.entity_id != addressee.pk:
            raise EntityMismatch(addressee=addressee.name, entity=activity.entity.name)
    first = activities[wanted[0].activity_id]
    if case and case not in cases_open_to(purchase.supplier, first.entity.country):
        raise PurchaseCaseUnclear(country=purchase.supplier.country or first.entity.country)
    if purchase.activity_id not in activities:
        purchase.activity = first
    purchase.entity, purchase.case = first.entity, case
    purchase.state, purchase.refusal_reason = PurchaseState.ASSIGNED, ""
    try:
        with transaction.atomic():
            purchase.save(update_fields=["entity", "activity", "state", "refusal_reason", "case"])
    except IntegrityError:
        raise PurchaseNumberTaken(supplier=purchase.supplier.name, number=purchase.number) from None
    PurchasePart.objects.bulk_create(
        [
            PurchasePart(
                purchase=purchase,
                position=position,
                activity=activities[part.activity_id],
                category=part.category,
                vat_row=part.vat_row,
                base=part.base,
            )
            for position, part in enumerate(wanted, 1)
        ]
    )
    if purchase.iban:
        note_account(purchase.supplier, purchase.iban, on=on)
    audit.record(actor, "purchase.split", purchase, parts=len(wanted))
    publish("purchase.assigned", purchase)
    return purchase


def _merged(parts: Iterable[PartInput]) -> list[PartInput]:
    """The same Activity, kind of cost and VAT row once."""
    found: dict[tuple[UUID, str, int], PartInput] = {}
    for part in parts:
        key = part.activity_id, part.category, part.vat_row
        found[key] = replace(part, base=part.base + (found[key].base if key in found else ZERO))
    return list(found.values())


def _check_parts(purchase: Purchase, parts: Sequence[PartInput]) -> None:
    """Raise unless the parts make each VAT row of the document, none of them against its sign."""
    for part in parts:
        if part.category not in ExpenseCategory.values or part.category == ExpenseCategory.MILEAGE:
            raise PurchaseCategoryUnfit(category=part.category)
    for place, base in enumerate(bases_of(purchase)):
        mine = [part.base for part in parts if part.vat_row == place]
        if any(amount * base <= 0 or amount != r(amount) for amount in mine) or sum(mine, ZERO) != base:
            raise PurchasePartsWrong(base=base, row=place + 1)
    if len(parts) > MOST_PARTS or any(part.vat_row >= len(bases_of(purchase)) for part in parts):
        raise PurchasePartsWrong(base=purchase.document.net, row=1)


def bases_of(purchase: Purchase) -> list[Decimal]:
    """What each VAT row of the document holds without VAT, positive as the purchase counts."""
    sign = -1 if purchase.document.gross < 0 else 1
    return [sign * Decimal(row["base"]) for row in purchase.document.content["vat"]]


def lock_activities(purchase: Purchase) -> None:
    """Lock every Activity that bears the purchase, in order of key: those that agree must be open; a credit
    note gives back to closed ones too. Raises `ActivityNotOpen`.
    """
    keys = set(purchase.parts.values_list("activity_id", flat=True))
    others: set[UUID] = set()
    if not keys and purchase.is_credit_note and purchase.corrects_id is not None:
        given = PurchasePart.objects.filter(purchase_id=purchase.corrects_id)
        others = set(given.values_list("activity_id", flat=True))
    if not keys and not others and purchase.activity_id is not None:
        keys = {purchase.activity_id}
    for key in sorted(keys):
        open_activity_for_update(key)
    for key in sorted(others):
        activity_for_update(key)


def reverse_parts(purchase: Purchase, *, on: date, actor: Actor) -> list[PurchasePart]:
    """The parts of a credit note on a booked invoice that was split: those of the invoice. Nobody has to
    agree to what comes back. Empty where the invoice was not split.
    """
    invoice = purchase.corrects
    if not purchase.is_credit_note or invoice is None or invoice.state not in OWED:
        return []
    known = list(invoice.parts.select_related("activity"))
    if not known:
        return []
    lefts = left_of_parts(invoice)
    rates = [_rate(row) for row in invoice.document.content["vat"]]
    rows: list[PurchasePart] = []
    for place, base in enumerate(bases_of(purchase)):
        rate = _rate(purchase.document.content["vat"][place])
        same = [part for part in known if rates[part.vat_row] == rate] or known
        found = given_back(
            base,
            {part.pk: lefts.get(part.pk, Left()).base for part in same},
            {part.pk: abs(part.base) for part in same},
        )
        rows += [
            PurchasePart(
                purchase=purchase,
                position=len(rows) + number,
                activity=part.activity,
                category=part.category,
                vat_row=place,
                base=found[part.pk],
                reverses=part,
                accepted_on=on,
                accepted_by=actor.label[:120],
                accepted_by_person=actor.person_id,
            )
            for number, part in enumerate((part for part in same if part.pk in found), 1)
        ]
    return PurchasePart.objects.bulk_create(rows)


def _rate(row: dict[str, str]) -> tuple[str, Decimal]:
    return row["category"], Decimal(row["rate"] or 0)


def agree_to_parts(purchase: Purchase, parts: Sequence[PurchasePart], *, on: date, actor: Actor) -> bool:
    """Note that the person agrees to the parts of their Activities; says whether everybody has agreed."""
    for part in parts:
        if part.accepted_on is None and holds(actor.person_id, part.activity_id):
            part.accepted_on, part.accepted_by = on, actor.label[:120]
            part.accepted_by_person = actor.person_id
            part.save(update_fields=["accepted_on", "accepted_by", "accepted_by_person"])
            audit.record(actor, "purchase.part_accepted", purchase, part=part.position)
    return all(part.accepted_on is not None for part in parts)


# --- what each bears ----------------------------------------------------------------------------------------


def work_out(purchase: Purchase, *, category: str = "", case: str = "") -> list[Share]:
    """What each Activity bears, and set on the purchase what they make together (cost, VAT, treatment).

    For an unsplit purchase `category` says what was bought. A credit note on a booked invoice gives back at
    the rules of the invoice's day, so that any split of an invoice into credit notes gives back what it took.
    """
    assert purchase.entity is not None and purchase.activity is not None
    invoice = purchase.corrects if purchase.is_credit_note else None
    if invoice is not None and invoice.state not in OWED:
        invoice = None
    on = invoice.issued_on if invoice is not None else purchase.issued_on
    house = purchase.entity.country
    chosen = case or purchase.case or (invoice.case if invoice else "") or likely_case(purchase, house)
    if chosen not in cases_open_to(purchase.supplier, house):
        raise PurchaseCaseUnclear(country=purchase.supplier.country or house)
    rows = document_rows(purchase, case=chosen, entity=purchase.entity, on=on)
    lefts = left_of(invoice) if invoice is not None else {}
    rows = [owed_back(row, lefts.get((row.case, row.category, row.rate))) for row in rows]
    parts = list(purchase.parts.select_related("activity").order_by("position"))
    country = current_cooperative().country
    if parts:
        known = left_of_parts(invoice) if invoice is not None else {}
        pieces = [
            Piece(
                part.pk,
                part.vat_row,
                part.category,
                part.base,
                category_rule(country, part.category, on=on).recoverable_share,
                known.get(part.reverses_id) if part.reverses_id else None,
            )
            for part in parts
        ]
        borne = share_out(rows, pieces)
        shares = [Share(part.activity, part.category, borne[part.pk], part) for part in parts]
    else:
        rule = category_rule(country, category, on=on)
        same = invoice is not None and invoice.category == category
        shares = [
            Share(
                purchase.activity,
                category,
                replace(
                    row,
                    deductible=deducted(
                        row.deductible,
                        rule.recoverable_share,
                        lefts.get((row.case, row.category, row.rate)) if same and row.deductible else None,
                        reverse=bool(row.due),
                    ),
                ),
            )
            for row in rows
        ]
    for field, value in sums_of([share.row for share in shares]).items():
        setattr(purchase, field, value)
    categories = {share.category for share in shares}
    purchase.cost = purchase.total + purchase.due_vat - purchase.recoverable_vat
    purchase.case = chosen
    purchase.category = categories.pop() if len(categories) == 1 else ""
    purchase.nature = nature_of(purchase.category) if purchase.category else ""
    return shares


def costs_by_budget(purchase: Purchase, shares: Sequence[Share]) -> dict[tuple[str, UUID], Decimal]:
    """What the purchase costs, by account and budget; cents by which the document rounds its total go to the
    first.
    """
    found: dict[tuple[str, UUID], Decimal] = {}
    rounding = purchase.total - sum((share.row.base + share.row.tax for share in shares), ZERO)
    for share in shares:
        rule = category_rule(current_cooperative().country, share.category, on=purchase.issued_on)
        key = rule.account, share.activity.budget_id
        row = share.row
        cost = row.base + row.tax + row.due - row.deductible
        found[key] = found.get(key, ZERO) + cost + rounding
        rounding = ZERO
    return found


def left_of(invoice: Purchase) -> dict[tuple[str, str, Decimal], Left]:
    """What is left of each VAT row of a booked invoice, by treatment, category and rate."""
    return {(case, category, rate): left for (case, category, rate), left in _lefts(invoice, "row").items()}


def left_of_parts(invoice: Purchase) -> dict[UUID, Left]:
    """What is left of each part of a booked invoice."""
    return {part: left for (part,), left in _lefts(invoice, "part").items() if part is not None}


def _lefts(invoice: Purchase, by: str) -> dict[tuple, Left]:  # type: ignore[type-arg]
    keys = ("case", "category", "rate") if by == "row" else ("part",)
    notes = Purchase.objects.filter(corrects=invoice, state=PurchaseState.BOOKED)
    own = PurchaseVat.objects.filter(purchase=invoice)
    back = PurchaseVat.objects.filter(purchase__in=notes)
    found: dict[tuple, list[Decimal]] = {}  # type: ignore[type-arg]
    for rows, sign, names in (
        (own, 1, keys),
        (back, -1, keys if by == "row" else ("part__reverses",)),
    ):
        sums = rows.order_by().values(*names).annotate(**{f"sum_{field}": Sum(field) for field in FIELDS})
        for row in sums:
            key = tuple(row[name] for name in names)
            before = found.setdefault(key, [ZERO] * len(FIELDS))
            found[key] = [
                amount + sign * row[f"sum_{field}"] for amount, field in zip(before, FIELDS, strict=True)
            ]
    return {key: Left(*(max(amount, ZERO) for amount in amounts)) for key, amounts in found.items()}
