"""What news makes a notice."""

from __future__ import annotations

from collections.abc import Callable

from babel.dates import format_date
from django.utils import translation

from core import clock
from core.registry import Message
from core.webhooks.models import WebhookEndpoint
from members.enums import Role
from members.models import Person, RoleGrant
from members.notices.services import notify
from members.selectors import grants_in_force


def _person_updated(message: Message) -> None:
    kinds = {"iban": "iban_changed", "email": "address_changed"}
    changed = [kinds[name] for name in message.payload.get("fields", ()) if name in kinds]
    person = Person.objects.filter(pk=message.subject_id).select_related("user").first()
    if person is not None:
        for kind in changed:
            notify(person=person, kind=kind, cause=message.id)


def _role(kind: str) -> Callable[[Message], None]:
    def tell(message: Message) -> None:
        grant = RoleGrant.objects.filter(pk=message.subject_id).select_related("person__user").first()
        if grant is None:
            return
        day = grant.valid_from if kind == "role_granted" else grant.valid_to
        with translation.override(grant.person.language):
            notify(
                person=grant.person,
                kind=kind,
                cause=message.id,
                role=Role(grant.role).label,
                day=format_date(day, format="long", locale=grant.person.language),
            )

    return tell


def _webhook_failing(message: Message) -> None:
    endpoint = WebhookEndpoint.objects.filter(pk=message.subject_id).first()
    if endpoint is None:
        return
    held = grants_in_force(clock.today()).filter(role=Role.COOP_ADMIN)
    administrators = Person.objects.filter(pk__in=held.values("person")).select_related("user")
    for person in administrators:
        notify(person=person, kind="webhook_failing", cause=message.id, endpoint=str(endpoint))


LISTENERS: dict[str, Callable[[Message], None]] = {
    "person.updated": _person_updated,
    "role.granted": _role("role_granted"),
    "role.ended": _role("role_ended"),
    "webhook.failing": _webhook_failing,
}
"""Topic → who writes."""
