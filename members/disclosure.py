"""Reading what is nobody's business: a national number, or somebody's payslip. Each read leaves a trace.

The trace is a part of the read, therefore these two stand apart from selectors (which never write) and from
services.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from core.encryption import decrypt
from core.tenancy import current_tenant_id
from core.types import Actor
from members.enums import Disclosed
from members.errors import NationalNumberMissing, PurposeMissing
from members.models import AccessLog, NationalNumber, Person


def log_access(
    *, person: Person, what: Disclosed, purpose: str, actor: Actor, source_id: UUID | None = None
) -> AccessLog | None:
    """Write down that `actor` read something of `person`: who, of whom, what, why. The person sees it on
    their page.

    Own reads and the product's own work (a declaration, a payslip being computed) leave none: None is
    returned. Raises `PurposeMissing`.
    """
    if actor.kind == "system" or actor.person_id == person.pk:
        return None
    if not purpose.strip():
        raise PurposeMissing
    return AccessLog.objects.create(
        reader_id=actor.person_id,
        reader_label=actor.label,
        reader_user_id=actor.user_id,
        person=person,
        what=what,
        source_id=source_id,
        purpose=purpose.strip()[:200],
    )


def reveal_national_number(*, person: Person, actor: Actor, purpose: str) -> str:
    """The 11 digits of a person's national number; the read is logged first. Raises `NationalNumberMissing`,
    `PurposeMissing`."""
    kept = NationalNumber.objects.filter(person=person).first()
    if kept is None:
        raise NationalNumberMissing(name=str(person))
    log_access(person=person, what=Disclosed.NATIONAL_NUMBER, purpose=purpose, actor=actor, source_id=kept.pk)
    return decrypt(bytes(kept.ciphertext), key_id=kept.key_id, tenant_id=current_tenant_id(), owner=person.pk)


def national_numbers(people: Collection[UUID]) -> dict[UUID, str]:
    """National numbers of many at once, for a file that the product itself makes for a public body; who has
    none is left out. Who downloads such a file leaves a trace with each person (`log_access_to_many`).
    """
    rows = NationalNumber.objects.filter(person_id__in=people)
    tenant_id = current_tenant_id()
    return {
        row.person_id: decrypt(
            bytes(row.ciphertext), key_id=row.key_id, tenant_id=tenant_id, owner=row.person_id
        )
        for row in rows
    }


def log_access_to_many(
    *, people: Collection[UUID], what: Disclosed, purpose: str, actor: Actor, source_id: UUID | None = None
) -> int:
    """Write down that `actor` read something of many people at once (a declaration's file); answers of how
    many. Own reads and the product's own work leave none. Raises `PurposeMissing`.
    """
    if actor.kind == "system":
        return 0
    if not purpose.strip():
        raise PurposeMissing
    rows = [
        AccessLog(
            reader_id=actor.person_id,
            reader_label=actor.label,
            reader_user_id=actor.user_id,
            person_id=person_id,
            what=what,
            source_id=source_id,
            purpose=purpose.strip()[:200],
        )
        for person_id in people
        if person_id != actor.person_id
    ]
    return len(AccessLog.objects.bulk_create(rows, batch_size=1000))
