"""The only writer of roles."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core import audit, outbox
from core.locks import for_update
from core.types import Actor
from members.enums import Role
from members.errors import (
    LastAdministrator,
    RoleDatesWrong,
    RoleEnded,
    RoleHeldAlready,
    RoleToSelf,
    UnknownRole,
)
from members.models import Person, RoleGrant
from members.selectors import person_for_update


@transaction.atomic
def grant_role(
    *,
    person: Person,
    role: Role | str,
    valid_from: date,
    actor: Actor,
    valid_to: date | None = None,
    today: date | None = None,
) -> RoleGrant:
    """Give a person a role from a day on (until the day before `valid_to`). Locks the person.

    Raises `RoleToSelf`, `RoleHeldAlready`, `RoleDatesWrong` (an end before the start, or a start before
    `today` when an edge says which day it is).
    """
    if actor.person_id == person.pk or (actor.user_id is not None and actor.user_id == person.user_id):
        raise RoleToSelf
    if today is not None and valid_from < today:
        raise RoleDatesWrong
    grant = give_role(person, role, valid_from, valid_to, actor)
    outbox.publish("role.granted", grant)
    return grant


def give_role(
    person: Person, role: Role | str, valid_from: date, valid_to: date | None, actor: Actor
) -> RoleGrant:
    """The grant itself, without asking who gives: joining and loading give roles too. Locks the person."""
    if valid_to is not None and valid_to <= valid_from:
        raise RoleDatesWrong
    person_for_update(person.pk)
    held = RoleGrant.objects.filter(person=person, role=role).filter(
        Q(valid_to=None) | Q(valid_to__gt=valid_from)
    )
    if valid_to is not None:
        held = held.filter(valid_from__lt=valid_to)
    if held.exists():
        raise RoleHeldAlready(name=str(person))
    grant = RoleGrant.objects.create(
        person=person,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        granted_by_id=None if actor.person_id == person.pk else actor.person_id,
        granted_by_label=actor.label,
    )
    audit.record(
        actor,
        "members.role_granted",
        person,
        role=str(role),
        valid_from=valid_from.isoformat(),
        grant=str(grant.pk),
    )
    return grant


@transaction.atomic
def end_role(*, grant_id: UUID, on: date, actor: Actor) -> RoleGrant:
    """A role is held no more from `on`. Locks every grant of the role of administrator, or this one.

    Raises `UnknownRole`, `RoleEnded` when it ended by then already, `LastAdministrator` when nobody else
    would administer without end.
    """
    asked = RoleGrant.objects.filter(pk=grant_id).first()
    if asked is None:
        raise UnknownRole
    every = Q(role=Role.COOP_ADMIN) if asked.role == Role.COOP_ADMIN else Q(pk=grant_id)
    locked = list(for_update(RoleGrant.objects.filter(every)))
    grant = next(row for row in locked if row.pk == grant_id)
    if grant.valid_to is not None and grant.valid_to <= on:
        raise RoleEnded
    if grant.role == Role.COOP_ADMIN and not any(
        row.pk != grant.pk and row.valid_to is None for row in locked
    ):
        raise LastAdministrator
    grant.valid_to = max(on, grant.valid_from)
    grant.save(update_fields=["valid_to"])
    audit.record(
        actor,
        "members.role_ended",
        grant.person,
        role=grant.role,
        on=on.isoformat(),
        grant=str(grant.pk),
    )
    outbox.publish("role.ended", grant)
    return grant
