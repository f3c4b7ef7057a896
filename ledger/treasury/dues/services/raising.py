"""Dues made of what stands on the accounts of bodies when a period is over."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction

from core import audit, outbox
from core.calendar import next_month
from core.money import ZERO
from core.tenancy import current_tenant_id
from core.types import Actor
from ledger.models import LegalEntity
from ledger.treasury.dues import selectors
from ledger.treasury.dues.models import Due
from ledger.treasury.dues.registry import due_kinds
from ledger.treasury.dues.rules import DueRule, rules_of
from ledger.treasury.dues.types import CLAIM


@transaction.atomic
def raise_dues(*, today: date, actor: Actor) -> list[Due]:
    """Make the due of every period that is over and whose day comes near: what the account holds at the
    period's end, less every due that it was raised for. Nothing owed, no due; a country without rules, none.

    Safe at any frequency: a second call finds nothing new, and what is posted late into a period goes to the
    next due. One raiser at a time per cooperative (advisory lock `dues.raise`).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('dues.raise'), %s)", [int(current_tenant_id() or 0)]
        )
    entities = list(LegalEntity.objects.order_by("code"))
    known = due_kinds()
    rules = {
        entity.pk: [rule for rule in rules_of(entity.country) if rule.kind in known] for entity in entities
    }
    accounts = sorted({rule.account for found in rules.values() for rule in found})
    if not accounts:
        return []
    booked = selectors.booked_by_month(accounts)
    raised = defaultdict(lambda: ZERO, selectors.raised_on_accounts())
    stand = set(Due.objects.exclude(kind=CLAIM).values_list("entity_id", "kind", "first"))
    made: list[Due] = []
    for entity in entities:
        for rule, first in _periods(rules[entity.pk], booked, entity, today):
            key = (entity.pk, rule.account)
            open_amount = _until(booked[key], rule.last_of(first)) - raised[key]
            if (entity.pk, rule.kind, first) in stand or open_amount <= ZERO:
                continue
            raised[key] += open_amount
            made.append(_due(entity, rule, first, open_amount, today, actor))
    Due.objects.bulk_create(made)
    audit.record_all(actor, [("dues.raised", due, {"amount": str(due.amount)}) for due in made])
    outbox.publish_all(
        [
            (
                "due.raised",
                due,
                {"kind": due.kind, "amount": str(due.amount), "due_on": str(due.due_on)},
            )
            for due in made
        ]
    )
    return made


def _periods(
    rules: list[DueRule],
    booked: dict[tuple[UUID, str], dict[date, Decimal]],
    entity: LegalEntity,
    today: date,
) -> list[tuple[DueRule, date]]:
    """Periods that are over and to raise, the earliest to pay first, so that an advance takes before the
    balance does.
    """
    found = []
    for rule in rules:
        months = booked.get((entity.pk, rule.account))
        if not months:
            continue
        first = rule.first_of(min(months))
        while rule.raised_from(rule.last_of(first)) <= today:
            if rule.last_of(first) >= rule.valid_from:
                found.append((rule, first))
            first = next_month(rule.last_of(first))
    return sorted(found, key=lambda pair: (pair[0].due_on(pair[0].last_of(pair[1])), rules.index(pair[0])))


def _until(months: dict[date, Decimal], last: date) -> Decimal:
    return sum((amount for month, amount in months.items() if month <= last), ZERO)


def _due(entity: LegalEntity, rule: DueRule, first: date, amount: Decimal, today: date, actor: Actor) -> Due:
    last = rule.last_of(first)
    return Due(
        entity=entity,
        creditor=rule.creditor,
        kind=rule.kind,
        account=rule.account,
        first=first,
        last=last,
        due_on=rule.due_on(last),
        booked=amount,
        amount=amount,
        raised_on=today,
        created_by=actor.label[:120],
    )
