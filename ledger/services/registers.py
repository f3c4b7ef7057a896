"""Parties, numbers without gaps, months that close."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from core import audit
from core.tenancy import current_tenant_id
from core.types import Actor
from core.uuid7 import uuid7
from ledger.enums import PartyKind
from ledger.models import LegalEntity, Party, Period


@transaction.atomic
def create_party(*, kind: str | PartyKind, name: str) -> Party:
    """Make somebody known to the books."""
    return Party.objects.create(kind=PartyKind(kind), name=name[:120])


def take_number(*, entity_id: UUID, journal: str, year: int) -> int:
    """The next number of a series without gaps. Locks the series until commit: call it last."""
    return take_numbers(entity_id=entity_id, journal=journal, year=year, count=1)


def take_numbers(*, entity_id: UUID, journal: str, year: int, count: int) -> int:
    """The last of the next `count` numbers of a series without gaps. Locks the series until commit: call it
    last.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_numberseries AS series (id, tenant_id, entity_id, journal, year, last_number)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (tenant_id, entity_id, journal, year)"
            " DO UPDATE SET last_number = series.last_number + excluded.last_number RETURNING last_number",
            [uuid7(), current_tenant_id(), entity_id, journal, year, count],
        )
        number: int = cursor.fetchone()[0]
    return number


@transaction.atomic
def close_period(
    *,
    entity: LegalEntity,
    year: int,
    month: int,
    actor: Actor,
    checklist: Callable[[], list[dict[str, Any]]] = list,
) -> Period:
    """Close a month: from then on its dates are refused, for ever. Waits for postings under way.

    `checklist` is called when nothing can be posted any more; it may refuse, and what it gives is kept.
    People close by `close_month`, which goes through the list. Closing again changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ledger.period'), %s)", [current_tenant_id()])
    period, _ = Period.objects.get_or_create(entity=entity, year=year, month=month)
    if period.closed_at is None:
        period.checklist = checklist()
        period.closed_at = timezone.now()
        period.closed_by = actor.label[:120]
        period.closed_by_user = actor.user_id
        period.closed_by_person = actor.person_id
        period.save()
        audit.record(actor, "ledger.period_closed", period, entity=entity.code, year=year, month=month)
    return period
