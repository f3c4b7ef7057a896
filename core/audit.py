"""The audit trail: every mutation has an actor."""

from typing import Any

from core.models import AuditEvent, TenantModel
from core.types import Actor


def audit_event(actor: Actor, action: str, subject: TenantModel, **data: Any) -> AuditEvent:
    """The unsaved row; bulk paths collect them for one insert."""
    return AuditEvent(
        actor_kind=actor.kind,
        actor_label=actor.label,
        user_id=actor.user_id,
        person_id=actor.person_id,
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        data=data,
    )


def record(actor: Actor, action: str, subject: TenantModel, **data: Any) -> None:
    """Write who did what to which row, in the transaction of the act. `data` must be JSON: references, codes,
    amounts as text.
    """
    audit_event(actor, action, subject, **data).save(force_insert=True)
