"""Advisers, their notes, and who takes over from whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit, outbox
from core.types import Actor
from members.enums import ADVISERS, NoteKind
from members.errors import (
    FollowUpClosed,
    NotAnAdviser,
    NoteEmpty,
    OwnAdviser,
)
from members.models import AdviserNote, Person
from members.selectors import person_for_update, roles_of


@transaction.atomic
def assign_adviser(
    *, person: Person, adviser: Person, on: date, actor: Actor, backup: Person | None = None
) -> Person:
    """Who accompanies a member, and who stands in; the member's office becomes the adviser's. Locks the
    member.

    Raises `NotAnAdviser`, `OwnAdviser`.
    """
    for candidate in filter(None, (adviser, backup)):
        if candidate.pk == person.pk:
            raise OwnAdviser
        if not roles_of(candidate, on) & ADVISERS:
            raise NotAnAdviser(name=str(candidate))
    person_for_update(person.pk)
    person.adviser = adviser
    person.backup_adviser = backup
    person.office_id = adviser.office_id or person.office_id
    person.save(update_fields=["adviser", "backup_adviser", "office"])
    audit.record(actor, "members.adviser_assigned", person, adviser=str(adviser.pk))
    outbox.publish("person.adviser_assigned", person, adviser_id=str(adviser.pk))
    return person


@transaction.atomic
def write_note(
    *,
    person: Person,
    author: Person,
    text: str,
    written_on: date,
    actor: Actor,
    kind: NoteKind | str = NoteKind.NOTE,
    follow_up_on: date | None = None,
    closes_id: UUID | None = None,
) -> AdviserNote:
    """Add a note about a member; `follow_up_on` brings it back on a day, `closes_id` ends an earlier
    follow-up.

    Raises `NoteEmpty`, `FollowUpClosed` (closed before, or a note about somebody else).
    """
    if not text.strip():
        raise NoteEmpty
    if closes_id is not None and (
        not AdviserNote.objects.filter(pk=closes_id, person=person, follow_up_on__isnull=False).exists()
        or AdviserNote.objects.filter(closes_id=closes_id).exists()
    ):
        raise FollowUpClosed
    try:
        with transaction.atomic():
            note = AdviserNote.objects.create(
                person=person,
                author=author,
                kind=kind,
                text=text.strip(),
                written_on=written_on,
                follow_up_on=follow_up_on,
                closes_id=closes_id,
            )
    except IntegrityError as error:
        raise FollowUpClosed from error
    audit.record(actor, "members.note_written", note, person=str(person.pk))
    return note


@transaction.atomic
def write_notes(
    *,
    people: Iterable[Person],
    author: Person,
    text: str,
    written_on: date,
    actor: Actor,
    kind: NoteKind | str = NoteKind.NOTE,
    follow_up_on: date | None = None,
) -> list[AdviserNote]:
    """Write the same note about several members: about all of them, or about none. Raises `NoteEmpty`."""
    return [
        write_note(
            person=person,
            author=author,
            text=text,
            written_on=written_on,
            actor=actor,
            kind=kind,
            follow_up_on=follow_up_on,
        )
        for person in people
    ]


@transaction.atomic
def hand_over(
    *, people: Iterable[Person], adviser: Person, on: date, actor: Actor, backup: Person | None = None
) -> list[Person]:
    """Several members get the same adviser and back-up: all of them, or none. Errors of `assign_adviser`."""
    return [
        assign_adviser(person=person, adviser=adviser, backup=backup, on=on, actor=actor)
        for person in sorted(people, key=lambda person: person.pk)
    ]
