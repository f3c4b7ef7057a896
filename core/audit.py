"""The audit trail: every mutation has an actor."""

from collections.abc import Iterable, Sequence
from typing import Any

from core import outbox
from core.models import AuditEvent, TenantModel
from core.rows import insert_values
from core.search.sources import CHANGED, source_of_model
from core.types import Actor

EVENT = (
    *("actor_kind", "actor_label", "user_id", "person_id"),
    *("action", "subject_type", "subject_id", "data"),
)


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
    note_changed([subject])


def record_read(actor: Actor, action: str, subject: TenantModel, **data: Any) -> None:
    """Write who read what, as `record` does; nothing changed, so the search hears nothing."""
    audit_event(actor, action, subject, **data).save(force_insert=True)


def record_all(actor: Actor, events: Sequence[tuple[str, TenantModel, dict[str, Any]]]) -> None:
    """The bulk form of `record`: (action, subject, data) of each act, in two statements."""
    who = (actor.kind, actor.label, actor.user_id, actor.person_id)
    insert_values(
        AuditEvent,
        EVENT,
        [(*who, action, subject._meta.label_lower, subject.pk, data) for action, subject, data in events],
    )
    note_changed([subject for _, subject, _ in events])


def note_changed(subjects: Iterable[TenantModel]) -> None:
    """Tell the search that rows were touched; `record` does it, bulk paths do it for their rows. What cannot
    be found by searching makes no news.
    """
    outbox.publish_all(
        [(CHANGED, subject, {}) for subject in subjects if source_of_model(subject._meta.label_lower)]
    )
