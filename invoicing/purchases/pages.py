"""What the page of a purchase shows, worked out from the document and from what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from activities.selectors import holds
from core.kit.formats import day, money
from core.links import link
from core.tenancy import current_cooperative
from invoicing.purchases.cases import cases_open_to, country_of, likely_case
from invoicing.purchases.enums import AccountTrust, Origin, PurchaseState, RuleCheck
from invoicing.purchases.forms import AcceptForm, AccountForm, WhyForm
from invoicing.purchases.models import OWED, Purchase
from invoicing.purchases.part_forms import rates_of
from invoicing.purchases.roles import APPROVE, CONFIRM, QUEUE
from invoicing.purchases.selectors import account_of
from invoicing.purchases.services import payout_of

WAITING = (PurchaseState.UNASSIGNED, PurchaseState.ASSIGNED)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the document, for reading."""

    name: str
    detail: str
    quantity: Decimal
    unit: str
    price: Decimal
    rate: str
    net: Decimal


@dataclass(frozen=True, slots=True)
class Rights:
    """What this person may do with this purchase now."""

    accept: bool
    split: bool
    give_back: bool
    assign: bool
    approve: bool
    refuse: bool
    confirm: bool
    override: bool

    @property
    def any(self) -> bool:
        """Whether there is an answer to give."""
        return self.accept or self.assign or self.approve or self.refuse or self.override


def rights_of(purchase: Purchase, person: Any, roles: frozenset[str]) -> Rights:
    """What the page offers; the services hold each of them again."""
    own = is_own(purchase, person)
    waits = purchase.state in WAITING
    given = purchase.state == PurchaseState.ASSIGNED
    asked = own and given
    if asked and purchase.parts.exists():
        theirs = purchase.parts.filter(accepted_on=None).values_list("activity_id", flat=True)
        asked = any(holds(person.pk, key) for key in set(theirs))
    queue = bool(roles & QUEUE)
    blocked = purchase.rule_check in (RuleCheck.WAITING, RuleCheck.BROKEN)
    second = purchase.accepted_by_person != person.pk and not own
    return Rights(
        accept=asked and not blocked,
        split=waits and (queue or own),
        give_back=given and own,
        assign=waits and queue,
        approve=purchase.state == PurchaseState.APPROVAL and second and bool(roles & APPROVE),
        refuse=(waits and (queue or own)) or (purchase.state == PurchaseState.APPROVAL and queue),
        confirm=bool(roles & CONFIRM),
        override=waits and blocked and queue,
    )


def is_mine_or_queue(purchase: Purchase, person: Any, roles: frozenset[str]) -> bool:
    """Whether the person is of its Activity, or is one who assigns."""
    return is_own(purchase, person) or bool(roles & QUEUE)


def is_own(purchase: Purchase, person: Any) -> bool:
    """Whether the person is of an Activity that bears it, whole or a part."""
    if purchase.activity_id is None:
        return False
    keys = purchase.parts.values_list("activity_id", flat=True)
    return any(holds(person.pk, key) for key in set(keys) or {purchase.activity_id})


def context_of(purchase: Purchase, person: Any, roles: frozenset[str]) -> dict[str, Any]:
    """Everything of the page but forms that were filled in."""
    rights = rights_of(purchase, person, roles)
    content = purchase.document.content
    account = account_of(purchase) if purchase.iban else None
    house = purchase.entity.country if purchase.entity else current_cooperative().country
    corrected = purchase.corrects if purchase.is_credit_note else None
    initial = {
        "case": (corrected and corrected.case) or likely_case(purchase, house),
        "category": (corrected and corrected.category) or "services",
    }
    return {
        "purchase": purchase,
        "document": purchase.document,
        "content": content,
        "rows": [_row(line) for line in content.get("lines", [])],
        "vat": [
            {**part, "base": Decimal(part["base"]), "tax": Decimal(part["tax"])} for part in content["vat"]
        ],
        "attachments": list(purchase.document.attachments.select_related("file")),
        "paper": purchase.document.origin == Origin.TYPED,
        "rights": rights,
        "booked": purchase.state in OWED,
        "account": account,
        "changed": account is not None and account.trust == AccountTrust.CHANGED,
        "steps": _steps(purchase),
        "accept_form": AcceptForm(
            cases=offered_cases(purchase), in_parts=says_its_parts(purchase), initial=initial
        ),
        "parts": parts_of(purchase),
        "account_form": AccountForm(initial={"iban": purchase.iban}),
        "back_form": WhyForm(prefix="back"),
        "warnings": [found for found in purchase.broken_rules if not found["fatal"]],
        "fatal": [found for found in purchase.broken_rules if found["fatal"]],
        "being_checked": purchase.rule_check == RuleCheck.WAITING and purchase.state in WAITING,
        "override_form": WhyForm(prefix="override"),
        "refuse_form": WhyForm(prefix="refuse"),
    }


