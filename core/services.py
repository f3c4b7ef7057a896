"""Writers of the house's own rows: cooperatives, policies, tokens."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core import audit, registry
from core.enums import RateStatus
from core.errors import DomainError
from core.models import Cooperative, IdempotencyRecord, PolicyRate, User
from core.programs.services import MOST_DAYS, issue_token
from core.reference import published, published_cooperatives
from core.tenancy import tenant_scope
from core.types import Actor


class PolicyInThePast(DomainError):
    """A policy is never changed in the past."""

    code = "policy_in_the_past"
    kind = "conflict"
    message = _("A policy starts today at the earliest: choose a date from %(today)s on.")


class PolicyStartsTwice(DomainError):
    """The same policy starts on that day already."""

    code = "policy_starts_twice"
    kind = "conflict"
    message = _("%(key)s has a value from %(valid_from)s already: choose another date.")


class IdempotencyConflict(DomainError):
    """The same key came with another request."""

    code = "idempotency_conflict"
    kind = "conflict"
    message = _("This Idempotency-Key was used for another request: choose a new one.")


class IdempotencyKeyTooLong(DomainError):
    """A key that cannot be kept whole would be taken for another one."""

    code = "idempotency_key_too_long"
    message = _("An Idempotency-Key has %(most)s characters at most.")


LONGEST_KEY = 120


@transaction.atomic
def enter_policy(
    *, key: str, value: Any, valid_from: date, source: str, today: date, actor: Actor
) -> PolicyRate:
    """A policy gets another value from a day on. Raises `PolicyInThePast`, `PolicyStartsTwice`."""
    if valid_from < today:
        raise PolicyInThePast(today=today.isoformat())
    if PolicyRate.objects.filter(key=key, valid_from=valid_from).exists():
        raise PolicyStartsTwice(key=key, valid_from=valid_from.isoformat())
    row = PolicyRate.objects.create(
        key=key, value=value, valid_from=valid_from, source=source, status=RateStatus.CONFIRMED
    )
    audit.record(actor, "core.policy_entered", row, key=key, valid_from=valid_from.isoformat())
    return row


def load_reference() -> None:
    """Bring in every published cooperative with its policies, entities, offices and functions. Repeats add
    nothing.
    """
    for slug in published_cooperatives():
        file = published(slug)
        cooperative, _created = Cooperative.objects.get_or_create(
            id=file["cooperative"]["id"], defaults={k: v for k, v in file["cooperative"].items() if k != "id"}
        )
        with tenant_scope(cooperative):
            PolicyRate.objects.bulk_create(
                [PolicyRate(**policy) for policy in file["policies"]], ignore_conflicts=True
            )
            for loader in registry.loaders():
                loader(file)


@transaction.atomic
def create_token(*, user: User, cooperative: Cooperative, name: str) -> str:
    """Make a personal access token that may do whatever its account may, for a year; for the command line."""
    return issue_token(user=user, cooperative=cooperative, name=name, scopes=[], days=MOST_DAYS)[1]


@transaction.atomic
def claim_key(*, user_id: int, key: str, request_text: str) -> tuple[IdempotencyRecord, bool]:
    """Take an Idempotency-Key for a request, or give the record of the first request that took it.

    A second request at the same moment waits for the first. Raises `IdempotencyConflict` when the key belongs
    to another request, `IdempotencyKeyTooLong`.
    """
    if len(key) > LONGEST_KEY:
        raise IdempotencyKeyTooLong(most=LONGEST_KEY)
    fingerprint = hashlib.sha256(request_text.encode()).hexdigest()
    try:
        with transaction.atomic():
            record = IdempotencyRecord.objects.create(
                user_id=user_id, key=key, fingerprint=fingerprint, status=0, body={}
            )
    except IntegrityError:
        first = IdempotencyRecord.objects.get(user_id=user_id, key=key)
        if first.fingerprint != fingerprint:
            raise IdempotencyConflict from None
        return first, False
    return record, True


@transaction.atomic
def keep_answer(*, record: IdempotencyRecord, status: int, body: Any) -> None:
    """Keep the answer to the first request, in the transaction of the act."""
    record.status = status
    record.body = body
    record.save(update_fields=["status", "body"])
