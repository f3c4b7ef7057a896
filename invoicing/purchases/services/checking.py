"""What the public rules say of documents that came, and documents that are taken all the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from core import audit
from core.types import Actor
from invoicing.einvoicing.validation import Failure
from invoicing.purchases import selectors
from invoicing.purchases.enums import PurchaseState, RuleCheck
from invoicing.purchases.errors import (
    NothingToOverride,
    OverrideReasonMissing,
    PurchaseBeingChecked,
    PurchaseBreaksRules,
    PurchaseNotWaiting,
)
from invoicing.purchases.models import Purchase

CHECK = "purchase_check"
"""Kind of the work in the queue of documents."""
MOST = 50
"""Broken rules that are kept of one document: a file of another sort breaks a rule in each line."""
RULES = Actor.system("public rules")


@transaction.atomic
def note_rules(*, purchase_id: UUID, failures: Sequence[Failure]) -> Purchase:
    """Keep what the rules say of a document. Locks: supplier, purchase. A repeat, and a late answer about
    what a person took meanwhile, change nothing.
    """
    selectors.lock_supplier_of(purchase_id)
    purchase = selectors.purchase_for_update(purchase_id)
    if purchase.rule_check != RuleCheck.WAITING:
        return purchase
    first = sorted(failures, key=lambda found: not found.fatal)[:MOST]
    purchase.broken_rules = [
        {"rule": found.rule[:40], "text": found.text[:400], "place": found.place[:300], "fatal": found.fatal}
        for found in first
    ]
    fatal = any(found.fatal for found in failures)
    purchase.rule_check = RuleCheck.BROKEN if fatal else RuleCheck.PASSED
    purchase.save(update_fields=["broken_rules", "rule_check"])
    audit.record(RULES, "purchase.checked", purchase, rule_check=str(purchase.rule_check))
    return purchase


@transaction.atomic
def override_rules(*, purchase_id: UUID, reason: str, on: date, actor: Actor) -> Purchase:
    """Take a document although it breaks the rules, or although they could not be asked: from now on it may
    be accepted. Locks: supplier, purchase. Raises `PurchaseNotWaiting`, `NothingToOverride` (also on a second
    call), `OverrideReasonMissing`.
    """
    selectors.lock_supplier_of(purchase_id)
    purchase = selectors.purchase_for_update(purchase_id)
    if purchase.state not in (PurchaseState.UNASSIGNED, PurchaseState.ASSIGNED):
        raise PurchaseNotWaiting(state=PurchaseState(purchase.state).label)
    if purchase.rule_check not in (RuleCheck.WAITING, RuleCheck.BROKEN):
        raise NothingToOverride
    if not reason.strip():
        raise OverrideReasonMissing
    was, purchase.rule_check = purchase.rule_check, RuleCheck.OVERRIDDEN
    purchase.overridden_on, purchase.overridden_by = on, actor.label[:120]
    purchase.override_reason = reason.strip()[:300]
    purchase.save(update_fields=["rule_check", "overridden_on", "overridden_by", "override_reason"])
    audit.record(actor, "purchase.rules_overridden", purchase, was=str(was), rules=fatal_rules(purchase))
    return purchase


def check_rules(purchase: Purchase) -> None:
    """Raise `PurchaseBeingChecked` or `PurchaseBreaksRules` while a (locked) purchase may not be accepted."""
    if purchase.rule_check == RuleCheck.WAITING:
        raise PurchaseBeingChecked
    if purchase.rule_check == RuleCheck.BROKEN:
        raise PurchaseBreaksRules(rules=fatal_rules(purchase))


def fatal_rules(purchase: Purchase) -> str:
    """Names of the fatal rules that a document breaks, each once."""
    return ", ".join(dict.fromkeys(found["rule"] for found in purchase.broken_rules if found["fatal"]))
