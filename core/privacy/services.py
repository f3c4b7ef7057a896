"""End what is over: rows whose time has come are deleted, batch by batch, and the deed is written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from core import audit
from core.models import Cooperative, PolicyRate
from core.privacy.registry import RetentionRule, retention_rules
from core.tenancy import current_cooperative, tenant_scope
from core.types import Actor

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a category held: rows in all, rows whose time has come, rows that went."""

    category: str
    source: str
    days: int
    rows: int
    due: int
    gone: int
    ends: bool


def run_retention(cooperative: Cooperative, *, on: date, actor: Actor, dry: bool) -> list[Outcome]:
    """Apply every rule on a day; with `dry` only count. Killed in the middle and run again it ends the same.

    Outside of any scope: each batch is a transaction of its own.
    """
    return [_apply(cooperative, rule, on, actor, dry) for rule in retention_rules()]


def _apply(cooperative: Cooperative, rule: RetentionRule, on: date, actor: Actor, dry: bool) -> Outcome:
    before = on - timedelta(days=rule.days)
    with tenant_scope(cooperative):
        rows, due = rule.rows().count(), rule.due(before).count()
    gone = 0
    while rule.ends and not dry and due:
        with tenant_scope(cooperative):
            count = _end_batch(rule, before, actor)
        gone += count
        if count < BATCH:
            break
    return Outcome(rule.category, rule.source, rule.days, rows, due, gone, rule.ends)


@transaction.atomic
def _end_batch(rule: RetentionRule, before: date, actor: Actor) -> int:
    keys = list(rule.due(before).order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not keys:
        return 0
    rule.rows().filter(pk__in=keys).delete()
    audit.record(actor, "privacy.retention", _subject(), category=rule.category, rows=len(keys))
    return len(keys)


def _subject() -> Any:
    """Something of the cooperative for the audit to hang on: its first policy."""
    row = PolicyRate.objects.order_by("pk").first()
    return row or PolicyRate(tenant=current_cooperative())