@dataclass(frozen=True, slots=True)
class Borne:
    """A part of a split purchase, for reading: what it costs once it is booked."""

    activity: str
    category: str
    rate: str
    base: Decimal
    deducted: Decimal | None
    cost: Decimal | None
    agreed: str


def parts_of(purchase: Purchase) -> list[Borne]:
    """Who bears how much of it, and who has agreed."""
    rates = dict(rates_of(purchase))
    booked = {row.part_id: row for row in purchase.vat_rows.all()}
    rows = []
    for part in purchase.parts.select_related("activity"):
        vat = booked.get(part.pk)
        rows.append(
            Borne(
                part.activity.name,
                part.get_category_display(),
                rates.get(part.vat_row, ""),
                part.base,
                vat.deductible if vat else None,
                vat.base + vat.tax + vat.due - vat.deductible if vat else None,
                part.accepted_by,
            )
        )
    return rows


def says_its_parts(purchase: Purchase) -> bool:
    """Whether nobody has to say what was bought: it is split, or gives back an invoice that was."""
    if purchase.parts.exists():
        return True
    invoice = purchase.corrects if purchase.is_credit_note else None
    return invoice is not None and invoice.state in OWED and invoice.parts.exists()


def offered_cases(purchase: Purchase) -> tuple[str, ...]:
    """Treatments that a person chooses from: abroad, where the document cannot say it all; at home none."""
    house = purchase.entity.country if purchase.entity else current_cooperative().country
    if country_of(purchase.supplier, house) == house:
        return ()
    return cases_open_to(purchase.supplier, house)


def _row(line: dict[str, Any]) -> Row:
    return Row(
        name=line["name"] or line["description"],
        detail=" · ".join(filter(None, (line["description"], line["note"]))),
        quantity=Decimal(line["quantity"]),
        unit=line["unit"],
        price=Decimal(line["price"]),
        rate=line["rate"] or "",
        net=Decimal(line["net"]),
    )


def _steps(purchase: Purchase) -> list[dict[str, Any]]:
    """Where it stands, and what comes next."""
    state = purchase.state
    steps: list[dict[str, Any]] = [
        {"title": _("Received"), "text": day(purchase.document.received_on), "state": "done"}
    ]
    if state == PurchaseState.REFUSED:
        return [*steps, {"title": _("Refused"), "text": purchase.refusal_reason, "state": "current"}]
    order = [PurchaseState.UNASSIGNED, PurchaseState.ASSIGNED, PurchaseState.APPROVAL, PurchaseState.TO_PAY]
    place = order.index(PurchaseState(state)) if state in order else len(order)
    assigned = purchase.activity.name if purchase.activity else _("Finance or an adviser says whose it is.")
    accepted = purchase.accepted_by or _("A person of the Activity agrees.")
    steps += [
        {"title": _("Given to an Activity"), "text": assigned, "state": _mark(place, 0)},
        {"title": _("Accepted"), "text": accepted, "state": _mark(place, 1)},
    ]
    if state == PurchaseState.APPROVAL:
        steps.append({"title": _("An adviser agrees"), "state": "current"})
    if purchase.is_credit_note:
        return [*steps, {"title": _("Set against what is to pay"), "state": _mark(place, 3)}]
    payout = payout_of(purchase) if place >= 3 else None
    text = (
        _("%(amount)s on %(day)s") % {"amount": money(payout.amount), "day": day(payout.due_on)}
        if payout
        else ""
    )
    return [*steps, {"title": _("Paid"), "text": text, "state": _mark(place, 3)}]


def _mark(place: int, step: int) -> str:
    return "done" if place > step else "current" if place == step else "todo"


def purchase_url(purchase: Purchase) -> str:
    """The page of a purchase."""
    return link("purchases:purchase", pk=purchase.pk)
