"""Reading what is nobody's business: a national number, or somebody's payslip. Each read leaves a trace.

The trace is a part of the read, therefore these two stand apart from selectors (which never write) and from
services.
"""

from __future__ import annotations

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
